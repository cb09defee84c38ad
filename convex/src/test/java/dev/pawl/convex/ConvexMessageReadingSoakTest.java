package dev.pawl.convex;

import dev.pawl.tck.MessageStoreReadingTck;
import dev.pawl.tck.Subject;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;

/** The contract of what a history reads, on Convex with all sizes of pages. */
final class ConvexMessageReadingSoakTest extends MessageStoreReadingTck {

    @Override
    protected Subject subject(Path directory) {
        return Subject.stored(access -> TestConvex.open(directory, access));
    }

    @AfterEach
    void clear() {
        TestConvex.clear();
    }
}

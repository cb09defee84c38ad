package dev.pawl.convex;

import dev.pawl.tck.MessageStoreReadingTck;
import dev.pawl.tck.Subject;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;

/** The contract of what a history reads, on Convex. */
final class ConvexMessageReadingTest extends MessageStoreReadingTck {

    @Override
    protected Subject subject(Path directory) {
        return TestConvex.subject(directory);
    }

    @AfterEach
    void clear() {
        TestConvex.clear();
    }
}

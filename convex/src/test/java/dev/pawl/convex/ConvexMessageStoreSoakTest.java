package dev.pawl.convex;

import dev.pawl.tck.MessageStoreTck;
import dev.pawl.tck.Subject;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;

/** The contract of the message store on Convex in all ways, of which the gate takes one of five. */
final class ConvexMessageStoreSoakTest extends MessageStoreTck {

    @Override
    protected Subject subject(Path directory) {
        return Subject.stored(access -> TestConvex.open(directory, access));
    }

    @AfterEach
    void clear() {
        TestConvex.clear();
    }
}

package dev.pawl.convex;

import dev.pawl.tck.MessageStoreTck;
import dev.pawl.tck.Subject;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;

/** The contract of the message store on Convex. */
final class ConvexMessageStoreTest extends MessageStoreTck {

    @Override
    protected Subject subject(Path directory) {
        return TestConvex.subject(directory);
    }

    @AfterEach
    void clear() {
        TestConvex.clear();
    }
}

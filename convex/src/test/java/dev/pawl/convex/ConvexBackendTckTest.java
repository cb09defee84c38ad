package dev.pawl.convex;

import dev.pawl.tck.BackendTck;
import dev.pawl.tck.Subject;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;

/** The contract of a backend on Convex. */
final class ConvexBackendTckTest extends BackendTck {

    @Override
    protected Subject subject(Path directory) {
        return TestConvex.subject(directory);
    }

    @AfterEach
    void clear() {
        TestConvex.clear();
    }
}

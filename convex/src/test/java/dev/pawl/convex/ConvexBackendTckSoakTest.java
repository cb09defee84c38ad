package dev.pawl.convex;

import dev.pawl.tck.BackendTck;
import dev.pawl.tck.Subject;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;

/** The contract of a backend on Convex with all sizes of pages and all rounds, of which the gate takes fewer. */
final class ConvexBackendTckSoakTest extends BackendTck {

    @Override
    protected Subject subject(Path directory) {
        return Subject.stored(access -> TestConvex.open(directory, access));
    }

    @AfterEach
    void clear() {
        TestConvex.clear();
    }
}

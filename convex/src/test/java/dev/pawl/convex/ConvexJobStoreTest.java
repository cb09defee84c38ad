package dev.pawl.convex;

import dev.pawl.tck.JobStoreTck;
import dev.pawl.tck.Subject;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;

/** The contract of jobs on Convex. */
final class ConvexJobStoreTest extends JobStoreTck {

    @Override
    protected Subject subject(Path directory) {
        return TestConvex.subject(directory);
    }

    @AfterEach
    void clear() {
        TestConvex.clear();
    }
}

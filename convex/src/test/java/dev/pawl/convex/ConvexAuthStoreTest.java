package dev.pawl.convex;

import dev.pawl.tck.AuthStoreTck;
import dev.pawl.tck.Subject;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;

/** The contract of the auth store on Convex. */
final class ConvexAuthStoreTest extends AuthStoreTck {

    @Override
    protected Subject subject(Path directory) {
        return TestConvex.subject(directory);
    }

    @AfterEach
    void clear() {
        TestConvex.clear();
    }
}

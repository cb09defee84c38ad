package dev.pawl.convex;

import dev.pawl.tck.AuthStoreTck;
import dev.pawl.tck.Subject;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;

/** The contract of the auth store on Convex with all rounds. */
final class ConvexAuthStoreSoakTest extends AuthStoreTck {

    @Override
    protected Subject subject(Path directory) {
        return Subject.stored(access -> TestConvex.open(directory, access));
    }

    @AfterEach
    void clear() {
        TestConvex.clear();
    }
}

package dev.pawl.convex;

import dev.pawl.backend.Access;
import dev.pawl.backend.Backend;
import dev.pawl.tck.LeaseTck;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;

/** The contract of ownership on Convex. */
final class ConvexLeaseTest extends LeaseTck {

    @Override
    protected Backend open(Path place) {
        return TestConvex.open(place, Access.READ_WRITE);
    }

    @AfterEach
    void clear() {
        TestConvex.clear();
    }
}

package dev.pawl.convex;

import dev.pawl.tck.MessageModelTck;
import dev.pawl.tck.Subject;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;

/** Random histories on Convex. */
final class ConvexMessageModelSoakTest extends MessageModelTck {

    @Override
    protected Subject subject(Path directory) {
        return TestConvex.subject(directory);
    }

    @Override
    protected int histories() {
        return 50;
    }

    @AfterEach
    void clear() {
        TestConvex.clear();
    }
}

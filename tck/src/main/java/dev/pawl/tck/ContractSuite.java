package dev.pawl.tck;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** Tests on a subject that a subclass makes. */
abstract class ContractSuite {

    @TempDir
    Path directory;

    /**
     * A fresh storage. It is asked for in each test and, on an instance that runs none, to find out which rules apply.
     *
     * @param directory an empty directory for it, a new one at each call
     */
    protected abstract Subject subject(Path directory);
}

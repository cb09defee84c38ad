package dev.pawl.tck;

import dev.pawl.backend.Access;
import dev.pawl.backend.Backend;
import java.nio.file.Path;
import java.util.function.UnaryOperator;

/** The contract of leases on a storage that a test sets up before it runs this class with {@link SuiteRun}; not run by itself. */
final class LeaseCase extends LeaseTck {

    /** What is put in front of the sound storage in the run that is under way. One run at a time. */
    static UnaryOperator<Backend> wrapping = backend -> backend;

    private final MemoryStorage storage = new MemoryStorage();

    @Override
    protected Backend open(Path place) {
        return wrapping.apply(storage.open(Access.READ_WRITE));
    }
}

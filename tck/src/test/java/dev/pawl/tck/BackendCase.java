package dev.pawl.tck;

import java.nio.file.Path;

/** The contract on a storage that a test sets up before it runs this class with {@link SuiteRun}; not run by itself. */
final class BackendCase extends BackendTck {

    /** How backends are opened in the run that is under way. One run at a time. */
    static MemoryStorage.Opening opening = MemoryStorage::open;

    /** Whether long listings are walked less often. */
    static boolean slow;

    @Override
    protected Subject subject(Path directory) {
        Subject subject = MemoryStorage.subject((storage, access) -> opening.open(storage, access));
        return slow ? subject.slow() : subject;
    }
}

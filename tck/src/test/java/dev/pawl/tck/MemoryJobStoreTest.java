package dev.pawl.tck;

import dev.pawl.backend.MemoryBackend;
import java.nio.file.Path;

/** The contract of jobs on the reference. */
final class MemoryJobStoreTest extends JobStoreTck {

    @Override
    protected Subject subject(Path directory) {
        return Subject.of(MemoryBackend::new);
    }
}

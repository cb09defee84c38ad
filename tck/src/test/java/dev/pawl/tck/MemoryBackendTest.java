package dev.pawl.tck;

import dev.pawl.backend.MemoryBackend;
import java.nio.file.Path;

/** The contract on the reference. */
final class MemoryBackendTest extends BackendTck {

    @Override
    protected Subject subject(Path directory) {
        return Subject.of(MemoryBackend::new);
    }
}

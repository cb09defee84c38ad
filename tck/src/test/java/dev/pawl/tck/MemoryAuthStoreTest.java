package dev.pawl.tck;

import dev.pawl.backend.MemoryBackend;
import java.nio.file.Path;

/** The contract of the auth store on the reference. */
final class MemoryAuthStoreTest extends AuthStoreTck {

    @Override
    protected Subject subject(Path directory) {
        return Subject.of(MemoryBackend::new);
    }
}

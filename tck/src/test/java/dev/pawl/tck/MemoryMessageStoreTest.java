package dev.pawl.tck;

import dev.pawl.backend.MemoryBackend;
import java.nio.file.Path;

/** The contract of the message store on the reference. */
final class MemoryMessageStoreTest extends MessageStoreTck {

    @Override
    protected Subject subject(Path directory) {
        return Subject.of(MemoryBackend::new);
    }
}

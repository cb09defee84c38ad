package dev.pawl.tck;

import dev.pawl.backend.MemoryBackend;
import java.nio.file.Path;

/** The contract of what a history reads, on the reference. */
final class MemoryMessageReadingTest extends MessageStoreReadingTck {

    @Override
    protected Subject subject(Path directory) {
        return Subject.of(MemoryBackend::new);
    }
}

package dev.pawl.tck;

import dev.pawl.backend.MemoryBackend;
import java.nio.file.Path;

/** Random histories on the reference. */
final class MemoryMessageModelTest extends MessageModelTck {

    @Override
    protected Subject subject(Path directory) {
        return Subject.of(MemoryBackend::new);
    }

    @Override
    protected int histories() {
        return Boolean.getBoolean("pawl.soak") ? 10_000 : 100;
    }
}

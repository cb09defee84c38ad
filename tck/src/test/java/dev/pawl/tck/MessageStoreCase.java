package dev.pawl.tck;

import dev.pawl.backend.Backend;
import dev.pawl.backend.MemoryBackend;
import java.nio.file.Path;
import java.util.function.UnaryOperator;

/** The contract of the message store on a backend that a test breaks; not run by itself. */
final class MessageStoreCase extends MessageStoreTck {

    /** What is put in front of the sound backend in the run that is under way. One run at a time. */
    static UnaryOperator<Backend> wrapping = backend -> backend;

    @Override
    protected Subject subject(Path directory) {
        return Subject.of(() -> wrapping.apply(new MemoryBackend()));
    }
}

package dev.pawl.tck;

import dev.pawl.backend.Backend;
import dev.pawl.backend.ForwardingBackend;
import dev.pawl.backend.MemoryBackend;
import java.nio.file.Path;
import java.util.function.UnaryOperator;

/** The contract of jobs on a backend that a test breaks; not run by itself. */
final class JobStoreCase extends JobStoreTck {

    /** What is put in front of the sound backend in the run that is under way. One run at a time. */
    static UnaryOperator<Backend> wrapping = backend -> backend;

    @Override
    protected Subject subject(Path directory) {
        MemoryBackend storage = new MemoryBackend();
        return Subject.stored(access -> wrapping.apply(new Shared(storage)));
    }

    /** One of several backends on the storage. */
    private static final class Shared extends ForwardingBackend {
        Shared(Backend storage) {
            super(storage);
        }

        @Override
        public void close() {
            // the storage is for all of them
        }
    }
}

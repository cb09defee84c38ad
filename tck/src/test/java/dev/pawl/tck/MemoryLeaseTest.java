package dev.pawl.tck;

import dev.pawl.backend.Backend;
import dev.pawl.backend.Batch;
import dev.pawl.backend.ClosedException;
import dev.pawl.backend.ForwardingBackend;
import dev.pawl.backend.MemoryBackend;
import dev.pawl.backend.SessionName;
import java.nio.file.Path;

final class MemoryLeaseTest extends LeaseTck {

    private final MemoryBackend rows = new MemoryBackend();

    @Override
    protected Backend open(Path place) {
        return new ForwardingBackend(rows) {
            private boolean closed;

            @Override
            public void commit(SessionName session, Batch batch) {
                if (closed) {
                    throw new ClosedException("closed");
                }
                super.commit(session, batch);
            }

            @Override
            public void close() {
                closed = true;
            }
        };
    }
}

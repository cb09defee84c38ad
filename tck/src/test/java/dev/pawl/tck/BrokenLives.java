package dev.pawl.tck;

import dev.pawl.backend.Access;
import dev.pawl.backend.Backend;
import dev.pawl.backend.Batch;
import dev.pawl.backend.Check;
import dev.pawl.backend.ClosedException;
import dev.pawl.backend.CorruptDataException;
import dev.pawl.backend.Family;
import dev.pawl.backend.ForwardingBackend;
import dev.pawl.backend.Key;
import dev.pawl.backend.Page;
import dev.pawl.backend.Position;
import dev.pawl.backend.Row;
import dev.pawl.backend.Scan;
import dev.pawl.backend.SessionName;
import dev.pawl.backend.UnavailableException;
import dev.pawl.backend.UnsupportedException;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Backends that end, are interrupted, meet damage or only read in a wrong way: W14, W16, W17, W22. */
final class BrokenLives {

    private BrokenLives() {}

    static List<Breakage> all() {
        return List.of(
                Breakage.of("W14", "reading goes on after close", ReadsOn::new),
                Breakage.of("W14", "closing twice is an error", ClosesOnce::new),
                Breakage.of("W14", "commits after close are dropped without a word", DropsWhenClosed::new),
                Breakage.of("W14", "closing one instance closes all", ClosesAll::new),
                Breakage.of("W14", "use after close is another exception", WrongWhenClosed::new),
                Breakage.of(
                        "W16", "a commit of an interrupted caller is acknowledged and dropped", DropsInterrupted::new),
                Breakage.of("W16", "an interrupt closes the backend for everybody", ClosedByInterrupt::new),
                Breakage.of(
                        "W16",
                        "a commit of an interrupted caller is applied and called failed",
                        DeniesInterrupted::new),
                reading("a damaged row is absent", (corrupt, without) -> without),
                reading("a damaged row is called unreadable", (corrupt, without) -> {
                    throw UnavailableException.readFailed("cannot read", corrupt);
                }),
                reading("damage has no key", (corrupt, without) -> {
                    throw new CorruptDataException(corrupt.place(), "damaged");
                }),
                reading("damage is reported at another place", (corrupt, without) -> {
                    throw new CorruptDataException(corrupt.key().orElseThrow(), "somewhere", "damaged");
                }),
                Breakage.of("W17", "damaged rows are left out of listings", SkipsDamaged::new),
                Breakage.of("W17", "a damaged row is deleted when it is met", DeletesDamaged::new),
                Breakage.of("W17", "a check that meets damage holds", ForgivesDamage::new),
                Breakage.of("W17", "a row that cannot be read is absent", UnreadableIsAbsent::new),
                new Breakage(
                        "W22",
                        "opening for reading opens for writing",
                        (storage, access) -> storage.open(Access.READ_WRITE),
                        Set.of()),
                Breakage.of(
                        "W22", "an instance for reading drops commits without a word", b -> new ForwardingBackend(b) {
                            @Override
                            public void commit(SessionName session, Batch batch) {
                                try {
                                    super.commit(session, batch);
                                } catch (UnsupportedException refused) {
                                    if (!String.valueOf(refused.getMessage()).contains("reading only")) {
                                        throw refused;
                                    }
                                }
                            }
                        }));
    }

    private interface Met {
        Map<Key, Row> answer(CorruptDataException corrupt, Map<Key, Row> without);
    }

    private static Breakage reading(String what, Met met) {
        return Breakage.of("W17", what, b -> new ForwardingBackend(b) {
            @Override
            public Map<Key, Row> get(SessionName session, Collection<Key> keys) {
                try {
                    return super.get(session, keys);
                } catch (CorruptDataException corrupt) {
                    Map<Key, Row> others = super.get(
                            session,
                            keys.stream()
                                    .filter(key -> !corrupt.key().orElseThrow().equals(key))
                                    .toList());
                    return met.answer(corrupt, others);
                }
            }
        });
    }

    private static final class ReadsOn extends ForwardingBackend {
        private volatile boolean closed;

        ReadsOn(Backend delegate) {
            super(delegate);
        }

        @Override
        public void commit(SessionName session, Batch batch) {
            requireOpen();
            super.commit(session, batch);
        }

        @Override
        public void erase(SessionName session, Set<Family> families, List<Check> checks) {
            requireOpen();
            super.erase(session, families, checks);
        }

        private void requireOpen() {
            if (closed) {
                throw new ClosedException("closed");
            }
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    private static final class ClosesOnce extends ForwardingBackend {
        private boolean closed;

        ClosesOnce(Backend delegate) {
            super(delegate);
        }

        @Override
        public void close() {
            if (closed) {
                throw new IllegalStateException("already closed");
            }
            closed = true;
            super.close();
        }
    }

    private static final class DropsWhenClosed extends ForwardingBackend {
        DropsWhenClosed(Backend delegate) {
            super(delegate);
        }

        @Override
        public void commit(SessionName session, Batch batch) {
            try {
                super.commit(session, batch);
            } catch (ClosedException tooLate) {
                Thread.onSpinWait();
            }
        }
    }

    private static final class ClosesAll extends ForwardingBackend {
        private final MemoryStorage storage;

        ClosesAll(Backend delegate) {
            super(delegate);
            storage = ((MemoryStorage.Handle) delegate).storage();
        }

        @Override
        public void close() {
            storage.closeAll();
        }
    }

    private static final class WrongWhenClosed extends ForwardingBackend {
        WrongWhenClosed(Backend delegate) {
            super(delegate);
        }

        @Override
        public Page<Row, Position> scan(SessionName session, Scan scan) {
            try {
                return super.scan(session, scan);
            } catch (ClosedException closed) {
                throw UnavailableException.readFailed("no connection", closed);
            }
        }
    }

    private static final class DropsInterrupted extends ForwardingBackend {
        DropsInterrupted(Backend delegate) {
            super(delegate);
        }

        @Override
        public void commit(SessionName session, Batch batch) {
            if (!Thread.interrupted()) {
                super.commit(session, batch);
            }
        }
    }

    private static final class ClosedByInterrupt extends ForwardingBackend {
        ClosedByInterrupt(Backend delegate) {
            super(delegate);
        }

        @Override
        public Map<Key, Row> get(SessionName session, Collection<Key> keys) {
            if (Thread.currentThread().isInterrupted()) {
                super.close();
            }
            return super.get(session, keys);
        }
    }

    private static final class DeniesInterrupted extends ForwardingBackend {
        DeniesInterrupted(Backend delegate) {
            super(delegate);
        }

        @Override
        public void commit(SessionName session, Batch batch) {
            super.commit(session, batch);
            if (Thread.interrupted()) {
                throw UnavailableException.writeFailed("interrupted", new IOException("interrupted"));
            }
        }
    }

    private static final class SkipsDamaged extends ForwardingBackend {
        SkipsDamaged(Backend delegate) {
            super(delegate);
        }

        @Override
        public Page<Row, Position> scan(SessionName session, Scan scan) {
            try {
                return super.scan(session, scan);
            } catch (CorruptDataException corrupt) {
                return Page.last(List.of());
            }
        }
    }

    private static final class DeletesDamaged extends ForwardingBackend {
        DeletesDamaged(Backend delegate) {
            super(delegate);
        }

        @Override
        public Map<Key, Row> get(SessionName session, Collection<Key> keys) {
            try {
                return super.get(session, keys);
            } catch (CorruptDataException corrupt) {
                super.commit(
                        session,
                        new Batch(List.of(), List.of(), corrupt.key().stream().toList()));
                throw corrupt;
            }
        }
    }

    private static final class ForgivesDamage extends ForwardingBackend {
        ForgivesDamage(Backend delegate) {
            super(delegate);
        }

        @Override
        public void commit(SessionName session, Batch batch) {
            try {
                super.commit(session, batch);
            } catch (CorruptDataException corrupt) {
                super.commit(session, new Batch(List.of(), batch.puts(), batch.deletes()));
            }
        }
    }

    private static final class UnreadableIsAbsent extends ForwardingBackend {
        UnreadableIsAbsent(Backend delegate) {
            super(delegate);
        }

        @Override
        public Map<Key, Row> get(SessionName session, Collection<Key> keys) {
            try {
                return super.get(session, keys);
            } catch (UnavailableException unreadable) {
                return Map.of();
            }
        }
    }
}

package dev.pawl.file;

import dev.pawl.backend.Access;
import dev.pawl.backend.Backend;
import dev.pawl.backend.Batch;
import dev.pawl.backend.Check;
import dev.pawl.backend.ClosedException;
import dev.pawl.backend.Durability;
import dev.pawl.backend.Family;
import dev.pawl.backend.Inspection;
import dev.pawl.backend.Key;
import dev.pawl.backend.Page;
import dev.pawl.backend.Partition;
import dev.pawl.backend.Position;
import dev.pawl.backend.ProcessLocking;
import dev.pawl.backend.Row;
import dev.pawl.backend.Scan;
import dev.pawl.backend.SessionName;
import dev.pawl.backend.Traits;
import dev.pawl.backend.UnavailableException;
import dev.pawl.backend.UnsupportedException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A directory of JSON files that holds one session and that another program writes too, whatever the names of its files
 * are: that is for its {@link DirectoryLayout}.
 *
 * <p><b>Durability.</b> A commit survives power loss, except the beats of {@link SessionName#PAWL}, which tell only that
 * a process lives. <b>Atomicity.</b> For everybody who reads through this class, in any process, a batch is whole or
 * absent. <b>Thread-safety.</b> Any number of threads, backends and processes. There is no cache: every read sees the
 * files.
 */
abstract sealed class DirectoryBackend implements Backend, ProcessLocking permits BaileysBackend, ZaileysFileBackend {

    private static final Traits TRAITS = new Traits(
            Set.of(Family.CREDENTIALS, Family.KEY, Family.LEASE),
            Durability.POWER_LOSS,
            Traits.Limits.NONE,
            false,
            Set.of(Family.CREDENTIALS, Family.KEY, Family.LEASE));

    private final SharedDirectory directory;
    private final Access access;
    private final ConsistentReads reads;
    private final BatchWriter writer;
    private final Targets targets;
    private final Set<ProcessLock> locks = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean closed = new AtomicBoolean();

    /** Uses a directory that {@link #joined} has joined, and leaves it when it is closed. */
    DirectoryBackend(SharedDirectory directory, Access access) {
        this.directory = directory;
        this.access = access;
        this.reads = new ConsistentReads(directory);
        this.writer = new BatchWriter(directory);
        this.targets = new Targets(directory);
    }

    /**
     * Joins the users of a directory, which is created, if it is missing, when the first row is written.
     *
     * @throws UnavailableException when it is not a directory, cannot be looked at, or is missing and opened for reading
     * @throws UnsupportedException when another program's layout is in it, naming that
     */
    static SharedDirectory joined(Path path, Access access, Disk disk, DirectoryLayout layout) {
        try {
            SharedDirectory directory = SharedDirectory.join(disk, path, layout);
            boolean usable = false;
            try {
                requireUsable(directory, access);
                usable = true;
                return directory;
            } finally {
                if (!usable) {
                    directory.leave();
                }
            }
        } catch (IOException e) {
            throw UnavailableException.connectionFailed("cannot open " + path + ": " + e.getMessage(), e);
        }
    }

    private static void requireUsable(SharedDirectory directory, Access access) throws IOException {
        if (Directories.require(directory.disk(), directory.path(), access == Access.READ_WRITE)) {
            directory.seen = true;
            ForeignLayout.refuse(directory.disk(), directory.path(), directory.layout());
        }
    }

    @Override
    public final Traits traits() {
        return TRAITS;
    }

    @Override
    public final Map<Key, Row> get(SessionName session, Collection<Key> keys) {
        return read(session, (view, attempt) -> {
            Listing listing = new Listing(directory, view, session);
            Map<Key, Row> rows = new HashMap<>();
            for (Key key : keys) {
                Optional<String> target = targets.readable(session, key);
                if (target.isPresent() && view.exists(target.get())) {
                    Ownership.requireExisting(directory, view, key, target.get());
                    listing.value(key, target.get()).ifPresent(value -> rows.put(key, Row.of(key, value)));
                }
            }
            return rows;
        });
    }

    @Override
    public final Page<Row, Position> scan(SessionName session, Scan scan) {
        // Beside a writer that never rests a smaller page is more likely to be read between two of its batches.
        return read(
                session,
                (view, attempt) -> new Listing(directory, view, session)
                        .page(scan, Math.max(1, scan.limit() >> Math.min(30, 2 * attempt))));
    }

    @Override
    public final Page<Partition, String> partitions(
            SessionName session, Family family, Optional<String> after, int limit) {
        return read(session, (view, attempt) -> new Listing(directory, view, session).partitions(family, after, limit));
    }

    @Override
    public final Page<SessionName, String> sessions(Set<Family> families, Optional<String> after, int limit) {
        if (after.map(last -> SessionName.DEFAULT.name().compareTo(last) <= 0).orElse(false)) {
            return Page.last(List.of());
        }
        return read(SessionName.DEFAULT, (view, attempt) -> {
            Listing listing = new Listing(directory, view, SessionName.DEFAULT);
            for (Family family : families) {
                if (listing.holds(family)) {
                    return Page.last(List.of(SessionName.DEFAULT));
                }
            }
            return Page.last(List.of());
        });
    }

    @Override
    public final void commit(SessionName session, Batch batch) {
        requireWritable(session);
        TRAITS.requireWithin(batch);
        List<BatchWriter.Change> changes = new ArrayList<>();
        for (Row row : batch.puts()) {
            String target = targets.writable(session, row.key());
            if (row.order() != 0) {
                throw new UnsupportedException(
                        "a " + program() + " directory keeps no order; " + row.key() + " has one");
            }
            View.problem(row.value().toArray()).ifPresent(problem -> {
                throw new UnsupportedException("a " + program() + " directory holds JSON texts, the value for " + target
                        + " is none: " + problem);
            });
            changes.add(new BatchWriter.Change(row.key(), target, Optional.of(row.value())));
        }
        for (Key key : Set.copyOf(batch.deletes())) {
            targets.readable(session, key)
                    .ifPresent(target -> changes.add(new BatchWriter.Change(key, target, Optional.empty())));
        }
        boolean lasting = changes.size() != 1 || !Targets.isBeat(changes.get(0).target());
        List<BatchWriter.Expectation> expectations = expectations(session, batch.checks());
        exclusively(() -> writer.commit(changes, expectations, lasting));
    }

    @Override
    public final void erase(SessionName session, Set<Family> families, List<Check> checks) {
        requireWritable(session);
        if (families.contains(Family.LEASE)) {
            throw new IllegalArgumentException("leases are not erased, they are released");
        }
        List<BatchWriter.Expectation> expectations = expectations(session, checks);
        if (!session.equals(SessionName.PAWL)) {
            exclusively(() -> new Eraser(directory).erase(families, expectations));
        }
    }

    @Override
    public final String locate(SessionName session, Key key) {
        requireOpen();
        targets.require(session);
        return directory.path() + "/" + targets.name(session, key).orElse(key.toString());
    }

    @Override
    public final Inspection inspect(SessionName session) {
        return read(
                session, (view, attempt) -> new Inspection(directory.layout().format(), Remarks.of(directory, view)));
    }

    @Override
    public final Optional<ProcessLock> tryLock(SessionName session, String name) {
        requireWritable(session);
        return exclusively(() -> {
            try {
                directory.make();
                return directory
                        .disk()
                        .tryLock(directory.own().resolve(lockName(session, name)))
                        .map(this::held);
            } catch (IOException e) {
                throw UnavailableException.writeFailed("cannot lock " + directory.path() + ": " + e.getMessage(), e);
            }
        });
    }

    @Override
    public final void close() {
        if (closed.compareAndSet(false, true)) {
            locks.forEach(ProcessLock::close);
            directory.leave();
        }
    }

    private String program() {
        return directory.layout().program();
    }

    private static String lockName(SessionName session, String name) {
        String prefix = session.equals(SessionName.DEFAULT) ? "lock-" : "lock-" + session + "-";
        return prefix + OwnNames.escape(name);
    }

    private ProcessLock held(Disk.FileLock lock) {
        ProcessLock held = new ProcessLock() {
            @Override
            public void close() {
                locks.remove(this);
                lock.close();
            }
        };
        locks.add(held);
        return held;
    }

    private List<BatchWriter.Expectation> expectations(SessionName session, List<Check> checks) {
        return checks.stream()
                .map(check -> new BatchWriter.Expectation(
                        check.key(), targets.readable(session, check.key()), check.expected()))
                .toList();
    }

    private <T> T read(SessionName session, ConsistentReads.Reading<T> reading) {
        requireOpen();
        targets.require(session);
        recover();
        return reads.read((view, attempt) -> {
            boolean seen = directory.seen;
            if (!directory.exists() && seen) {
                throw new IOException("the directory has been removed while it was in use");
            }
            return reading.read(view, attempt);
        });
    }

    /** Finishes what a dead process left, if nobody else is writing; if that fails, reads see it as if it were done. */
    private void recover() {
        if (access == Access.READ_ONLY || directory.recovered || !directory.commits.tryLock()) {
            return;
        }
        try {
            Workers.call(() -> {
                try {
                    if (directory.disk().stat(directory.own()).isPresent()) {
                        Optional<Disk.FileLock> lock = CommitLock.tryTake(directory);
                        if (lock.isPresent()) {
                            try {
                                new Recovery(directory).run();
                            } finally {
                                lock.get().close();
                            }
                        }
                    }
                } catch (IOException e) {
                    return false; // The next commit meets the same fault and reports it.
                }
                return true;
            });
        } finally {
            directory.commits.unlock();
        }
    }

    private void exclusively(Runnable task) {
        exclusively(() -> {
            task.run();
            return true;
        });
    }

    private <T> T exclusively(java.util.concurrent.Callable<T> task) {
        directory.commits.lock();
        try {
            requireOpen();
            return Workers.call(task);
        } finally {
            directory.commits.unlock();
        }
    }

    private void requireWritable(SessionName session) {
        requireOpen();
        targets.require(session);
        if (access == Access.READ_ONLY) {
            throw new UnsupportedException(directory.path() + " is open for reading only");
        }
    }

    private void requireOpen() {
        if (closed.get()) {
            throw new ClosedException(directory.path() + " has been closed");
        }
    }
}

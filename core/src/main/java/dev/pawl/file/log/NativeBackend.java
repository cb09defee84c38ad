package dev.pawl.file.log;

import dev.pawl.backend.Access;
import dev.pawl.backend.Backend;
import dev.pawl.backend.Batch;
import dev.pawl.backend.Check;
import dev.pawl.backend.ClosedException;
import dev.pawl.backend.CorruptDataException;
import dev.pawl.backend.Durability;
import dev.pawl.backend.Family;
import dev.pawl.backend.Inspection;
import dev.pawl.backend.Key;
import dev.pawl.backend.Page;
import dev.pawl.backend.Partition;
import dev.pawl.backend.Position;
import dev.pawl.backend.ProcessLocking;
import dev.pawl.backend.Row;
import dev.pawl.backend.Salvageable;
import dev.pawl.backend.Scan;
import dev.pawl.backend.SelfChecking;
import dev.pawl.backend.SessionName;
import dev.pawl.backend.StoreException;
import dev.pawl.backend.Traits;
import dev.pawl.backend.UnavailableException;
import dev.pawl.backend.UnsupportedException;
import dev.pawl.file.Directories;
import dev.pawl.file.Disk;
import dev.pawl.file.Workers;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;

/**
 * A directory with an append-only log for each session; the layout is described in {@code docs/format/native.md}.
 *
 * <p><b>Durability.</b> Commits survive a loss of power, or as a choice only the end of the process. Commits that
 * come at the same time share one force. <b>Atomicity.</b> A batch is whole or absent, also for other processes and
 * after a crash. <b>Thread-safety.</b> Any number of threads, backends and processes on one machine. Interrupting a
 * caller ends nothing.
 *
 * <p><b>Order.</b> Each process sees the commits of all processes in one order that agrees with time. A process reads its
 * own when they are as durable as they promise to be; one that reads beside it may see the last of them while it is still
 * being forced.
 *
 * <p><b>Damage</b> is a {@link CorruptDataException} that names file and offset; nothing is changed. What a crash
 * left of a commit that was never acknowledged is no damage: it is cut off and kept aside.
 *
 * <p><b>Resources.</b> A session that nobody uses is closed: at most 128 are open at a time, with two files each.
 *
 * <p><b>Not supported.</b> File systems on which locks of other machines mean nothing; messages and the rest of a
 * history.
 */
public final class NativeBackend implements Backend, ProcessLocking, SelfChecking, Salvageable {

    /** More than any store puts at once; a frame is made in memory. */
    private static final Traits.Limits LIMITS =
            new Traits.Limits(Integer.MAX_VALUE, 256L << 20, 256L << 20, Integer.MAX_VALUE);

    private static final Set<Family> FAMILIES = Set.of(Family.CREDENTIALS, Family.KEY, Family.LEASE, Family.JOB);

    private final LogDirectory directory;
    private final Access access;
    private final Traits traits;
    private final Set<ProcessLock> held = ConcurrentHashMap.newKeySet();

    /** Read by every use, written by the end. */
    private final ReentrantReadWriteLock life = new ReentrantReadWriteLock();

    private boolean closed;

    private NativeBackend(LogDirectory directory, Access access, Durability durability) {
        this.directory = directory;
        this.access = access;
        this.traits = new Traits(FAMILIES, durability, LIMITS, true, FAMILIES);
    }

    /**
     * Opens a directory, whose commits survive a loss of power. One that is missing is made with the first row.
     *
     * @throws UnavailableException when it is not a directory, cannot be looked at, or is missing and opened for
     *     reading
     */
    public static NativeBackend open(Path directory, Access access) {
        return builder(directory).access(access).open();
    }

    /** Says more about how to open a directory. */
    public static Builder builder(Path directory) {
        return new Builder(directory);
    }

    /** How a directory is opened. */
    public static final class Builder {

        private final Path path;
        private Access access = Access.READ_WRITE;
        private Durability durability = Durability.POWER_LOSS;
        private Disk disk = Disk.system();
        private Upkeep upkeep = Upkeep.USUAL;

        private Builder(Path path) {
            this.path = path;
        }

        /** For reading and writing, unless this says otherwise. */
        public Builder access(Access how) {
            this.access = how;
            return this;
        }

        /**
         * What commits through this backend survive: {@link Durability#POWER_LOSS}, unless this says {@link
         * Durability#PROCESS_CRASH}, which loses about the last second when the power goes.
         *
         * @throws IllegalArgumentException for {@link Durability#NONE}: use a store in memory
         */
        public Builder durability(Durability of) {
            if (of == Durability.NONE) {
                throw new IllegalArgumentException(
                        "what is in a directory survives the process: use memory: to keep nothing");
            }
            this.durability = of;
            return this;
        }

        /** Where the directory is: on the machine's disk, unless this says otherwise. */
        public Builder disk(Disk other) {
            this.disk = other;
            return this;
        }

        /** Has the directory looked after in another way, unless somebody has it open already. */
        Builder upkeep(Upkeep other) {
            this.upkeep = other;
            return this;
        }

        /**
         * Opens it.
         *
         * @throws UnavailableException as {@link NativeBackend#open} says
         */
        public NativeBackend open() {
            try {
                LogDirectory directory = LogDirectory.join(disk, path, upkeep);
                boolean opened = false;
                try {
                    Directories.require(disk, directory.path(), access == Access.READ_WRITE);
                    opened = true;
                    return new NativeBackend(directory, access, durability);
                } finally {
                    if (!opened) {
                        directory.leave();
                    }
                }
            } catch (IOException e) {
                throw UnavailableException.connectionFailed("cannot open " + path + ": " + e.getMessage(), e);
            }
        }
    }

    @Override
    public Traits traits() {
        return traits;
    }

    @Override
    public Map<Key, Row> get(SessionName session, Collection<Key> keys) {
        return using(() -> {
            LogSession log = directory.session(session);
            Optional<OpenLog.View> view = log.read(open -> {
                List<Index.Found> found = new ArrayList<>(keys.size());
                for (Key key : keys) {
                    open.index().find(key).ifPresent(place -> found.add(new Index.Found(key, place)));
                }
                return open.view(found);
            });
            Map<Key, Row> rows = new HashMap<>();
            view.ifPresent(seen -> values(log, seen).forEach(row -> rows.put(row.key(), row)));
            return rows;
        });
    }

    @Override
    public Page<Row, Position> scan(SessionName session, Scan scan) {
        record Seen(OpenLog.View rows, Optional<Position> next) {}
        return using(() -> {
            LogSession log = directory.session(session);
            Optional<Seen> seen = log.read(open -> {
                Page<Index.Found, Position> page = open.index().page(scan);
                return new Seen(open.view(page.items()), page.next());
            });
            return seen.map(page -> new Page<>(
                            scan.keysOnly() ? withoutValues(page.rows()) : values(log, page.rows()), page.next()))
                    .orElse(Page.last(List.of()));
        });
    }

    private static List<Row> withoutValues(OpenLog.View view) {
        try (view) {
            return view.withoutValues();
        }
    }

    private static List<Row> values(LogSession log, OpenLog.View view) {
        try (view) {
            return view.withValues();
        } catch (IOException e) {
            throw log.readFailed(e);
        }
    }

    @Override
    public Page<Partition, String> partitions(SessionName session, Family family, Optional<String> after, int limit) {
        return using(() -> directory
                .session(session)
                .read(open -> open.index().partitions(family, after, limit))
                .orElse(Page.last(List.of())));
    }

    @Override
    public Page<SessionName, String> sessions(Set<Family> families, Optional<String> after, int limit) {
        return using(() -> {
            List<SessionName> items = new ArrayList<>();
            for (SessionName name : logs()) {
                boolean wanted = !name.equals(SessionName.PAWL)
                        && after.map(last -> name.name().compareTo(last) > 0).orElse(true)
                        && mayHold(name, families);
                if (wanted && items.size() == limit) {
                    return new Page<>(items, Optional.of(items.get(limit - 1).name()));
                }
                if (wanted) {
                    items.add(name);
                }
            }
            return Page.last(items);
        });
    }

    private List<SessionName> logs() {
        try {
            return directory.logs();
        } catch (IOException e) {
            throw UnavailableException.readFailed("cannot list " + directory.path() + ": " + e.getMessage(), e);
        }
    }

    /** A session whose log cannot be read is listed: whoever uses it learns why. */
    private boolean mayHold(SessionName session, Set<Family> families) {
        try {
            return directory.session(session).holds(families);
        } catch (StoreException e) {
            return true;
        }
    }

    @Override
    public void commit(SessionName session, Batch batch) {
        using(() -> {
            requireWritable();
            traits.requireWithin(batch);
            EncodedBatch encoded = EncodedBatch.of(batch.puts(), batch.deletes());
            directory.session(session).commit(new Change(batch, encoded, traits.durability() == Durability.POWER_LOSS));
            return true;
        });
    }

    @Override
    public void erase(SessionName session, Set<Family> families, List<Check> checks) {
        if (families.contains(Family.LEASE)) {
            throw new IllegalArgumentException("leases are not erased, they are released");
        }
        using(() -> {
            requireWritable();
            new Erasure(directory.session(session), checks, traits.durability()).erase(families);
            return true;
        });
    }

    @Override
    public String locate(SessionName session, Key key) {
        String family = key.family().name().toLowerCase(Locale.ROOT);
        String partition = key.partition().isEmpty() ? "" : " " + key.partition();
        return using(() -> directory.log(session) + ": " + family + partition + " " + key.id());
    }

    @Override
    public Inspection inspect(SessionName session) {
        return reading(session, () -> {
            List<Inspection.Remark> remarks = new ArrayList<>(LogCheck.lost(directory, session));
            remarks.addAll(LogCheck.remarks(directory, session));
            return new Inspection("native log, version 1", remarks);
        });
    }

    @Override
    public List<Inspection.Remark> check(SessionName session) {
        return reading(session, () -> LogCheck.lost(directory, session));
    }

    @Override
    public void salvage(SessionName session, Visitor visitor) {
        reading(session, () -> {
            LogSalvage.walk(directory, session, visitor);
            return true;
        });
    }

    private <T> T reading(SessionName session, Workers.FileWork<T> work) {
        return using(() -> {
            try {
                return work.run();
            } catch (IOException e) {
                throw directory.session(session).readFailed(e);
            }
        });
    }

    @Override
    public Optional<ProcessLock> tryLock(SessionName session, String name) {
        return using(() -> {
            requireWritable();
            try {
                return Workers.files(() -> {
                            directory.exists(true);
                            return directory.locks().tryLease(session, name);
                        })
                        .map(this::held);
            } catch (IOException e) {
                throw UnavailableException.writeFailed("cannot lock " + directory.path() + ": " + e.getMessage(), e);
            }
        });
    }

    private ProcessLock held(Disk.FileLock lock) {
        ProcessLock lease = new ProcessLock() {
            @Override
            public void close() {
                held.remove(this);
                lock.close();
            }
        };
        held.add(lease);
        return lease;
    }

    @Override
    public void close() {
        life.writeLock().lock();
        try {
            if (!closed) {
                closed = true;
                List.copyOf(held).forEach(ProcessLock::close);
                directory.leave();
            }
        } finally {
            life.writeLock().unlock();
        }
    }

    private <T> T using(Supplier<T> use) {
        life.readLock().lock();
        try {
            if (closed) {
                throw new ClosedException(directory.path() + " has been closed");
            }
            return use.get();
        } finally {
            life.readLock().unlock();
        }
    }

    private void requireWritable() {
        if (access == Access.READ_ONLY) {
            throw new UnsupportedException(directory.path() + " is open for reading only");
        }
    }
}

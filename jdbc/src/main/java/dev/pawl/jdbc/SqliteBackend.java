package dev.pawl.jdbc;

import dev.pawl.backend.Access;
import dev.pawl.backend.Backend;
import dev.pawl.backend.Batch;
import dev.pawl.backend.Check;
import dev.pawl.backend.Durability;
import dev.pawl.backend.Family;
import dev.pawl.backend.Inspection;
import dev.pawl.backend.Key;
import dev.pawl.backend.Lifetime;
import dev.pawl.backend.Page;
import dev.pawl.backend.Partition;
import dev.pawl.backend.Position;
import dev.pawl.backend.Row;
import dev.pawl.backend.Scan;
import dev.pawl.backend.Searching;
import dev.pawl.backend.SelfChecking;
import dev.pawl.backend.SessionName;
import dev.pawl.backend.Traits;
import dev.pawl.backend.UnavailableException;
import dev.pawl.backend.UnsupportedException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Keeps every family of any number of sessions in one SQLite database, in tables that any tool can read.
 *
 * <pre>{@code
 * Backend backend = SqliteBackend.open(Path.of("pawl.db"), Access.READ_WRITE);
 * }</pre>
 *
 * <p><b>Durability.</b> {@link Durability#POWER_LOSS}: every commit is forced ({@code synchronous = FULL}) before it
 * returns; with {@link Builder#durability} {@link Durability#PROCESS_CRASH} it is written but not forced ({@code NORMAL}),
 * and a loss of power may take the last commits, never half of one. In memory: none. <b>Atomicity.</b> One transaction for
 * a batch. <b>Thread-safety.</b> One connection writes, for all committers who wait together in one transaction, and up to
 * {@link Builder#readers} others read, whatever the number of sessions. Other processes may use the file at the same time;
 * who finds it locked waits for {@link Builder#busyTimeout}.
 *
 * <p><b>Files.</b> The file and its directories are made with the first row, for the owner only, and so are {@code -wal}
 * and {@code -shm} beside it, which belong to it as long as they exist: copy them together, or copy after {@link #close}.
 * Deleted content is overwritten, and {@link #erase} empties the log too.
 *
 * <p><b>Not supported.</b> Network file systems, which SQLite's log cannot be shared on.
 */
public final class SqliteBackend implements Backend, SelfChecking {

    /** Rows of one step of an erasure. */
    private static final int STEP = 500;

    /** Commits of so many messages take long and seldom have somebody wait for each: they look after the log themselves. */
    private static final int MANY = 200;

    /** SQLite holds rows of up to a billion bytes, and a key needs room too. */
    private static final long VALUE_BYTES = 900_000_000;

    private final SqliteDatabase database;
    private final Traits traits;
    private final Layout layout;
    private final boolean readOnly;
    private final SqliteTables tables;
    private final SqliteAccess access;
    private final Lifetime life;
    private final SqliteSearch search;

    private SqliteBackend(SqliteDatabase database, Builder builder) {
        this.database = database;
        this.readOnly = builder.access == Access.READ_ONLY;
        this.traits = new Traits(
                EnumSet.allOf(Family.class),
                database.hasOneConnection() ? Durability.NONE : builder.durability,
                new Traits.Limits(Integer.MAX_VALUE, Long.MAX_VALUE, VALUE_BYTES, Integer.MAX_VALUE),
                builder.layout.hasManySessions(),
                EnumSet.allOf(Family.class));
        this.layout = builder.layout;
        this.tables = new SqliteTables(database, builder.layout, builder.search);
        SqliteFailures failures = new SqliteFailures(database.place(), database::obstacle);
        SqliteWriter writer = new SqliteWriter(database, failures, tables, builder.busyTimeout);
        Readers readers = database.hasOneConnection() ? writer : database.readers(builder.readers);
        this.access = new SqliteAccess(database, failures, tables, writer, readers);
        this.life = access.life();
        this.search = new SqliteSearch(access, builder.search, readOnly);
    }

    /**
     * Opens the database in a file, with a force at every commit.
     *
     * @param file is made with the first row that is put, and its directories too
     * @throws UnavailableException when it cannot be opened, or does not exist and is opened for reading only; or when the
     *     driver is missing, with its coordinates
     * @throws dev.pawl.backend.CorruptDataException when that is not a SQLite database, or a damaged one
     * @throws UnsupportedException when it holds tables of another program, or of a version newer than this
     */
    public static SqliteBackend open(Path file, Access access) {
        return builder().file(file).access(access).open();
    }

    /** A database in memory, which lives as long as this backend. */
    public static SqliteBackend inMemory() {
        return ofImage(new byte[0]);
    }

    /**
     * A database in memory with the content of a database file. Nothing is ever written back.
     *
     * @param image the bytes of a database file that was closed cleanly; none for an empty database
     * @throws dev.pawl.backend.CorruptDataException when that is not a SQLite database, or a damaged one
     */
    public static SqliteBackend ofImage(byte[] image) {
        Builder builder = builder();
        return open(new MemoryDatabase(image, builder.settings()), builder);
    }

    /** Says more about how to open one. */
    public static Builder builder() {
        return new Builder();
    }

    /** How a database is opened: exactly one of {@link #file} and {@link #dataSource}, the rest as it is needed. */
    public static final class Builder {

        private @Nullable Path file;
        private @Nullable DataSource dataSource;
        private Access access = Access.READ_WRITE;
        private Durability durability = Durability.POWER_LOSS;
        private Layout layout = Layout.PAWL;
        private boolean search;
        private int readers = 4;
        private Duration busyTimeout = Duration.ofSeconds(10);

        private Builder() {}

        /** The file of a database that this backend opens and closes. */
        public Builder file(Path owned) {
            this.file = owned;
            return this;
        }

        /**
         * Connections to a SQLite database of yours, in which tables of others may be. It must be able to give {@link
         * #readers} and one more at once; they are kept until this backend is closed and get its settings, and the database
         * keeps a write-ahead log from then on. The data source stays open. Do not open the same file for reading only
         * in the same process: SQLite then may never let you write again.
         */
        public Builder dataSource(DataSource given) {
            this.dataSource = given;
            return this;
        }

        /** For reading and writing, unless this says otherwise. */
        public Builder access(Access how) {
            this.access = how;
            return this;
        }

        /**
         * What a commit survives: {@link Durability#POWER_LOSS}, unless this says {@link Durability#PROCESS_CRASH}.
         *
         * @throws IllegalArgumentException for {@link Durability#NONE}: use {@link SqliteBackend#inMemory}
         */
        public Builder durability(Durability of) {
            if (of == Durability.NONE) {
                throw new IllegalArgumentException("a file always survives the process: open one in memory instead");
            }
            this.durability = of;
            return this;
        }

        /** Whose tables it has: those of Pawl, unless this says otherwise. */
        public Builder layout(Layout of) {
            this.layout = of;
            return this;
        }

        /**
         * Has an index of the words of messages made with the first row, where there is none yet; see {@link Searching},
         * which is there from then on, with or without this.
         */
        public Builder search(boolean made) {
            this.search = made;
            return this;
        }

        /** How many connections read at once, at least 1; 4 unless this says otherwise. */
        public Builder readers(int most) {
            if (most < 1) {
                throw new IllegalArgumentException("somebody has to read: at least 1 reader, not " + most);
            }
            this.readers = most;
            return this;
        }

        /**
         * How long to wait for another process that has the database locked; 10 s unless this says otherwise.
         *
         * @throws IllegalArgumentException when it is negative or more than 24 days
         */
        public Builder busyTimeout(Duration most) {
            if (most.isNegative() || most.toMillis() > Integer.MAX_VALUE) {
                throw new IllegalArgumentException("SQLite waits between no time and 24 days, not " + most);
            }
            this.busyTimeout = most;
            return this;
        }

        private SqliteDatabase.Settings settings() {
            return new SqliteDatabase.Settings(durability == Durability.POWER_LOSS, busyTimeout.toMillis());
        }

        /**
         * Opens it.
         *
         * @throws UnavailableException when both or none of file and data source were given, and as {@link
         *     SqliteBackend#open(Path, Access)} says
         * @throws UnsupportedException when search is wanted in a layout of somebody else
         */
        public SqliteBackend open() {
            if ((file == null) == (dataSource == null)) {
                throw UnavailableException.connectionFailed(
                        "a SQLite backend needs exactly one of file and data source, not "
                                + (file == null ? "none" : "both"));
            }
            if (search && layout != Layout.PAWL) {
                throw new UnsupportedException("tables of zaileys have no index of words: leave out search=on");
            }
            return SqliteBackend.open(database(), this);
        }

        private SqliteDatabase database() {
            if (file != null) {
                return new DatabaseFile(file, settings(), access == Access.READ_ONLY);
            }
            try {
                return new GivenDatabase(Objects.requireNonNull(dataSource), settings(), readers + 1);
            } catch (SQLException e) {
                throw UnavailableException.connectionFailed(
                        "the data source does not give what is needed: " + e.getMessage(), e);
            }
        }
    }

    private static SqliteBackend open(SqliteDatabase database, Builder builder) {
        if (builder.access == Access.READ_ONLY && !database.exists()) {
            throw UnavailableException.connectionFailed(database.place() + ": there is no such file");
        }
        SqliteBackend backend = new SqliteBackend(database, builder);
        try {
            backend.access.findTables();
            return backend;
        } catch (RuntimeException e) {
            backend.close();
            throw e;
        }
    }

    @Override
    public Traits traits() {
        return traits;
    }

    @Override
    public Map<Key, Row> get(SessionName session, Collection<Key> keys) {
        return access.read(connection -> RowReader.get(connection, session, keys), Map.of());
    }

    @Override
    public Page<Row, Position> scan(SessionName session, Scan scan) {
        return access.read(connection -> RowReader.scan(connection, session, scan), Page.last(List.of()));
    }

    @Override
    public Page<Partition, String> partitions(SessionName session, Family family, Optional<String> after, int limit) {
        return access.read(
                connection -> RowReader.partitions(connection, session, family, after, limit), Page.last(List.of()));
    }

    @Override
    public Page<SessionName, String> sessions(Set<Family> families, Optional<String> after, int limit) {
        return access.read(
                connection -> RowReader.sessions(connection, database.place(), families, after, limit),
                Page.last(List.of()));
    }

    @Override
    public void commit(SessionName session, Batch batch) {
        life.use(() -> {
            requireWritable();
            traits.requireWithin(batch);
            layout.requireSession(session, batch);
            FamilyTable.requirePlaces(tables.all(), batch);
            if (access.findTables().isEmpty() && batch.puts().isEmpty()) {
                RowWriter.requireAbsent(batch.checks());
                return Optional.empty();
            }
            access.write(connection -> {
                RowWriter.commit(connection, session, batch);
                search.note(connection, session, batch);
                return !batch.isEmpty();
            });
            int messages = SearchScope.messages(batch);
            if (messages > 0) {
                search.committed(batch);
            }
            if (messages > 0 && messages < MANY) {
                access.keepLog();
            }
            return Optional.empty();
        });
    }

    @Override
    public void erase(SessionName session, Set<Family> families, List<Check> checks) {
        if (families.contains(Family.LEASE)) {
            throw new IllegalArgumentException("leases are not erased, they are released");
        }
        life.use(() -> {
            requireWritable();
            layout.requireSession(session);
            FamilyTable.requirePlaces(tables.all(), checks);
            if (access.findTables().isEmpty()) {
                RowWriter.requireAbsent(checks);
                return Optional.empty();
            }
            // In the order of the enum: credentials first.
            for (Family family : families.isEmpty() ? families : EnumSet.copyOf(families)) {
                for (Home home : tables.all().table(family).homes()) {
                    erase(session, home, checks);
                }
            }
            if (families.contains(Family.MESSAGE)) {
                search.erase(session, checks);
            }
            access.emptyLog();
            return Optional.empty();
        });
    }

    private void erase(SessionName session, Home home, List<Check> checks) {
        int[] removed = {STEP};
        while (removed[0] == STEP) {
            access.write(connection -> {
                RowWriter.check(connection, session, checks);
                removed[0] = RowWriter.eraseSome(connection, home, session, STEP);
                return removed[0] > 0;
            });
        }
    }

    @Override
    public String locate(SessionName session, Key key) {
        return database.place() + ": " + tables.all().table(key.family()).locate(session.name(), key);
    }

    @Override
    public Inspection inspect(SessionName session) {
        String format = access.read(connection -> "SQLite, " + tables.describe(connection), "SQLite, no tables yet");
        return new Inspection(format, database.remarks());
    }

    @Override
    public List<Inspection.Remark> check(SessionName session) {
        return access.read(connection -> IntegrityCheck.of(connection, database.place()), List.of());
    }

    @Override
    public <T> Optional<T> as(Class<T> capability) {
        return capability == Searching.class
                ? Optional.of(search).filter(SqliteSearch::isOn).map(capability::cast)
                : Backend.super.as(capability);
    }

    @Override
    public void close() {
        search.close();
        access.close();
    }

    /** Names the database. */
    @Override
    public String toString() {
        return "SqliteBackend[" + database.place() + "]";
    }

    private void requireWritable() {
        if (readOnly) {
            throw new UnsupportedException(database.place() + " was opened for reading only");
        }
    }
}

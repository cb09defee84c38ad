package dev.pawl.jdbc;

import dev.pawl.backend.Access;
import dev.pawl.backend.Backend;
import dev.pawl.backend.Batch;
import dev.pawl.backend.Check;
import dev.pawl.backend.CorruptDataException;
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
import dev.pawl.backend.SessionName;
import dev.pawl.backend.Traits;
import dev.pawl.backend.UnavailableException;
import dev.pawl.backend.UnsupportedException;
import java.sql.SQLException;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Keeps every family of any number of sessions in a PostgreSQL database, in tables that any tool can read, for any number
 * of processes on any number of machines; or one session in the tables of zaileys ({@link Layout#ZAILEYS}).
 *
 * <pre>{@code
 * Backend backend = PostgresBackend.open("postgresql://pawl:secret@db.example:5432/bots", Access.READ_WRITE);
 * }</pre>
 *
 * <p><b>Durability.</b> {@link Durability#POWER_LOSS}, also for a role whose {@code synchronous_commit} is off, unless
 * {@code fsync} or {@code full_page_writes} is off in the server: then it is {@link Durability#PROCESS_CRASH}, which
 * {@link #inspect} says, and the log when it is opened for writing. A failover to a standby that lags behind loses what
 * it lacks. <b>Atomicity.</b> A batch is applied whole or not at all, in one round trip; commits of a session come
 * one after another by a lock that ends with the transaction, and commits of different sessions share transactions.
 * <b>Thread-safety.</b> All sessions share one pool of at most {@link PostgresBackendBuilder#max} connections; who
 * finds none waits up to {@link PostgresBackendBuilder#patience}.
 *
 * <p><b>Failures.</b> A connection that is lost in a commit is settled on another one: the commit is there, or it is sent
 * again, or {@link dev.pawl.backend.InDoubtException} says that nobody knows. That can be told for commits that check a
 * lease, as those of all stores do. The backend goes on by itself when the server is back. Deadlocks and serialization
 * failures are tried again.
 *
 * <p><b>Between here and the server</b> may be PgBouncer in transaction mode: nothing is kept in a connection from one
 * transaction to the next, and statements are prepared only where the server itself answers, or the option
 * {@code prepareThreshold} says so.
 *
 * <p><b>Not supported.</b> Databases in another encoding than UTF8, servers before PostgreSQL 12. Content that was erased
 * stays in the files of the server until it vacuums the tables, and in its logs and backups.
 */
public final class PostgresBackend implements Backend {

    /** Rows of one step of an erasure. */
    private static final int STEP = 500;

    /** A value goes over in hexadecimal digits, and a message of the protocol has less than a gigabyte. */
    private static final Traits.Limits LIMITS = new Traits.Limits(10_000, 32L << 20, 16L << 20, 10_000);

    private final PostgresConnections connections;
    private final String place;
    private final PostgresFailures failures;
    private final String home;
    private final Layout layout;
    private final Traits forced;
    private final Traits unforced;
    private final boolean readOnly;
    private final PostgresTables tables;
    private final PostgresWriter writer;
    private final Lifetime life;
    private final PostgresReading reading;
    private final PostgresSearch search;
    private final MessageStatistics statistics;

    private PostgresBackend(PostgresOpening.Opened opened, boolean readOnly) {
        this.layout = opened.layout();
        this.connections = opened.connections();
        this.place = opened.place();
        this.home = opened.home();
        this.readOnly = readOnly;
        this.failures = new PostgresFailures(place);
        this.tables = new PostgresTables(opened, !readOnly);
        this.forced = traits(Durability.POWER_LOSS);
        this.unforced = traits(Durability.PROCESS_CRASH);
        this.writer = new PostgresWriter(connections, failures, tables.all(), tables::hasSearch);
        this.life = new Lifetime("the backend on " + place);
        this.reading = new PostgresReading(connections, tables, failures, life);
        this.search = new PostgresSearch(connections, reading, failures, tables, life, place, readOnly);
        this.statistics = new MessageStatistics(connections);
    }

    /**
     * Opens a database, with a pool of connections of its own.
     *
     * @param url such as {@code postgresql://user:password@host:port/database?sslmode=require}, or one of the driver,
     *     {@code jdbc:postgresql:…}. Options are those of the driver, {@code max} and
     *     {@code layout}.
     * @throws UnavailableException when it cannot be reached, or has no tables of Pawl's and is opened for reading only; or
     *     when the driver is missing, with its coordinates
     * @throws UnsupportedException when the tables are of a version newer than this, or the database cannot hold them
     */
    public static PostgresBackend open(String url, Access access) {
        return builder().url(url).access(access).open();
    }

    /**
     * The SQL that makes the tables, for somebody who may make tables when the role of the application may not. That role
     * then needs {@code SELECT}, {@code INSERT}, {@code UPDATE} and {@code DELETE} on the tables that are called
     * {@code pawl_…}.
     */
    public static String script() {
        return script(Layout.PAWL);
    }

    /** The same for another layout, whose tables of zaileys have to belong to whoever runs it. */
    public static String script(Layout layout) {
        return PostgresTables.script(layout);
    }

    /** The same for the tables of an index of words, where there are the others already. */
    public static String searchScript() {
        return PostgresTables.searchScript();
    }

    /** Says more about how to open one. */
    public static PostgresBackendBuilder builder() {
        return new PostgresBackendBuilder();
    }

    static PostgresBackend open(PostgresOpening.Opened opened, Access access) {
        PostgresBackend backend = new PostgresBackend(opened, access == Access.READ_ONLY);
        try {
            opened.server().requireFit(opened.place());
            long end = opened.connections().deadline();
            if (backend.findTables(end).isEmpty() && backend.readOnly) {
                throw UnavailableException.connectionFailed(opened.place() + ": there are no tables of "
                        + (opened.layout() == Layout.PAWL ? "Pawl's" : "zaileys"));
            }
            if (!backend.readOnly) {
                backend.requireWritingConnections(end);
            }
            return backend;
        } catch (RuntimeException e) {
            backend.close();
            throw e;
        }
    }

    private Traits traits(Durability durability) {
        Set<Family> verbatim = EnumSet.allOf(Family.class);
        verbatim.removeIf(family -> tables.all().table(family).isJsonb());
        return new Traits(EnumSet.allOf(Family.class), durability, LIMITS, layout.hasManySessions(), verbatim);
    }

    @Override
    public Traits traits() {
        return tables.server().forces() ? forced : unforced;
    }

    @Override
    public Map<Key, Row> get(SessionName session, Collection<Key> keys) {
        return reading.read(connection -> KeysQuery.get(connection, session, keys), Map.of());
    }

    @Override
    public Page<Row, Position> scan(SessionName session, Scan scan) {
        return reading.read(connection -> RowReader.scan(connection, session, scan), Page.last(List.of()));
    }

    @Override
    public Page<Partition, String> partitions(SessionName session, Family family, Optional<String> after, int limit) {
        return reading.read(
                connection -> RowReader.partitions(connection, session, family, after, limit), Page.last(List.of()));
    }

    @Override
    public Page<SessionName, String> sessions(Set<Family> families, Optional<String> after, int limit) {
        return reading.read(
                connection -> RowReader.sessions(connection, place, families, after, limit), Page.last(List.of()));
    }

    @Override
    public void commit(SessionName session, Batch batch) {
        life.use(() -> {
            requireWritable();
            traits().requireWithin(batch);
            layout.requireSession(session, batch);
            FamilyTable.requirePlaces(tables.all(), batch);
            long end = connections.deadline();
            if (batch.puts().isEmpty() && findTables(end).isEmpty()) {
                RowWriter.requireAbsent(batch.checks());
                return Optional.empty();
            }
            makeTables(end);
            write(() -> {
                writer.commit(session, batch, end);
                return Optional.empty();
            });
            int messages = SearchScope.messages(batch);
            if (messages > 0) {
                search.committed(batch);
                statistics.put(layout == Layout.PAWL ? messages : 0);
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
            long end = connections.deadline();
            if (findTables(end).isEmpty()) {
                RowWriter.requireAbsent(checks);
                return Optional.empty();
            }
            makeTables(end);
            // In the order of the enum: credentials first.
            for (Family family : families.isEmpty() ? families : EnumSet.copyOf(families)) {
                for (Home home : tables.all().table(family).homes()) {
                    erase(session, home, checks);
                }
            }
            if (families.contains(Family.MESSAGE)) {
                search.erase(session);
            }
            return Optional.empty();
        });
    }

    private void erase(SessionName session, Home home, List<Check> checks) {
        while (write(() -> writer.eraseSome(session, home, checks, STEP)).orElse(STEP) > 0) {
            // A step may be short of rows that somebody else had in hand: only one that finds none is the last.
        }
    }

    @Override
    public String locate(SessionName session, Key key) {
        return home + ": " + tables.all().table(key.family()).locate(session.name(), key);
    }

    @Override
    public Inspection inspect(SessionName session) {
        return life.use(() -> {
            try {
                String what = tables.describe(connections.deadline());
                PostgresFacts server = tables.server();
                return new Inspection("PostgreSQL " + server.release() + ", " + what, server.remarks(place));
            } catch (SQLException e) {
                throw failures.reading(e);
            }
        });
    }

    @Override
    public <T> Optional<T> as(Class<T> capability) {
        return capability == Searching.class
                ? Optional.of(search).filter(PostgresSearch::isOn).map(capability::cast)
                : Backend.super.as(capability);
    }

    @Override
    public void close() {
        search.close();
        life.end(connections::close);
    }

    /** Names the database. */
    @Override
    public String toString() {
        return "PostgresBackend[" + place + "]";
    }

    /** Writes. Tables that are not as they were known are looked at again by who comes next. */
    private <T> T write(Supplier<T> action) {
        try {
            return action.get();
        } catch (CorruptDataException e) {
            tables.doubt();
            throw e;
        }
    }

    /** Connections of somebody else may be for reading only. */
    private void requireWritingConnections(long end) {
        try {
            connections.write(connection -> place, end);
        } catch (SQLException e) {
            throw failures.opening(e);
        }
    }

    private Optional<Dialect> findTables(long end) {
        try {
            return tables.find(end);
        } catch (SQLException e) {
            throw failures.opening(e);
        }
    }

    private void makeTables(long end) {
        try {
            tables.make(end);
        } catch (SQLException e) {
            throw failures.notApplied(e);
        }
    }

    private void requireWritable() {
        if (readOnly) {
            throw new UnsupportedException(place + " was opened for reading only");
        }
    }
}

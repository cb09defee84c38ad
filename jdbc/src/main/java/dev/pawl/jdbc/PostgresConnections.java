package dev.pawl.jdbc;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.HikariPoolMXBean;
import dev.pawl.backend.StoreException;
import dev.pawl.backend.UnavailableException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;

/**
 * Connections to one database, each lent for one use. Between two uses a connection has no state that matters: no open
 * transaction, no setting of ours, no lock.
 *
 * <p><b>Thread-safety.</b> Safe for any number of threads; who finds no connection free waits.
 */
final class PostgresConnections implements AutoCloseable {

    /** How long the pool itself waits at a time: the least it takes, so that a wait ends when it should. */
    private static final long TURN_MILLIS = 250;

    /** How long a connection that was idle may take to say that it is there. */
    private static final long VALIDATION_MILLIS = 5_000;

    private final DataSource source;
    private final Optional<HikariDataSource> pool;
    private final Semaphore free;
    private final long patience;
    private final AtomicInteger generation = new AtomicInteger();

    private PostgresConnections(DataSource source, Optional<HikariDataSource> pool, int most, Duration patience) {
        this.source = source;
        this.pool = pool;
        this.free = new Semaphore(most, true);
        this.patience = patience.toNanos();
    }

    /** A pool of our own, whose first connection is made when it is needed. */
    static PostgresConnections pooled(DataSource maker, int most, Duration patience) {
        HikariConfig config = new HikariConfig();
        config.setDataSource(maker);
        config.setPoolName("pawl-postgresql");
        config.setMaximumPoolSize(most);
        config.setMinimumIdle(0);
        config.setIdleTimeout(Duration.ofMinutes(1).toMillis());
        config.setConnectionTimeout(TURN_MILLIS);
        config.setValidationTimeout(Math.max(TURN_MILLIS, Math.min(VALIDATION_MILLIS, patience.toMillis())));
        // Whether it can be reached is found out before, at once and with the reason.
        config.setInitializationFailTimeout(-1);
        HikariDataSource pool = new HikariDataSource(config);
        return new PostgresConnections(pool, Optional.of(pool), most, patience);
    }

    /** Connections of somebody else, who closes them, and says how many there are. */
    static PostgresConnections given(DataSource theirs, Duration patience) {
        return new PostgresConnections(theirs, Optional.empty(), Integer.MAX_VALUE, patience);
    }

    /** When somebody who begins now has waited long enough, by {@link System#nanoTime}. */
    long deadline() {
        return System.nanoTime() + patience;
    }

    /** How long one call waits altogether, in nanoseconds. */
    long patience() {
        return patience;
    }

    /** How many milliseconds there are until then, at least one. */
    static long millisUntil(long end) {
        return Math.max(1, TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime()));
    }

    /**
     * Changes whenever connections were lost: whoever answers from then on may be another server.
     */
    int generation() {
        return generation.get();
    }

    /**
     * Reads on a connection. One on which anything failed is not used again. An interruption of the caller is seen after
     * that: the connection of a virtual thread would not survive it.
     *
     * @param end when to stop waiting for a connection
     * @throws NoConnection when there was none, so that nothing was sent
     */
    <T> T read(Query<T> query, long end) throws SQLException {
        return use(query, false, end);
    }

    /**
     * Writes on a connection, likewise.
     *
     * @throws UnavailableException when a connection of somebody else is for reading only; nothing was sent
     */
    <T> T write(Query<T> query, long end) throws SQLException {
        return use(query, true, end);
    }

    /**
     * Likewise, and a server that says nothing for as long is given up, as a connection that went. Not for what may take
     * long for good reasons.
     *
     * @param silence the most of it, in nanoseconds
     */
    <T> T writeSoon(Query<T> query, long end, long silence) throws SQLException {
        int most = (int) Math.min(Integer.MAX_VALUE, Math.max(1, TimeUnit.NANOSECONDS.toMillis(silence)));
        return use(
                connection -> {
                    OptionalInt before = limit(connection.raw(), most);
                    T result = query.on(connection);
                    if (before.isPresent()) {
                        connection.raw().setNetworkTimeout(Runnable::run, before.getAsInt());
                    }
                    return result;
                },
                true,
                end);
    }

    /** Returns what was in force instead; empty when that stays, because it is less or the connection knows no limit. */
    private static OptionalInt limit(Connection connection, int most) throws SQLException {
        try {
            int before = connection.getNetworkTimeout();
            if (before > 0 && before <= most) {
                return OptionalInt.empty();
            }
            connection.setNetworkTimeout(Runnable::run, most);
            return OptionalInt.of(before);
        } catch (SQLFeatureNotSupportedException | AbstractMethodError e) {
            // One of somebody else's.
            return OptionalInt.empty();
        }
    }

    private <T> T use(Query<T> query, boolean writing, long end) throws SQLException {
        boolean interrupted = Thread.interrupted();
        try {
            if (!awaitFree(end)) {
                throw new NoConnection(
                        new SQLTransientConnectionException("all connections of the pool are in use (option max)"));
            }
            interrupted |= Thread.interrupted();
            try {
                Taken taken = take(writing, end);
                interrupted |= Thread.interrupted();
                return useNow(taken, query);
            } finally {
                free.release();
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private boolean awaitFree(long end) {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return free.tryAcquire(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private <T> T useNow(Taken taken, Query<T> query) throws SQLException {
        Connection connection = taken.connection();
        SqlConnection lent = new SqlConnection(connection, PostgresDialect.INSTANCE);
        T result;
        try {
            result = query.on(lent);
        } catch (SQLException | StoreException | Error e) {
            discard(connection, e);
            throw e;
        } catch (RuntimeException e) {
            discard(connection, e);
            throw inItsOwnWay(e);
        }
        try {
            if (!taken.autoCommit()) {
                connection.setAutoCommit(false);
            }
            lent.close();
        } catch (SQLException | RuntimeException e) {
            // What was done is done; who needs a connection next gets another.
            discard(connection, e);
        }
        return result;
    }

    /**
     * What a connection of somebody else throws that no connection should. What it says is left out: it may quote what was
     * sent. It has no SQLSTATE, so nobody knows what the server did.
     */
    private static SQLException inItsOwnWay(RuntimeException e) {
        SQLException failure =
                new SQLException("the connection failed with " + e.getClass().getName());
        failure.setStackTrace(e.getStackTrace());
        return failure;
    }

    /** Forgets connections that wait for their next use: whatever broke one may have broken all. */
    void renew() {
        generation.incrementAndGet();
        pool.map(HikariDataSource::getHikariPoolMXBean).ifPresent(HikariPoolMXBean::softEvictConnections);
    }

    /** There was no connection, so that nothing was sent. */
    static final class NoConnection extends SQLException {

        private static final long serialVersionUID = 1L;

        NoConnection(SQLException cause) {
            super(cause.getMessage(), cause.getSQLState(), cause);
        }

        /** A data source of somebody else may fail in its own way. */
        static NoConnection of(RuntimeException failure) {
            SQLException cause = new SQLException("the data source gives none: " + failure);
            cause.setStackTrace(failure.getStackTrace());
            return new NoConnection(cause);
        }
    }

    /**
     * A connection, each statement of which is a transaction unless it says otherwise.
     *
     * @param autoCommit whether it came that way
     */
    private record Taken(Connection connection, boolean autoCommit) {}

    /** A caller that is interrupted gets its connection all the same, and stays interrupted. */
    private Taken take(boolean writing, long end) throws SQLException {
        boolean interrupted = false;
        Optional<SQLException> reason = Optional.empty();
        try {
            while (true) {
                try {
                    return ready(source.getConnection(), writing);
                } catch (SQLException e) {
                    // The pool says why once, and later only that there is still none.
                    reason = e.getCause() == null ? reason : Optional.of(e);
                    boolean again = Thread.interrupted();
                    interrupted |= again;
                    boolean mayComeYet = pool.isPresent()
                            && e instanceof SQLTransientConnectionException
                            && !PostgresFailures.isOfEntry(e);
                    if (!(again || mayComeYet) || System.nanoTime() - end >= 0) {
                        throw new NoConnection(reason.orElse(e));
                    }
                } catch (StoreException e) {
                    throw e;
                } catch (RuntimeException e) {
                    throw NoConnection.of(e);
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static Taken ready(Connection connection, boolean writing) throws SQLException {
        try {
            boolean autoCommit = connection.getAutoCommit();
            if (PostgresDriver.hasBegun(connection).orElse(!autoCommit)) {
                throw UnavailableException.connectionFailed("the data source gives connections on which a transaction"
                        + " of somebody else may be open: give one that is not bound to transactions");
            }
            if (writing && connection.isReadOnly()) {
                throw UnavailableException.connectionFailed("the connections are for reading only (readOnly):"
                        + " open it for reading only, or give connections that may write");
            }
            if (!autoCommit) {
                connection.setAutoCommit(true);
            }
            return new Taken(connection, autoCommit);
        } catch (SQLException | RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    private void discard(Connection connection, Throwable cause) {
        try {
            if (pool.isPresent()) {
                pool.get().evictConnection(connection);
            } else {
                connection.abort(Runnable::run);
            }
        } catch (SQLException | RuntimeException e) {
            cause.addSuppressed(e);
        }
        try {
            connection.close();
        } catch (SQLException | RuntimeException e) {
            // It is of no use any more, however it went.
            cause.addSuppressed(e);
        }
    }

    @Override
    public void close() {
        pool.ifPresent(HikariDataSource::close);
    }
}

package dev.pawl.jdbc;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.HikariPoolMXBean;
import dev.pawl.backend.StoreException;
import dev.pawl.backend.UnavailableException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import javax.sql.DataSource;

/**
 * Connections to one database, each lent for one use. Between two uses a connection has no state that matters: no open
 * transaction, no setting of ours, no lock.
 *
 * <p><b>Thread-safety.</b> Safe for any number of threads; who finds no connection free waits.
 */
final class PostgresConnections implements AutoCloseable {

    private final DataSource source;
    private final Optional<HikariDataSource> pool;
    private final long patience;

    private PostgresConnections(DataSource source, Optional<HikariDataSource> pool, Duration patience) {
        this.source = source;
        this.pool = pool;
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
        config.setConnectionTimeout(Math.max(250, patience.toMillis()));
        // Whether it can be reached is found out before, at once and with the reason.
        config.setInitializationFailTimeout(-1);
        HikariDataSource pool = new HikariDataSource(config);
        return new PostgresConnections(pool, Optional.of(pool), patience);
    }

    /** Connections of somebody else, who closes them. */
    static PostgresConnections given(DataSource theirs, Duration patience) {
        return new PostgresConnections(theirs, Optional.empty(), patience);
    }

    /** How long a caller waits for a connection. */
    Duration patience() {
        return Duration.ofNanos(patience);
    }

    /**
     * Uses a connection. One on which anything failed is not used again. An interruption of the caller is seen after that:
     * the connection of a virtual thread would not survive it.
     *
     * @throws NoConnection when there was none, so that nothing was sent
     */
    <T> T use(Query<T> query) throws SQLException {
        boolean interrupted = Thread.interrupted();
        try {
            return useNow(query);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private <T> T useNow(Query<T> query) throws SQLException {
        Taken taken = take();
        Connection connection = taken.connection();
        SqlConnection lent = new SqlConnection(connection, PostgresDialect.INSTANCE);
        T result;
        try {
            result = query.on(lent);
        } catch (Throwable e) {
            discard(connection, e);
            throw e;
        }
        try {
            if (!taken.autoCommit()) {
                connection.setAutoCommit(false);
            }
            lent.close();
        } catch (SQLException e) {
            // What was done is done; who needs a connection next gets another.
            discard(connection, e);
        }
        return result;
    }

    /** Forgets connections that wait for their next use: whatever broke one may have broken all. */
    void renew() {
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
    private Taken take() throws SQLException {
        long end = System.nanoTime() + patience;
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return ready(source.getConnection());
                } catch (SQLException e) {
                    boolean again = Thread.interrupted();
                    interrupted |= again;
                    if (!again || System.nanoTime() - end > 0) {
                        throw new NoConnection(e);
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

    private static Taken ready(Connection connection) throws SQLException {
        try {
            boolean autoCommit = connection.getAutoCommit();
            if (PostgresDriver.hasBegun(connection).orElse(!autoCommit)) {
                throw UnavailableException.connectionFailed("the data source gives connections on which a transaction"
                        + " of somebody else may be open: give one that is not bound to transactions");
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

package dev.pawl.jdbc;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Semaphore;

/** So many connections at most, each made when it is first needed; whoever finds none waits. */
final class ReaderPool implements Readers {

    private final ConnectionSource source;
    private final Semaphore permits;

    /** The one that was used last comes first, since what it has read is still in its cache. */
    private final ConcurrentLinkedDeque<SqlConnection> idle = new ConcurrentLinkedDeque<>();

    ReaderPool(ConnectionSource source, int most) {
        this.source = source;
        this.permits = new Semaphore(most);
    }

    @Override
    public <T> T read(Query<T> query) throws SQLException {
        permits.acquireUninterruptibly();
        try {
            SqlConnection connection = idle.pollFirst();
            if (connection == null) {
                connection = source.open(false);
            }
            T result;
            try {
                result = query.on(connection);
            } catch (Throwable e) {
                close(connection, e);
                throw e;
            }
            idle.addFirst(connection);
            return result;
        } finally {
            permits.release();
        }
    }

    /** What failed once is not used again. */
    private static void close(SqlConnection connection, Throwable cause) {
        try {
            connection.close();
        } catch (SQLException e) {
            cause.addSuppressed(e);
        }
    }

    @Override
    public void close() throws SQLException {
        List<SQLException> failures = new ArrayList<>();
        for (SqlConnection connection = idle.poll(); connection != null; connection = idle.poll()) {
            try {
                connection.close();
            } catch (SQLException e) {
                failures.add(e);
            }
        }
        if (!failures.isEmpty()) {
            throw failures.get(0);
        }
    }
}

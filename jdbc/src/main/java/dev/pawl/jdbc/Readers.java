package dev.pawl.jdbc;

import java.sql.SQLException;

/** The connections that only read. A query sees everything that was committed before it began. */
interface Readers extends AutoCloseable {

    /** Runs a query on a connection of its own, waiting for one if need be. */
    <T> T read(Query<T> query) throws SQLException;

    /** Closes every connection. No query is running any more. */
    @Override
    void close() throws SQLException;
}

package dev.pawl.jdbc;

import java.sql.SQLException;

/** Makes connections to one database. */
@FunctionalInterface
interface ConnectionSource {

    /**
     * A new connection, set up as the backend needs it.
     *
     * @param writing whether it is the one that writes
     */
    SqlConnection open(boolean writing) throws SQLException;
}

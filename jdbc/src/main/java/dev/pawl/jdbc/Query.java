package dev.pawl.jdbc;

import java.sql.SQLException;

/** Something that is read on a connection. May be run again from the start when the first answer cannot be trusted. */
@FunctionalInterface
interface Query<T> {
    T on(SqlConnection connection) throws SQLException;
}

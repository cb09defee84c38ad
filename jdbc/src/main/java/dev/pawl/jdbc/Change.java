package dev.pawl.jdbc;

import java.sql.SQLException;

/** Something that is written in a transaction together with others. */
@FunctionalInterface
interface Change {

    /**
     * Does it. Throws a {@link dev.pawl.backend.StoreException} only as long as nothing was written.
     *
     * @return whether anything was written
     */
    boolean apply(SqlConnection connection) throws SQLException;
}

package dev.pawl.jdbc;

import java.sql.SQLException;

/** What is done with a new connection before anybody gets it. */
@FunctionalInterface
interface SetUp {

    /** Sets it up, and returns it or what wraps it. */
    SqlConnection apply(SqlConnection opened) throws SQLException;

    /** Sets a new connection up, and closes it when that fails. */
    static SqlConnection of(SqlConnection opened, SetUp how) throws SQLException {
        try {
            return how.apply(opened);
        } catch (Throwable e) {
            try {
                opened.close();
            } catch (SQLException suppressed) {
                e.addSuppressed(suppressed);
            }
            throw e;
        }
    }
}

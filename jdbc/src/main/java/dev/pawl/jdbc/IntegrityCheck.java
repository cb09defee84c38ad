package dev.pawl.jdbc;

import dev.pawl.backend.Inspection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** SQLite's own look at every page of a database, which finds damage that no row shows. */
final class IntegrityCheck {

    private IntegrityCheck() {}

    /**
     * Checks it.
     *
     * @param place the database, for people
     * @return what is wrong, nothing when all is well
     */
    static List<Inspection.Remark> of(SqlConnection connection, String place) throws SQLException {
        List<Inspection.Remark> remarks = new ArrayList<>();
        try (Statement statement = connection.raw().createStatement();
                ResultSet rows = statement.executeQuery("PRAGMA integrity_check")) {
            while (rows.next()) {
                String text = rows.getString(1);
                if (!text.equals("ok")) {
                    // One row can have several lines, the first of which names the database within the connection.
                    remarks.add(new Inspection.Remark(
                            true,
                            place,
                            text.replace("*** in database main ***\n", "").replace("\n", "; ")));
                }
            }
        } catch (SQLException e) {
            // It stops where it can read no further; what it found before says more than that.
            if (remarks.isEmpty() || e.getErrorCode() != SqliteFailures.CORRUPT) {
                throw e;
            }
        }
        return remarks;
    }
}

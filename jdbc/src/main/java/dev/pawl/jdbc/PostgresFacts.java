package dev.pawl.jdbc;

import dev.pawl.backend.Inspection;
import dev.pawl.backend.UnsupportedException;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/**
 * What a server says about itself and about this database.
 *
 * @param version its number, such as 180001
 * @param encoding of text in this database
 * @param forces whether it forces commits to the medium, so that they survive the end of the machine
 * @param role who we are
 * @param schema where new tables go; empty when that is nowhere
 * @param process that answered
 * @param database its name
 * @param home the schema in which the tables are found, or would be made
 * @param cluster what tells this server and its standbys from all others, for ever; empty when we may not know
 * @param run tells this run of the server from all others
 */
record PostgresFacts(
        int version,
        String encoding,
        boolean forces,
        String role,
        Optional<String> schema,
        int process,
        String database,
        Optional<String> home,
        Optional<String> cluster,
        String run) {

    private static final int OLDEST = 12_00_00;

    /** Asks it. */
    static PostgresFacts of(SqlConnection connection) throws SQLException {
        Optional<String> cluster = cluster(connection);
        PreparedStatement select = connection.prepare("SELECT current_setting('server_version_num')::int,"
                + " current_setting('server_encoding'),"
                + " current_setting('fsync') = 'on' AND current_setting('full_page_writes') = 'on',"
                + " current_user, current_schema(), pg_backend_pid(), current_database(),"
                + " coalesce((SELECT n.nspname FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace"
                + " WHERE c.oid = to_regclass('pawl_schema')), current_schema()),"
                + " pg_postmaster_start_time()::text");
        try (ResultSet rows = select.executeQuery()) {
            rows.next();
            return new PostgresFacts(
                    rows.getInt(1),
                    rows.getString(2),
                    rows.getBoolean(3),
                    rows.getString(4),
                    Optional.ofNullable(rows.getString(5)),
                    rows.getInt(6),
                    rows.getString(7),
                    Optional.ofNullable(rows.getString(8)),
                    cluster,
                    rows.getString(9));
        }
    }

    /** It is made once, with the files of the server, and standbys have it too. Not every host lets its users see it. */
    private static Optional<String> cluster(SqlConnection connection) throws SQLException {
        try {
            return connection.text("SELECT system_identifier FROM pg_control_system()");
        } catch (SQLException e) {
            if (PostgresFailures.isRefused(e)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /**
     * Refuses what Pawl's tables cannot be in.
     *
     * @param place the database, for people
     */
    void requireFit(String place) {
        if (version < OLDEST) {
            throw new UnsupportedException(
                    place + " is on PostgreSQL " + version / 10_000 + ", and Pawl needs 12 or a newer one");
        }
        if (!encoding.equals("UTF8")) {
            // Ids would stand in another order than everywhere else, or not at all.
            throw new UnsupportedException(
                    place + " keeps text in " + encoding + ", and Pawl needs UTF8: make another database");
        }
    }

    /** Its version as people write it. */
    String release() {
        return version / 10_000 + "." + version % 10_000;
    }

    /** What deserves attention. */
    List<Inspection.Remark> remarks(String place) {
        return forces
                ? List.of()
                : List.of(new Inspection.Remark(
                        false,
                        place,
                        "fsync or full_page_writes is off in the server: a loss of power, or a crash of its machine, can"
                                + " destroy the database"));
    }
}

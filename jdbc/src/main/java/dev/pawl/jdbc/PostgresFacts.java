package dev.pawl.jdbc;

import dev.pawl.backend.Durability;
import dev.pawl.backend.Inspection;
import dev.pawl.backend.UnsupportedException;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a server says about itself and about this database.
 *
 * @param version its number, such as 180001
 * @param encoding of text in this database
 * @param forces whether it forces commits to the medium
 * @param waits whether it acknowledges a commit after that
 * @param standby whether it only repeats what another server does
 * @param role who we are
 * @param schema where new tables go; empty when that is nowhere
 * @param process that answered
 * @param identity tells this database and schema of this run of the server from all others
 */
record PostgresFacts(
        int version,
        String encoding,
        boolean forces,
        boolean waits,
        boolean standby,
        String role,
        Optional<String> schema,
        int process,
        String identity) {

    private static final int OLDEST = 12_00_00;

    /** Asks it. */
    static PostgresFacts of(SqlConnection connection) throws SQLException {
        PreparedStatement select = connection.prepare(
                "SELECT current_setting('server_version_num')::int,"
                        + " current_setting('server_encoding'),"
                        + " current_setting('fsync') = 'on' AND current_setting('full_page_writes') = 'on',"
                        + " current_setting('synchronous_commit') <> 'off', pg_is_in_recovery(), current_user, current_schema(),"
                        + " pg_backend_pid(), pg_postmaster_start_time() || ' ' || current_database() || ' ' || coalesce(current_schema(), '')");
        try (ResultSet rows = select.executeQuery()) {
            rows.next();
            return new PostgresFacts(
                    rows.getInt(1),
                    rows.getString(2),
                    rows.getBoolean(3),
                    rows.getBoolean(4),
                    rows.getBoolean(5),
                    rows.getString(6),
                    Optional.ofNullable(rows.getString(7)),
                    rows.getInt(8),
                    rows.getString(9));
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

    /** What a commit survives that it acknowledged. */
    Durability durability() {
        return forces && waits ? Durability.POWER_LOSS : Durability.PROCESS_CRASH;
    }

    /** What deserves attention. */
    List<Inspection.Remark> remarks(String place) {
        List<Inspection.Remark> remarks = new ArrayList<>();
        if (!forces) {
            remarks.add(new Inspection.Remark(
                    false, place, "fsync or full_page_writes is off: a loss of power can destroy the database"));
        }
        if (!waits) {
            remarks.add(new Inspection.Remark(
                    false,
                    place,
                    "synchronous_commit is off: when the server ends suddenly, the last commits are lost"));
        }
        return remarks;
    }
}

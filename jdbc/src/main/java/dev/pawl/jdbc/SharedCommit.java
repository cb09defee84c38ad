package dev.pawl.jdbc;

import dev.pawl.backend.Batch;
import dev.pawl.backend.Check;
import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Row;
import dev.pawl.backend.SessionName;
import dev.pawl.json.Bytes;
import dev.pawl.json.JsonException;
import dev.pawl.json.JsonValue;
import java.sql.SQLException;
import java.util.Optional;

/**
 * A commit that shares a transaction with those of other sessions, and what came of it.
 *
 * <p><b>Thread-safety.</b> For one thread at a time.
 */
final class SharedCommit {

    /** More rows or bytes than these would keep the others waiting. */
    private static final int MOST_ROWS = 64;

    private static final long MOST_BYTES = 256 << 10;

    private final SessionName session;
    private final Batch batch;
    private final Check lease;
    private final long number;
    private final long end;
    private boolean applied;
    private Optional<SQLException> failure = Optional.empty();

    /**
     * A batch that checks nothing but its lease.
     *
     * @param number of the commit, as in {@link CommitStatement.Mark}
     * @param end when to stop waiting for a connection
     */
    SharedCommit(SessionName session, Batch batch, Check lease, long number, long end) {
        this.session = session;
        this.batch = batch;
        this.lease = lease;
        this.number = number;
        this.end = end;
    }

    /** Whether a batch is of the usual kind: some keys and perhaps credentials change while the lease is held. */
    static boolean suits(Batch batch) {
        if (batch.checks().size() != 1 || batch.puts().size() + batch.deletes().size() > MOST_ROWS) {
            return false;
        }
        long bytes = 0;
        // Loops: each commit comes through here.
        for (Row row : batch.puts()) {
            bytes += row.value().size();
            if (!suits(row)) {
                return false;
            }
        }
        for (Key key : batch.deletes()) {
            if (key.family() != Family.KEY) {
                return false;
            }
        }
        return bytes <= MOST_BYTES;
    }

    private static boolean suits(Row row) {
        Family family = row.key().family();
        return family == Family.KEY || (family == Family.CREDENTIALS && isJson(row.value()));
    }

    /** Whether a value goes into a column of JSON. */
    static boolean isJson(Bytes value) {
        try {
            JsonValue.check(value);
            return true;
        } catch (JsonException e) {
            return false;
        }
    }

    SessionName session() {
        return session;
    }

    Batch batch() {
        return batch;
    }

    Check lease() {
        return lease;
    }

    long number() {
        return number;
    }

    long end() {
        return end;
    }

    /** Its lease was as expected, and all of it is there. */
    void apply() {
        applied = true;
    }

    /** The transaction failed. */
    void fail(SQLException cause) {
        failure = Optional.of(cause);
    }

    /** Whether it is there; else it is not, unless there is a {@link #failure} after which nobody knows. */
    boolean applied() {
        return applied;
    }

    Optional<SQLException> failure() {
        return failure;
    }
}

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
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A commit that shares a transaction with those of other sessions, and what came of it.
 *
 * <p><b>Thread-safety.</b> For one thread at a time.
 */
final class SharedCommit {

    /** More rows or bytes than these would keep the others waiting. */
    private static final int MOST_ROWS = 128;

    private static final long MOST_BYTES = 256 << 10;

    private final SessionName session;
    private final Batch batch;
    private final Check lease;
    private final long number;
    private final long end;
    private boolean applied;
    private Optional<SQLException> failure = Optional.empty();

    /**
     * A batch that checks nothing but its lease, and that messages are new.
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

    /**
     * Whether a batch is of a usual kind, of what holds a lease: some keys and perhaps credentials change, or messages
     * arrive that are not there yet, with what becomes of their chats.
     */
    static boolean suits(Batch batch) {
        if (batch.checks().isEmpty() || batch.puts().size() + batch.deletes().size() > MOST_ROWS) {
            return false;
        }
        long bytes = 0;
        int messages = 0;
        // Loops: each commit comes through here.
        for (Row row : batch.puts()) {
            bytes += row.value().size();
            messages += row.key().family() == Family.MESSAGE ? 1 : 0;
            if (!suits(row)) {
                return false;
            }
        }
        for (Key key : batch.deletes()) {
            if (key.family() != Family.KEY) {
                return false;
            }
        }
        return bytes <= MOST_BYTES && (batch.checks().size() == 1 ? messages == 0 : areNew(batch, messages));
    }

    /** Whether all messages are to be missing, which inserting them finds out by itself, and what else is checked too. */
    private static boolean areNew(Batch batch, int messages) {
        Set<Key> missing = new HashSet<>();
        for (Check check : batch.checks()) {
            if (isMissing(check)) {
                missing.add(check.key());
            }
        }
        if (missing.size() != batch.checks().size() - 1) {
            // There is more than the lease to compare.
            return false;
        }
        int found = 0;
        for (Row row : batch.puts()) {
            found += row.key().family() == Family.MESSAGE && missing.contains(row.key()) ? 1 : 0;
        }
        return found == messages && batch.checks().size() <= MOST_ROWS;
    }

    private static boolean isMissing(Check check) {
        return check.key().family() == Family.MESSAGE && check.expected().isEmpty();
    }

    private static boolean suits(Row row) {
        return switch (row.key().family()) {
            case KEY -> true;
            case CREDENTIALS, MESSAGE, CHAT -> isJson(row.value());
            default -> false;
        };
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

    /** The messages that are to be missing and are not put. */
    List<Key> absent() {
        if (batch.checks().size() == 1) {
            return List.of();
        }
        Set<Key> put = new HashSet<>();
        batch.puts().forEach(row -> put.add(row.key()));
        List<Key> absent = new ArrayList<>();
        for (Check check : batch.checks()) {
            if (isMissing(check) && !put.contains(check.key())) {
                absent.add(check.key());
            }
        }
        return absent;
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

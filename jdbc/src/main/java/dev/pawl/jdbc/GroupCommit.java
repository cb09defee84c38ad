package dev.pawl.jdbc;

import dev.pawl.backend.GroupQueue;
import dev.pawl.backend.GroupQueue.Member;
import dev.pawl.backend.StoreException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Writes the changes of many callers on one connection, and all that wait in one transaction, so that they share its
 * force to the medium. Whoever gets the turn writes what waits, and the others find their change done.
 *
 * <p><b>Atomicity.</b> A change is applied whole or not at all; changes of one group are applied together or not at all.
 * <b>Thread-safety.</b> Waiting ignores interruptions, which stay visible to the caller.
 */
final class GroupCommit {

    /** The most changes of one transaction, so that nobody waits for long. */
    private static final int GROUP = 256;

    /**
     * For how long at most a transaction takes those in who come while it is written. A change may be large, and a mebibyte takes
     * some milliseconds: who came first would else wait for 255 of them.
     */
    static final Duration OPEN = Duration.ofMillis(20);

    private final GroupQueue<Change> queue;
    private final Writer writer;
    private final Failures failures;
    private final LongSupplier clock;

    /** What an error of the database means. */
    interface Failures {

        /** For an error after which nothing of a change is applied. */
        StoreException notApplied(SQLException e);

        /** For an error of the commit itself. */
        StoreException atCommit(SQLException e);

        /** For a change of which nobody knows what became. */
        StoreException unfinished();
    }

    /** Gives the connection to whoever has the turn. */
    interface Writer {
        SqlConnection connection() throws SQLException;

        /** Has the next one get another connection, because nobody knows the state of this one. */
        void discard(Throwable cause);
    }

    GroupCommit(Writer writer, Failures failures) {
        this(writer, failures, System::nanoTime);
    }

    /** The same with a clock of somebody else's, in nanoseconds. */
    GroupCommit(Writer writer, Failures failures, LongSupplier clock) {
        this.clock = clock;
        this.writer = writer;
        this.failures = failures;
        this.queue = new GroupQueue<>(GROUP, this::write, this::unfinished);
    }

    /**
     * Applies a change, when it returns as durably as the connection writes.
     *
     * @throws StoreException what the change threw, or what became of the transaction
     */
    void apply(Change change) {
        queue.submit(change);
    }

    /** Has the turn for something else. */
    <T> T alone(GroupQueue.Use<T, SQLException> use) throws SQLException {
        return queue.alone(use);
    }

    /** Only after an error that nobody expects, such as a lack of memory. */
    private StoreException unfinished() {
        StoreException unfinished = failures.unfinished();
        writer.discard(unfinished);
        return unfinished;
    }

    private void write(List<Member<Change>> first) {
        List<Member<Change>> group = new ArrayList<>(first);
        long begin = clock.getAsLong();
        if (!tryWrite(group, () -> clock.getAsLong() - begin < OPEN.toNanos() ? queue.takeMore() : List.of())) {
            // One of them failed half-way and took the others with it: each for itself, then.
            group.forEach(member -> tryWrite(List.of(member), List::of));
        }
    }

    /**
     * Whether these are done, applied or failed; only a group of several may be left as it was.
     *
     * @param more gives those who came while the others were applied: they need no force of their own. They are added to the group.
     */
    private boolean tryWrite(List<Member<Change>> group, Supplier<List<Member<Change>>> more) {
        SqlConnection connection;
        try {
            connection = writer.connection();
            connection.run("BEGIN IMMEDIATE");
        } catch (SQLException e) {
            group.forEach(member -> member.fail(failures.notApplied(e)));
            return true;
        } catch (RuntimeException | Error e) {
            group.forEach(member -> member.fail(e));
            return true;
        }
        // What was refused is told after the commit only: the reason may be something that is not committed yet.
        Map<Member<Change>, StoreException> refused = new HashMap<>();
        boolean written = false;
        for (List<Member<Change>> some = List.copyOf(group); !some.isEmpty(); some = more.get()) {
            if (some.get(0) != group.get(0)) {
                group.addAll(some);
            }
            for (Member<Change> member : some) {
                try {
                    written |= member.change().apply(connection);
                } catch (StoreException e) {
                    refused.put(member, e);
                } catch (SQLException | RuntimeException | Error e) {
                    rollBack(connection, e);
                    if (group.size() > 1) {
                        return false;
                    }
                    member.fail(e instanceof SQLException cause ? failures.notApplied(cause) : e);
                    return true;
                }
            }
        }
        try {
            connection.run(written ? "COMMIT" : "ROLLBACK");
        } catch (SQLException e) {
            rollBack(connection, e);
            group.forEach(member -> member.fail(failures.atCommit(e)));
            return true;
        }
        for (Member<Change> member : group) {
            Optional.ofNullable(refused.get(member)).ifPresentOrElse(member::fail, member::succeed);
        }
        return true;
    }

    /** The connection is not used again: who knows what state the error has left it in. */
    private void rollBack(SqlConnection connection, Throwable cause) {
        connection.rollBack(cause);
        writer.discard(cause);
    }
}

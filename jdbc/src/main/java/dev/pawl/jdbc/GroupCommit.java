package dev.pawl.jdbc;

import dev.pawl.backend.StoreException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

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

    private final Lock turn = new ReentrantLock();
    private final Queue<Request> waiting = new ConcurrentLinkedQueue<>();
    private final Writer writer;
    private final Failures failures;

    /** A change and what came of it. Written by whoever has the turn, until it is done. */
    private static final class Request {
        private final Thread caller = Thread.currentThread();
        private final Change change;
        private Optional<Throwable> failure = Optional.empty();
        private volatile boolean done;

        void done() {
            done = true;
            LockSupport.unpark(caller);
        }

        void fail(Throwable cause) {
            failure = Optional.of(cause);
            done();
        }

        Request(Change change) {
            this.change = change;
        }
    }

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

    /** Something that is done while nobody writes. */
    interface Use<T> {
        T now() throws SQLException;
    }

    GroupCommit(Writer writer, Failures failures) {
        this.writer = writer;
        this.failures = failures;
    }

    /**
     * Applies a change, when it returns as durably as the connection writes.
     *
     * @throws StoreException what the change threw, or what became of the transaction
     */
    void apply(Change change) {
        Request own = new Request(change);
        waiting.add(own);
        boolean interrupted = false;
        while (!own.done) {
            if (turn.tryLock()) {
                try {
                    if (!own.done) {
                        writeGroup();
                    }
                } finally {
                    giveUpTurn();
                }
            } else {
                // Woken when it is done, or when it is first in the queue and nobody writes.
                LockSupport.park(this);
                interrupted |= Thread.interrupted();
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        own.failure.ifPresent(GroupCommit::rethrow);
    }

    /** A change throws nothing that is checked but errors of the database, which were translated. */
    private static void rethrow(Throwable failure) {
        if (failure instanceof Error error) {
            throw error;
        }
        throw (RuntimeException) failure;
    }

    /** Has the turn for something else. */
    <T> T alone(Use<T> use) throws SQLException {
        turn.lock();
        try {
            return use.now();
        } finally {
            giveUpTurn();
        }
    }

    private void giveUpTurn() {
        turn.unlock();
        Request first = waiting.peek();
        if (first != null) {
            LockSupport.unpark(first.caller);
        }
    }

    private void writeGroup() {
        List<Request> group = new ArrayList<>();
        try {
            for (Request request = waiting.poll(); request != null; request = waiting.poll()) {
                group.add(request);
                if (group.size() == GROUP) {
                    break;
                }
            }
            if (!tryWrite(group)) {
                // One of them failed half-way and took the others with it: each for itself, then.
                group.forEach(request -> tryWrite(List.of(request)));
            }
        } finally {
            // Only after an error that nobody expects, such as a lack of memory: nobody must wait for ever.
            group.stream().filter(request -> !request.done).forEach(request -> {
                StoreException unfinished = failures.unfinished();
                writer.discard(unfinished);
                request.fail(unfinished);
            });
        }
    }

    /** Whether these are done, applied or failed; only a group of several may be left as it was. */
    private boolean tryWrite(List<Request> group) {
        SqlConnection connection;
        try {
            connection = writer.connection();
            connection.run("BEGIN IMMEDIATE");
        } catch (SQLException e) {
            group.forEach(request -> request.fail(failures.notApplied(e)));
            return true;
        } catch (RuntimeException | Error e) {
            group.forEach(request -> request.fail(e));
            return true;
        }
        boolean written = false;
        for (Request request : group) {
            request.failure = Optional.empty();
            try {
                written |= request.change.apply(connection);
            } catch (StoreException e) {
                request.failure = Optional.of(e);
            } catch (SQLException | RuntimeException | Error e) {
                rollBack(connection, e);
                if (group.size() > 1) {
                    return false;
                }
                request.fail(e instanceof SQLException cause ? failures.notApplied(cause) : e);
                return true;
            }
        }
        end(connection, group, written);
        return true;
    }

    private void end(SqlConnection connection, List<Request> group, boolean written) {
        try {
            connection.run(written ? "COMMIT" : "ROLLBACK");
            group.forEach(Request::done);
        } catch (SQLException e) {
            rollBack(connection, e);
            group.forEach(request -> request.fail(failures.atCommit(e)));
        }
    }

    /** The connection is not used again: who knows what state the error has left it in. */
    private void rollBack(SqlConnection connection, Throwable cause) {
        connection.rollBack(cause);
        writer.discard(cause);
    }
}

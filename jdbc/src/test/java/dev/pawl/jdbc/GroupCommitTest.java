package dev.pawl.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.pawl.backend.ConflictException;
import dev.pawl.backend.InDoubtException;
import dev.pawl.backend.Key;
import dev.pawl.backend.UnavailableException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Many callers, one transaction: on a real database in memory, whose transactions are counted. */
@Timeout(60)
class GroupCommitTest {

    /** The connection is asked for once for each. */
    private final AtomicInteger transactions = new AtomicInteger();

    private final AtomicInteger discarded = new AtomicInteger();
    /** In nanoseconds. */
    private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE);

    private final ExecutorService callers = Executors.newCachedThreadPool();
    private final SqlConnection connection = new SqlConnection(connect());
    private final GroupCommit group = on(connection);

    private static java.sql.Connection connect() {
        try {
            return SqliteDriver.connect(SqliteDriver.MEMORY);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    private GroupCommit on(SqlConnection used) {
        return new GroupCommit(
                new GroupCommit.Writer() {
                    @Override
                    public SqlConnection connection() {
                        transactions.incrementAndGet();
                        return used;
                    }

                    @Override
                    public void discard(Throwable cause) {
                        discarded.incrementAndGet();
                    }
                },
                new SqliteFailures("here"),
                clock::get);
    }

    @BeforeEach
    void makeTable() throws SQLException {
        connection.runOnce("CREATE TABLE t (caller INTEGER UNIQUE)");
    }

    @AfterEach
    void close() throws SQLException {
        callers.shutdownNow();
        connection.close();
    }

    private static Change insert(int caller) {
        return on -> {
            on.runOnce("INSERT INTO t VALUES (" + caller + ")");
            return true;
        };
    }

    private static Change fail(Throwable failure) {
        return on -> {
            on.runOnce("INSERT INTO t VALUES (1000)");
            if (failure instanceof SQLException e) {
                throw e;
            }
            if (failure instanceof Error e) {
                throw e;
            }
            throw (RuntimeException) failure;
        };
    }

    /** Has these changes wait while somebody else has the turn, and returns what each caller got. */
    private List<Optional<Throwable>> together(Change... changes) throws Exception {
        CountDownLatch came = new CountDownLatch(changes.length);
        List<Thread> threads = new ArrayList<>();
        List<Future<Optional<Throwable>>> outcomes = new ArrayList<>();
        group.alone(() -> {
            for (Change change : changes) {
                outcomes.add(callers.submit(() -> {
                    synchronized (threads) {
                        threads.add(Thread.currentThread());
                    }
                    came.countDown();
                    return Optional.ofNullable(catchThrowable(() -> group.apply(change)));
                }));
            }
            awaitParked(came, threads);
            return true;
        });
        List<Optional<Throwable>> got = new ArrayList<>();
        for (Future<Optional<Throwable>> outcome : outcomes) {
            got.add(outcome.get(30, TimeUnit.SECONDS));
        }
        return got;
    }

    private static void awaitParked(CountDownLatch came, List<Thread> threads) {
        try {
            came.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        while (true) {
            synchronized (threads) {
                if (threads.stream().allMatch(thread -> thread.getState() == Thread.State.WAITING)) {
                    return;
                }
            }
            Thread.onSpinWait();
        }
    }

    private List<String> rows() throws SQLException {
        return List.of(connection
                .text("SELECT coalesce(group_concat(caller, ' '), '') FROM (SELECT caller FROM t ORDER BY caller)")
                .orElseThrow()
                .split(" "));
    }

    @Test
    void thoseWhoWaitAreWrittenInOneTransaction() throws Exception {
        assertThat(together(insert(1), insert(2), insert(3), insert(4))).containsOnly(Optional.empty());
        assertThat(rows()).containsExactly("1", "2", "3", "4");
        assertThat(transactions).hasValue(1);
    }

    /** A change that is not through before somebody else with a change waits. */
    private Change whileThereComes(List<Future<Optional<Throwable>>> outcome, Change another, Change change) {
        return on -> {
            if (outcome.isEmpty()) {
                List<Thread> threads = new ArrayList<>();
                CountDownLatch came = new CountDownLatch(1);
                outcome.add(callers.submit(() -> {
                    synchronized (threads) {
                        threads.add(Thread.currentThread());
                    }
                    came.countDown();
                    return Optional.ofNullable(catchThrowable(() -> group.apply(another)));
                }));
                awaitParked(came, threads);
            }
            return change.apply(on);
        };
    }

    @Test
    void whoComesWhileOthersAreWrittenGoesWithThem() throws Exception {
        List<Future<Optional<Throwable>>> second = new ArrayList<>();
        List<Future<Optional<Throwable>>> third = new ArrayList<>();
        group.apply(whileThereComes(second, whileThereComes(third, insert(3), insert(2)), insert(1)));
        assertThat(second.get(0).get(30, TimeUnit.SECONDS)).isEmpty();
        assertThat(third.get(0).get(30, TimeUnit.SECONDS)).isEmpty();
        assertThat(rows()).containsExactly("1", "2", "3");
        assertThat(transactions).hasValue(1);
    }

    /** Who came first is not kept waiting by what came later and takes long. */
    @Test
    void whoComesWhenItHasTakenLongEnoughHasATransactionOfHisOwn() throws Exception {
        List<Future<Optional<Throwable>>> second = new ArrayList<>();
        List<Future<Optional<Throwable>>> third = new ArrayList<>();
        Change slow = on -> {
            clock.addAndGet(GroupCommit.OPEN.toNanos());
            return insert(2).apply(on);
        };
        group.apply(whileThereComes(second, whileThereComes(third, insert(3), slow), insert(1)));
        assertThat(second.get(0).get(30, TimeUnit.SECONDS)).isEmpty();
        assertThat(third.get(0).get(30, TimeUnit.SECONDS)).isEmpty();
        assertThat(rows()).containsExactly("1", "2", "3");
        assertThat(transactions).hasValue(2);
    }

    @Test
    void whoComesLateAndFailsTakesNobodyElseWithHim() throws Exception {
        SQLException failure = new SQLException("for the test");
        List<Future<Optional<Throwable>>> late = new ArrayList<>();
        group.apply(whileThereComes(late, fail(failure), insert(1)));
        assertThat(late.get(0).get(30, TimeUnit.SECONDS).orElseThrow())
                .isInstanceOf(UnavailableException.class)
                .hasRootCause(failure);
        assertThat(rows()).containsExactly("1");
        assertThat(transactions).hasValue(3);
    }

    @Test
    void whoFailsHalfWayTakesNobodyElseWithHim() throws Exception {
        List<Optional<Throwable>> outcomes =
                together(insert(1), fail(new SQLException("broken")), insert(2), fail(new IllegalStateException()));
        assertThat(outcomes.get(0)).isEmpty();
        assertThat(outcomes.get(1)).containsInstanceOf(UnavailableException.class);
        assertThat(outcomes.get(2)).isEmpty();
        assertThat(outcomes.get(3)).containsInstanceOf(IllegalStateException.class);
        assertThat(rows()).containsExactly("1", "2");
    }

    @Test
    void whoseCheckDoesNotHoldChangesNothingAndTheOthersGoOn() throws Exception {
        Change refused = on -> {
            throw new ConflictException(Key.CREDENTIALS, "not as expected");
        };
        List<Optional<Throwable>> outcomes = together(insert(1), refused, insert(2));
        assertThat(outcomes.get(1)).containsInstanceOf(ConflictException.class);
        assertThat(rows()).containsExactly("1", "2");
        assertThat(discarded).hasValue(0);
    }

    @Test
    void anErrorOfTheMachineLeavesNobodyWaiting() throws Exception {
        List<Optional<Throwable>> outcomes = together(insert(1), fail(new OutOfMemoryError("for the test")), insert(2));
        assertThat(outcomes.get(0)).isEmpty();
        assertThat(outcomes.get(1)).containsInstanceOf(OutOfMemoryError.class);
        assertThat(outcomes.get(2)).isEmpty();
        assertThat(rows()).containsExactly("1", "2");
    }

    @Test
    void aCommitThatFailsIsToldToAllWhoWereInIt() throws Exception {
        // A deferred constraint is looked at by the commit itself.
        connection.runOnce("PRAGMA foreign_keys = ON");
        connection.runOnce("CREATE TABLE child (parent INTEGER REFERENCES t (caller) DEFERRABLE INITIALLY DEFERRED)");
        Change orphan = on -> {
            on.runOnce("INSERT INTO child VALUES (4711)");
            return true;
        };
        Change refused = on -> {
            throw new ConflictException(Key.CREDENTIALS, "because of what is not committed");
        };
        List<Optional<Throwable>> outcomes = together(insert(1), orphan, refused);
        assertThat(outcomes).allSatisfy(outcome -> assertThat(outcome).containsInstanceOf(UnavailableException.class));
        assertThat(connection.text("SELECT count(*) FROM t")).contains("0");
        assertThat(together(insert(5))).containsOnly(Optional.empty());
        assertThat(rows()).containsExactly("5");
    }

    @Test
    void anErrorOfTheDiskAtTheCommitLeavesItInDoubt() {
        SqliteFailures failures = new SqliteFailures("here");
        assertThat(failures.atCommit(new SQLException("[SQLITE_IOERR_FSYNC] (disk I/O error)", null, 10)))
                .as("all of it may be in the log")
                .isInstanceOf(InDoubtException.class);
        assertThat(failures.atCommit(new SQLException("[SQLITE_IOERR_WRITE] (disk I/O error)", null, 10)))
                .as("not all of it was written")
                .isInstanceOf(UnavailableException.class);
        assertThat(failures.unfinished()).isInstanceOf(InDoubtException.class);
        assertThat(failures.notApplied(new SQLException("disk I/O error", null, 10)))
                .isInstanceOf(UnavailableException.class);
        assertThat(failures.atCommit(new SQLException("full", null, 13))).isInstanceOf(UnavailableException.class);
    }

    @Test
    void interruptionsAreKeptForTheCallerAndDisturbNothing() throws Exception {
        Thread.currentThread().interrupt();
        group.apply(insert(1));
        assertThat(Thread.interrupted()).isTrue();
        List<Thread> threads = new ArrayList<>();
        CountDownLatch came = new CountDownLatch(1);
        Future<Boolean> interrupted = group.alone(() -> {
            Future<Boolean> outcome = callers.submit(() -> {
                synchronized (threads) {
                    threads.add(Thread.currentThread());
                }
                came.countDown();
                group.apply(insert(2));
                return Thread.interrupted();
            });
            awaitParked(came, threads);
            threads.get(0).interrupt();
            return outcome;
        });
        assertThat(interrupted.get(30, TimeUnit.SECONDS)).isTrue();
        assertThat(rows()).containsExactly("1", "2");
    }
}

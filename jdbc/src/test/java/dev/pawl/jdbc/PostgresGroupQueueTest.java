package dev.pawl.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.pawl.backend.Access;
import dev.pawl.backend.Backend;
import dev.pawl.backend.Batch;
import dev.pawl.backend.Check;
import dev.pawl.backend.ClosedException;
import dev.pawl.backend.ConflictException;
import dev.pawl.backend.Family;
import dev.pawl.backend.GroupQueue;
import dev.pawl.backend.InDoubtException;
import dev.pawl.backend.Key;
import dev.pawl.backend.Row;
import dev.pawl.backend.SessionName;
import dev.pawl.backend.StoreException.Code;
import dev.pawl.backend.UnavailableException;
import dev.pawl.jdbc.CuttingProxy.Fate;
import dev.pawl.json.Bytes;
import dev.pawl.tck.server.PostgresServer;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.AbstractOwnableSynchronizer;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Commits of several sessions that share a transaction. One of another session is held on its way; those who come then
 * wait, and go over together once it is let go.
 */
@Timeout(120)
final class PostgresGroupQueueTest {

    private static final Key LEASE = Key.of(Family.LEASE, "auth");
    private static final Bytes OWNER = Bytes.utf8("{\"owner\":1}");
    private static final Bytes ANOTHER = Bytes.utf8("{\"owner\":2}");
    private static final Check OURS = Check.exact(LEASE, OWNER);
    private static final Key KEY = Key.ofKey("session", "1");
    private static final int SESSIONS = 4;

    /** Longer than anything here takes that comes to an end. */
    private static final Duration LONG = Duration.ofSeconds(30);

    /** Long enough to have all of a group wait, also on a busy machine. */
    private static final Duration SHORT = Duration.ofSeconds(2);

    /** What is sent is small, so that a request is one packet. */
    private static final SessionName FIRST = SessionName.of("first");

    private final ExecutorService callers = Executors.newCachedThreadPool();
    private final List<AutoCloseable> opened = new ArrayList<>();
    private final String straight = PostgresServer.shared().newSchema();

    @AfterEach
    void close() throws Exception {
        for (int i = opened.size() - 1; i >= 0; i--) {
            opened.get(i).close();
        }
        callers.shutdown();
    }

    /** One caller and what came of it. */
    private record Caller(Thread thread, Future<Optional<Throwable>> outcome) {

        Optional<Throwable> get() throws Exception {
            return outcome.get(60, TimeUnit.SECONDS);
        }

        /** In the queue, not yet in a group or in one that is not over; or for its turn in its session. */
        void awaitParked(Class<?> blocker) {
            while (!(blocker.isInstance(LockSupport.getBlocker(thread)))) {
                assertThat(outcome).as("still waiting").isNotDone();
                Pause.brief();
            }
        }
    }

    private CuttingProxy proxy() throws IOException {
        assumeTrue(straight.contains("@127.0.0.1:"), "the server is not on this machine");
        CuttingProxy proxy = new CuttingProxy(port());
        opened.add(proxy);
        return proxy;
    }

    private int port() {
        return Integer.parseInt(straight.replaceFirst(".*:([0-9]+)/.*", "$1"));
    }

    /** A backend behind the proxy, on which all sessions have their lease and a row. */
    private PostgresBackend through(CuttingProxy proxy, Duration patience) {
        // Then each commit is sent as text, by which the proxy knows it.
        String locator = straight.replace(":" + port() + "/", ":" + proxy.port() + "/") + "&prepareThreshold=0";
        PostgresBackend backend =
                PostgresBackend.builder().url(locator).patience(patience).open();
        opened.add(backend);
        backend.commit(FIRST, Batch.of(Row.of(LEASE, OWNER)));
        for (int n = 0; n < SESSIONS; n++) {
            backend.commit(session(n), Batch.of(Row.of(LEASE, OWNER), row(0)));
        }
        return backend;
    }

    private static SessionName session(int n) {
        return SessionName.of("s" + n);
    }

    private static Row row(Key key, long n) {
        return Row.of(key, Bytes.utf8("{\"n\":" + n + "}"));
    }

    private static Row row(long n) {
        return row(KEY, n);
    }

    private Caller commit(Backend backend, SessionName session, Batch batch) throws Exception {
        CompletableFuture<Thread> thread = new CompletableFuture<>();
        Future<Optional<Throwable>> outcome = callers.submit(() -> {
            thread.complete(Thread.currentThread());
            return Optional.ofNullable(catchThrowable(() -> backend.commit(session, batch.with(OURS))));
        });
        return new Caller(thread.get(), outcome);
    }

    /** Has a commit of another session be held by the proxy, so that whoever comes waits. */
    private Caller hold(CuttingProxy proxy, Backend backend) throws Exception {
        proxy.holdNext();
        Caller held = commit(backend, FIRST, Batch.of(row(1)));
        proxy.awaitHeld();
        return held;
    }

    /** Has these wait, one for each session from the first on. */
    private List<Caller> queue(Backend backend, List<Batch> batches) throws Exception {
        List<Caller> callers = new ArrayList<>();
        for (int n = 0; n < batches.size(); n++) {
            Caller caller = commit(backend, session(n), batches.get(n));
            caller.awaitParked(GroupQueue.class);
            callers.add(caller);
        }
        return callers;
    }

    private List<Caller> queue(Backend backend, long value) throws Exception {
        return queue(backend, Collections.nCopies(SESSIONS, Batch.of(row(value))));
    }

    private Optional<Row> stored(SessionName session, Key key) {
        try (PostgresBackend other = PostgresBackend.open(straight, Access.READ_ONLY)) {
            return other.get(session, key);
        }
    }

    private void requireStored(long value) {
        for (int n = 0; n < SESSIONS; n++) {
            assertThat(stored(session(n), KEY)).as("session %s", n).contains(row(value));
        }
    }

    private static void requireApplied(List<Caller> callers) throws Exception {
        for (Caller caller : callers) {
            assertThat(caller.get()).isEmpty();
        }
    }

    /** Somebody else who writes this session. */
    private Connection foreignLock(SessionName session) throws SQLException {
        Connection connection = DriverManager.getConnection(PostgresServer.jdbc(straight));
        opened.add(connection);
        connection.setAutoCommit(false);
        connection
                .createStatement()
                .execute("SELECT pg_advisory_xact_lock(" + CommitStatement.LOCKS + ", "
                        + session.name().hashCode() + ")");
        return connection;
    }

    @Test
    void commitsOfSeveralSessionsAreOneTransaction() throws Exception {
        CuttingProxy proxy = proxy();
        PostgresBackend backend = through(proxy, LONG);
        int before = proxy.commits();
        Caller held = hold(proxy, backend);
        List<Caller> all = queue(backend, 1);
        proxy.release();
        assertThat(held.get()).isEmpty();
        requireApplied(all);
        requireStored(1);
        assertThat(proxy.commits() - before)
                .as("the one that was held, and a group")
                .isEqualTo(2);
        assertThat(PostgresServer.rows(
                        straight, "SELECT count(DISTINCT xmin::text) FROM pawl_keys WHERE session <> 'first'"))
                .containsExactly("1");
    }

    @Test
    void onlyWhoLostItsLeaseIsRefused() throws Exception {
        CuttingProxy proxy = proxy();
        PostgresBackend backend = through(proxy, LONG);
        Caller held = hold(proxy, backend);
        List<Caller> all = queue(backend, 1);
        try (PostgresBackend other = PostgresBackend.open(straight, Access.READ_WRITE)) {
            other.commit(session(1), Batch.of(Row.of(LEASE, ANOTHER)));
            other.commit(session(2), new Batch(List.of(), List.of(), List.of(LEASE)));
        }
        int before = proxy.commits();
        proxy.release();
        assertThat(held.get()).isEmpty();
        assertThat(all.get(0).get()).isEmpty();
        assertThat(all.get(1).get()).containsInstanceOf(ConflictException.class);
        assertThat(all.get(2).get()).containsInstanceOf(ConflictException.class);
        assertThat(all.get(3).get()).isEmpty();
        assertThat(proxy.commits() - before)
                .as("the group, and each of two alone")
                .isEqualTo(3);
        for (int n = 0; n < SESSIONS; n++) {
            assertThat(stored(session(n), KEY)).as("session %s", n).contains(row(n == 1 || n == 2 ? 0 : 1));
        }
        assertThat(stored(session(1), LEASE)).contains(Row.of(LEASE, ANOTHER));
        assertThat(stored(session(2), LEASE)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Fate.class)
    void eachOfAGroupIsCarriedOutOnceWhereverItsConnectionGoes(Fate fate) throws Exception {
        CuttingProxy proxy = proxy();
        PostgresBackend backend = through(proxy, LONG);
        Caller held = hold(proxy, backend);
        proxy.next(fate);
        List<Caller> all = queue(backend, 1);
        proxy.release();
        assertThat(held.get()).isEmpty();
        requireApplied(all);
        requireStored(1);
        for (int n = 0; n < SESSIONS; n++) {
            // All are known to be there, and what comes next relies on it.
            backend.commit(session(n), Batch.of(row(2)).with(OURS).with(Check.exact(KEY, row(1).value())));
        }
        if (fate == Fate.DELAYED) {
            proxy.deliver();
        }
        requireStored(2);
    }

    @Test
    void aGroupThatWasGivenUpNeverArrivesAlsoForWhoLostItsLeaseMeanwhile() throws Exception {
        CuttingProxy proxy = proxy();
        PostgresBackend backend = through(proxy, LONG);
        // From now on the row of the lease tells what became of later ones.
        backend.commit(session(1), Batch.of(row(0)).with(OURS));
        Caller held = hold(proxy, backend);
        proxy.next(Fate.DELAYED);
        List<Caller> all = queue(backend, 1);
        try (PostgresBackend other = PostgresBackend.open(straight, Access.READ_WRITE)) {
            other.commit(session(1), Batch.of(Row.of(LEASE, ANOTHER)));
        }
        proxy.release();
        assertThat(held.get()).isEmpty();
        assertThat(all.get(1).get()).containsInstanceOf(ConflictException.class);
        requireApplied(List.of(all.get(0), all.get(2), all.get(3)));
        backend.commit(session(0), Batch.of(row(2)).with(OURS));
        proxy.deliver();
        assertThat(stored(session(0), KEY)).contains(row(2));
        assertThat(stored(session(1), KEY)).contains(row(0));
        assertThat(stored(session(2), KEY)).contains(row(1));
    }

    @ParameterizedTest
    @EnumSource(
            value = Fate.class,
            names = {"ANSWER_LOST", "REQUEST_LOST"})
    void allOfAGroupAreInDoubtAsLongAsTheServerCannotBeReached(Fate fate) throws Exception {
        CuttingProxy proxy = proxy();
        PostgresBackend backend = through(proxy, SHORT);
        hold(proxy, backend);
        proxy.next(fate);
        List<Caller> all = queue(backend, 1);
        proxy.closeAfterNext();
        proxy.release();
        for (Caller caller : all) {
            assertThat(caller.get()).containsInstanceOf(InDoubtException.class);
        }
        requireStored(fate == Fate.ANSWER_LOST ? 1 : 0);
    }

    @Test
    void aServerThatSaysNothingHoldsNobodyForLongerThanThePatience() throws Exception {
        CuttingProxy proxy = proxy();
        PostgresBackend backend = through(proxy, SHORT);
        long begun = System.nanoTime();
        Caller held = hold(proxy, backend);
        List<Caller> all = queue(backend, 1);
        // It is never let go: given up, settled on another connection and sent again, and they go on in time.
        assertThat(held.get()).isEmpty();
        requireApplied(all);
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isBetween(SHORT.dividedBy(2), SHORT.multipliedBy(2));
        requireStored(1);
        assertThat(stored(FIRST, KEY)).contains(row(1));
        backend.commit(FIRST, Batch.of(row(2)).with(OURS));
        proxy.release();
        assertThat(stored(FIRST, KEY)).contains(row(2));
    }

    @Test
    void aServerThatNeverAnswersAgainIsToldToAllInTime() throws Exception {
        CuttingProxy proxy = proxy();
        PostgresBackend backend = through(proxy, SHORT);
        long begun = System.nanoTime();
        Caller held = hold(proxy, backend);
        List<Caller> all = queue(backend, 1);
        proxy.fallSilent();
        assertThat(held.get()).containsInstanceOf(InDoubtException.class);
        for (Caller caller : all) {
            assertThat(caller.get().orElseThrow()).isInstanceOfAny(UnavailableException.class, InDoubtException.class);
        }
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(SHORT.multipliedBy(3));
        requireStored(0);
        proxy.close();
    }

    @Test
    void aSessionThatSomebodyElseWritesKeepsTheOthersForAMomentOnly() throws Exception {
        CuttingProxy proxy = proxy();
        PostgresBackend backend = through(proxy, LONG);
        Caller held = hold(proxy, backend);
        List<Caller> all = queue(backend, 1);
        try (Connection other = foreignLock(session(2))) {
            long begun = System.nanoTime();
            proxy.release();
            assertThat(held.get()).isEmpty();
            requireApplied(List.of(all.get(0), all.get(1), all.get(3)));
            // 100 ms, and what a busy machine makes of it; the patience is 30 s.
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(3));
            // Those who come now do not meet the one who waits.
            backend.commit(session(0), Batch.of(row(2)).with(OURS));
            assertThat(all.get(2).outcome()).isNotDone();
            assertThat(stored(session(2), KEY)).contains(row(0));
            other.rollback();
            assertThat(all.get(2).get()).isEmpty();
        }
        assertThat(stored(session(2), KEY)).contains(row(1));
    }

    @Test
    void whoWaitsForSomebodyElseGivesUpAfterItsPatienceAndNothingIsApplied() throws Exception {
        CuttingProxy proxy = proxy();
        PostgresBackend backend = through(proxy, SHORT);
        try (Connection other = foreignLock(session(2))) {
            long begun = System.nanoTime();
            Caller held = hold(proxy, backend);
            List<Caller> all = queue(backend, 1);
            proxy.release();
            requireApplied(List.of(held, all.get(0), all.get(1), all.get(3)));
            assertThat(all.get(2).get().orElseThrow())
                    .isInstanceOfSatisfying(
                            UnavailableException.class,
                            e -> assertThat(e.code()).isEqualTo(Code.STORE_WRITE_FAILED))
                    .hasMessageContaining("another process");
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(SHORT.multipliedBy(2));
            other.rollback();
        }
        assertThat(stored(session(2), KEY)).contains(row(0));
    }

    @Test
    void whatTheServerRefusesOfOneKeepsNoneFromBeingApplied() throws Exception {
        CuttingProxy proxy = proxy();
        PostgresBackend backend = through(proxy, LONG);
        Row sound = row(Key.CREDENTIALS, 1);
        Row refused = row(Key.CREDENTIALS, 2);
        // As where nesting is too deep for its stack.
        PostgresServer.executeAt(
                straight,
                "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN IF NEW.session = ''s1''"
                        + " AND NEW.raw IS NULL THEN RAISE EXCEPTION ''no such JSON'' USING ERRCODE = ''54001'';"
                        + " END IF; RETURN NEW; END'",
                "CREATE TRIGGER refusing BEFORE INSERT ON pawl_credentials FOR EACH ROW EXECUTE FUNCTION refuse()");
        Row broken = Row.of(Key.CREDENTIALS, Bytes.utf8("{\"half\":"));
        Caller held = hold(proxy, backend);
        List<Caller> all =
                queue(backend, List.of(Batch.of(row(1), sound), Batch.of(row(1), refused), Batch.of(row(1), sound)));
        Caller alone = commit(backend, session(3), Batch.of(row(1), broken));
        assertThat(alone.get()).isEmpty();
        int before = proxy.commits();
        proxy.release();
        assertThat(held.get()).isEmpty();
        requireApplied(all);
        requireStored(1);
        assertThat(proxy.commits() - before)
                .as("a group, each alone, and one as bytes")
                .isEqualTo(5);
        assertThat(stored(session(0), Key.CREDENTIALS)).contains(sound);
        assertThat(stored(session(1), Key.CREDENTIALS)).contains(refused);
        assertThat(stored(session(2), Key.CREDENTIALS)).contains(sound);
        assertThat(stored(session(3), Key.CREDENTIALS)).contains(broken);
    }

    @Test
    void anErrorOfOneIsToldToThatOneOnly() throws Exception {
        CuttingProxy proxy = proxy();
        PostgresBackend backend = through(proxy, LONG);
        PostgresServer.executeAt(
                straight,
                "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN IF NEW.session = ''s2'' THEN"
                        + " RAISE EXCEPTION ''not this one''; END IF; RETURN NEW; END'",
                "CREATE TRIGGER refusing BEFORE INSERT ON pawl_keys FOR EACH ROW EXECUTE FUNCTION refuse()");
        Caller held = hold(proxy, backend);
        List<Caller> all = queue(backend, 1);
        proxy.release();
        requireApplied(List.of(held, all.get(0), all.get(1), all.get(3)));
        assertThat(all.get(2).get().orElseThrow())
                .isInstanceOf(UnavailableException.class)
                .hasMessageContaining("not this one");
        for (int n = 0; n < SESSIONS; n++) {
            assertThat(stored(session(n), KEY)).contains(row(n == 2 ? 0 : 1));
        }
    }

    @Test
    void aSessionIsNeverTwiceInAGroup() throws Exception {
        CuttingProxy proxy = proxy();
        PostgresBackend backend = through(proxy, LONG);
        Caller held = hold(proxy, backend);
        List<Caller> all = new ArrayList<>(queue(backend, 1));
        Caller second = commit(backend, session(0), Batch.of(row(2)));
        second.awaitParked(AbstractOwnableSynchronizer.class);
        int before = proxy.commits();
        proxy.release();
        all.add(held);
        all.add(second);
        requireApplied(all);
        assertThat(proxy.commits() - before).as("a group, and the second one").isEqualTo(2);
        assertThat(stored(session(0), KEY)).contains(row(2));
        assertThat(stored(session(1), KEY)).contains(row(1));
    }

    @Test
    void whatOneDeletesOrPutsIsOnlyItsOwn() throws Exception {
        CuttingProxy proxy = proxy();
        PostgresBackend backend = through(proxy, LONG);
        Key odd = Key.ofKey("pre\u0000key", "\u0001'\u0000{}");
        Key second = Key.ofKey("session", "2");
        backend.commit(session(1), Batch.of(row(odd, 0), Row.of(Key.CREDENTIALS, Bytes.utf8("no JSON"))));
        backend.commit(session(2), Batch.of(row(odd, 0), row(second, 0), row(Key.CREDENTIALS, 0)));
        Caller held = hold(proxy, backend);
        List<Caller> all = queue(
                backend,
                List.of(
                        new Batch(List.of(), List.of(row(odd, 1)), List.of(KEY, second)),
                        new Batch(List.of(), List.of(row(second, 1), row(Key.CREDENTIALS, 1)), List.of(odd)),
                        new Batch(List.of(), List.of(), List.of(second)),
                        new Batch(List.of(), List.of(Row.of(KEY, Bytes.EMPTY)), List.of())));
        int before = proxy.commits();
        proxy.release();
        assertThat(held.get()).isEmpty();
        requireApplied(all);
        assertThat(proxy.commits() - before).as("all in one group").isOne();
        List<Key> keys = List.of(KEY, odd, second, Key.CREDENTIALS);
        try (PostgresBackend other = PostgresBackend.open(straight, Access.READ_ONLY)) {
            assertThat(other.get(session(0), keys).values()).containsExactlyInAnyOrder(row(odd, 1));
            assertThat(other.get(session(1), keys).values())
                    .containsExactlyInAnyOrder(row(0), row(second, 1), row(Key.CREDENTIALS, 1));
            assertThat(other.get(session(2), keys).values())
                    .containsExactlyInAnyOrder(row(0), row(odd, 0), row(Key.CREDENTIALS, 0));
            assertThat(other.get(session(3), keys).values()).containsExactly(Row.of(KEY, Bytes.EMPTY));
        }
    }

    @Test
    void closingWaitsForThoseInTheQueueAndRefusesWhoComesLater() throws Exception {
        CuttingProxy proxy = proxy();
        PostgresBackend backend = through(proxy, LONG);
        Caller held = hold(proxy, backend);
        List<Caller> all = queue(backend, 1);
        Future<?> closing = callers.submit(backend::close);
        proxy.release();
        closing.get(60, TimeUnit.SECONDS);
        assertThat(held.outcome()).isDone();
        assertThat(held.get()).isEmpty();
        requireApplied(all);
        requireStored(1);
        assertThat(commit(backend, session(0), Batch.of(row(2))).get()).containsInstanceOf(ClosedException.class);
        requireStored(1);
    }
}

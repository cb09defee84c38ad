package dev.pawl.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.pawl.backend.Access;
import dev.pawl.backend.Backend;
import dev.pawl.backend.Batch;
import dev.pawl.backend.Check;
import dev.pawl.backend.Family;
import dev.pawl.backend.GroupQueue;
import dev.pawl.backend.Key;
import dev.pawl.backend.Row;
import dev.pawl.backend.SessionName;
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
import java.util.concurrent.locks.LockSupport;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;

/**
 * Commits of several sessions that share a transaction. One of another session is held on its way; those who come then
 * wait, and go over together once it is let go. For tests that extend this.
 */
abstract class QueuedCommits {

    static final Key LEASE = Key.of(Family.LEASE, "auth");
    static final Bytes OWNER = Bytes.utf8("{\"owner\":1}");
    static final Bytes ANOTHER = Bytes.utf8("{\"owner\":2}");
    static final Check OURS = Check.exact(LEASE, OWNER);
    static final Key KEY = Key.ofKey("session", "1");
    static final int SESSIONS = 4;

    /** Longer than anything here takes that comes to an end. */
    static final Duration LONG = Duration.ofSeconds(30);

    /** Long enough to have all of a group wait in half of it, also on a busy machine. */
    static final Duration SHORT = Duration.ofSeconds(5);

    /** Whose commit is held. */
    static final SessionName FIRST = SessionName.of("first");

    private final ExecutorService callers = Executors.newCachedThreadPool();
    private final List<AutoCloseable> opened = new ArrayList<>();
    final String straight = PostgresServer.shared().newSchema();

    @AfterEach
    void close() throws Exception {
        for (int i = opened.size() - 1; i >= 0; i--) {
            opened.get(i).close();
        }
        callers.shutdown();
    }

    /** One caller and what came of it. */
    record Caller(Thread thread, Future<Optional<Throwable>> outcome) {

        Optional<Throwable> get() throws Exception {
            return outcome.get(60, TimeUnit.SECONDS);
        }

        /** Waits until it waits for one of these: what is queued up may be in a group already. */
        void awaitParked(Class<?> blocker) {
            while (!(blocker.isInstance(LockSupport.getBlocker(thread)))) {
                assertThat(outcome).as("still waiting").isNotDone();
                Pause.brief();
            }
        }
    }

    CuttingProxy proxy() throws IOException {
        assumeTrue(straight.contains("@127.0.0.1:"), "the server is not on this machine");
        CuttingProxy proxy = new CuttingProxy(port());
        opened.add(proxy);
        return proxy;
    }

    int port() {
        return Integer.parseInt(straight.replaceFirst(".*:([0-9]+)/.*", "$1"));
    }

    /** A backend behind the proxy, on which all sessions have their lease and a row. */
    PostgresBackend through(CuttingProxy proxy, Duration patience) {
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

    static SessionName session(int n) {
        return SessionName.of("s" + n);
    }

    static Row row(Key key, long n) {
        return Row.of(key, Bytes.utf8("{\"n\":" + n + "}"));
    }

    static Row row(long n) {
        return row(KEY, n);
    }

    Caller commit(Backend backend, SessionName session, Batch batch) throws Exception {
        return start(() -> backend.commit(session, batch.with(OURS)));
    }

    Caller start(ThrowingCallable action) throws Exception {
        CompletableFuture<Thread> thread = new CompletableFuture<>();
        Future<Optional<Throwable>> outcome = callers.submit(() -> {
            thread.complete(Thread.currentThread());
            return Optional.ofNullable(catchThrowable(action));
        });
        return new Caller(thread.get(), outcome);
    }

    /** Has a commit of another session be held by the proxy, so that whoever comes waits. */
    Caller hold(CuttingProxy proxy, Backend backend) throws Exception {
        proxy.holdNext();
        Caller held = commit(backend, FIRST, Batch.of(row(1)));
        proxy.awaitHeld();
        return held;
    }

    /** Has these wait, one for each session from the first on. */
    List<Caller> queue(Backend backend, List<Batch> batches) throws Exception {
        List<Caller> callers = new ArrayList<>();
        for (int n = 0; n < batches.size(); n++) {
            Caller caller = commit(backend, session(n), batches.get(n));
            caller.awaitParked(GroupQueue.class);
            callers.add(caller);
        }
        return callers;
    }

    List<Caller> queue(Backend backend, long value) throws Exception {
        return queue(backend, Collections.nCopies(SESSIONS, Batch.of(row(value))));
    }

    Optional<Row> stored(SessionName session, Key key) {
        try (PostgresBackend other = PostgresBackend.open(straight, Access.READ_ONLY)) {
            return other.get(session, key);
        }
    }

    void requireStored(long value) {
        for (int n = 0; n < SESSIONS; n++) {
            assertThat(stored(session(n), KEY)).as("session %s", n).contains(row(value));
        }
    }

    static void requireApplied(List<Caller> callers) throws Exception {
        for (Caller caller : callers) {
            assertThat(caller.get()).isEmpty();
        }
    }

    /** Somebody else who writes this session. */
    Connection foreignLock(SessionName session) throws SQLException {
        Connection connection = DriverManager.getConnection(PostgresServer.jdbc(straight));
        opened.add(connection);
        connection.setAutoCommit(false);
        connection
                .createStatement()
                .execute("SELECT pg_advisory_xact_lock(" + SessionLock.LOCKS + ", "
                        + session.name().hashCode() + ")");
        return connection;
    }
}

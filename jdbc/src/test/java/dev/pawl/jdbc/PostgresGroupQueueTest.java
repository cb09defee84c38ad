package dev.pawl.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.backend.Access;
import dev.pawl.backend.Batch;
import dev.pawl.backend.ClosedException;
import dev.pawl.backend.ConflictException;
import dev.pawl.backend.Key;
import dev.pawl.backend.Row;
import dev.pawl.backend.StoreException.Code;
import dev.pawl.backend.UnavailableException;
import dev.pawl.json.Bytes;
import dev.pawl.tck.server.PostgresServer;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.AbstractOwnableSynchronizer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What becomes of each of several commits that share a transaction. */
@Timeout(120)
final class PostgresGroupQueueTest extends QueuedCommits {

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
            // 100 ms, and what a busy machine makes of it; a server that says nothing is waited for 15 s.
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(LONG.dividedBy(3));
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
            Caller held = hold(proxy, backend);
            List<Caller> all = queue(backend, 1);
            long queued = System.nanoTime();
            proxy.release();
            requireApplied(List.of(held, all.get(0), all.get(1), all.get(3)));
            assertThat(all.get(2).get().orElseThrow())
                    .isInstanceOfSatisfying(
                            UnavailableException.class,
                            e -> assertThat(e.code()).isEqualTo(Code.STORE_WRITE_FAILED))
                    .hasMessageContaining("another process");
            assertThat(Duration.ofNanos(System.nanoTime() - queued)).isLessThan(SHORT.multipliedBy(2));
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
        Caller closing = start(backend::close);
        closing.awaitParked(AbstractOwnableSynchronizer.class);
        proxy.release();
        assertThat(closing.get()).isEmpty();
        // Whose callers may still be on their way back.
        assertThat(stored(FIRST, KEY)).contains(row(1));
        requireStored(1);
        assertThat(held.get()).isEmpty();
        requireApplied(all);
        assertThat(commit(backend, session(0), Batch.of(row(2))).get()).containsInstanceOf(ClosedException.class);
        requireStored(1);
    }
}

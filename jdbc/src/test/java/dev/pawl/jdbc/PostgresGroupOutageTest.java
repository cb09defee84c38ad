package dev.pawl.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.backend.Access;
import dev.pawl.backend.Batch;
import dev.pawl.backend.Check;
import dev.pawl.backend.ConflictException;
import dev.pawl.backend.InDoubtException;
import dev.pawl.backend.Row;
import dev.pawl.backend.UnavailableException;
import dev.pawl.jdbc.CuttingProxy.Fate;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Commits that share a transaction, and a server that they lose on the way. */
@Timeout(120)
final class PostgresGroupOutageTest extends QueuedCommits {

    @ParameterizedTest
    @EnumSource(Fate.class)
    void eachOfAGroupIsCarriedOutOnceWhereverItsConnectionGoes(Fate fate) throws Exception {
        CuttingProxy proxy = proxy();
        PostgresBackend backend = through(proxy, LONG);
        // More than once, since the first time leaves other connections behind.
        for (int before = 0; before < 4; before += 2) {
            int value = before + 1;
            Caller held = hold(proxy, backend);
            proxy.next(fate);
            List<Caller> all = queue(backend, value);
            proxy.release();
            assertThat(held.get()).isEmpty();
            requireApplied(all);
            requireStored(value);
            for (int n = 0; n < SESSIONS; n++) {
                // All are known to be there, and what comes next relies on it.
                backend.commit(
                        session(n),
                        Batch.of(row(value + 1))
                                .with(OURS)
                                .with(Check.exact(KEY, row(value).value())));
            }
            if (fate == Fate.DELAYED) {
                proxy.deliver();
            }
            requireStored(value + 1);
        }
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
        long queued = System.nanoTime();
        // It is never let go: given up, settled on another connection and sent again, and they go on in time.
        assertThat(held.get()).isEmpty();
        requireApplied(all);
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThan(SHORT.dividedBy(2));
        assertThat(Duration.ofNanos(System.nanoTime() - queued)).isLessThan(SHORT.multipliedBy(2));
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
        Caller held = hold(proxy, backend);
        List<Caller> all = queue(backend, 1);
        long queued = System.nanoTime();
        proxy.fallSilent();
        assertThat(held.get()).containsInstanceOf(InDoubtException.class);
        for (Caller caller : all) {
            assertThat(caller.get().orElseThrow()).isInstanceOfAny(UnavailableException.class, InDoubtException.class);
        }
        assertThat(Duration.ofNanos(System.nanoTime() - queued)).isLessThan(SHORT.multipliedBy(3));
        requireStored(0);
        proxy.close();
    }
}

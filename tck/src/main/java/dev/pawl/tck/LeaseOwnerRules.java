package dev.pawl.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.backend.Backend;
import dev.pawl.backend.Batch;
import dev.pawl.backend.Check;
import dev.pawl.backend.ClosedException;
import dev.pawl.backend.ConflictException;
import dev.pawl.backend.Family;
import dev.pawl.backend.FencedException;
import dev.pawl.backend.ForwardingBackend;
import dev.pawl.backend.InUseException;
import dev.pawl.backend.SessionName;
import dev.pawl.json.Bytes;
import dev.pawl.lease.Lease;
import dev.pawl.lease.LeaseRecord;
import dev.pawl.lease.LeaseRecord.Owner;
import dev.pawl.lease.LeaseState;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** One owner at a time, who lets go, is fenced and finds out: L01 to L03, L06, L07, L12. */
abstract class LeaseOwnerRules extends LeaseFixture {

    @Test
    @DisplayName("L01 a second opener is refused, told who holds the session, and does not disturb the holder")
    void secondOpenerIsRefused() {
        Lease first = lease();
        Optional<Bytes> before = row();
        int commits = backend.commits();
        for (Backend other : List.of(backend, another())) {
            Owner owner = first.record().owner().orElseThrow();
            assertThatThrownBy(() -> request(other).acquire())
                    .isInstanceOf(InUseException.class)
                    .hasMessageContaining(owner.host())
                    .hasMessageContaining(Long.toString(ProcessHandle.current().pid()))
                    .hasMessageContaining(owner.since().toString())
                    .hasMessageNotContainingAny(owner.token(), owner.node());
        }
        assertThat(ticker.elapsed()).isZero();
        assertThat(row()).isEqualTo(before);
        assertThat(backend.commits()).isEqualTo(commits);
        assertThat(beats()).hasSize(1);
        first.commit(put("1", "a"));
        assertThat(stored("1")).contains(value("a"));
    }

    @Test
    @DisplayName("L01 leases of other names and sessions are apart")
    void otherNamesAreApart() {
        lease();
        try (Lease messages = Lease.on(backend, SESSION, "messages").acquire()) {
            messages.commit(Batch.EMPTY);
        }
        if (backend.traits().manySessions()) {
            try (Lease other =
                    Lease.on(backend, SessionName.of("other"), "auth").acquire()) {
                other.commit(Batch.EMPTY);
            }
        }
    }

    @Test
    @DisplayName("L02 a release takes the row away and lets the next one in at once")
    void releaseLetsTheNextIn() {
        Lease first = lease();
        first.close();
        first.close();
        assertThat(row()).isEmpty();
        Lease second = closing(request(another()).acquire());
        second.commit(put("1", "b"));
        assertThat(ticker.elapsed()).isZero();
        assertThatThrownBy(() -> first.commit(put("1", "a"))).isInstanceOf(ClosedException.class);
        assertThat(stored("1")).contains(value("b"));
    }

    @Test
    @DisplayName("L02 a release never touches the row of another owner")
    void releaseLeavesOthersAlone() {
        Lease first = lease();
        holdElsewhere();
        Optional<Bytes> others = row();
        first.close();
        assertThat(row()).isEqualTo(others);
    }

    @Test
    @DisplayName("L02 a release waits for the commits in flight, so that none is lost")
    void releaseWaitsForCommits() throws Exception {
        AtomicBoolean released = new AtomicBoolean();
        AtomicReference<Callable<Void>> closing = new AtomicReference<>(() -> null);
        ExecutorService threads = Executors.newFixedThreadPool(1);
        try {
            AtomicReference<Future<Void>> close = new AtomicReference<>();
            Backend pausing = new ForwardingBackend(backend) {
                @Override
                public void commit(SessionName session, Batch batch) {
                    boolean data =
                            batch.puts().stream().anyMatch(row -> row.key().family() == Family.KEY);
                    if (data) {
                        close.set(threads.submit(closing.get()));
                        assertThatThrownBy(() -> close.get().get(50, TimeUnit.MILLISECONDS))
                                .isInstanceOf(TimeoutException.class);
                        assertThat(released).isFalse();
                    }
                    super.commit(session, batch);
                }
            };
            Lease lease = request(pausing).acquire();
            closing.set(() -> {
                lease.close();
                released.set(true);
                return null;
            });
            lease.commit(put("1", "a"));
            close.get().get(20, TimeUnit.SECONDS);
        } finally {
            threads.shutdownNow();
        }
        assertThat(stored("1")).contains(value("a"));
        assertThat(row()).isEmpty();
    }

    @Test
    @DisplayName("L03 after a take-over the old owner commits nothing and everything of the new one is there")
    void takeOverFences() {
        Lease old = lease();
        old.commit(put("1", "old"));
        UncertainBackend newer = another();
        Lease current = closing(request(newer).takeOver().acquire());
        for (int i = 2; i < 30; i++) {
            String id = Integer.toString(i);
            current.commit(put(id, "new"));
            assertThatThrownBy(() -> old.commit(put(id, "old"))).isInstanceOf(FencedException.class);
        }
        assertThatThrownBy(() -> old.erase(Set.of(Family.KEY))).isInstanceOf(FencedException.class);
        assertThatThrownBy(() -> old.mark(LeaseState.CLEARING)).isInstanceOf(FencedException.class);
        assertThatThrownBy(old::renew).isInstanceOf(FencedException.class);
        Optional<Bytes> held = row();
        old.close();
        assertThat(row()).isEqualTo(held);
        assertThat(stored("1")).contains(value("old"));
        for (int i = 2; i < 30; i++) {
            assertThat(stored(Integer.toString(i))).contains(value("new"));
        }
        current.commit(put("1", "new"));
        assertThat(stored("1")).contains(value("new"));
    }

    @Test
    @DisplayName("L03 mark, renew and erase find out that they are fenced")
    void everyMethodFindsOut() {
        for (int what = 0; what < 3; what++) {
            Lease old = closing(request(backend).takeOver().acquire());
            Lease current = closing(request(backend).takeOver().acquire());
            current.commit(put("1", "new"));
            Optional<Bytes> held = row();
            int which = what;
            assertThatThrownBy(() -> {
                        if (which == 0) {
                            old.mark(LeaseState.CLEARING);
                        } else if (which == 1) {
                            old.renew();
                        } else {
                            old.erase(Set.of(Family.KEY));
                        }
                    })
                    .isInstanceOf(FencedException.class);
            assertThat(row()).isEqualTo(held);
            assertThat(stored("1")).contains(value("new"));
        }
    }

    @Test
    @DisplayName("L03 being fenced is found before any conflict, and then the backend is not asked any more")
    void fencingWinsOverConflicts() {
        Lease old = lease();
        closing(request(another()).takeOver().acquire());
        Batch conflicting = put("1", "old").with(Check.exact(key("1"), value("never there")));
        assertThatThrownBy(() -> old.commit(conflicting)).isInstanceOf(FencedException.class);
        int commits = backend.commits();
        assertThatThrownBy(() -> old.commit(put("1", "old"))).isInstanceOf(FencedException.class);
        assertThat(backend.commits()).isEqualTo(commits);
    }

    @Test
    @DisplayName("L03 a conflict of the batch's own is no fencing")
    void conflictsAreNoFencing() {
        Lease lease = lease();
        assertThatThrownBy(() -> lease.commit(put("1", "a").with(Check.exact(key("1"), value("x")))))
                .isInstanceOf(ConflictException.class);
        lease.commit(put("1", "a"));
        assertThat(stored("1")).contains(value("a"));
    }

    @Test
    @DisplayName("L03 a take-over does not wait and does not care whether the holder lives")
    void takeOverDoesNotWait() {
        holdElsewhere();
        closing(request(backend).takeOver().acquire()).commit(put("1", "a"));
        assertThat(ticker.elapsed()).isZero();
    }

    @Test
    @DisplayName("L03 a batch that touches the lease row is refused")
    void leaseRowIsReserved() {
        Lease lease = lease();
        assertThatThrownBy(() -> lease.commit(new Batch(List.of(), List.of(), List.of(LEASE))))
                .isInstanceOf(IllegalArgumentException.class);
        lease.commit(Batch.EMPTY);
    }

    @Test
    @DisplayName("L06 a row that is gone, or anybody else's, means fenced")
    void goneMeansFenced() {
        Lease lease = lease();
        backend.commit(SESSION, new Batch(List.of(), List.of(), List.of(LEASE)));
        assertThatThrownBy(() -> lease.commit(put("1", "a"))).isInstanceOf(FencedException.class);
        assertThat(stored("1")).isEmpty();
        Lease again = lease();
        holdElsewhere();
        assertThatThrownBy(() -> again.commit(put("1", "a"))).isInstanceOf(FencedException.class);
        assertThat(stored("1")).isEmpty();
    }

    @Test
    @DisplayName("L07 reading who owns a session writes nothing")
    void readingWritesNothing() {
        assertThat(Lease.read(backend, SESSION, "auth")).isEmpty();
        holdElsewhere();
        int commits = backend.commits();
        int beats = backend.beats();
        assertThat(Lease.read(backend, SESSION, "auth"))
                .contains(new LeaseRecord(LeaseState.HELD, Optional.of(foreigner())));
        assertThat(backend.commits()).isEqualTo(commits);
        assertThat(backend.beats()).isEqualTo(beats);
    }

    @Test
    @DisplayName("L12 of many openers at once exactly one gets in")
    void oneWins() throws Exception {
        int openers = 4;
        ExecutorService threads = Executors.newFixedThreadPool(openers);
        List<UncertainBackend> backends = List.of(backend, another(), another(), backend);
        try {
            for (int round = 0; round < 20; round++) {
                CyclicBarrier barrier = new CyclicBarrier(openers);
                List<Future<Optional<Lease>>> attempts = new ArrayList<>();
                for (UncertainBackend each : backends) {
                    attempts.add(threads.submit(() -> {
                        barrier.await();
                        try {
                            return Optional.of(request(each).acquire());
                        } catch (InUseException e) {
                            return Optional.empty();
                        }
                    }));
                }
                List<Lease> winners = new ArrayList<>();
                for (Future<Optional<Lease>> attempt : attempts) {
                    attempt.get(30, TimeUnit.SECONDS).ifPresent(winners::add);
                }
                assertThat(winners).hasSize(1);
                winners.get(0).commit(put("1", "round" + round));
                winners.get(0).close();
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(beats()).isEmpty();
    }
}

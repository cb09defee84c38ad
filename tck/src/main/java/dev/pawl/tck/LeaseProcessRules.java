package dev.pawl.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.pawl.backend.FencedException;
import dev.pawl.backend.InUseException;
import dev.pawl.backend.ProcessLocking;
import dev.pawl.backend.SessionName;
import dev.pawl.json.Bytes;
import dev.pawl.lease.Lease;
import dev.pawl.lease.LeaseRecord;
import dev.pawl.lease.LeaseRecord.Owner;
import dev.pawl.lease.LeaseState;
import dev.pawl.lease.LeaseTiming;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Holders on this host, and in this very process: L05, L16, L18. */
abstract class LeaseProcessRules extends LeaseDeathRules {

    /** Locks as a test wants to see them. */
    private static final class Locks implements ProcessLocking {
        private boolean taken;

        @Override
        public Optional<ProcessLock> tryLock(SessionName session, String name) {
            if (taken) {
                return Optional.empty();
            }
            taken = true;
            return Optional.of(() -> taken = false);
        }
    }

    @Test
    @DisplayName("L05 a process of this host that lives is live at once, even without a beat")
    void livingProcess() {
        write(new LeaseRecord(LeaseState.HELD, Optional.of(ourTwin(false, Optional.empty(), Optional.empty()))));
        assertThatThrownBy(() -> request(backend).acquire()).isInstanceOf(InUseException.class);
        assertThat(ticker.elapsed()).isZero();
    }

    @Test
    @DisplayName("L05 a process id of this host that another process has now is dead at once")
    void reusedProcessId() {
        write(new LeaseRecord(LeaseState.HELD, Optional.of(ourTwin(false, Optional.of(1L), Optional.empty()))));
        lease().commit(put("1", "a"));
        assertThat(ticker.elapsed()).isZero();
    }

    @Test
    @DisplayName("L05 a process id of another namespace, of another or an unknown boot says nothing: beats decide")
    void otherNamespacesSayNothing() {
        Owner twin = ourTwin(true, Optional.of(1L), Optional.empty());
        for (Owner owner : List.of(
                ourTwin(true, Optional.of(1L), Optional.of("pid:[2]")),
                withBoot(twin, Optional.of("another")),
                withBoot(twin, Optional.empty()))) {
            write(new LeaseRecord(LeaseState.HELD, Optional.of(owner)));
            Duration before = ticker.elapsed();
            lease().close();
            assertThat(ticker.elapsed().minus(before)).isGreaterThanOrEqualTo(DEAD);
        }
    }

    @Test
    @DisplayName("L05 a live process that stopped beating is found dead by who waits anyway")
    void stuckProcess() {
        write(new LeaseRecord(LeaseState.HELD, Optional.of(ourTwin(false, Optional.empty(), Optional.empty()))));
        closing(request(backend).waitForRelease(Duration.ofMinutes(1)).acquire());
        assertThat(ticker.elapsed()).isGreaterThanOrEqualTo(DEAD).isLessThan(Duration.ofMinutes(1));
    }

    @Test
    @DisplayName("L16 a row of this very process that no open lease stands for is dead at once")
    void leakedRows() {
        Owner ours;
        try (Lease lease = Lease.on(backend, SESSION, "messages").acquire()) {
            ours = lease.record().owner().orElseThrow();
        }
        write(new LeaseRecord(LeaseState.HELD, Optional.of(ours)));
        lease().commit(put("1", "a"));
        assertThat(ticker.elapsed()).isZero();
    }

    @Test
    @DisplayName("L16 a lease that is forgotten is released once it is collected")
    void forgottenLeases() throws Exception {
        forget();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (row().isPresent() && System.nanoTime() < end) {
            System.gc();
            TimeUnit.MILLISECONDS.sleep(20);
        }
        assertThat(row()).isEmpty();
    }

    @Test
    @DisplayName("L18 a living process of this host with the lock is live, without it beats decide")
    void lockOfALivingProcess() {
        Locks locks = new Locks();
        Owner twin = ourTwin(true, Optional.empty(), Optional.empty());
        backend.locks(Optional.of(locks));
        locks.taken = true;
        write(new LeaseRecord(LeaseState.HELD, Optional.of(twin)));
        assertThatThrownBy(() -> request(backend).acquire()).isInstanceOf(InUseException.class);
        assertThat(ticker.elapsed()).isZero();
        locks.taken = false;
        assertThat(timeToTake(twin)).isGreaterThanOrEqualTo(DEAD);
        assertThat(locks.taken).isFalse();
    }

    @Test
    @DisplayName("L18 a process of this host that is gone is dead whoever has the lock")
    void lockOfADeadProcess() {
        Locks locks = new Locks();
        Owner twin = ourTwin(true, Optional.of(1L), Optional.empty());
        backend.locks(Optional.of(locks));
        locks.taken = true;
        assertThat(timeToTake(twin)).isZero();
    }

    @Test
    @DisplayName("L18 a process in another namespace of this kernel is dead when it had the lock and the lock is free")
    void lockInAnotherNamespace() {
        Locks locks = new Locks();
        Owner locked = ourTwin(true, Optional.empty(), Optional.of("pid:[2]"));
        Owner unlocked = ourTwin(false, Optional.empty(), Optional.of("pid:[2]"));
        backend.locks(Optional.of(locks));
        assertThat(timeToTake(locked)).isZero();
        assertThat(timeToTake(unlocked)).isGreaterThanOrEqualTo(DEAD);
        assertThat(timeToTake(withBoot(locked, Optional.of("another")))).isGreaterThanOrEqualTo(DEAD);
        locks.taken = true;
        assertThat(timeToTake(locked)).isGreaterThanOrEqualTo(DEAD);
    }

    @Test
    @DisplayName("L18 an owner that took over goes on without the lock of the fenced one, which gives it back")
    void takeOverWithoutLock() {
        Locks locks = new Locks();
        backend.locks(Optional.of(locks));
        Lease old = lease();
        assertThat(old.record().owner().orElseThrow().locked()).isTrue();
        Lease newer = closing(request(backend).takeOver().acquire());
        assertThat(newer.record().owner().orElseThrow().locked()).isFalse();
        assertThatThrownBy(() -> old.commit(put("1", "old"))).isInstanceOf(FencedException.class);
        assertThat(locks.taken).isFalse();
        Optional<Bytes> held = row();
        newer.commit(put("1", "new"));
        assertThat(row()).isEqualTo(held);
        newer.close();
        Lease third = lease();
        assertThat(third.record().owner().orElseThrow().locked()).isTrue();
        third.close();
        assertThat(locks.taken).isFalse();
    }

    /** The owner that this process would be under another node name: somebody else's process, as far as rows tell. */
    private Owner ourTwin(boolean locked, Optional<Long> started, Optional<String> namespace) {
        Owner ours;
        try (Lease lease = request(backend).acquire()) {
            ours = lease.record().owner().orElseThrow();
        }
        assumeTrue(ours.namespace().isPresent(), "this system does not tell process namespaces");
        return new Owner(
                foreigner().token(),
                foreigner().node(),
                locked,
                ours.host(),
                ours.process(),
                started.or(ours::started),
                ours.boot(),
                namespace.or(ours::namespace),
                ours.since());
    }

    private static Owner withBoot(Owner owner, Optional<String> boot) {
        return new Owner(
                owner.token(),
                owner.node(),
                owner.locked(),
                owner.host(),
                owner.process(),
                owner.started(),
                boot,
                owner.namespace(),
                owner.since());
    }

    private Duration timeToTake(Owner owner) {
        write(new LeaseRecord(LeaseState.HELD, Optional.of(owner)));
        Duration before = ticker.elapsed();
        request(backend).acquire().close();
        return ticker.elapsed().minus(before);
    }

    private void forget() {
        LeaseTiming quick =
                new LeaseTiming(Duration.ofMillis(20), Duration.ofMillis(100), LeaseTiming.STANDARD.ticker());
        assertThat(Lease.on(backend, SESSION, "auth")
                        .timing(quick)
                        .acquire()
                        .record()
                        .owner())
                .isPresent();
    }
}

package dev.pawl.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.backend.Backend;
import dev.pawl.backend.Batch;
import dev.pawl.backend.ForwardingBackend;
import dev.pawl.backend.InUseException;
import dev.pawl.backend.SessionName;
import dev.pawl.backend.UnavailableException;
import dev.pawl.json.Bytes;
import dev.pawl.lease.Lease;
import dev.pawl.lease.LeaseRecord;
import dev.pawl.lease.LeaseState;
import dev.pawl.lease.LeaseTiming;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Which holders elsewhere are dead, and waiting for one to go or to die: L04, L08. */
abstract class LeaseDeathRules extends LeaseOwnerRules {

    @Test
    @DisplayName("L04 a holder elsewhere whose beat stands still is dead after the time of death and not before")
    void deadWhenBeatStops() {
        holdElsewhere();
        beatElsewhere(7);
        AtomicInteger early = new AtomicInteger();
        Optional<Bytes> before = row();
        ticker.onSleep(() -> {
            if (ticker.elapsed().compareTo(DEAD) < 0) {
                early.incrementAndGet();
                assertThat(row()).isEqualTo(before);
            }
        });
        Lease lease = lease();
        assertThat(ticker.elapsed()).isGreaterThanOrEqualTo(DEAD).isLessThanOrEqualTo(DEAD.plus(BEAT));
        assertThat(early.get()).isPositive();
        lease.commit(put("1", "a"));
        assertThat(beats()).hasSize(1);
    }

    @Test
    @DisplayName("L04 a holder elsewhere without any beat row is dead after the same time")
    void deadWithoutBeatRow() {
        holdElsewhere();
        lease();
        assertThat(ticker.elapsed()).isGreaterThanOrEqualTo(DEAD);
    }

    @Test
    @DisplayName("L04 a holder elsewhere that beats is live, whatever the clocks say")
    void liveWhileItBeats() {
        holdElsewhere();
        beatElsewhere(7);
        AtomicInteger count = new AtomicInteger(7);
        ticker.onSleep(() -> beatElsewhere(count.incrementAndGet()));
        assertThatThrownBy(() -> request(backend).acquire())
                .isInstanceOf(InUseException.class)
                .hasMessageContaining("elsewhere")
                .hasMessageContaining("4711");
        assertThat(beats()).hasSize(1);
    }

    @Test
    @DisplayName("L04 a beat just before the end of the window saves the holder")
    void lateBeatSaves() {
        holdElsewhere();
        beatElsewhere(7);
        ticker.onSleep(() -> {
            if (ticker.elapsed().compareTo(DEAD.minus(BEAT)) >= 0) {
                beatElsewhere(8);
            }
        });
        assertThatThrownBy(() -> request(backend).acquire()).isInstanceOf(InUseException.class);
    }

    @Test
    @DisplayName("L04 the window ends at the start of the last read: an answer that took long proves nothing")
    void slowReadsProveNothing() {
        holdElsewhere();
        beatElsewhere(7);
        AtomicInteger reads = new AtomicInteger();
        AtomicReference<Duration> slowUntil = new AtomicReference<>(Duration.ZERO);
        backend.beforeBeatRead(() -> {
            if (reads.incrementAndGet() == 2) {
                ticker.advance(DEAD);
                slowUntil.set(ticker.elapsed());
            }
        });
        lease();
        assertThat(ticker.elapsed()).isGreaterThanOrEqualTo(slowUntil.get().plus(DEAD));
    }

    @Test
    @DisplayName("L04 the window begins at the return of the first read")
    void windowBeginsAtReturn() {
        holdElsewhere();
        beatElsewhere(7);
        AtomicInteger reads = new AtomicInteger();
        Duration almostABeat = Duration.ofSeconds(4);
        LeaseTiming timing = new LeaseTiming(BEAT, Duration.ofSeconds(18), ticker);
        backend.beforeBeatRead(() -> {
            if (reads.incrementAndGet() == 1) {
                ticker.advance(almostABeat);
            }
        });
        closing(request(backend).timing(timing).acquire());
        assertThat(ticker.elapsed()).isGreaterThanOrEqualTo(almostABeat.plus(timing.dead()));
    }

    @Test
    @DisplayName("L04 a read that fails begins the window anew: an outage is nobody's death")
    void failedReadsRestart() {
        holdElsewhere();
        beatElsewhere(7);
        AtomicInteger reads = new AtomicInteger();
        AtomicReference<Duration> failed = new AtomicReference<>(Duration.ZERO);
        backend.beforeBeatRead(() -> {
            if (reads.incrementAndGet() == 4) {
                failed.set(ticker.elapsed());
                throw UnavailableException.readFailed("outage", new IOException("outage"));
            }
        });
        lease();
        assertThat(failed.get()).isPositive();
        assertThat(ticker.elapsed()).isGreaterThanOrEqualTo(failed.get().plus(DEAD));
    }

    @RuleFor(Need.MANY_SESSIONS)
    @DisplayName("L04 fifty sessions of one dead node cost one window")
    void oneWindowForAllSessions() {
        beatElsewhere(7);
        for (int i = 0; i < 50; i++) {
            write(SessionName.of("s" + i), new LeaseRecord(LeaseState.HELD, Optional.of(foreigner())));
        }
        for (int i = 0; i < 50; i++) {
            closing(Lease.on(backend, SessionName.of("s" + i), "auth")
                    .timing(LeaseTiming.STANDARD.with(ticker))
                    .acquire());
        }
        assertThat(ticker.elapsed()).isLessThanOrEqualTo(DEAD.plus(BEAT));
    }

    @Test
    @DisplayName("L04 the beat row of a node that beats again after it was judged stays")
    void returningNodesKeepTheirBeat() {
        holdElsewhere();
        beatElsewhere(7);
        Backend watching = new ForwardingBackend(backend) {
            @Override
            public void commit(SessionName session, Batch batch) {
                if (session.equals(SESSION)) {
                    beatElsewhere(8);
                }
                super.commit(session, batch);
            }
        };
        closing(request(watching).acquire());
        assertThat(backend.get(SessionName.PAWL, beatRow(foreigner().node()))).isPresent();
    }

    @RuleFor(Need.MANY_SESSIONS)
    @DisplayName("L04 a node that was found dead and beats again is live again")
    void deadNodesMayReturn() {
        SessionName second = SessionName.of("second");
        beatElsewhere(7);
        holdElsewhere();
        write(second, new LeaseRecord(LeaseState.HELD, Optional.of(foreigner())));
        lease();
        assertThat(beats())
                .noneMatch(row -> row.key().equals(beatRow(foreigner().node())));
        beatElsewhere(8);
        assertThatThrownBy(() -> Lease.on(backend, second, "auth")
                        .timing(LeaseTiming.STANDARD.with(ticker))
                        .acquire())
                .isInstanceOf(InUseException.class);
    }

    @Test
    @DisplayName("L08 who waits for a release gets in within a fifth of a beat after it came")
    void waitingForRelease() {
        Lease first = lease();
        Duration release = BEAT.multipliedBy(36).dividedBy(5);
        ticker.onSleep(() -> {
            if (ticker.elapsed().compareTo(release) >= 0) {
                first.close();
            }
        });
        closing(request(backend).waitForRelease(Duration.ofMinutes(2)).acquire());
        assertThat(ticker.elapsed()).isBetween(release, release.plus(BEAT.dividedBy(5)));
    }

    @Test
    @DisplayName("L08 who waits for a release that does not come is refused when the time is over")
    void waitingInVain() {
        lease();
        ticker.onSleep(ticker::letBeat);
        assertThatThrownBy(() -> request(another())
                        .waitForRelease(Duration.ofSeconds(32))
                        .acquire())
                .isInstanceOf(InUseException.class);
        assertThat(ticker.elapsed()).isEqualTo(Duration.ofSeconds(32));
    }

    @Test
    @DisplayName("L08 who waits for a holder that dies gets in")
    void waitingForDeath() {
        holdElsewhere();
        AtomicInteger count = new AtomicInteger();
        ticker.onSleep(() -> {
            if (ticker.elapsed().compareTo(Duration.ofSeconds(60)) < 0) {
                beatElsewhere(count.incrementAndGet());
            }
        });
        closing(request(backend).waitForRelease(Duration.ofMinutes(10)).acquire());
        assertThat(ticker.elapsed())
                .isGreaterThanOrEqualTo(Duration.ofSeconds(60).plus(DEAD).minus(BEAT))
                .isLessThan(Duration.ofMinutes(2));
    }

    @Test
    @DisplayName("L08 a wait that is interrupted ends, and the interruption stays visible")
    void interruptedWait() {
        lease();
        Thread.currentThread().interrupt();
        assertThatThrownBy(() ->
                        request(another()).waitForRelease(Duration.ofMinutes(1)).acquire())
                .isInstanceOf(InUseException.class);
        assertThat(Thread.interrupted()).isTrue();
    }
}

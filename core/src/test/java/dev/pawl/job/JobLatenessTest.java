package dev.pawl.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.backend.Family;
import dev.pawl.backend.ForwardingBackend;
import dev.pawl.backend.Key;
import dev.pawl.backend.MemoryBackend;
import dev.pawl.backend.Page;
import dev.pawl.backend.Position;
import dev.pawl.backend.Row;
import dev.pawl.backend.Scan;
import dev.pawl.backend.SessionName;
import dev.pawl.backend.UnavailableException;
import dev.pawl.job.Delivery.Claim;
import dev.pawl.lease.Beat;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** However seldom it is looked for the jobs of others, those that are known are sent in time, whatever is wrong beside them. */
@Timeout(60)
final class JobLatenessTest extends Troubles {

    private static final long SOON = Duration.ofMillis(300).toNanos();

    /** Fails to scan jobs, so many times. */
    private static final class Refusing extends ForwardingBackend {
        private final AtomicInteger left;

        Refusing(int times) {
            super(new MemoryBackend());
            left = new AtomicInteger(times);
        }

        @Override
        public Page<Row, Position> scan(SessionName session, Scan scan) {
            if (left.getAndDecrement() > 0) {
                throw UnavailableException.readFailed("cut off", new IOException("cut off"));
            }
            return super.scan(session, scan);
        }
    }

    private RunnerOptions options(RateLimit rate) {
        return new RunnerOptions(
                RetryPolicy.STANDARD,
                rate,
                Optional.empty(),
                Duration.ofHours(1),
                1,
                world.events::add,
                world.clocks,
                world.timing(),
                new Random(1));
    }

    private Delivery delivery(RateLimit rate, Beat beat) {
        RunnerOptions options = options(rate);
        return new Delivery(world.store, options, beat, new Reports(options, SESSION));
    }

    @Test
    void theNextDueJobIsLookedForBehindOneThatIsDamaged() {
        put(new Key(Family.JOB, "waiting", "broken"), "{}");
        world.schedule(World.START.plusMillis(300), "next");
        try (Beat beat = Beat.keep(backend, world.timing())) {
            assertThat(delivery(RateLimit.NONE, beat).look().pause()).isEqualTo(SOON);
        }
        assertThat(troubles()).hasSize(1);
    }

    @Test
    void theNextDueJobIsLookedForBehindOneThatCannotBeRead() {
        backend.unreadable.add(
                world.schedule(World.START.minusSeconds(1), "broken").key());
        world.schedule(World.START.plusMillis(300), "next");
        try (Beat beat = Beat.keep(backend, world.timing())) {
            assertThat(delivery(RateLimit.NONE, beat).look().pause()).isEqualTo(SOON);
        }
    }

    @Test
    void theNextDueJobIsLookedForBehindARecipientWhoHasToWaitAndOneThatWasMissed() {
        world.store.schedule(
                World.START.minusSeconds(60),
                "late",
                World.text("x"),
                JobOptions.NONE.skipAfter(Duration.ofSeconds(1)));
        world.schedule(World.START, "slow");
        world.schedule(World.START, "slow");
        world.schedule(World.START.plusMillis(300), "next");
        try (Beat beat = Beat.keep(backend, world.timing())) {
            Delivery delivery = delivery(RateLimit.NONE.perRecipient(0.1), beat);
            Claim claim = delivery.look().claim().orElseThrow();
            new Sending(
                            world.store,
                            world::send,
                            options(RateLimit.NONE),
                            beat,
                            claim,
                            new Reports(options(RateLimit.NONE), SESSION))
                    .run();
            assertThat(delivery.look().pause()).isEqualTo(SOON);
        }
        assertThat(world.sentTo()).containsExactly("slow");
    }

    @Test
    void whileSomethingIsClaimedItsClaimantIsLookedAtWithEveryBeat() {
        world.schedule(World.START, "a");
        try (Beat beat = Beat.keep(backend, world.timing())) {
            Claim claim = delivery(RateLimit.NONE, beat).look().claim().orElseThrow();
            Delivery other = delivery(RateLimit.NONE, beat);
            assertThat(other.look().pause()).isEqualTo(world.timing().beat().toNanos());

            beat.end(claim.owner());
            world.clocks.pass(world.timing().beat());
            assertThat(other.look().claim()).isPresent();
        }
    }

    @Test
    void aStoreThatFailsOnceIsLookedAtSoonAgain() throws Exception {
        CountDownLatch sent = new CountDownLatch(1);
        try (Refusing failing = new Refusing(2);
                JobStore store = JobStore.open(failing, SESSION);
                JobRunner runner = JobRunner.builder()
                        .pollEvery(Duration.ofHours(1))
                        .onEvent(world.events::add)
                        .start()) {
            store.schedule(Instant.now(), "a", World.text("x"));
            runner.add(store, job -> sent.countDown());

            assertThat(sent.await(30, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(troubles()).as("told once").hasSize(1);
    }

    @Test
    void aSessionThatCannotBeLookedAtHoldsUpNoOtherOfARunnerThatIsNotStarted() {
        try (Refusing failing = new Refusing(1);
                JobStore broken = JobStore.open(failing, SESSION);
                JobRunner runner = world.builder().build()) {
            runner.add(broken, world::send);
            runner.add(world.store, world::send);
            broken.schedule(World.START, "broken", World.text("x"));
            world.schedule(World.START, "sound");

            assertThatThrownBy(runner::runDue).isInstanceOf(UnavailableException.class);

            assertThat(world.sentTo()).containsExactly("sound");
            assertThat(world.events)
                    .extracting(JobEvent::getClass)
                    .isEqualTo(List.of(JobEvent.Trouble.class, JobEvent.Sent.class));
            runner.runDue();
            assertThat(world.sentTo()).containsExactly("sound", "broken");
        }
    }
}

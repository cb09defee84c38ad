package dev.pawl.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.backend.Batch;
import dev.pawl.backend.Family;
import dev.pawl.backend.InUseException;
import dev.pawl.backend.Row;
import dev.pawl.job.Cancellation;
import dev.pawl.job.Job;
import dev.pawl.job.JobOptions;
import dev.pawl.job.JobState;
import dev.pawl.job.JobStore;
import dev.pawl.job.Recurrence;
import dev.pawl.job.RetryPolicy;
import dev.pawl.lease.Lease;
import dev.pawl.lease.LeaseRecord;
import dev.pawl.lease.LeaseState;
import java.io.IOException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** How jobs are changed by those who scheduled them: J11 to J17. */
abstract class JobChangeRules extends JobReadingRules {

    @Test
    @DisplayName("J11 a job that was cancelled is never sent, all occurrences of a recurring one")
    void j11Cancelled() {
        schedule("a", START);
        store.schedule(START, BUDI, HELLO, JobOptions.NONE.id("r").recurring(Recurrence.every(Duration.ofMinutes(1))));

        assertThat(store.cancel("a")).isEqualTo(Cancellation.CANCELLED);
        assertThat(store.cancel("r")).isEqualTo(Cancellation.CANCELLED);

        pass(Duration.ofHours(1));
        assertThat(runner().runDue()).isZero();
        assertThat(job("a").reason()).contains("cancelled");
        assertThat(state("r")).isEqualTo(JobState.CANCELLED);
    }

    @Test
    @DisplayName("J12 a job that is being sent is cancelled in flight: it ends as it ends and is not tried again")
    void j12InFlight() {
        schedule("good", START.minusSeconds(1));
        schedule("bad", START);
        store.schedule(
                START.plusMillis(1),
                BUDI,
                HELLO,
                JobOptions.NONE.id("r").recurring(Recurrence.every(Duration.ofMinutes(1))));
        now = START.plusMillis(1);
        runner(store, builder -> builder, job -> {
                    assertThat(state(job.id())).isEqualTo(JobState.CLAIMED);
                    assertThat(store.cancel(job.id())).isEqualTo(Cancellation.IN_FLIGHT);
                    assertThat(store.cancel(job.id())).isEqualTo(Cancellation.IN_FLIGHT);
                    sent.add(job);
                    if (job.id().equals("bad")) {
                        throw new IOException("not connected");
                    }
                })
                .runDue();

        assertThat(sentIds()).containsExactly("good", "bad", "r");
        assertThat(state("good")).isEqualTo(JobState.DONE);
        assertThat(state("bad")).isEqualTo(JobState.CANCELLED);
        assertThat(state("r")).isEqualTo(JobState.DONE);
        pass(Duration.ofDays(1));
        assertThat(runner().runDue()).isZero();
    }

    @Test
    @DisplayName("J13 cancelling says when it came too late, when it had ended and when there is no such job")
    void j13TooLate() {
        schedule("a", START);
        runner().runDue();
        schedule("b", START);
        store.cancel("b");

        assertThat(store.cancel("a")).isEqualTo(Cancellation.TOO_LATE);
        assertThat(store.cancel("b")).isEqualTo(Cancellation.ENDED);
        assertThat(store.cancel("nobody")).isEqualTo(Cancellation.UNKNOWN);
        assertThat(state("a")).isEqualTo(JobState.DONE);
    }

    @Test
    @DisplayName("J14 a job that waits gets another time, earlier or later, and no other does")
    void j14Reschedule() {
        schedule("a", START.plusSeconds(60));
        schedule("done", START);
        var runner = runner();
        runner.runDue();
        schedule("claimed", START.plusSeconds(9));
        claimElsewhere("claimed");

        Job later = store.reschedule("a", START.plusSeconds(120)).orElseThrow();
        assertThat(later.fireAt()).isEqualTo(START.plusSeconds(120));
        assertThat(job("a")).isEqualTo(later);
        store.reschedule("a", START.minusSeconds(1));
        runner.runDue();
        assertThat(sentIds()).containsExactly("done", "a");

        assertThat(store.reschedule("done", START.plusSeconds(1))).isEmpty();
        assertThat(store.reschedule("claimed", START.plusSeconds(1))).isEmpty();
        assertThat(store.reschedule("nobody", START.plusSeconds(1))).isEmpty();
        assertThat(state("done")).isEqualTo(JobState.DONE);
    }

    @Test
    @DisplayName("J15 a dead or cancelled job waits again, due now, with its message id and no attempts")
    void j15Retry() {
        store.schedule(START, BUDI, HELLO, JobOptions.NONE.id("dead").skipAfter(Duration.ofMinutes(1)));
        runner(store, builder -> builder.retry(RetryPolicy.STANDARD.maxAttempts(1)), job -> {
                    throw new IOException("not connected");
                })
                .runDue();
        schedule("cancelled", START.plusSeconds(5));
        store.cancel("cancelled");
        Optional<String> messageId = job("dead").messageId();
        pass(Duration.ofHours(2));

        Job again = store.retry("dead").orElseThrow();
        assertThat(store.retry("cancelled")).isPresent();

        assertThat(again.state()).isEqualTo(JobState.WAITING);
        assertThat(again.due()).isEqualTo(now);
        assertThat(again.attempts()).isZero();
        assertThat(again.messageId()).isEqualTo(messageId);
        runner().runDue();
        assertThat(sentIds()).containsExactlyInAnyOrder("dead", "cancelled");
        assertThat(store.retry("dead")).isEmpty();
        assertThat(store.retry("nobody")).isEmpty();
    }

    @Test
    @DisplayName("J16 prune removes what has ended and was due before, and nothing else")
    void j16Prune() {
        for (int i = 0; i < 5; i++) {
            schedule("d" + i, START.minusSeconds(i + 1));
        }
        runner().runDue();
        schedule("c", START.minusSeconds(9));
        store.cancel("c");
        schedule("w", START.minusSeconds(9));
        schedule("claimed", START.minusSeconds(9));
        claimElsewhere("claimed");

        assertThat(store.prune(START.minusSeconds(2), EnumSet.of(JobState.DONE)))
                .isEqualTo(3);
        assertThat(store.find("d1")).isPresent();
        assertThat(store.find("d2")).isEmpty();
        assertThat(store.prune(START, EnumSet.of(JobState.DONE, JobState.CANCELLED, JobState.DEAD)))
                .isEqualTo(3);
        assertThat(state("w")).isEqualTo(JobState.WAITING);
        assertThat(state("claimed")).isEqualTo(JobState.CLAIMED);
        assertThatThrownBy(() -> store.prune(START, EnumSet.of(JobState.WAITING)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    @DisplayName("J17 while somebody has to be alone with the jobs nothing is written, and afterwards they go on")
    void j17Alone() {
        schedule("a", START);
        var runner = runner();
        try (Lease lease = Lease.on(backend, MAIN, "jobs").timing(timing()).acquire()) {
            assertThatThrownBy(() -> schedule("b", START)).isInstanceOf(InUseException.class);
            assertThatThrownBy(() -> store.cancel("a")).isInstanceOf(InUseException.class);
            assertThatThrownBy(runner::runDue).isInstanceOf(InUseException.class);
            assertThatThrownBy(() -> JobStore.open(backend, MAIN, () -> now, timing()))
                    .isInstanceOf(InUseException.class);
            assertThat(store.find("a")).isPresent();
            assertThat(lease.record().state()).isEqualTo(LeaseState.HELD);
        }

        assertThat(sent).isEmpty();
        runner.runDue();
        assertThat(sentIds()).containsExactly("a");
    }

    @Test
    @DisplayName("J17 jobs that were moved away are not sent here, and the message says where they went")
    void j17Retired() {
        schedule("a", START);
        backend.commit(
                MAIN,
                Batch.of(Row.of(
                        LEASE,
                        new LeaseRecord(new LeaseState.Retired("native:elsewhere"), Optional.empty()).toBytes())));

        assertThatThrownBy(() -> runner().runDue())
                .isInstanceOf(InUseException.class)
                .hasMessageContaining("native:elsewhere");
        assertThatThrownBy(() -> JobStore.open(backend, MAIN, () -> now, timing()))
                .isInstanceOf(InUseException.class);
        assertThat(sent).isEmpty();
    }

    @Test
    @DisplayName("J17 who was alone with the jobs and died is cleared away, and an erasure it began is finished")
    void j17DeadOwner() {
        schedule("a", START);
        backend.commit(
                MAIN, Batch.of(Row.of(LEASE, new LeaseRecord(LeaseState.HELD, Optional.of(stranger())).toBytes())));
        var runner = runner();
        for (int i = 0; i < 4; i++) {
            assertThatThrownBy(runner::runDue).isInstanceOf(InUseException.class);
            pass(BEAT);
        }
        assertThatThrownBy(runner::runDue).isInstanceOf(InUseException.class);
        runner.runDue();
        assertThat(sentIds()).containsExactly("a");

        backend.commit(MAIN, Batch.of(Row.of(LEASE, new LeaseRecord(LeaseState.CLEARING, Optional.empty()).toBytes())));
        JobStore again = open(MAIN);
        assertThat(again.counts().done()).isZero();
        assertThat(backend.sessions(Set.of(Family.JOB), Optional.empty(), 10).items())
                .isEqualTo(List.of());
    }
}

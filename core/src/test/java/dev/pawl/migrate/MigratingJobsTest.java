package dev.pawl.migrate;

import static dev.pawl.migrate.Contents.SESSION;
import static dev.pawl.migrate.Contents.all;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.pawl.backend.InUseException;
import dev.pawl.backend.MemoryBackend;
import dev.pawl.job.BroadcastOptions;
import dev.pawl.job.Job;
import dev.pawl.job.JobOptions;
import dev.pawl.job.JobRunner;
import dev.pawl.job.JobState;
import dev.pawl.job.JobStore;
import dev.pawl.job.RateLimit;
import dev.pawl.json.JsonString;
import dev.pawl.lease.LeaseTiming;
import dev.pawl.lease.Ticker;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Jobs that wait, are being sent and have ended, from one store to another. */
@Timeout(30)
class MigratingJobsTest {

    private static final LeaseTiming SHORT =
            new LeaseTiming(Duration.ofMillis(20), Duration.ofMillis(100), Ticker.SYSTEM);

    private final MemoryBackend source = new MemoryBackend();
    private final MemoryBackend target = new MemoryBackend();
    private final JobStore jobs = JobStore.open(source, SESSION);

    private Migration migration() {
        return Migration.from(source, SESSION)
                .to(target, SESSION)
                .only(Set.of(Part.JOBS))
                .timing(SHORT);
    }

    private static JobRunner runner() {
        return JobRunner.builder().rate(RateLimit.NONE).timing(SHORT).build();
    }

    private Job scheduled(String id) {
        return jobs.schedule(Instant.now(), "a@lid", new JsonString(id), JobOptions.NONE.id(id));
    }

    /** Does this while the first job that is due is being sent. */
    private void whileSending(JobStore store, Runnable action) {
        List<String> sent = new ArrayList<>();
        try (JobRunner runner = runner()) {
            runner.add(store, job -> {
                if (sent.isEmpty()) {
                    action.run();
                }
                sent.add(job.id());
            });
            runner.runDue();
        }
        assertThat(sent).isNotEmpty();
    }

    @Test
    void jobsAndBroadcastsOfEveryStateArriveAndGoOn() {
        jobs.broadcast(
                List.of("a@lid", "b@lid", "c@lid"),
                friend -> new JsonString("x"),
                BroadcastOptions.STANDARD.id("news").pacing(Duration.ZERO));
        jobs.cancel(scheduled("cancelled").id());
        whileSending(jobs, () -> {});
        Job later = jobs.schedule(Instant.now().plusSeconds(3600), "a@lid", new JsonString("later"));

        migration().retireSource().run();

        assertThat(all(target)).isEqualTo(all(source));
        assertThatThrownBy(() -> jobs.schedule(Instant.now(), "a@lid", new JsonString("too late")))
                .isInstanceOf(InUseException.class)
                .hasMessageContaining("were moved to");
        try (JobStore moved = JobStore.open(target, SESSION)) {
            assertThat(moved.find(later.id())).contains(later);
            assertThat(moved.broadcast("news").orElseThrow().progress().sent()).isEqualTo(3);
            assertThat(moved.retry("cancelled")).isPresent();
            List<String> sent = new ArrayList<>();
            try (JobRunner runner = runner()) {
                runner.add(moved, job -> sent.add(job.id()));
                runner.runDue();
            }
            assertThat(sent).containsExactly("cancelled");
        }
    }

    @Test
    void aSourceIsNotRetiredWhileItsJobsAreBeingSentAndGoesOn() {
        scheduled("J");
        whileSending(
                jobs,
                () -> assertThatThrownBy(() -> migration().retireSource().run())
                        .isInstanceOf(InUseException.class)
                        .hasMessageContaining("are being sent by")
                        .hasMessageContaining("stop what sends them"));

        assertThat(jobs.find("J").orElseThrow().state()).isEqualTo(JobState.DONE);
        assertThat(all(target)).isEmpty();
        migration().retireSource().run();
        assertThat(all(target)).isEqualTo(all(source));
    }

    @Test
    void aJobThatWasBeingSentWhenItWasTakenOverIsSentAgainWithTheSameMessageId() {
        Job job = scheduled("J");
        List<String> again = new ArrayList<>();
        // the note that it was sent finds that the jobs are elsewhere, and so does the look for the next if it is time
        // to look for the jobs of dead processes
        assertThat(catchThrowable(() -> whileSending(
                        jobs, () -> migration().retireSource().takeOver().run())))
                .satisfiesAnyOf(
                        none -> assertThat(none).isNull(),
                        moved -> assertThat(moved).isInstanceOf(InUseException.class));
        try (JobStore moved = JobStore.open(target, SESSION)) {
            assertThat(moved.find("J").orElseThrow().state()).isEqualTo(JobState.CLAIMED);
            JobRunner.Builder builder = JobRunner.builder()
                    .rate(RateLimit.NONE)
                    .timing(SHORT)
                    .pollEvery(Duration.ofMillis(10))
                    .onEvent(event -> {});
            CountDownLatch sent = new CountDownLatch(1);
            try (JobRunner runner = builder.start()) {
                runner.add(moved, taken -> {
                    again.add(taken.messageId().orElseThrow());
                    sent.countDown();
                });
                await(sent);
            }
            assertThat(again).containsExactly(job.messageId().orElseThrow());
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}

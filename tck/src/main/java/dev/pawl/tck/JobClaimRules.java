package dev.pawl.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.backend.Access;
import dev.pawl.backend.Backend;
import dev.pawl.backend.Batch;
import dev.pawl.backend.ForwardingBackend;
import dev.pawl.backend.Row;
import dev.pawl.backend.SessionName;
import dev.pawl.job.Job;
import dev.pawl.job.JobEvent;
import dev.pawl.job.JobOptions;
import dev.pawl.job.JobRunner;
import dev.pawl.job.JobState;
import dev.pawl.job.Recurrence;
import dev.pawl.job.RetryPolicy;
import dev.pawl.tck.UncertainBackend.Fate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** How processes share jobs, and what becomes of what a dead one had: J20, J21, J24 to J26. */
abstract class JobClaimRules extends JobChangeRules {

    private static final int JOBS = 24;

    @Test
    @DisplayName("J20 runners of several processes send each job once")
    void j20Shared() throws Exception {
        for (int i = 0; i < JOBS; i++) {
            schedule("a" + i, START.minusSeconds(i % 5));
        }
        List<Callable<Integer>> runners = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            UncertainBackend own =
                    subject.isShared() ? closing(new UncertainBackend(subject.open(Access.READ_WRITE))) : backend;
            runners.add(runner(open(own, MAIN), builder -> builder, sent::add)::runDue);
        }

        List<Integer> taken = Threads.together(runners);

        assertThat(sentIds()).hasSize(JOBS).doesNotHaveDuplicates();
        assertThat(taken.stream().mapToInt(Integer::intValue).sum()).isEqualTo(JOBS);
        assertThat(store.counts().done()).isEqualTo(JOBS);
    }

    @Test
    @DisplayName("J20 a job that another process took between the look and the claim is left to it")
    void j20LostRace() {
        schedule("a", START);
        schedule("b", START.plusMillis(1));
        now = START.plusMillis(1);
        JobRunner other = runner(open(MAIN), builder -> builder, sent::add);
        AtomicReference<Runnable> before = new AtomicReference<>(other::runDue);
        Backend late = new ForwardingBackend(backend) {
            @Override
            public void commit(SessionName session, Batch batch) {
                if (session.equals(MAIN)) {
                    before.getAndSet(() -> {}).run();
                }
                super.commit(session, batch);
            }
        };

        assertThat(runner(open(late, MAIN), builder -> builder, sent::add).runDue())
                .isZero();

        assertThat(sentIds()).containsExactly("a", "b");
        assertThat(store.counts().done()).isEqualTo(2);
        assertThat(happened()).containsExactly("Sent", "Sent");
    }

    @Test
    @DisplayName("J21 what was sent is noted before anything else is sent, however often the store fails")
    void j21Noted() {
        schedule("a", START);
        schedule("b", START.plusMillis(1));
        now = START.plusMillis(1);
        List<JobState> earlier = new ArrayList<>();
        runner(store, builder -> builder, job -> {
                    sent.add(job);
                    if (job.id().equals("a")) {
                        backend.next(Fate.REFUSED, Fate.REFUSED, Fate.DELAYED, Fate.ANSWER_LOST);
                    } else {
                        earlier.add(state("a"));
                    }
                })
                .runDue();

        assertThat(sentIds()).containsExactly("a", "b");
        assertThat(earlier).containsExactly(JobState.DONE);
        assertThat(backend.deliver()).doesNotContain(true);
        assertThat(state("a")).isEqualTo(JobState.DONE);
        assertThat(job("a").reason()).contains("sent");
        assertThat(happened()).containsExactly("Trouble", "Trouble", "Sent", "Sent");
    }

    @Test
    @DisplayName("J21 a claim in doubt sends once")
    void j21ClaimInDoubt() {
        schedule("a", START);
        var runner = runner();
        for (Fate fate : List.of(Fate.ANSWER_LOST, Fate.DELAYED)) {
            schedule("b" + fate, START);
            backend.next(fate);
            runner.runDue();
            backend.deliver();
            runner.runDue();
        }

        assertThat(sentIds()).containsExactlyInAnyOrder("a", "bANSWER_LOST", "bDELAYED");
        assertThat(store.counts().done()).isEqualTo(3);
    }

    @Test
    @DisplayName("J24 a job of a dead process waits again, with its message id, and the claim counts")
    void j24Dead() {
        Job scheduled = schedule("a", START);
        claimElsewhere("a");
        beatElsewhere(1);
        var runner = runner();
        for (Duration waited = Duration.ZERO; waited.compareTo(DEAD) < 0; waited = waited.plus(BEAT)) {
            assertThat(runner.runDue()).isZero();
            pass(BEAT);
        }

        assertThat(runner.runDue()).isEqualTo(1);

        assertThat(sent).singleElement().satisfies(job -> {
            assertThat(job.messageId()).isEqualTo(scheduled.messageId());
            assertThat(job.attempts()).isEqualTo(2);
        });
        assertThat(happened()).containsExactly("Recovered", "Sent");
    }

    @Test
    @DisplayName("J24 a job that killed its process each time dies, and one that was cancelled meanwhile is not sent")
    void j24Deadly() {
        schedule("a", START);
        claimElsewhere("a");
        store.schedule(START, BUDI, HELLO, JobOptions.NONE.id("r").recurring(Recurrence.every(Duration.ofDays(1))));
        claimElsewhere("r");
        schedule("c", START);
        claimElsewhere("c");
        store.cancel("c");
        var runner = runner(builder -> builder.retry(RetryPolicy.STANDARD.maxAttempts(1)));
        runner.runDue();
        pass(BEAT);
        runner.runDue();
        pass(DEAD);
        runner.runDue();

        assertThat(state("a")).isEqualTo(JobState.DEAD);
        assertThat(job("a").lastError().orElseThrow()).contains("died");
        assertThat(state("c")).isEqualTo(JobState.CANCELLED);
        assertThat(job("r").due()).isEqualTo(START.plus(Duration.ofDays(1)));
        assertThat(state("r@" + START.toEpochMilli())).isEqualTo(JobState.DEAD);
        assertThat(sent).isEmpty();
        assertThat(happened()).containsExactlyInAnyOrder("Died", "Died");
    }

    @Test
    @DisplayName("J24 a job that a runner of this process left behind waits again at once")
    void j24LeftBehind() {
        schedule("a", START);
        var runner = runner();
        // the claim is applied after it was given up
        backend.next(Fate.DELAYED, Fate.DELAYED, Fate.DELAYED, Fate.DELAYED, Fate.DELAYED, Fate.DELAYED);
        assertThat(attempt(runner::runDue)).isPresent();
        backend.deliver();
        assertThat(state("a")).isEqualTo(JobState.CLAIMED);

        pass(BEAT);
        runner.runDue();

        assertThat(sentIds()).containsExactly("a");
    }

    @Test
    @DisplayName("J25 of a process that beats nothing is taken, nor when the store fails meanwhile")
    void j25Living() {
        schedule("a", START);
        claimElsewhere("a");
        var runner = runner();
        for (int i = 0; i < 12; i++) {
            beatElsewhere(i);
            runner.runDue();
            pass(BEAT);
        }
        assertThat(state("a")).isEqualTo(JobState.CLAIMED);

        for (int i = 0; i < 3; i++) {
            runner.runDue();
            pass(DEAD.minus(BEAT));
            backend.cut(true);
            attempt(runner::runDue);
            backend.cut(false);
            pass(BEAT);
        }
        assertThat(state("a")).isEqualTo(JobState.CLAIMED);
        assertThat(sent).isEmpty();
    }

    @Test
    @DisplayName("J25 a job that this process is sending stays its own, however long that takes")
    void j25SendingLong() {
        schedule("a", START);
        var other = runner(open(MAIN), builder -> builder, sent::add);
        runner(store, builder -> builder, job -> {
                    sent.add(job);
                    for (int i = 0; i < 10; i++) {
                        pass(DEAD);
                        other.runDue();
                    }
                })
                .runDue();

        assertThat(sentIds()).containsExactly("a");
        assertThat(state("a")).isEqualTo(JobState.DONE);
    }

    @Test
    @DisplayName("J26 who was silent so long that the job was taken over notes nothing, and says that it was lost")
    void j26Lost() {
        Job scheduled = schedule("a", START);
        runner(store, builder -> builder, job -> {
                    sent.add(job);
                    // as if another had found us dead: the job waits again and is claimed by that one
                    Job claimed = job("a");
                    backend.commit(
                            MAIN,
                            new Batch(
                                    List.of(),
                                    List.of(Row.of(
                                            key(JobState.WAITING, "a"),
                                            claimed.due().toEpochMilli(),
                                            claimed.text())),
                                    List.of(key(JobState.CLAIMED, "a"))));
                    claimElsewhere("a");
                })
                .runDue();

        assertThat(state("a")).isEqualTo(JobState.CLAIMED);
        assertThat(job("a").claimant().orElseThrow().host())
                .isEqualTo(stranger().host());
        assertThat(job("a").messageId()).isEqualTo(scheduled.messageId());
        assertThat(events).singleElement().isInstanceOf(JobEvent.Lost.class);
    }
}

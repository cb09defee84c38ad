package dev.pawl.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.backend.SessionName;
import dev.pawl.job.Job;
import dev.pawl.job.JobEvent;
import dev.pawl.job.JobOptions;
import dev.pawl.job.JobRunner;
import dev.pawl.job.JobState;
import dev.pawl.job.RateLimit;
import dev.pawl.job.Recurrence;
import dev.pawl.job.RetryPolicy;
import dev.pawl.job.UnsendableException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** When jobs are sent, and what becomes of those that cannot be: J18, J19, J22, J23, J27 to J32. */
abstract class JobRunRules extends JobClaimRules {

    @Test
    @DisplayName("J18 nothing is sent before its time, be that 40 days or 10 years away")
    void j18NotBefore() {
        schedule("days", START.plus(Duration.ofDays(40)));
        schedule("years", START.plus(Duration.ofDays(3653)));
        var runner = runner();
        runner.runDue();
        now = START.plus(Duration.ofDays(40)).minusMillis(1);
        runner.runDue();
        assertThat(sent).isEmpty();

        now = now.plusMillis(1);
        runner.runDue();
        assertThat(sentIds()).containsExactly("days");
        now = START.plus(Duration.ofDays(3653));
        runner.runDue();
        assertThat(sentIds()).containsExactly("days", "years");
    }

    @Test
    @DisplayName("J18 a clock that jumps ahead fires what is then due; one that jumps back fires nothing twice")
    void j18Jumps() {
        for (int i = 0; i < 4; i++) {
            schedule("a" + i, START.plusSeconds(i * 60L));
        }
        var runner = runner();
        runner.runDue();
        now = START.plusSeconds(65);
        runner.runDue();
        now = START.minusSeconds(1000);
        schedule("back", START.minusSeconds(999));
        runner.runDue();
        assertThat(sentIds()).containsExactly("a0", "a1");
        now = START.plusSeconds(1000);
        runner.runDue();
        now = START;
        runner.runDue();

        assertThat(sentIds()).containsExactly("a0", "a1", "back", "a2", "a3");
    }

    @Test
    @DisplayName("J19 what has been due longest goes first, of the same time by id")
    void j19Order() {
        schedule("c", START.minusSeconds(2));
        schedule("b", START.minusSeconds(1));
        schedule("a", START.minusSeconds(1));
        schedule("d", START.minusSeconds(1));
        schedule("e", START.minusSeconds(3));

        runner().runDue();

        assertThat(sentIds()).containsExactly("e", "c", "a", "b", "d");
    }

    @Test
    @DisplayName("J22 a failed send waits longer each time, less what is left to chance, and dies after the last")
    void j22BackOff() {
        schedule("a", START);
        var runner = runner(
                store,
                builder -> builder.retry(new RetryPolicy(5, Duration.ofSeconds(10), Duration.ofSeconds(40), 0.5)),
                job -> {
                    throw new IOException("attempt " + job.attempts());
                });
        List<Long> waits = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            runner.runDue();
            assertThat(runner.runDue()).isZero();
            assertThat(job("a").fireAt()).isEqualTo(START);
            waits.add(Duration.between(now, job("a").due()).toMillis());
            pass(Duration.between(now, job("a").due()));
        }
        runner.runDue();

        long[] longest = {10_000, 20_000, 40_000, 40_000};
        for (int i = 0; i < 4; i++) {
            assertThat(waits.get(i)).isBetween(longest[i] / 2, longest[i]);
        }
        assertThat(waits.get(2)).as("left to chance").isNotEqualTo(waits.get(3));
        assertThat(state("a")).isEqualTo(JobState.DEAD);
        assertThat(job("a").lastError()).contains("IOException: attempt 5");
        assertThat(job("a").reason()).contains("failed");
        assertThat(happened()).containsExactly("Failed", "Failed", "Failed", "Failed", "Died");
    }

    @Test
    @DisplayName("J22 who asked for it is told of jobs that die, and a listener that fails disturbs nothing")
    void j22OnDead() {
        schedule("a", START);
        schedule("b", START);
        List<String> dead = new ArrayList<>();
        runner(
                        store,
                        builder -> builder.retry(RetryPolicy.STANDARD.maxAttempts(1))
                                .onDead(died -> {
                                    dead.add(died.job().id());
                                    throw new IllegalStateException("a listener that fails");
                                }),
                        job -> {
                            throw new IOException();
                        })
                .runDue();

        assertThat(dead).containsExactly("a", "b");
        assertThat(job("a").lastError()).contains("IOException");
    }

    @Test
    @DisplayName("J22 a job may say itself how often it is tried")
    void j22OwnAttempts() {
        store.schedule(START, BUDI, HELLO, JobOptions.NONE.id("a").maxAttempts(2));
        var runner = runner(store, builder -> builder.retry(RetryPolicy.STANDARD.maxAttempts(9)), job -> {
            throw new IllegalStateException("x".repeat(900));
        });
        for (int i = 0; i < 5; i++) {
            runner.runDue();
            pass(Duration.ofHours(1));
        }

        assertThat(job("a").state()).isEqualTo(JobState.DEAD);
        assertThat(job("a").attempts()).isEqualTo(2);
        assertThat(job("a").lastError().orElseThrow()).hasSize(500);
    }

    @Test
    @DisplayName("J23 what will never be sent dies at once")
    void j23Unsendable() {
        schedule("a", START);
        runner(store, builder -> builder, job -> {
                    throw new UnsendableException("no such number");
                })
                .runDue();

        assertThat(state("a")).isEqualTo(JobState.DEAD);
        assertThat(job("a").reason()).contains("unsendable");
        assertThat(job("a").attempts()).isEqualTo(1);
    }

    @Test
    @DisplayName("J27 a job that has to wait for the rate is not claimed")
    void j27NotClaimed() {
        schedule("a", START);
        schedule("b", START);
        JobRunner runner = runner(builder -> builder.rate(RateLimit.perSecond(1)));

        assertThat(runner.runDue()).isEqualTo(1);

        assertThat(sentIds()).containsExactly("a");
        assertThat(state("b")).isEqualTo(JobState.WAITING);
        pass(Duration.ofSeconds(1));
        assertThat(runner.runDue()).isEqualTo(1);
    }

    @Test
    @DisplayName("J28 so many a second go out, and a burst after a pause")
    void j28Rate() {
        for (int i = 0; i < 30; i++) {
            schedule("a" + i, START);
        }
        JobRunner runner = runner(builder -> builder.rate(RateLimit.perSecond(2).burst(5)));
        List<Integer> taken = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            taken.add(runner.runDue());
            pass(Duration.ofSeconds(1));
        }
        pass(Duration.ofSeconds(60));
        taken.add(runner.runDue());

        assertThat(taken).containsExactly(5, 2, 2, 2, 5);
    }

    @Test
    @DisplayName("J28 a recipient who has to wait holds up nobody else, and keeps the order of what is for it")
    void j28Recipients() {
        schedule("a1", START.minusSeconds(9), "a@lid");
        schedule("a2", START.minusSeconds(8), "a@lid");
        schedule("a3", START.minusSeconds(7), "a@lid");
        schedule("b1", START.minusSeconds(6), "b@lid");
        JobRunner runner =
                runner(builder -> builder.rate(RateLimit.perSecond(100).perRecipient(0.5)));

        runner.runDue();
        assertThat(sentIds()).containsExactly("a1", "b1");
        pass(Duration.ofSeconds(1));
        assertThat(runner.runDue()).isZero();
        pass(Duration.ofSeconds(1));
        runner.runDue();
        pass(Duration.ofSeconds(2));
        runner.runDue();
        assertThat(sentIds()).containsExactly("a1", "b1", "a2", "a3");
    }

    @Test
    @DisplayName("J29 what is later than it may be is skipped, and else sent however late it is")
    void j29Missed() {
        store.schedule(START, BUDI, HELLO, JobOptions.NONE.id("own").skipAfter(Duration.ofMinutes(1)));
        schedule("usual", START);
        store.schedule(START, BUDI, HELLO, JobOptions.NONE.id("patient").skipAfter(Duration.ofDays(9)));
        pass(Duration.ofMinutes(1));
        JobRunner strict = runner(builder -> builder.skipAfter(Duration.ofHours(2)));
        pass(Duration.ofHours(3));

        strict.runDue();

        assertThat(sentIds()).containsExactly("patient");
        assertThat(state("own")).isEqualTo(JobState.CANCELLED);
        assertThat(job("usual").reason()).contains("missed");
        assertThat(events.stream().filter(JobEvent.Missed.class::isInstance)).hasSize(2);

        schedule("late", START.minus(Duration.ofDays(900)));
        strict.remove(store);
        runner().runDue();
        assertThat(sentIds()).containsExactly("patient", "late");
    }

    @Test
    @DisplayName("J30 a recurring job keeps its grid, and each occurrence has a message id of its own")
    void j30Recurring() {
        Job scheduled = store.schedule(
                START, BUDI, HELLO, JobOptions.NONE.id("r").recurring(Recurrence.every(Duration.ofMinutes(10))));
        var runner = runner();
        pass(Duration.ofSeconds(3));
        runner.runDue();
        assertThat(job("r").due()).isEqualTo(START.plus(Duration.ofMinutes(10)));
        assertThat(job("r").runs()).isEqualTo(1);
        assertThat(runner.runDue()).isZero();
        pass(Duration.ofMinutes(45));
        runner.runDue();

        assertThat(job("r").due()).as("missed ones are not made up for").isEqualTo(START.plus(Duration.ofMinutes(50)));
        assertThat(sent).hasSize(2);
        assertThat(sent.get(0).messageId()).isEqualTo(scheduled.messageId());
        assertThat(sent.get(1).messageId()).isNotEqualTo(scheduled.messageId());
        assertThat(job("r").runs()).isEqualTo(2);
        assertThat(state("r")).isEqualTo(JobState.WAITING);
    }

    @Test
    @DisplayName("J30 an occurrence that dies is kept by itself and can be sent again; the series goes on")
    void j30OccurrenceDies() {
        store.schedule(
                START,
                BUDI,
                HELLO,
                JobOptions.NONE
                        .id("r")
                        .recurring(Recurrence.every(Duration.ofMinutes(10)))
                        .skipAfter(Duration.ofMinutes(1)));
        boolean[] failing = {true};
        var runner = runner(store, builder -> builder.retry(RetryPolicy.STANDARD.maxAttempts(1)), job -> {
            sent.add(job);
            if (failing[0]) {
                throw new IOException("not connected");
            }
        });
        runner.runDue();
        failing[0] = false;

        Job dead = job("r@" + START.toEpochMilli());
        assertThat(dead.state()).isEqualTo(JobState.DEAD);
        assertThat(dead.recurrence()).isEmpty();
        assertThat(dead.messageId()).isEqualTo(sent.get(0).messageId());
        assertThat(job("r").messageId()).isNotEqualTo(dead.messageId());
        assertThat(job("r").attempts()).isZero();
        pass(Duration.ofMinutes(13));
        runner.runDue();
        assertThat(happened()).as("too late for the second").containsExactly("Died", "Missed");
        assertThat(job("r").due()).isEqualTo(START.plus(Duration.ofMinutes(20)));

        store.retry(dead.id());
        runner.runDue();
        assertThat(sent.get(1).id()).isEqualTo(dead.id());
        assertThat(state(dead.id())).isEqualTo(JobState.DONE);
    }

    @Test
    @DisplayName("J30 a job that recurs by a rule nobody here knows is left alone, and told")
    void j30Strange() {
        foreign(
                key(JobState.WAITING, "s"),
                1,
                "{\"id\":\"s\",\"fireAt\":1,\"recipient\":\"a\",\"payload\":1,\"pawl\":{\"revision\":1,\"recurrence\":"
                        + "{\"kind\":\"of the future\",\"rule\":\"x\"}}}");
        schedule("a", START);
        var runner = runner();
        runner.runDue();
        runner.runDue();

        assertThat(sentIds()).containsExactly("a");
        assertThat(state("s")).isEqualTo(JobState.WAITING);
        assertThat(happened()).containsExactlyInAnyOrder("Trouble", "Sent");
    }

    @Test
    @DisplayName("J31 who stops a runner lets the job in flight be noted, and nothing is sent afterwards")
    void j31Stop() throws Exception {
        schedule("a", START);
        JobRunner runner = runner();
        runner.runDue();
        schedule("b", START);
        assertThat(runner.stop(Duration.ofSeconds(1))).isTrue();
        runner.close();

        assertThat(runner.runDue()).isZero();
        assertThatThrownBy(() -> runner.add(store, sent::add)).isInstanceOf(IllegalStateException.class);
        assertThat(sentIds()).containsExactly("a");
        assertThat(runner().runDue()).isEqualTo(1);
    }

    @RuleFor(Need.MANY_SESSIONS)
    @DisplayName("J32 one session whose sends fail holds up no other")
    void j32Sessions() {
        JobRunner runner = runner(store, builder -> builder, job -> {
            throw new IllegalStateException("this one always fails");
        });
        var other = open(SessionName.of("other"));
        runner.add(other, sent::add);
        schedule("a", START);
        Job theirs = other.schedule(START, BUDI, HELLO);

        runner.runDue();

        assertThat(sentIds()).containsExactly(theirs.id());
        assertThat(other.find(theirs.id()).map(Job::state)).isEqualTo(Optional.of(JobState.DONE));
        assertThat(job("a").due()).isAfter(START);
    }
}

package dev.pawl.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.backend.ConflictException;
import dev.pawl.backend.CorruptDataException;
import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.StoreException;
import dev.pawl.job.Broadcast;
import dev.pawl.job.BroadcastOptions;
import dev.pawl.job.BroadcastProgress;
import dev.pawl.job.BroadcastProgress.State;
import dev.pawl.job.Cancellation;
import dev.pawl.job.Job;
import dev.pawl.job.JobFilter;
import dev.pawl.job.JobRunner;
import dev.pawl.job.JobState;
import dev.pawl.job.JobStore;
import dev.pawl.job.RetryPolicy;
import dev.pawl.json.JsonString;
import dev.pawl.tck.UncertainBackend.Fate;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** One message to many: J33 to J36, J40 and J41. */
abstract class JobBroadcastRules extends JobRunRules {

    static final Duration PACING = Duration.ofSeconds(2);

    static List<String> recipients(int count) {
        return IntStream.rangeClosed(1, count).mapToObj(i -> i + "@lid").toList();
    }

    final Broadcast broadcast(int count) {
        return store.broadcast(
                recipients(count),
                JsonString::new,
                BroadcastOptions.STANDARD.id("b").pacing(PACING));
    }

    /** Runs and lets the pacing go by, so many times. */
    final void run(JobRunner runner, int times) {
        for (int i = 0; i < times; i++) {
            runner.runDue();
            pass(PACING);
        }
    }

    final List<String> sentTo() {
        return sent.stream().map(Job::recipient).toList();
    }

    static void assertAddsUp(BroadcastProgress progress) {
        assertThat(progress.sent() + progress.failed() + progress.cancelled() + progress.left())
                .isEqualTo(progress.recipients());
        assertThat(progress.left()).isNotNegative();
    }

    @Test
    @DisplayName(
            "J33 nothing is sent before all recipients are stored, and the same call finishes what was interrupted")
    void j33Whole() {
        List<String> many = recipients(900);
        backend.next(Fate.APPLIED, Fate.APPLIED, Fate.REFUSED);
        BroadcastOptions options = BroadcastOptions.STANDARD.id("b").pacing(Duration.ZERO);
        assertThatThrownBy(() -> store.broadcast(many, JsonString::new, options))
                .isInstanceOf(StoreException.class);
        assertThat(runner().runDue()).isZero();
        assertThat(store.broadcast("b").orElseThrow().progress().state()).isEqualTo(State.FILLING);
        assertThatThrownBy(() -> store.broadcast(recipients(899), JsonString::new, options))
                .isInstanceOf(ConflictException.class);

        Broadcast broadcast = store.broadcast(many, JsonString::new, options);

        assertThat(broadcast.progress()).isEqualTo(new BroadcastProgress("b", State.RUNNING, START, 900, 0, 0, 0));
        assertThat(ids(list(JobFilter.ALL.of("b"), 1000))).hasSize(900).doesNotHaveDuplicates();
        assertThat(store.counts().waiting()).isEqualTo(1);
        assertThatThrownBy(() -> store.broadcast(many, JsonString::new, options))
                .isInstanceOf(ConflictException.class);
    }

    @Test
    @DisplayName("J33 a recipient who is cancelled while others are stored stays so when the call is repeated")
    void j33CancelledMeanwhile() {
        List<String> many = recipients(900);
        backend.next(Fate.APPLIED, Fate.APPLIED, Fate.REFUSED);
        BroadcastOptions options = BroadcastOptions.STANDARD.id("b").pacing(Duration.ZERO);
        assertThat(attempt(() -> store.broadcast(many, JsonString::new, options)))
                .isPresent();
        assertThat(store.cancel("b.000002")).isEqualTo(Cancellation.CANCELLED);

        Broadcast broadcast = store.broadcast(many, JsonString::new, options);

        assertThat(broadcast.progress()).isEqualTo(new BroadcastProgress("b", State.RUNNING, START, 900, 0, 0, 1));
        assertThat(ids(list(JobFilter.ALL.of("b"), 1000))).hasSize(900).doesNotHaveDuplicates();
        assertThat(state("b.000002")).isEqualTo(JobState.CANCELLED);
    }

    @Test
    @DisplayName("J34 each recipient gets it once, in the order given, whatever form the address has")
    void j34Distinct() {
        Broadcast broadcast = store.broadcast(
                List.of("2@lid", "628@s.whatsapp.net", "2@lid", "628:3@s.whatsapp.net", "628@c.us", "1@lid"),
                recipient -> new JsonString("for " + recipient),
                BroadcastOptions.STANDARD.pacing(Duration.ZERO));

        run(runner(), 4);

        assertThat(sentTo()).containsExactly("2@lid", "628@s.whatsapp.net", "1@lid");
        assertThat(sent.get(0).payload()).isEqualTo(new JsonString("for 2@lid"));
        assertThat(sent).extracting(Job::messageId).doesNotHaveDuplicates();
        assertThat(broadcast.progress().state()).isEqualTo(State.FINISHED);
        assertThat(broadcast.progress().recipients()).isEqualTo(3);
    }

    @Test
    @DisplayName("J34 a broadcast to nobody is finished, and one with a blank recipient is refused whole")
    void j34Nobody() {
        assertThat(store.broadcast(List.of(), JsonString::new, BroadcastOptions.STANDARD)
                        .progress()
                        .state())
                .isEqualTo(State.FINISHED);
        assertThatThrownBy(() -> store.broadcast(List.of("a", ""), JsonString::new, BroadcastOptions.STANDARD.id("x")))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(store.broadcast("x")).isEmpty();
    }

    @Test
    @DisplayName("J35 one message goes after another, with the pacing between, also after an outage")
    void j35Pacing() {
        broadcast(6);
        var runner = runner();
        assertThat(runner.runDue()).isEqualTo(1);
        pass(PACING.minusMillis(1));
        assertThat(runner.runDue()).isZero();
        pass(Duration.ofMillis(1));
        assertThat(runner.runDue()).isEqualTo(1);

        pass(Duration.ofHours(1));
        List<Integer> taken = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            taken.add(runner.runDue());
            pass(PACING);
        }
        assertThat(taken).containsExactly(1, 1, 1);
        assertThat(sentTo()).isEqualTo(recipients(5));
    }

    @Test
    @DisplayName("J35 a broadcast that starts later is not begun before")
    void j35Start() {
        store.broadcast(
                recipients(2), JsonString::new, BroadcastOptions.STANDARD.start(START.plus(Duration.ofDays(40))));
        var runner = runner();
        assertThat(runner.runDue()).isZero();
        now = START.plus(Duration.ofDays(40));
        assertThat(runner.runDue()).isEqualTo(1);
    }

    @Test
    @DisplayName("J36 sent, failed, cancelled and left are all recipients at every moment")
    void j36Progress() {
        Broadcast broadcast = broadcast(6);
        List<BroadcastProgress> seen = new ArrayList<>();
        JobRunner runner = runner(store, builder -> builder.retry(RetryPolicy.STANDARD.maxAttempts(1)), job -> {
            seen.add(broadcast.progress());
            if (job.recipient().equals("2@lid")) {
                throw new IOException("no");
            }
            sent.add(job);
        });
        assertThat(store.cancel("b.000005")).isEqualTo(Cancellation.CANCELLED);
        for (int i = 0; i < 6; i++) {
            runner.runDue();
            pass(PACING);
            seen.add(broadcast.progress());
        }

        seen.forEach(JobBroadcastRules::assertAddsUp);
        assertThat(broadcast.progress()).isEqualTo(new BroadcastProgress("b", State.FINISHED, START, 6, 4, 1, 1));
        assertThat(sentTo()).containsExactly("1@lid", "3@lid", "4@lid", "6@lid");
        assertThat(ids(list(JobFilter.in(JobState.DEAD).of("b"), 10))).containsExactly("b.000002");

        store.retry("b.000002");
        assertThat(broadcast.progress()).isEqualTo(new BroadcastProgress("b", State.RUNNING, START, 6, 4, 0, 1));
        runner(store, builder -> builder, sent::add).runDue();
        assertThat(broadcast.progress()).isEqualTo(new BroadcastProgress("b", State.FINISHED, START, 6, 5, 0, 1));
    }

    @Test
    @DisplayName("J40 a recipient who fails goes behind the others, who go on at their pace")
    void j40Failing() {
        Broadcast broadcast = broadcast(3);
        List<String> tried = new ArrayList<>();
        JobRunner runner = runner(
                store,
                builder -> builder.retry(new RetryPolicy(2, Duration.ofMinutes(1), Duration.ofMinutes(1), 0)),
                job -> {
                    tried.add(job.recipient());
                    if (job.recipient().equals("1@lid")) {
                        throw new IOException("no");
                    }
                });
        run(runner, 3);
        assertThat(tried).containsExactly("1@lid", "2@lid", "3@lid");
        assertThat(broadcast.progress().left()).isEqualTo(1);

        pass(Duration.ofMinutes(1));
        run(runner, 2);
        assertThat(tried).containsExactly("1@lid", "2@lid", "3@lid", "1@lid");
        assertThat(broadcast.progress()).isEqualTo(new BroadcastProgress("b", State.FINISHED, START, 3, 2, 1, 0));
    }

    @Test
    @DisplayName("J40 a note of a broadcast in doubt moves the next up once")
    void j40Doubt() {
        Broadcast broadcast = broadcast(6);
        List<Fate> fates = List.of(Fate.ANSWER_LOST, Fate.DELAYED, Fate.REFUSED);
        JobRunner runner = runner(store, builder -> builder, job -> {
            backend.next(fates.get(sent.size() % fates.size()));
            sent.add(job);
        });
        run(runner, 8);
        backend.deliver();

        assertThat(sentTo()).isEqualTo(recipients(6));
        assertThat(broadcast.progress()).isEqualTo(new BroadcastProgress("b", State.FINISHED, START, 6, 6, 0, 0));
        assertThat(store.counts().done()).isEqualTo(6);
    }

    @Test
    @DisplayName("J40 a damaged row of a broadcast is given up with what stood in it, and the others go on")
    void j40Damaged() {
        Broadcast broadcast = broadcast(4);
        foreign(new Key(Family.JOB, "broadcast:b", "b.000002"), START.toEpochMilli(), "{\"id\":7}");
        run(runner(), 5);

        assertThat(sentTo()).containsExactly("1@lid", "3@lid", "4@lid");
        assertThat(broadcast.progress()).isEqualTo(new BroadcastProgress("b", State.FINISHED, START, 4, 3, 1, 0));
        assertThat(job("b.000002").reason()).contains("damaged");
        assertThat(store.retry("b.000002")).isEmpty();
        assertThat(happened()).containsOnlyOnce("Trouble");
    }

    @Test
    @DisplayName("J40 a damaged broadcast holds up its own recipients and no other job")
    void j40DamagedBroadcast() {
        broadcast(3);
        foreign(new Key(Family.JOB, "broadcast", "b"), START.toEpochMilli(), "{\"id\":\"b\"}");
        schedule("a", START.plusSeconds(1));
        run(runner(), 3);

        assertThat(sentIds()).containsExactly("b.000001", "a");
        assertThat(happened()).containsOnlyOnce("Trouble");
        assertThatThrownBy(() -> store.broadcast("b").orElseThrow().progress())
                .isInstanceOf(CorruptDataException.class);
    }

    @Test
    @DisplayName("J41 another process finds a broadcast by its id, goes on with it when its runner died, and lists it")
    void j41Elsewhere() {
        broadcast(3);
        claimElsewhere("b.000001");
        JobStore other = open(MAIN);
        Broadcast broadcast = other.broadcast("b").orElseThrow();
        var runner = runner(other, builder -> builder, sent::add);
        for (int i = 0; i < 5; i++) {
            runner.runDue();
            pass(BEAT);
        }
        run(runner, 4);

        assertThat(sentTo()).isEqualTo(recipients(3));
        assertThat(sent.get(0).attempts()).isEqualTo(2);
        assertThat(other.broadcasts(Optional.empty(), 10).items()).containsExactly(broadcast.progress());
        assertThat(other.broadcast("c")).isEmpty();
    }
}

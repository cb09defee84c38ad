package dev.pawl.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.backend.Family;
import dev.pawl.backend.InDoubtException;
import dev.pawl.backend.Key;
import dev.pawl.backend.Row;
import dev.pawl.backend.UnavailableException;
import dev.pawl.backend.UnsupportedException;
import dev.pawl.job.BroadcastProgress.State;
import dev.pawl.json.JsonString;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A single job that is too big, damaged or strange holds up nothing else and is told. */
final class JobTroubleTest extends Troubles {

    @Test
    void aJobThatCouldNotBeClaimedIsRefusedWhenItIsScheduledAndTheLimitIsSaid() {
        JsonString big = new JsonString("x".repeat(Fragile.MOST));
        assertThatThrownBy(() -> world.store.schedule(World.START, "a", big))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining(String.valueOf(Fragile.MOST));
        assertThatThrownBy(() -> broadcast(2, Fragile.MOST)).isInstanceOf(UnsupportedException.class);
        assertThat(world.store.counts().waiting()).isZero();

        assertThat(world.store.broadcast("news").orElseThrow().cancel().cancelled())
                .isEqualTo(2);
    }

    @Test
    void jobsAsBigAsMayBeAreSentAndTheirErrorsKept() {
        Broadcast broadcast = broadcast(3, Fragile.MOST - 500);
        world.store.schedule(
                World.START,
                "often",
                new JsonString("x".repeat(Fragile.MOST - 500)),
                JobOptions.NONE.id("often").recurring(Recurrence.every(Duration.ofDays(1))));
        world.failure = Optional.of(new IOException("\u0000".repeat(1000)));
        try (JobRunner runner = world.runner(world.builder().retry(RetryPolicy.STANDARD.maxAttempts(2)))) {
            for (int i = 0; i < 20; i++) {
                runner.runDue();
                world.clocks.pass(Duration.ofSeconds(10));
            }
        }

        assertThat(broadcast.progress())
                .isEqualTo(new BroadcastProgress("news", State.FINISHED, World.START, 3, 0, 3, 0));
        assertThat(world.store.counts()).isEqualTo(new JobCounts(0, 1, 0, 0, 4, 0, 1));
        assertThat(troubles()).isEmpty();
    }

    @Test
    void aJobTooBigThatCameFromElsewhereHoldsNoOtherUp() {
        Key big = new Key(Family.JOB, "waiting", "big");
        put(
                big,
                "{\"id\":\"big\",\"fireAt\":7,\"recipient\":\"a\",\"payload\":\"" + "x".repeat(Fragile.BATCH * 3 / 4)
                        + "\"}");
        world.schedule(World.START, "b");

        run(2);

        assertThat(world.sentTo()).containsExactly("b");
        assertThat(troubles()).singleElement().asString().contains(String.valueOf(Fragile.MOST));
        assertThat(backend.get(SESSION, big)).isPresent();
        assertThat(found()).containsExactly("job-size");
    }

    @Test
    void aWaitingRowThatCannotBeReadHoldsNoOtherUp() {
        Job broken = world.schedule(World.START.minusSeconds(1), "broken");
        world.schedule(World.START, "sound");
        backend.unreadable.add(broken.key());

        run(2);

        assertThat(world.sentTo()).containsExactly("sound");
        assertThat(troubles()).singleElement().asString().contains("sector 7");
    }

    @Test
    void theSeriesOfAStrangeRecurrenceIsNotEndedByADeadProcess() {
        Key claimed = new Key(Family.JOB, "claimed", "often");
        put(
                claimed,
                "{\"id\":\"often\",\"fireAt\":7,\"recipient\":\"a\",\"payload\":1,\"pawl\":{\"revision\":3,\"messageId\":\"M\","
                        + "\"attempts\":6,\"recurrence\":{\"kind\":\"moon\",\"rule\":\"full\"}}}");
        Row before = backend.get(SESSION, claimed).orElseThrow();

        run(3);

        assertThat(backend.get(SESSION, claimed)).contains(before);
        assertThat(troubles()).singleElement().asString().contains("recurs by a rule");
        assertThat(world.store.counts().dead()).isZero();

        assertThat(world.store.cancel("often")).isEqualTo(Cancellation.IN_FLIGHT);
        run(1);
        assertThat(world.store.find("often").orElseThrow().state()).isEqualTo(JobState.CANCELLED);
    }

    @Test
    void aJobThatIsSentWhileItsSchedulingIsInDoubtIsNotStoredAgain() {
        backend.beforeCommit = () -> {
            backend.losesAnswer = true;
            backend.beforeCommit = () -> run(1);
        };

        Job scheduled = world.schedule(World.START, "a");

        assertThat(world.sentTo()).containsExactly("a");
        assertThat(scheduled.state()).isEqualTo(JobState.DONE);
        run(2);
        assertThat(world.sentTo()).containsExactly("a");
        assertThat(world.store.counts()).isEqualTo(new JobCounts(0, 0, 0, 1, 0, 0, 0));
    }

    private static Runnable fails(Throwable failure) {
        return () -> {
            if (failure instanceof Error error) {
                throw error;
            }
            throw (RuntimeException) failure;
        };
    }

    private JobRunner sendingBefore(Runnable noted) {
        JobRunner runner = world.builder().build();
        runner.add(world.store, job -> {
            world.send(job);
            backend.beforeCommit = noted;
        });
        return runner;
    }

    @Test
    void whatWasSentIsNotedWhateverTheStoreThrowsMeanwhile() {
        List<Throwable> failures = List.of(
                UnavailableException.writeFailed("cut off", new IOException("cut off")),
                new IllegalStateException("a driver that fails"),
                new NoClassDefFoundError("org/example/Driver"));
        for (Throwable failure : failures) {
            String id = world.schedule(World.START, "a").id();
            try (JobRunner runner = sendingBefore(fails(failure))) {
                runner.runDue();
                assertThat(world.store.find(id).orElseThrow().state()).isEqualTo(JobState.DONE);
            }
        }

        assertThat(world.sent).hasSize(failures.size());
        assertThat(troubles()).hasSize(failures.size()).last().asString().contains("org/example/Driver");
    }

    @Test
    void aListenerThatFailsWithAnErrorWhileANoteIsRepeatedDisturbsNothing() {
        JobRunner.Builder builder = world.builder().onEvent(event -> {
            throw new NoClassDefFoundError("org/example/Listener");
        });
        world.schedule(World.START, "a");
        try (JobRunner runner = builder.build()) {
            runner.add(world.store, job -> {
                world.send(job);
                backend.beforeCommit = () -> {
                    throw UnavailableException.writeFailed("cut off", new IOException("cut off"));
                };
            });

            runner.runDue();
        }

        assertThat(world.sentTo()).containsExactly("a");
        assertThat(world.store.counts()).isEqualTo(new JobCounts(0, 0, 0, 1, 0, 0, 0));
    }

    @Test
    void aRuleThatSaysTimesThatCannotBeEndsItsSeriesAndHoldsNoOtherUp() {
        for (MoodyRecurrences.Mood mood :
                List.of(MoodyRecurrences.Mood.BEYOND, MoodyRecurrences.Mood.NOW, MoodyRecurrences.Mood.LINKAGE)) {
            world.store.schedule(
                    World.START,
                    mood.name(),
                    World.text("x"),
                    JobOptions.NONE.id(mood.name()).recurring(mood.recurrence()));
            world.store.schedule(
                    World.START.minus(Duration.ofDays(2)),
                    "late",
                    World.text("x"),
                    JobOptions.NONE
                            .id("late" + mood)
                            .recurring(mood.recurrence())
                            .skipAfter(Duration.ofDays(1)));
        }
        world.schedule(World.START.plusMillis(1), "other");

        run(2);

        assertThat(world.sentTo()).containsExactlyInAnyOrder("BEYOND", "NOW", "LINKAGE", "other");
        assertThat(world.store.counts()).isEqualTo(new JobCounts(0, 0, 0, 4, 0, 3, 0));
    }

    @Test
    void aRuleWhoseReadingFailsInAnUnforeseenWayHoldsNoOtherUp() {
        world.store.schedule(
                World.START.minusSeconds(1),
                "strange",
                World.text("x"),
                JobOptions.NONE.recurring(MoodyRecurrences.Mood.UNREADABLE.recurrence()));
        world.schedule(World.START, "other");

        run(2);

        assertThat(world.sentTo()).containsExactly("other");
        assertThat(troubles()).singleElement().asString().contains("recurs by a rule");
    }

    @Test
    void aChangeInDoubtThatAnotherCameBeforeIsNotTakenForMade() {
        String id = world.schedule(World.START, "a").id();
        backend.beforeCommit = () -> {
            backend.beforeCommit = () -> world.store.cancel(id);
            throw new InDoubtException("no answer came");
        };

        assertThat(world.store.reschedule(id, World.START.plusSeconds(60))).isEmpty();
        assertThat(world.store.find(id).orElseThrow().state()).isEqualTo(JobState.CANCELLED);
    }
}

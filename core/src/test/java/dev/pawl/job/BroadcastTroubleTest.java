package dev.pawl.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.backend.Backend;
import dev.pawl.backend.Batch;
import dev.pawl.backend.CorruptDataException;
import dev.pawl.backend.Family;
import dev.pawl.backend.ForwardingBackend;
import dev.pawl.backend.Key;
import dev.pawl.backend.MemoryBackend;
import dev.pawl.backend.SessionName;
import dev.pawl.job.BroadcastProgress.State;
import dev.pawl.job.Delivery.Claim;
import dev.pawl.json.JsonString;
import dev.pawl.lease.Beat;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What is too big or damaged in a broadcast, or comes in between, holds up nothing else and is told. */
final class BroadcastTroubleTest extends Troubles {

    @Test
    void aBroadcastWhoseQueueIsMoreThanABatchTakesIsCancelled() {
        Broadcast broadcast = broadcast(30, 50 << 10);

        assertThat(broadcast.cancel())
                .isEqualTo(new BroadcastProgress("news", State.CANCELLED, World.START, 30, 0, 0, 30));
    }

    @Test
    void aRecipientTooBigThatCameFromElsewhereIsDeadAndTheOthersGoOn() {
        Broadcast broadcast = broadcast(3, 9);
        String text = backend.get(SESSION, queued(2)).orElseThrow().value().utf8();
        put(queued(2), text.replace("\"xxxxxxxxx\"", "\"" + "x".repeat(Fragile.MOST + JobSize.GROWTH) + "\""));

        run(3);

        assertThat(world.sentTo()).containsExactly("1@lid", "3@lid");
        assertThat(broadcast.progress())
                .isEqualTo(new BroadcastProgress("news", State.FINISHED, World.START, 3, 2, 1, 0));
        Job dead = world.store.find("news.000002").orElseThrow();
        assertThat(dead.state()).isEqualTo(JobState.DEAD);
        assertThat(dead.reason()).contains("unsendable");
        assertThat(dead.recipient()).isEqualTo("2@lid");
        assertThat(troubles()).hasSize(1);
    }

    @Test
    void aDamagedBroadcastHoldsUpNoOtherJobsOfItsSession() {
        broadcast(3, 9);
        world.schedule(World.START.plusSeconds(1), "other");
        put(BroadcastRow.key("news"), "{\"state\":\"running\"}");

        run(2);

        assertThat(world.sentTo()).containsExactly("1@lid", "other");
        assertThat(world.store.counts()).isEqualTo(new JobCounts(2, 0, 0, 2, 0, 0, 1));
        assertThat(troubles())
                .singleElement()
                .asString()
                .contains(backend.locate(SESSION, BroadcastRow.key("news")), "not a broadcast");
        assertThatThrownBy(() -> world.store.broadcast("news").orElseThrow().progress())
                .isInstanceOf(CorruptDataException.class);
        assertThatThrownBy(() -> world.store.broadcast("news").orElseThrow().pause())
                .isInstanceOf(CorruptDataException.class);
        assertThatThrownBy(() -> world.store.cancel("news.000002")).isInstanceOf(CorruptDataException.class);
        assertThat(found()).contains("job-decodes");
    }

    @Test
    void aBroadcastThatCannotBeReadHoldsUpNoOtherJobsOfItsSession() {
        broadcast(3, 9);
        world.failure = Optional.of(new IOException("not connected"));
        backend.unreadable.add(BroadcastRow.key("news"));
        world.schedule(World.START.plusSeconds(1), "other");

        run(1);
        world.failure = Optional.empty();
        run(3);

        assertThat(world.sentTo()).containsExactlyInAnyOrder("1@lid", "other");
        assertThat(troubles()).isNotEmpty().allMatch(text -> text.contains("sector 7"));
    }

    @Test
    void aDamagedRowInAQueueIsDeadWithItsBytesAndTheOthersGoOn() {
        Broadcast broadcast = broadcast(4, 9);
        put(queued(2), "{\"id\":");
        put(queued(3), "{\"id\":\"news.000003\",\"payload\":7}");

        run(4);

        assertThat(world.sentTo()).containsExactly("1@lid", "4@lid");
        assertThat(broadcast.progress())
                .isEqualTo(new BroadcastProgress("news", State.FINISHED, World.START, 4, 2, 2, 0));
        Job dead = world.store.find("news.000002").orElseThrow();
        assertThat(dead.state()).isEqualTo(JobState.DEAD);
        assertThat(dead.reason()).contains("damaged");
        assertThat(dead.lastError().orElseThrow()).startsWith("not a job");
        assertThat(dead.text().utf8()).contains("\"damaged\":\"eyJpZCI6\"");
        assertThat(world.store.retry("news.000002")).isEmpty();
        assertThat(troubles()).hasSize(2).allMatch(text -> text.contains("not a job"));
        assertThat(found()).containsExactly("jobs-dead");
    }

    @Test
    void aRowInAQueueThatCannotBeReadIsPassedOverAndStaysWhereItIs() {
        Broadcast broadcast = broadcast(3, 9);
        backend.unreadable.add(queued(2));

        run(4);

        assertThat(world.sentTo()).containsExactly("1@lid", "3@lid");
        assertThat(broadcast.progress().left()).isEqualTo(1);
        assertThat(troubles()).isNotEmpty().allMatch(text -> text.contains("sector 7"));
        assertThat(found()).contains("damaged");

        backend.unreadable.clear();
        broadcast.pause();
        broadcast.resume();
        run(1);
        assertThat(broadcast.progress().state()).isEqualTo(State.FINISHED);
    }

    @Test
    void aBroadcastGoesOnWhenTheRowWhoseTurnItIsIsDamaged() {
        Broadcast broadcast = broadcast(3, 9);
        put(new Key(Family.JOB, "waiting", "news.000001"), "{}");

        run(3);

        assertThat(world.sentTo()).containsExactly("2@lid", "3@lid");
        assertThat(broadcast.progress().failed()).isEqualTo(1);
    }

    @Test
    void aBroadcastGoesOnWhenTheRowOfItsClaimedJobStaysDamaged() {
        Broadcast broadcast = broadcast(3, 9);
        Key waiting = new Key(Family.JOB, "waiting", "news.000001");
        backend.commit(SESSION, new Batch(List.of(), List.of(), List.of(waiting)));
        put(new Key(Family.JOB, "claimed", "news.000001"), "{}");

        run(2);
        assertThat(world.sent)
                .as("whoever has it is given the time of the dead")
                .isEmpty();
        run(5);

        assertThat(world.sentTo()).containsExactly("2@lid", "3@lid");
        assertThat(broadcast.progress().failed()).isEqualTo(1);
    }

    @Test
    void aBroadcastWithDamagedRowsIsCancelled() {
        Broadcast broadcast = broadcast(4, 9);
        put(queued(3), "{}");

        assertThat(broadcast.cancel())
                .isEqualTo(new BroadcastProgress("news", State.CANCELLED, World.START, 4, 0, 1, 3));
    }

    @Test
    void aRecipientIsNotSentWhoFailsInTheMomentInWhichItIsPaused() {
        Broadcast broadcast = broadcast(3, 9);
        RunnerOptions options = new RunnerOptions(
                RetryPolicy.STANDARD,
                RateLimit.NONE,
                Optional.empty(),
                Duration.ofSeconds(5),
                1,
                world.events::add,
                world.clocks,
                world.timing(),
                new Random(1));
        Reports reports = new Reports(options, SESSION);
        try (Beat beat = Beat.keep(backend, world.timing())) {
            for (boolean others : List.of(true, false)) {
                Claim claim = new Delivery(world.store, options, beat, reports)
                        .look()
                        .claim()
                        .orElseThrow();
                world.failure = Optional.of(new IOException("not connected"));
                backend.beforeCommit = new Sending(world.store, world::send, options, beat, claim, reports)::run;
                assertThat(broadcast.pause().state()).isEqualTo(State.PAUSED);
                assertThat(world.store.counts().waiting())
                        .as("others %s", others)
                        .isZero();
                world.failure = Optional.empty();
                run(3);
                assertThat(world.sent).as("others %s", others).isEmpty();
                // the next time nobody is behind it
                world.store.cancel("news.000002");
                world.store.cancel("news.000003");
                broadcast.resume();
                world.clocks.pass(Duration.ofMinutes(1));
            }
        }
        run(1);
        assertThat(world.sentTo()).containsExactly("1@lid");
    }

    @Test
    void aRecipientWhoWasCancelledWhileOthersAreStoredStaysSo() {
        List<String> asked = new ArrayList<>();
        Instant start = World.START.plusSeconds(60);
        Broadcast broadcast = world.store.broadcast(
                IntStream.rangeClosed(1, 900).mapToObj(i -> i + "@lid").toList(),
                recipient -> {
                    asked.add(recipient);
                    if (recipient.equals("600@lid")) {
                        assertThat(world.store.cancel("news.000007")).isEqualTo(Cancellation.CANCELLED);
                        assertThat(world.store.prune(World.START.plusSeconds(3600), Set.of(JobState.CANCELLED)))
                                .isZero();
                    }
                    return new JsonString("x");
                },
                BroadcastOptions.STANDARD.id("news").start(start));

        assertThat(broadcast.progress()).isEqualTo(new BroadcastProgress("news", State.RUNNING, start, 900, 0, 0, 1));
        assertThat(asked).hasSize(900).doesNotHaveDuplicates();
        assertThat(world.store.find("news.000007").orElseThrow().state()).isEqualTo(JobState.CANCELLED);
        assertThat(found()).isEmpty();
    }

    @Test
    void twoWhoCancelItAtOnceAreNotTakenForDamage() {
        for (Runnable other : List.<Runnable>of(
                () -> world.store.broadcast("news").orElseThrow().cancel(), () -> world.store.cancel("news.000007"))) {
            Broadcast broadcast = broadcast(30, 9);
            backend.afterScan = other;

            assertThat(broadcast.cancel())
                    .isEqualTo(new BroadcastProgress("news", State.CANCELLED, World.START, 30, 0, 0, 30));
            assertThat(found()).isEmpty();
            world.store.prune(World.START.plusSeconds(3600), Set.of(JobState.CANCELLED));
            backend.commit(SESSION, new Batch(List.of(), List.of(), List.of(BroadcastRow.key("news"))));
        }
    }

    @Test
    void whatCancellingHasInMemoryIsBoundedHoweverMuchTheBackendTakes() {
        List<Long> batches = new ArrayList<>();
        try (Backend roomy = new ForwardingBackend(new MemoryBackend()) {
                    @Override
                    public void commit(SessionName session, Batch batch) {
                        batches.add(batch.bytes());
                        super.commit(session, batch);
                    }
                };
                JobStore store = JobStore.open(roomy, SESSION)) {
            Broadcast broadcast = store.broadcast(
                    IntStream.rangeClosed(1, 20).mapToObj(i -> i + "@lid").toList(),
                    recipient -> new JsonString("x".repeat(400 << 10)),
                    BroadcastOptions.STANDARD.id("news"));
            batches.clear();

            assertThat(broadcast.cancel().cancelled()).isEqualTo(20);
        }
        assertThat(batches).hasSizeGreaterThan(5).allMatch(bytes -> bytes <= 2 << 20);
    }

    @Test
    void whoIsTriedAgainWhenItIsNobodysTurnHasIt() {
        broadcast(3, 9);
        backend.unreadable.add(queued(3));
        world.store.cancel("news.000002");
        run(2);
        assertThat(world.sentTo()).containsExactly("1@lid");

        assertThat(world.store.retry("news.000002").orElseThrow().state()).isEqualTo(JobState.WAITING);
        run(2);

        assertThat(world.sentTo()).containsExactly("1@lid", "2@lid");
    }

    /** Sends to the first while the broadcast cannot be read, so that its note goes alone. */
    private Broadcast withALonelyNote() {
        Broadcast broadcast = broadcast(3, 9);
        try (JobRunner runner = world.builder().build()) {
            runner.add(world.store, job -> {
                world.send(job);
                backend.unreadable.add(BroadcastRow.key("news"));
            });
            runner.runDue();
        }
        backend.unreadable.clear();
        run(2);
        assertThat(world.sentTo()).containsExactly("1@lid");
        return broadcast;
    }

    @Test
    void aBroadcastWhoseLastNoteWentAloneGoesOnAfterAPauseAndItsNumbersAreMended() {
        Broadcast broadcast = withALonelyNote();
        assertThat(broadcast.pause()).isEqualTo(new BroadcastProgress("news", State.PAUSED, World.START, 3, 1, 0, 0));
        broadcast.resume();
        run(3);

        assertThat(world.sentTo()).containsExactly("1@lid", "2@lid", "3@lid");
        assertThat(broadcast.progress())
                .isEqualTo(new BroadcastProgress("news", State.FINISHED, World.START, 3, 3, 0, 0));
        assertThat(found()).isEmpty();
    }

    @Test
    void aBroadcastThatWasPausedWhenItsLastNoteWentAloneGoesOn() {
        Broadcast broadcast = broadcast(3, 9);
        try (JobRunner runner = world.builder().build()) {
            runner.add(world.store, job -> {
                world.send(job);
                broadcast.pause();
                backend.unreadable.add(BroadcastRow.key("news"));
            });
            runner.runDue();
        }
        backend.unreadable.clear();
        broadcast.resume();
        run(3);

        assertThat(world.sentTo()).containsExactly("1@lid", "2@lid", "3@lid");
        assertThat(broadcast.progress().state()).isEqualTo(State.FINISHED);
    }

    @Test
    void aBroadcastWhoseLastNoteWentAloneIsCancelled() {
        assertThat(withALonelyNote().cancel())
                .isEqualTo(new BroadcastProgress("news", State.CANCELLED, World.START, 3, 1, 0, 2));
        assertThat(found()).isEmpty();
    }
}

package dev.pawl.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.backend.Batch;
import dev.pawl.backend.CorruptDataException;
import dev.pawl.backend.Family;
import dev.pawl.backend.ForwardingBackend;
import dev.pawl.backend.Key;
import dev.pawl.backend.MemoryBackend;
import dev.pawl.backend.Page;
import dev.pawl.backend.Position;
import dev.pawl.backend.Row;
import dev.pawl.backend.Scan;
import dev.pawl.backend.SessionName;
import dev.pawl.backend.Traits;
import dev.pawl.backend.UnsupportedException;
import dev.pawl.job.BroadcastProgress.State;
import dev.pawl.job.Delivery.Claim;
import dev.pawl.json.Bytes;
import dev.pawl.json.JsonString;
import dev.pawl.lease.Beat;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is too big, damaged or strange holds up nothing else and is told. */
final class JobTroubleTest {

    private static final SessionName SESSION = SessionName.DEFAULT;
    private static final int BATCH = 400 << 10;
    private static final int MOST = BATCH / 4 - JobSize.GROWTH;

    private final Fragile backend = new Fragile();
    private final World world = new World(backend);

    /** Takes little at once, and has rows that cannot be read. */
    private static final class Fragile extends ForwardingBackend {
        private final Set<Key> unreadable = new HashSet<>();
        private Runnable beforeCommit = () -> {};

        Fragile() {
            super(new MemoryBackend());
        }

        @Override
        public Traits traits() {
            Traits all = super.traits();
            return new Traits(
                    all.families(),
                    all.durability(),
                    new Traits.Limits(1000, BATCH, BATCH, 500),
                    all.manySessions(),
                    all.verbatim());
        }

        @Override
        public void commit(SessionName session, Batch batch) {
            Runnable before = beforeCommit;
            beforeCommit = () -> {};
            before.run();
            traits().requireWithin(batch);
            super.commit(session, batch);
        }

        @Override
        public Map<Key, Row> get(SessionName session, Collection<Key> keys) {
            keys.forEach(this::requireReadable);
            return super.get(session, keys);
        }

        @Override
        public Page<Row, Position> scan(SessionName session, Scan scan) {
            Page<Row, Position> page = super.scan(session, scan);
            if (!scan.keysOnly()) {
                page.items().forEach(row -> requireReadable(row.key()));
            }
            return page;
        }

        private void requireReadable(Key key) {
            if (unreadable.contains(key)) {
                throw new CorruptDataException(key, "sector 7", "cannot be read");
            }
        }
    }

    @AfterEach
    void close() {
        world.close();
    }

    private Broadcast broadcast(int recipients, int size) {
        return world.store.broadcast(
                IntStream.rangeClosed(1, recipients).mapToObj(i -> i + "@lid").toList(),
                recipient -> new JsonString("x".repeat(size)),
                BroadcastOptions.STANDARD.id("news").pacing(Duration.ofSeconds(2)));
    }

    private static Key queued(int recipient) {
        return new Key(Family.JOB, BroadcastRow.queue("news"), "news.00000" + recipient);
    }

    private void put(Key key, String text) {
        long order = backend.get(SESSION, key).map(Row::order).orElse(7L);
        backend.commit(SESSION, Batch.of(Row.of(key, order, Bytes.utf8(text))));
    }

    /** Runs and lets time go by, so many times. */
    private void run(int times) {
        try (JobRunner runner = world.runner()) {
            for (int i = 0; i < times; i++) {
                runner.runDue();
                world.clocks.pass(Duration.ofSeconds(10));
            }
        }
    }

    /** Where it was said that something is wrong. */
    private List<String> troubles() {
        return world.events.stream()
                .filter(JobEvent.Trouble.class::isInstance)
                .map(event -> ((JobEvent.Trouble) event).cause().getMessage())
                .toList();
    }

    private List<String> found() {
        return JobVerification.run(backend, SESSION, rows -> {}).stream()
                .map(JobFinding::rule)
                .toList();
    }

    @Test
    void aJobThatCouldNotBeClaimedIsRefusedWhenItIsScheduledAndTheLimitIsSaid() {
        JsonString big = new JsonString("x".repeat(MOST));
        assertThatThrownBy(() -> world.store.schedule(World.START, "a", big))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining(String.valueOf(MOST));
        assertThatThrownBy(() -> broadcast(2, MOST)).isInstanceOf(UnsupportedException.class);
        assertThat(world.store.counts().waiting()).isZero();

        assertThat(world.store.broadcast("news").orElseThrow().cancel().cancelled())
                .isEqualTo(2);
    }

    @Test
    void jobsAsBigAsMayBeAreSentAndTheirErrorsKept() {
        Broadcast broadcast = broadcast(3, MOST - 500);
        world.store.schedule(
                World.START,
                "often",
                new JsonString("x".repeat(MOST - 500)),
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
    void aBroadcastWhoseQueueIsMoreThanABatchTakesIsCancelled() {
        Broadcast broadcast = broadcast(30, 50 << 10);

        assertThat(broadcast.cancel())
                .isEqualTo(new BroadcastProgress("news", State.CANCELLED, World.START, 30, 0, 0, 30));
    }

    @Test
    void aJobTooBigThatCameFromElsewhereHoldsNoOtherUp() {
        Key big = new Key(Family.JOB, "waiting", "big");
        put(big, "{\"id\":\"big\",\"fireAt\":7,\"recipient\":\"a\",\"payload\":\"" + "x".repeat(BATCH * 3 / 4) + "\"}");
        world.schedule(World.START, "b");

        run(2);

        assertThat(world.sentTo()).containsExactly("b");
        assertThat(troubles()).singleElement().asString().contains(String.valueOf(MOST));
        assertThat(backend.get(SESSION, big)).isPresent();
        assertThat(found()).containsExactly("job-size");
    }

    @Test
    void aRecipientTooBigThatCameFromElsewhereIsDeadAndTheOthersGoOn() {
        Broadcast broadcast = broadcast(3, 9);
        String text = backend.get(SESSION, queued(2)).orElseThrow().value().utf8();
        put(queued(2), text.replace("\"xxxxxxxxx\"", "\"" + "x".repeat(MOST + JobSize.GROWTH) + "\""));

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
    void aWaitingRowThatCannotBeReadHoldsNoOtherUp() {
        Job broken = world.schedule(World.START.minusSeconds(1), "broken");
        world.schedule(World.START, "sound");
        backend.unreadable.add(broken.key());

        run(2);

        assertThat(world.sentTo()).containsExactly("sound");
        assertThat(troubles()).singleElement().asString().contains("sector 7");
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
}

package dev.pawl.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.backend.Batch;
import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Row;
import dev.pawl.backend.SessionName;
import dev.pawl.job.BroadcastProgress.State;
import dev.pawl.json.Bytes;
import dev.pawl.json.JsonString;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class JobVerificationTest {

    private static final SessionName SESSION = SessionName.DEFAULT;
    private static final List<String> FRIENDS = List.of("a@lid", "b@lid", "c@lid", "d@lid");

    private final World world = new World();

    @AfterEach
    void close() {
        world.close();
    }

    private void put(String partition, String id, String json) {
        world.backend.commit(SESSION, Batch.of(Row.of(new Key(Family.JOB, partition, id), 7, Bytes.utf8(json))));
    }

    private List<String> found() {
        return JobVerification.run(world.backend, SESSION, rows -> {}).stream()
                .map(finding -> (finding.problem() ? "" : "warning ") + finding.rule() + ": " + finding.text())
                .toList();
    }

    private Broadcast broadcast() {
        return world.store.broadcast(FRIENDS, friend -> new JsonString("hello"), BroadcastOptions.STANDARD.id("news"));
    }

    /** Puts other counters into the row of the broadcast. */
    private void change(UnaryOperator<BroadcastRow> how) {
        Row row = world.backend.get(SESSION, BroadcastRow.key("news")).orElseThrow();
        world.backend.commit(SESSION, Batch.of(how.apply(BroadcastRow.of(row)).row()));
    }

    @Test
    void jobsOfEveryStateAndBroadcastsInEveryStateAreSound() {
        broadcast().pause();
        assertThat(found()).isEmpty();
        world.store.broadcast("news").orElseThrow().resume();
        world.failure = Optional.of(new IOException("not connected"));
        try (JobRunner runner = world.runner(world.builder().retry(RetryPolicy.STANDARD.maxAttempts(1)))) {
            runner.runDue();
            world.failure = Optional.empty();
            for (int i = 0; i < FRIENDS.size(); i++) {
                assertThat(found()).containsExactly("warning jobs-dead: 1 job was given up");
                world.clocks.pass(Duration.ofSeconds(1));
                runner.runDue();
            }
        }
        assertThat(world.store.broadcast("news").orElseThrow().progress().state())
                .isEqualTo(State.FINISHED);
        world.schedule(World.START.plusSeconds(60), "later");
        put("waiting", "theirs", "{\"id\":\"theirs\",\"fireAt\":7,\"recipient\":\"x\",\"payload\":{}}");
        assertThat(found()).containsExactly("warning jobs-dead: 1 job was given up");
        world.store.prune(World.START.plusSeconds(3600), Set.of(JobState.DEAD, JobState.DONE));
        assertThat(found()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{",
                "[]",
                "{\"id\":\"other\",\"fireAt\":7,\"recipient\":\"x\",\"payload\":{}}",
                "{\"id\":\"J\",\"fireAt\":\"7\",\"recipient\":\"x\",\"payload\":{}}",
                "{\"id\":\"J\",\"fireAt\":7,\"payload\":{}}",
                "{\"id\":\"J\",\"fireAt\":7,\"recipient\":\"x\"}",
                "{\"id\":\"J\",\"fireAt\":7,\"recipient\":\"x\",\"payload\":{},\"pawl\":1}",
                "{\"id\":\"J\",\"fireAt\":7,\"recipient\":\"x\",\"payload\":{},\"pawl\":{\"claim\":{\"x\":1}}}",
                "{\"id\":\"J\",\"fireAt\":7,\"recipient\":\"x\",\"payload\":{},\"pawl\":{\"recurrence\":{\"kind\":1}}}"
            })
    void whatIsNoJobIsNamedAndHidesNoOther(String json) {
        put("claimed", "J", json);
        put("finished", "K", "{}");

        assertThat(found()).hasSize(2).anyMatch(line -> line.startsWith("job-decodes: is no job: "));
        assertThat(found())
                .contains("job-place: stands where no jobs are kept, so nobody sends it")
                .noneMatch(line -> line.contains("other"));
        world.schedule(World.START, "a");
        try (JobRunner runner = world.runner()) {
            assertThat(runner.runDue()).isEqualTo(1);
        }
    }

    @Test
    void aJobInTwoPlacesIsNamedOnce() {
        Job job = world.schedule(World.START, "a");
        put("done", job.id(), job.text().utf8());

        assertThat(found()).containsExactly("job-twice: stands in another state as well, which counts");
    }

    @Test
    void aRecurrenceThatNobodyReadsIsAWarning() {
        put(
                "waiting",
                "J",
                "{\"id\":\"J\",\"fireAt\":7,\"recipient\":\"x\",\"payload\":{},\"pawl\":{\"recurrence\":{\"kind\":\"moon\",\"rule\":\"full\"}}}");

        assertThat(found()).singleElement().asString().startsWith("warning job-recurrence: ");
    }

    @Test
    void countersThatDoNotAddUpAreNamed() {
        broadcast();
        change(row -> row.counting(1, 0, 0));
        assertThat(found()).containsExactly("broadcast-adds-up: 3 are left as it counts, and 4 are there");

        change(row -> row.counting(4, 0, 0));
        assertThat(found())
                .containsExactly("broadcast-adds-up: counts more jobs that have ended than it has recipients");
    }

    @Test
    void moreThatEndedThanWereCountedAreNamed() {
        broadcast();
        try (JobRunner runner = world.runner()) {
            runner.runDue();
        }
        assertThat(found()).isEmpty();
        change(row -> row.counting(-1, 1, 0));
        assertThat(found()).containsExactly("broadcast-adds-up: 0 are done as it counts, and 1 are there");
    }

    @Test
    void aBroadcastThatIsNobodysTurnIsNamed() {
        broadcast().pause();
        change(row -> row.in(State.RUNNING));

        assertThat(found()).containsExactly("broadcast-adds-up: is nobody's turn, so it never goes on");
    }

    @Test
    void aQueueWithoutItsBroadcastAndAStrangerInItAreNamed() {
        broadcast().pause();
        world.backend.commit(SESSION, new Batch(List.of(), List.of(), List.of(BroadcastRow.key("news"))));
        put("broadcast:news", "stranger", "{\"id\":\"stranger\",\"fireAt\":7,\"recipient\":\"x\",\"payload\":{}}");

        assertThat(found())
                .containsExactlyInAnyOrder(
                        "job-broadcast: these jobs are queued in a broadcast that is not there, so nobody sends them",
                        "job-place: stands in the queue of a broadcast that it does not belong to");
    }

    @Test
    void aBroadcastThatIsNotStoredWholeIsAWarning() {
        broadcast();
        change(row -> row.in(State.FILLING));

        assertThat(found()).singleElement().asString().startsWith("warning broadcast-filling: ");
        put("broadcast", "odd", "{\"state\":\"running\"}");
        assertThat(found()).contains("job-decodes: is no broadcast: its start is no number");
    }
}

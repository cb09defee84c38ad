package dev.pawl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.Pawl;
import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Row;
import dev.pawl.job.BroadcastOptions;
import dev.pawl.job.JobOptions;
import dev.pawl.job.JobRunner;
import dev.pawl.job.JobStore;
import dev.pawl.job.RateLimit;
import dev.pawl.job.Recurrence;
import dev.pawl.job.RetryPolicy;
import dev.pawl.job.UnsendableException;
import dev.pawl.json.Bytes;
import dev.pawl.json.JsonString;
import dev.pawl.lease.Lease;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Scheduled jobs on the command line. */
class JobsCommandTest {

    private static final Instant FAR = Instant.parse("2099-01-01T00:00:00Z");
    private static final List<String> FRIENDS = List.of("a@lid", "b@lid", "c@lid");

    @TempDir
    private Path temp = Path.of("");

    private String store = "";

    @BeforeEach
    void fill() {
        store = "sqlite:" + temp.resolve("jobs.db");
        with(jobs -> {
            jobs.schedule(FAR, "a@lid", new JsonString("secret words"), options("far"));
            jobs.schedule(FAR.plusSeconds(1), "b@lid", new JsonString("x"), options("gone"));
            jobs.cancel("gone");
            jobs.schedule(Instant.EPOCH, "c@lid", new JsonString("x"), options("sent"));
            jobs.schedule(Instant.EPOCH.plusSeconds(1), "d@lid", new JsonString("x"), options("failed"));
            run(jobs);
            jobs.schedule(
                    FAR.plusSeconds(2),
                    "e@lid",
                    new JsonString("x"),
                    options("hourly").recurring(Recurrence.every(Duration.ofHours(1))));
        });
    }

    private static JobOptions options(String id) {
        return JobOptions.NONE.id(id).messageId("3EB0" + id);
    }

    private void with(Consumer<JobStore> action) {
        try (Pawl pawl = Pawl.open(store)) {
            action.accept(pawl.jobs());
        }
    }

    private static void run(JobStore jobs) {
        try (JobRunner runner = JobRunner.builder()
                .rate(RateLimit.NONE)
                .retry(RetryPolicy.STANDARD)
                .build()) {
            runner.add(jobs, job -> {
                if (job.id().equals("failed")) {
                    throw new UnsendableException("no such number");
                }
            });
            runner.runDue();
        }
    }

    private Run jobs(String... arguments) {
        List<String> all = new ArrayList<>(List.of("jobs", store));
        all.addAll(List.of(arguments));
        return Run.pawl(all.toArray(String[]::new));
    }

    @Test
    void theListingIsInTheOrderInWhichJobsAreDue() {
        Run run = jobs();

        assertThat(run.lines())
                .containsExactly(
                        "1970-01-01T00:00:00Z  done       sent    c@lid",
                        "1970-01-01T00:00:01Z  dead       failed  d@lid  unsendable, UnsendableException: no such number",
                        "2099-01-01T00:00:00Z  waiting    far     a@lid",
                        "2099-01-01T00:00:01Z  cancelled  gone    b@lid",
                        "2099-01-01T00:00:02Z  waiting    hourly  e@lid  every PT1H");
        assertThat(run.err()).isEmpty();
        assertThat(run.status()).isZero();
    }

    @Test
    void statesAndLimitsCutTheListingAndACursorGoesOn() {
        assertThat(jobs("--state", "dead,cancelled").lines()).hasSize(2);
        Run first = jobs("--state", "waiting", "--limit", "1", "--json");
        assertThat(first.lines())
                .singleElement()
                .asString()
                .startsWith("{\"state\":\"waiting\",\"due\":4070908800000,");
        assertThat(first.err()).startsWith("next-cursor: ").hasLineCount(1);

        String cursor = first.err().strip().substring("next-cursor: ".length());
        Run rest = jobs("--state", "waiting", "--limit", "9", "--after-cursor", cursor);
        assertThat(rest.lines()).singleElement().asString().contains("hourly");
        assertThat(rest.err()).isEmpty();
        assertThat(jobs("--after-cursor", "nonsense").status()).isEqualTo(2);
    }

    @Test
    void aListingLongerThanAPageIsWhole() {
        with(jobs -> jobs.broadcast(
                IntStream.range(0, 1201).mapToObj(i -> i + "@lid").toList(),
                friend -> new JsonString("x"),
                BroadcastOptions.STANDARD.id("many").start(FAR)));

        assertThat(jobs("--json", "--broadcast", "many").lines()).hasSize(1201).doesNotHaveDuplicates();
        assertThat(jobs("--json", "--state", "queued", "--limit", "700").lines())
                .hasSize(700);
    }

    @Test
    void aJobIsShownWithoutItsPayloadUnlessAsJson() {
        assertThat(jobs("show", "far").lines())
                .contains(
                        "id          far",
                        "state       waiting",
                        "fires       2099-01-01T00:00:00Z",
                        "message id  3EB0far",
                        "payload     14 bytes, shown with --json")
                .noneMatch(line -> line.contains("secret"));
        assertThat(jobs("show", "failed").out()).contains("last error  UnsendableException: no such number");
        assertThat(jobs("--json", "show", "far").lines())
                .singleElement()
                .asString()
                .startsWith(
                        "{\"state\":\"waiting\",\"due\":4070908800000,\"job\":{\"id\":\"far\",\"fireAt\":4070908800000,"
                                + "\"recipient\":\"a@lid\",\"payload\":\"secret words\",\"pawl\":{");
    }

    @Test
    void cancellingSaysWhatBecameOfTheWish() {
        assertThat(jobs("cancel", "far").lines()).containsExactly("cancelled job far");
        assertThat(jobs("show", "far").out()).contains("state       cancelled");
        assertThat(jobs("cancel", "far").lines())
                .containsExactly("job far had been cancelled or given up before: it is not sent");
        assertThat(jobs("cancel", "hourly", "--json").lines())
                .containsExactly("{\"id\":\"hourly\",\"outcome\":\"cancelled\"}");
        Run late = jobs("cancel", "sent");
        assertThat(late.status()).isEqualTo(1);
        assertThat(late.err())
                .startsWith("TOO_LATE sqlite:")
                .contains("job sent has been sent")
                .hasLineCount(1);
    }

    @Test
    void cancellingWhatIsBeingSentSaysThatThisAttemptGoesOn() {
        with(jobs -> {
            jobs.schedule(Instant.now(), "f@lid", new JsonString("x"), options("flying"));
            try (JobRunner runner = JobRunner.builder().build()) {
                runner.add(jobs, job -> {
                    Run run = jobs("cancel", "flying");
                    assertThat(run.status()).isZero();
                    assertThat(run.lines())
                            .containsExactly("job flying was claimed to be sent: that attempt cannot be called back,"
                                    + " and there will be no other");
                    assertThat(jobs("show", "flying").out()).contains("being sent by", "cancelled      yes");
                });
                assertThat(runner.runDue()).isEqualTo(1);
            }
        });
    }

    @Test
    void whatEndedIsRetriedAndNothingElse() {
        Run retried = jobs("retry", "failed");
        assertThat(retried.status()).isZero();
        assertThat(retried.lines()).singleElement().asString().startsWith("job failed is waiting, due 20");
        assertThat(jobs("show", "failed").lines()).contains("message id  3EB0failed", "tried       0 times");

        Run refused = jobs("retry", "far");
        assertThat(refused.status()).isEqualTo(1);
        assertThat(refused.err())
                .startsWith("STORE_CONFLICT ")
                .contains("is waiting: only dead or cancelled jobs can be retried");
    }

    @Test
    void broadcastsAreShownAndCancelledByTheirId() {
        with(jobs -> jobs.broadcast(
                FRIENDS,
                friend -> new JsonString("x"),
                BroadcastOptions.STANDARD.id("news").start(FAR)));

        assertThat(jobs("show", "news").lines())
                .contains("state       running", "recipients  3: 0 sent, 0 failed, 0 cancelled, 3 left");
        assertThat(jobs("cancel", "news", "--json").lines())
                .containsExactly("{\"broadcast\":\"news\",\"state\":\"cancelled\",\"start\":4070908800000,"
                        + "\"recipients\":3,\"sent\":0,\"failed\":0,\"cancelled\":3,\"left\":0}");
        Run refused = jobs("retry", "news.000001");
        assertThat(refused.status()).isEqualTo(1);
        assertThat(refused.err()).contains("belongs to a broadcast that was cancelled");
        Run whole = jobs("retry", "news");
        assertThat(whole.status()).isEqualTo(1);
        assertThat(whole.err()).startsWith("STORE_CONFLICT ").contains("news is a broadcast: retry its jobs");
        Run none = Run.pawl("jobs", "--broadcast", "nobody", store);
        assertThat(none.status()).isEqualTo(1);
        assertThat(none.err()).startsWith("NOT_FOUND ").contains("no broadcast nobody");
        Run empty = Run.pawl("jobs", "--broadcast", "news", "--state", "dead", store);
        assertThat(empty.status()).isZero();
        assertThat(empty.out()).isEmpty();
    }

    @Test
    void whatIsNotThereIsStatusOneAndNothingIsMade() {
        for (String action : List.of("show", "cancel", "retry")) {
            Run run = jobs(action, "nobody");
            assertThat(run.status()).isEqualTo(1);
            assertThat(run.err()).startsWith("NOT_FOUND ").contains("no job and no broadcast nobody");
        }
        Run missing = Run.pawl("jobs", "sqlite:" + temp.resolve("other.db"), "cancel", "far");
        assertThat(missing.status()).isEqualTo(1);
        assertThat(temp.resolve("other.db")).doesNotExist();
        assertThat(Run.pawl("jobs", store + "#nobody").err()).contains("nothing of a session nobody");
        Run unable = Run.pawl("jobs", "zaileys:" + temp);
        assertThat(unable.status()).isEqualTo(2);
        assertThat(unable.err()).contains("does not hold").contains("native:");
    }

    @Test
    void whileSomebodyHasToBeAloneNothingIsChangedAndEverythingIsShown() {
        with(jobs -> {
            try (Pawl other = Pawl.open(store);
                    Lease alone = Lease.on(other.backend(Family.JOB), jobs.session(), "jobs")
                            .acquire()) {
                assertThat(alone.record().owner()).isPresent();
                Run refused = jobs("cancel", "far");
                assertThat(refused.status()).isEqualTo(1);
                assertThat(refused.err()).startsWith("STORE_IN_USE ");
                assertThat(jobs("show", "far").out()).contains("state       waiting");
                assertThat(Run.pawl("inspect", store).out()).contains("jobs held by");
            }
        });
        assertThat(jobs("cancel", "far").status()).isZero();
    }

    @Test
    void inspectCountsStatesAndBroadcasts() {
        with(jobs -> jobs.broadcast(
                FRIENDS,
                friend -> new JsonString("x"),
                BroadcastOptions.STANDARD.id("news").start(FAR)));

        assertThat(Run.pawl("inspect", store).lines())
                .map(line -> line.replaceAll(" +", " "))
                .contains("jobs queued 2", "jobs waiting 3", "jobs done 1", "jobs dead 1", "broadcasts 1")
                .noneMatch(line -> line.startsWith("jobs claimed"));
        assertThat(Run.pawl("inspect", "--json", store).out())
                .contains("\"jobs\":{\"queued\":2,\"waiting\":3,\"claimed\":0,\"done\":1,\"dead\":1,\"cancelled\":1,"
                        + "\"broadcasts\":1},\"lease\"")
                .contains("\"jobsLease\":null");
    }

    @Test
    void verifyNamesDamagedJobsAndWarnsOfDeadOnes() {
        Run sound = Run.pawl("verify", store);
        assertThat(sound.status()).isZero();
        assertThat(sound.err()).contains("1 job was given up (jobs-dead)");

        Rows.put(store, Row.of(new Key(Family.JOB, "waiting", "bad"), 7, Bytes.utf8("{\"id\":\"bad\"}")));
        Rows.put(store, Row.of(new Key(Family.JOB, "done", "far"), 7, Bytes.utf8("{\"id\":\"far\"}")));
        Run damaged = Run.pawl("verify", store);
        assertThat(damaged.status()).isEqualTo(1);
        assertThat(damaged.out()).contains("(job-decodes)", "(job-twice)");
        Run listing = jobs("--state", "waiting");
        assertThat(listing.status()).isEqualTo(1);
        assertThat(listing.err()).startsWith("STORE_CORRUPTED ").contains("bad");
    }

    @Test
    void whatWasDamagedInABroadcastIsShownAndNotRetried() {
        with(jobs -> {
            jobs.broadcast(FRIENDS, friend -> new JsonString("x"), BroadcastOptions.STANDARD.id("news"));
            Rows.put(store, Row.of(new Key(Family.JOB, "broadcast:news", "news.000002"), 7, Bytes.utf8("{}")));
            run(jobs);
        });

        assertThat(jobs("show", "news.000002").out()).contains("dead", "damaged", "not a job");
        assertThat(jobs("show", "news.000002", "--json").out()).contains("\"damaged\":\"e30=\"");
        Run refused = jobs("retry", "news.000002");
        assertThat(refused.status()).isEqualTo(1);
        assertThat(refused.err()).startsWith("STORE_CONFLICT ").contains("was damaged");
        assertThat(Run.pawl("verify", store).status()).isZero();
    }

    @Test
    void aDamagedFileIsNamed() throws IOException {
        Path file = Files.write(temp.resolve("damaged.db"), new byte[5000]);
        for (String[] arguments : List.of(
                new String[] {"jobs", "sqlite:" + file}, new String[] {"jobs", "sqlite:" + file, "cancel", "far"})) {
            Run run = Run.pawl(arguments);
            assertThat(run.status()).isEqualTo(1);
            assertThat(run.err()).startsWith("STORE_").contains("damaged.db").hasLineCount(1);
        }
        assertThat(file).hasSize(5000);
    }

    @Test
    void erasingOnlyJobsTakesTheBroadcastsAndLeavesTheRest() {
        Rows.put(store, Rows.chat("1@lid"));
        with(jobs -> jobs.broadcast(FRIENDS, friend -> new JsonString("x"), BroadcastOptions.STANDARD));

        assertThat(Run.pawl("erase", "--yes", "--only", "jobs", store).status()).isZero();

        assertThat(Rows.of(store)).containsExactly(Rows.chat("1@lid"));
        with(jobs -> assertThat(jobs.schedule(FAR, "a@lid", new JsonString("x"), options("far"))
                        .id())
                .isEqualTo("far"));
    }

    @Test
    void anArchiveBringsJobsBackAndTheyGoOn() {
        with(jobs -> jobs.broadcast(
                FRIENDS,
                friend -> new JsonString("x"),
                BroadcastOptions.STANDARD.id("news").pacing(Duration.ZERO)));
        List<Row> before = Rows.of(store);
        byte[] archive = Run.pawl("export", store).bytes();
        for (String target : List.of("native:" + temp.resolve("kept"), "sqlite:" + temp.resolve("back.db"))) {
            Run imported = Run.with(archive, "import", target);
            assertThat(imported.status()).as(imported.err()).isZero();
            assertThat(Rows.of(target)).containsExactlyInAnyOrderElementsOf(before);
            try (Pawl pawl = Pawl.open(target)) {
                run(pawl.jobs());
                assertThat(pawl.jobs()
                                .broadcast("news")
                                .orElseThrow()
                                .progress()
                                .sent())
                        .isEqualTo(3);
            }
        }
    }
}

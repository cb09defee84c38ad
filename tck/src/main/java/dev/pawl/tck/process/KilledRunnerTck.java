package dev.pawl.tck.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.backend.Backend;
import dev.pawl.backend.Page;
import dev.pawl.backend.SessionName;
import dev.pawl.job.Job;
import dev.pawl.job.JobCounts;
import dev.pawl.job.JobFilter;
import dev.pawl.job.JobFinding;
import dev.pawl.job.JobOptions;
import dev.pawl.job.JobState;
import dev.pawl.job.JobStore;
import dev.pawl.job.JobVerification;
import dev.pawl.json.JsonString;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Two processes run the jobs of one session, and one of them is killed again and again: every job is sent, and a second time
 * only where a kill fell between the send and the note of it. Two kills; with the system property {@code pawl.soak} 10,000
 * jobs and many kills.
 */
@Timeout(3_600)
public abstract class KilledRunnerTck extends KilledChildTck {

    private static final Logger LOG = LoggerFactory.getLogger(KilledRunnerTck.class);

    private static final boolean SOAK = Boolean.getBoolean("pawl.soak");
    private static final int JOBS = SOAK ? 10_000 : 120;
    private static final int KILLS = SOAK ? 50 : 2;
    private static final int RUNNERS = 2;

    /** The moments are the same in every run, as far as moments can be. */
    private final Random random = new Random(19);

    private final List<Runner> running = new ArrayList<>();
    private final List<Runner> all = new ArrayList<>();

    /** For the tests of a store. */
    protected KilledRunnerTck() {}

    /**
     * A process, and the file that it sends into.
     *
     * @param child the process
     * @param sent the file
     */
    private record Runner(ChildProcess child, Path sent) {
        List<String> lines() {
            try {
                return Files.exists(sent) ? Files.readAllLines(sent) : List.of();
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }

        int count() {
            return lines().size();
        }
    }

    @Override
    Class<?> main() {
        return RunnerChild.class;
    }

    @AfterEach
    void endAll() {
        all.forEach(runner -> runner.child().close());
    }

    private void begin(String locator) throws IOException {
        ChildProcess child = child(all.size() + 1 < RUNNERS + KILLS);
        Runner runner = new Runner(child, directory().resolve("sent-" + all.size()));
        child.tell(RunnerChild.order(locator, runner.sent()));
        running.add(runner);
        all.add(runner);
    }

    private int sent() {
        return all.stream().mapToInt(Runner::count).sum();
    }

    private void await(String what, BooleanSupplier reached) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SOAK ? 600 : 60);
        while (!reached.getAsBoolean()) {
            assertThat(System.nanoTime() - end)
                    .as(() -> what + ": "
                            + all.stream()
                                    .map(runner -> runner.child().errors())
                                    .toList())
                    .isNegative();
            LockSupport.parkNanos(2_000_000);
        }
    }

    private static void fill(JobStore jobs) {
        for (int i = 0; i < JOBS; i++) {
            jobs.schedule(
                    Instant.EPOCH.plusMillis(i),
                    "r" + i % 50 + "@lid",
                    new JsonString("x"),
                    JobOptions.NONE.id("J" + i));
        }
    }

    @Test
    void everyJobIsSentAndTwiceOnlyWhereAKillFellBetweenSendAndNote() throws Exception {
        Path place = Files.createDirectories(directory().resolve("store"));
        try (Backend backend = open(place);
                JobStore jobs = JobStore.open(backend, SessionName.DEFAULT)) {
            fill(jobs);
            Map<String, String> messageIds = messageIds(jobs, JobState.WAITING);
            Set<Runner> killed = new HashSet<>();
            for (int i = 0; i < RUNNERS; i++) {
                begin(locator(place));
            }
            for (int kill = 1; kill <= KILLS; kill++) {
                int goal = JOBS * kill / (KILLS + 1);
                await("jobs go on", () -> sent() >= goal);
                LockSupport.parkNanos((long) (random.nextDouble() * 3_000_000));
                Runner victim = running.remove(random.nextInt(running.size()));
                victim.child().kill();
                killed.add(victim);
                begin(locator(place));
            }
            await("all jobs are sent", () -> jobs.counts().left() == 0);
            for (Runner runner : running) {
                runner.child().tell("stop");
                runner.child().until(RunnerChild.DONE);
                runner.child().requireSuccess();
            }
            assertThat(jobs.counts()).isEqualTo(new JobCounts(0, 0, 0, JOBS, 0, 0, 0));
            assertThat(messageIds(jobs, JobState.DONE)).isEqualTo(messageIds);
            assertThat(JobVerification.run(backend, SessionName.DEFAULT, rows -> {}))
                    .extracting(JobFinding::text)
                    .isEmpty();
            requireSent(messageIds, killed, again(jobs));
        }
    }

    /** How many jobs were claimed more than once. */
    private static long again(JobStore jobs) {
        return all(jobs, JobState.DONE).stream()
                .filter(job -> job.attempts() > 1)
                .count();
    }

    private static List<Job> all(JobStore jobs, JobState state) {
        return Page.stream((Optional<String> after) -> jobs.list(JobFilter.in(state), after, 500))
                .toList();
    }

    private static Map<String, String> messageIds(JobStore jobs, JobState state) {
        Map<String, String> ids = new HashMap<>();
        all(jobs, state).forEach(job -> ids.put(job.id(), job.messageId().orElseThrow()));
        return ids;
    }

    /** Of what a killed process sent only the last may not have been noted, since it sends one after the other. */
    private void requireSent(Map<String, String> messageIds, Set<Runner> killed, long again) {
        Map<String, Integer> times = new HashMap<>();
        Set<String> mayComeAgain = new HashSet<>();
        for (Runner runner : all) {
            List<String> lines = runner.lines();
            lines.forEach(line -> times.merge(line, 1, Integer::sum));
            if (killed.contains(runner) && !lines.isEmpty()) {
                mayComeAgain.add(lines.get(lines.size() - 1));
            }
        }
        Set<String> wanted = new HashSet<>();
        messageIds.forEach((id, messageId) -> wanted.add(id + " " + messageId));
        assertThat(times.keySet()).as("every job, with its own message id").isEqualTo(wanted);
        Set<String> twice = new HashSet<>();
        times.forEach((line, count) -> {
            if (count > 1) {
                twice.add(line);
            }
        });
        assertThat(mayComeAgain).as("sent before a kill").containsAll(twice);
        int more = times.values().stream().mapToInt(count -> count - 1).sum();
        assertThat(more).as("sent again").isLessThanOrEqualTo(KILLS);
        assertThat(again).as("claimed again").isBetween((long) twice.size(), (long) KILLS);
        if (SOAK) {
            assertThat(more).as("kills between a send and its note").isPositive();
        }
        LOG.info("{} jobs, {} kills: {} claimed again, {} sent again", JOBS, KILLS, again, more);
    }
}

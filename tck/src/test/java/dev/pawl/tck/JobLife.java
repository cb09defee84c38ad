package dev.pawl.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.backend.Backend;
import dev.pawl.backend.ClosedException;
import dev.pawl.backend.InDoubtException;
import dev.pawl.backend.Page;
import dev.pawl.backend.SessionName;
import dev.pawl.backend.UnavailableException;
import dev.pawl.job.Cancellation;
import dev.pawl.job.Job;
import dev.pawl.job.JobFilter;
import dev.pawl.job.JobOptions;
import dev.pawl.job.JobRunner;
import dev.pawl.job.JobState;
import dev.pawl.job.JobStore;
import dev.pawl.job.RateLimit;
import dev.pawl.job.Recurrence;
import dev.pawl.job.RetryPolicy;
import dev.pawl.job.UnsendableException;
import dev.pawl.json.JsonString;
import dev.pawl.lease.LeaseTiming;
import dev.pawl.tck.UncertainBackend.Fate;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

/** One random life of the jobs of a session, with what is known of it, and what must hold at every moment of it. */
final class JobLife {

    private static final Instant START = JobFixture.START;
    private static final int PROCESSES = 3;
    private static final int ATTEMPTS = 4;

    private final Backend storage;
    private final Random random;
    private final boolean mortal;
    private final ManualTicker ticker = new ManualTicker();
    private final List<Process> processes = new ArrayList<>();
    private final List<UncertainBackend> everUsed = new ArrayList<>();
    private final List<String> story = new ArrayList<>();
    private final JobLifeBroadcasts broadcasts;
    private Instant now = START;

    private final Set<String> scheduled = new TreeSet<>();
    private final Set<String> cancelled = new HashSet<>();
    private final Map<String, Long> revisions = new HashMap<>();
    /** How often each message was sent well, by its id. */
    private final Map<String, Integer> sends = new HashMap<>();

    private final Map<String, Instant> fireAt = new HashMap<>();
    /** What a sender saw that must not be; what it throws is only a failed send. */
    private final List<AssertionError> wrong = new ArrayList<>();

    private int number;
    private int deaths;
    private boolean calm;

    /** A process with a store and a runner. */
    private final class Process {
        private final MortalBackend life = new MortalBackend(storage);
        private final UncertainBackend backend = new UncertainBackend(life);
        private final JobStore store = JobStore.open(backend, SessionName.DEFAULT, () -> now, timing());
        private final JobRunner runner = JobRunner.builder()
                .rate(RateLimit.NONE)
                .clock(() -> now)
                .timing(timing())
                .retry(new RetryPolicy(ATTEMPTS, Duration.ofSeconds(20), Duration.ofMinutes(2), 0.5))
                .chance(new Random(random.nextLong()))
                .build();

        Process() {
            everUsed.add(backend);
            runner.add(store, job -> send(this, job));
        }
    }

    JobLife(Backend storage, long seed, boolean mortal) {
        this.storage = storage;
        this.random = new Random(seed);
        this.mortal = mortal;
        this.broadcasts = new JobLifeBroadcasts(random, story);
        for (int i = 0; i < PROCESSES; i++) {
            processes.add(new Process());
        }
    }

    private LeaseTiming timing() {
        return LeaseTiming.STANDARD.with(ticker);
    }

    String story() {
        return String.join(" | ", story.subList(0, Math.min(story.size(), 150)));
    }

    int deaths() {
        return deaths;
    }

    /** How many sends too many there were. */
    int repeats() {
        return sends.values().stream().mapToInt(count -> count - 1).sum();
    }

    void live(int steps) {
        for (int i = 0; i < steps; i++) {
            step();
            everUsed.forEach(this::deliverSometimes);
            check();
        }
        rest();
    }

    private void step() {
        int which = random.nextInt(processes.size());
        Process process = processes.get(which);
        trouble(process);
        try {
            act(process);
        } catch (ClosedException e) {
            // it died; see below
        } catch (UnavailableException | InDoubtException e) {
            story.add("failed");
        }
        if (process.life.isDead()) {
            deaths++;
            story.add("death");
            process.runner.close();
            processes.set(which, new Process());
        }
    }

    private void trouble(Process process) {
        if (random.nextInt(4) == 0) {
            for (int i = random.nextInt(3); i >= 0; i--) {
                process.backend.next(Fate.values()[random.nextInt(Fate.values().length)]);
            }
        }
        if (mortal && random.nextInt(5) == 0) {
            process.life.dieAt(random.nextInt(6), random.nextBoolean());
        }
    }

    private void deliverSometimes(UncertainBackend backend) {
        if (random.nextInt(3) == 0) {
            try {
                backend.deliver();
            } catch (ClosedException e) {
                // what a dead process had sent never arrives in this storage
            }
        }
    }

    private void act(Process process) {
        switch (random.nextInt(12)) {
            case 0, 1, 2 -> schedule(process.store);
            case 3, 4, 5, 6 -> run(process);
            case 7 -> any().ifPresent(id -> cancel(process.store, id));
            case 8 -> any().ifPresent(id -> reschedule(process.store, id));
            case 9 -> any().ifPresent(id -> retry(process.store, id));
            case 10 -> broadcasts.act(process.store);
            default -> time();
        }
    }

    private void schedule(JobStore store) {
        String id = "j" + number++;
        Instant at = now.plusSeconds(random.nextInt(300) - 100);
        JobOptions options = JobOptions.NONE;
        boolean named = random.nextInt(3) > 0;
        if (named) {
            options = options.id(id);
            fireAt.put(id, at);
        }
        if (random.nextInt(8) == 0) {
            options = options.recurring(Recurrence.every(Duration.ofMinutes(7)));
        }
        story.add("schedule " + id);
        Job job = store.schedule(at, random.nextInt(5) + "@lid", new JsonString(id), options);
        fireAt.put(job.id(), at);
        scheduled.add(job.id());
    }

    private void run(Process process) {
        story.add("run");
        process.runner.runDue();
    }

    private Optional<String> any() {
        List<String> ids = new ArrayList<>(scheduled);
        broadcasts.ids().forEach(id -> ids.add(id + ".00000" + (1 + random.nextInt(5))));
        return ids.isEmpty() ? Optional.empty() : Optional.of(ids.get(random.nextInt(ids.size())));
    }

    private void cancel(JobStore store, String id) {
        Cancellation how = store.cancel(id);
        story.add("cancel " + id + " " + how);
        if (how == Cancellation.CANCELLED) {
            cancelled.add(id);
        }
        assertThat(how == Cancellation.UNKNOWN && scheduled.contains(id)).isFalse();
    }

    private void reschedule(JobStore store, String id) {
        Instant at = now.plusSeconds(random.nextInt(300) - 100);
        // in doubt it may be either
        Instant before = fireAt.getOrDefault(id, Instant.MIN);
        fireAt.put(id, before.isBefore(at) ? before : at);
        Optional<Job> moved = store.reschedule(id, at);
        story.add("reschedule " + id + " " + moved.isPresent());
        fireAt.put(id, moved.isPresent() ? at : before);
    }

    private void retry(JobStore store, String id) {
        // in doubt it may be sent again
        boolean was = cancelled.remove(id);
        Instant before = fireAt.getOrDefault(id, Instant.MIN);
        fireAt.put(id, before.isBefore(now) ? before : now);
        Optional<Job> again = store.retry(id);
        story.add("retry " + id + " " + again.isPresent());
        if (again.isPresent()) {
            fireAt.put(id, now);
        } else {
            fireAt.put(id, before);
            if (was) {
                cancelled.add(id);
            }
        }
    }

    private void time() {
        if (random.nextInt(4) == 0) {
            now = now.plusSeconds(random.nextInt(4000) - 2000);
            story.add("the clock is set to " + Duration.between(START, now));
        } else {
            pass(Duration.ofSeconds(random.nextInt(60)));
        }
    }

    private void pass(Duration duration) {
        ticker.advance(duration);
        now = now.plus(duration);
        story.add("+" + duration);
    }

    private void send(Process process, Job job) throws Exception {
        story.add("send " + job.id() + " " + job.attempts());
        try {
            checkSend(job);
        } catch (AssertionError e) {
            wrong.add(e);
        }
        if (!calm) {
            if (random.nextInt(6) == 0) {
                throw random.nextInt(4) == 0 ? new UnsendableException("never") : new IOException("not now");
            }
            if (mortal && random.nextInt(8) == 0) {
                process.life.die();
                if (random.nextBoolean()) {
                    throw new IOException("dies before it is sent");
                }
            }
        }
        sends.merge(job.messageId().orElseThrow(), 1, Integer::sum);
    }

    private void checkSend(Job job) {
        assertThat(job.due()).isBeforeOrEqualTo(now);
        assertThat(job.attempts()).isBetween(1, ATTEMPTS + 1);
        assertThat(cancelled).doesNotContain(job.id());
        job.broadcast().ifPresent(broadcasts::checkSend);
        if (job.broadcast().isEmpty()
                && job.runs() == 0
                && job.recurrence().isEmpty()
                && !job.id().contains("@")) {
            // nobody was told the id of one that was stored in doubt
            Instant earliest = fireAt.getOrDefault(job.id(), Instant.EPOCH);
            assertThat(job.due()).isAfterOrEqualTo(earliest);
        }
    }

    /** What must hold now. */
    private void check() {
        if (!wrong.isEmpty()) {
            throw new AssertionError("what was sent", wrong.get(0));
        }
        try (JobStore reading = JobStore.openReadOnly(storage, SessionName.DEFAULT)) {
            List<Job> all = Page.stream((Optional<String> after) -> reading.list(JobFilter.ALL, after, 100))
                    .toList();
            assertThat(all).extracting(Job::id).doesNotHaveDuplicates();
            Set<String> ids = new HashSet<>();
            for (Job job : all) {
                ids.add(job.id());
                if (job.state() == JobState.DONE) {
                    assertThat(sends.getOrDefault(job.messageId().orElseThrow(), 0) > 0 || job.runs() > 0)
                            .as("%s was sent", job)
                            .isTrue();
                }
                long revision = JobFacts.revision(job);
                assertThat(revision).isGreaterThanOrEqualTo(revisions.getOrDefault(job.id(), 0L));
                revisions.put(job.id(), revision);
            }
            assertThat(ids).containsAll(scheduled);
            Page.stream((Optional<String> after) -> reading.broadcasts(after, 10))
                    .filter(broadcasts::isWhole)
                    .forEach(progress -> JobFacts.check(progress, all));
        }
    }

    /** No more deaths and failures, and time enough: then everything has ended as it should. */
    private void rest() {
        calm = true;
        everUsed.forEach(backend -> {
            try {
                backend.deliver();
            } catch (ClosedException e) {
                // a dead process
            }
        });
        processes.forEach(process -> process.runner.close());
        Process last = new Process();
        story.add("rest");
        broadcasts.rest(last.store);
        now = now.isBefore(START.plusSeconds(20_000)) ? START.plusSeconds(20_000) : now;
        for (int i = 0; i < 100; i++) {
            pass(Duration.ofSeconds(30));
            last.runner.runDue();
        }
        check();
        for (Job job : Page.stream((Optional<String> after) -> last.store.list(JobFilter.ALL, after, 100))
                .toList()) {
            if (job.recurrence().isEmpty() && !JobFacts.isUnfinished(last.store, job)) {
                assertThat(job.state()).as("%s at rest", job).isIn(JobState.DONE, JobState.DEAD, JobState.CANCELLED);
            }
            assertThat(job.state()).isNotEqualTo(JobState.CLAIMED);
        }
        last.runner.close();
        int repeats = repeats();
        assertThat(repeats).isLessThanOrEqualTo(deaths);
    }
}

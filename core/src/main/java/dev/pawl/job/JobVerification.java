package dev.pawl.job;

import dev.pawl.backend.Backend;
import dev.pawl.backend.CorruptDataException;
import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Page;
import dev.pawl.backend.Position;
import dev.pawl.backend.RoundDamage;
import dev.pawl.backend.Row;
import dev.pawl.backend.Scan;
import dev.pawl.backend.SessionName;
import dev.pawl.backend.Traits;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongConsumer;

/**
 * Reads every job of a session and says what is wrong: rows that are no jobs, a job that stands in two places, a
 * broadcast whose counters do not add up or that nobody goes on with.
 *
 * <p>Changes nothing and works beside running {@link JobRunner}s: what looks wrong because it changed meanwhile is
 * looked at again. One damaged row hides no other. Of what was read nothing is kept but the ids of broadcasts.
 */
public final class JobVerification {

    private static final int PAGE = 200;

    private final JobRows rows;
    private final LongConsumer progress;
    private final List<JobFinding> findings = new ArrayList<>();
    private final BroadcastVerification broadcasts;
    private final Set<String> queues = new TreeSet<>();
    private long done;
    private long dead;

    private JobVerification(JobRows rows, LongConsumer progress) {
        this.rows = rows;
        this.progress = progress;
        this.broadcasts = new BroadcastVerification(rows, findings::add);
    }

    /**
     * Verifies the jobs of a session.
     *
     * @param progress gets the number of rows that were read so far, every now and then, on this thread
     * @return what was found; empty when all is well, when there is nothing, and where no jobs are held
     * @throws dev.pawl.backend.UnavailableException when the storage cannot be read at all; the caller tries again
     */
    public static List<JobFinding> run(Backend backend, SessionName session, LongConsumer progress) {
        return backend.traits().families().contains(Family.JOB)
                ? new JobVerification(new JobRows(backend, session), progress).run()
                : List.of();
    }

    private List<JobFinding> run() {
        try {
            read();
        } catch (CorruptDataException ofAllRows) {
            damaged(ofAllRows);
        }
        return List.copyOf(findings);
    }

    private void read() {
        Scan all = Scan.of(Family.JOB).limit(PAGE);
        Optional<Scan> next = Optional.of(all);
        while (next.isPresent()) {
            Page<Row, Position> page = RoundDamage.scan(rows.backend(), rows.session(), next.get(), this::damaged);
            page.items().forEach(this::check);
            twice(page.items());
            done += page.items().size();
            progress.accept(done);
            next = page.next().map(all::after);
        }
        queues.forEach(broadcasts::queue);
        broadcasts.run();
        if (dead > 0) {
            Key anyOfThem = new Key(Family.JOB, JobState.DEAD.partition(), "");
            warning(anyOfThem, "jobs-dead", dead + (dead == 1 ? " job was" : " jobs were") + " given up");
        }
    }

    private void damaged(CorruptDataException damage) {
        findings.add(new JobFinding(true, "damaged", damage.place(), damage.problem()));
    }

    private void check(Row row) {
        String partition = row.key().partition();
        if (partition.equals(BroadcastRow.PARTITION)) {
            broadcasts.add(row.key().id());
            return;
        }
        Optional<JobState> state = JobState.of(partition);
        if (state.isEmpty()) {
            problem(row.key(), "job-place", "stands where no jobs are kept, so nobody sends it");
            return;
        }
        try {
            sound(Job.of(row));
        } catch (IllegalArgumentException e) {
            problem(row.key(), "job-decodes", "is no job: " + e.getMessage());
        }
    }

    private void sound(Job job) {
        if (job.state() == JobState.DEAD) {
            dead++;
        }
        if (job.state() == JobState.QUEUED) {
            queued(job);
        } else {
            job.broadcast().ifPresent(broadcast -> broadcasts.count(broadcast, job.state()));
        }
        Traits.Limits limits = rows.backend().traits().limits();
        boolean left =
                EnumSet.of(JobState.QUEUED, JobState.WAITING, JobState.CLAIMED).contains(job.state());
        if (left && JobSize.isTooBig(job.row(), limits)) {
            problem(job.key(), "job-size", JobSize.problem(job.row(), limits) + ", so nobody sends it");
        }
        boolean goesOn = job.state() == JobState.WAITING || job.state() == JobState.CLAIMED;
        if (goesOn && JobRules.recursStrangely(job)) {
            warning(
                    job.key(),
                    "job-recurrence",
                    "recurs by a rule that nothing here reads, so nothing here sends it: a runner needs the module that"
                            + " does");
        }
    }

    private void queued(Job job) {
        String partition = job.key().partition();
        boolean own = BroadcastRow.of(job.id())
                .filter(id -> BroadcastRow.queue(id).equals(partition))
                .filter(id -> job.broadcast().equals(Optional.of(id)))
                .isPresent();
        if (!own) {
            problem(job.key(), "job-place", "stands in the queue of a broadcast that it does not belong to");
        }
        queues.add(partition.substring(JobState.QUEUED.partition().length()));
    }

    /** Says of each row whose job stands somewhere else too, and counts there. */
    private void twice(List<Row> page) {
        int ids = Math.max(1, rows.backend().traits().limits().reads() / (JobState.values().length + 1));
        for (int from = 0; from < page.size(); from += ids) {
            Set<Key> keys = new LinkedHashSet<>();
            List<Row> some = page.subList(from, Math.min(page.size(), from + ids));
            some.forEach(row -> keys.addAll(JobRows.keys(row.key().id())));
            Map<Key, Row> found = found(keys);
            some.stream()
                    .filter(row -> isElsewhere(row.key(), found))
                    // it may have moved on between two looks
                    .filter(row ->
                            isElsewhere(row.key(), found(JobRows.keys(row.key().id()))))
                    .forEach(row -> problem(row.key(), "job-twice", "stands in another state as well, which counts"));
        }
    }

    private static boolean isElsewhere(Key key, Map<Key, Row> found) {
        List<Key> all =
                JobRows.keys(key.id()).stream().filter(found::containsKey).toList();
        return all.size() > 1 && all.indexOf(key) > 0;
    }

    private Map<Key, Row> found(Iterable<Key> keys) {
        List<Key> wanted = new ArrayList<>();
        keys.forEach(wanted::add);
        try {
            return rows.backend().get(rows.session(), wanted);
        } catch (CorruptDataException reported) {
            return Map.of();
        }
    }

    private void problem(Key key, String rule, String text) {
        findings.add(new JobFinding(true, rule, place(key), text));
    }

    private void warning(Key key, String rule, String text) {
        findings.add(new JobFinding(false, rule, place(key), text));
    }

    private String place(Key key) {
        return rows.backend().locate(rows.session(), key);
    }
}

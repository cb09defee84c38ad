package dev.pawl.job;

import dev.pawl.backend.CorruptDataException;
import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Page;
import dev.pawl.backend.Position;
import dev.pawl.backend.Row;
import dev.pawl.backend.Scan;
import dev.pawl.job.BroadcastProgress.State;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * Says which broadcasts do not add up. A broadcast is read before and after its jobs are counted, so that one that
 * moves on meanwhile is counted anew.
 */
final class BroadcastVerification {

    private static final int PAGE = 1000;

    /** One that moves on each time is being sent, and well. */
    private static final int LOOKS = 10;

    private final JobRows rows;
    private final Consumer<JobFinding> found;
    private final Set<String> ids = new TreeSet<>();
    private final Map<String, Map<JobState, Integer>> ended = new HashMap<>();

    BroadcastVerification(JobRows rows, Consumer<JobFinding> found) {
        this.rows = rows;
        this.found = found;
    }

    /** There is a row of this broadcast. */
    void add(String id) {
        ids.add(id);
    }

    /** There is a job of this broadcast in this state. */
    void count(String id, JobState state) {
        ended.computeIfAbsent(id, any -> new EnumMap<>(JobState.class)).merge(state, 1, Integer::sum);
    }

    /** There is a queue of this broadcast. */
    void queue(String id) {
        if (!ids.contains(id) && rows.get(BroadcastRow.key(id)).isEmpty()) {
            problem(
                    new Key(Family.JOB, BroadcastRow.queue(id), ""),
                    "job-broadcast",
                    "these jobs are queued in a broadcast that is not there, so nobody sends them");
        }
    }

    void run() {
        ids.forEach(this::verify);
    }

    private void verify(String id) {
        Key key = BroadcastRow.key(id);
        for (int look = 0; look < LOOKS; look++) {
            try {
                Optional<Row> row = rows.get(key);
                if (row.isEmpty()) {
                    return;
                }
                BroadcastRow broadcast = BroadcastRow.of(row.get());
                Optional<String> problem = problem(broadcast, look > 0);
                boolean same = rows.get(key).equals(row);
                if (problem.isEmpty() || (same && look > 0)) {
                    problem.ifPresent(text -> problem(key, "broadcast-adds-up", text));
                    unfinished(key, broadcast);
                    return;
                }
            } catch (IllegalArgumentException e) {
                problem(key, "job-decodes", "is no broadcast: " + e.getMessage());
                return;
            } catch (CorruptDataException reported) {
                return;
            }
        }
    }

    private void unfinished(Key key, BroadcastRow broadcast) {
        if (broadcast.isFilling()) {
            found.accept(new JobFinding(
                    false,
                    "broadcast-filling",
                    place(key),
                    "is being stored, or that was interrupted: it begins when the same call is made again"));
        }
    }

    /** What does not add up. Jobs that ended are pruned, so there may be fewer of them than were counted. */
    private Optional<String> problem(BroadcastRow broadcast, boolean countAnew) {
        if (broadcast.sent() < 0 || broadcast.failed() < 0 || broadcast.cancelled() < 0 || broadcast.left() < 0) {
            return Optional.of("counts more jobs that have ended than it has recipients");
        }
        int queued = count(Scan.of(Family.JOB).in(broadcast.queue()));
        if (!broadcast.whole()) {
            return queued <= broadcast.recipients()
                    ? Optional.empty()
                    : Optional.of("has " + queued + " jobs, and " + broadcast.recipients() + " recipients");
        }
        boolean turn = broadcast
                .current()
                .flatMap(rows::find)
                .filter(job -> job.state() == JobState.WAITING || job.state() == JobState.CLAIMED)
                .isPresent();
        int there = queued + (turn ? 1 : 0);
        if (there != broadcast.left()) {
            return Optional.of(broadcast.left() + " are left as it counts, and " + there + " are there");
        }
        if (broadcast.state() == State.RUNNING && !turn) {
            return Optional.of("is nobody's turn, so it never goes on");
        }
        return tooMany(broadcast, countAnew);
    }

    private Optional<String> tooMany(BroadcastRow broadcast, boolean countAnew) {
        Map<JobState, Integer> counted = Map.of(
                JobState.DONE, broadcast.sent(),
                JobState.DEAD, broadcast.failed(),
                JobState.CANCELLED, broadcast.cancelled());
        for (JobState state : List.of(JobState.DONE, JobState.DEAD, JobState.CANCELLED)) {
            int most = counted.getOrDefault(state, 0);
            int seen = ended.getOrDefault(broadcast.id(), Map.of()).getOrDefault(state, 0);
            if (seen > most && countAnew) {
                seen = countOf(broadcast.id(), state);
            }
            if (seen > most) {
                return Optional.of(most + " are " + state.partition() + " as it counts, and " + seen + " are there");
            }
        }
        return Optional.empty();
    }

    private int countOf(String id, JobState state) {
        int[] count = {0};
        each(Scan.of(Family.JOB).in(state.partition()).limit(PAGE).withoutValues(), row -> {
            boolean own = BroadcastRow.of(row.key().id()).equals(Optional.of(id));
            count[0] += own ? 1 : 0;
        });
        return count[0];
    }

    private int count(Scan scan) {
        int[] count = {0};
        each(scan.limit(PAGE).withoutValues(), row -> count[0]++);
        return count[0];
    }

    private void each(Scan scan, Consumer<Row> action) {
        Optional<Scan> next = Optional.of(scan);
        while (next.isPresent()) {
            Page<Row, Position> page = rows.scan(next.get());
            page.items().forEach(action);
            next = page.next().map(scan::after);
        }
    }

    private void problem(Key key, String rule, String text) {
        found.accept(new JobFinding(true, rule, place(key), text));
    }

    private String place(Key key) {
        return rows.backend().locate(rows.session(), key);
    }
}

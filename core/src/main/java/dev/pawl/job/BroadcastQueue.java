package dev.pawl.job;

import dev.pawl.backend.Batch;
import dev.pawl.backend.CorruptDataException;
import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Page;
import dev.pawl.backend.Position;
import dev.pawl.backend.RoundDamage;
import dev.pawl.backend.Row;
import dev.pawl.backend.Scan;
import dev.pawl.backend.UnsupportedException;
import dev.pawl.job.JobWriter.Outcome;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The queue of one broadcast. A row of it that cannot be sent is set aside: it is dead, what stood in it is kept, and the
 * others go on. One that cannot even be set aside stays where it is and is passed over.
 */
final class BroadcastQueue {

    private static final int RACES = 100;

    private final JobWriter writer;
    private final String broadcast;
    private final Consumer<? super CorruptDataException> report;
    private final Set<Key> passed = new HashSet<>();

    /**
     * For one change.
     *
     * @param report gets what is damaged
     */
    BroadcastQueue(JobWriter writer, String broadcast, Consumer<? super CorruptDataException> report) {
        this.writer = writer;
        this.broadcast = broadcast;
        this.report = report;
    }

    /**
     * The first that can have its turn. When something was set aside before it the row of the broadcast has changed, so that
     * what the caller wants to commit is refused, and right the next time.
     *
     * @param except this one has had its turn
     */
    Optional<Job> head(Optional<String> except) {
        return front(1, Long.MAX_VALUE, except).stream().findFirst();
    }

    /**
     * The first ones, as many as can be changed together.
     *
     * @param most how many
     * @param bytes the most that their changes may cost, as a batch counts; one is returned in any case
     */
    List<Job> front(int most, long bytes) {
        return front(most, bytes, Optional.empty());
    }

    private List<Job> front(int most, long bytes, Optional<String> except) {
        JobRows rows = writer.rows();
        List<Job> jobs = new ArrayList<>();
        long cost = 0;
        Scan queue = Scan.of(Family.JOB).in(BroadcastRow.queue(broadcast)).limit(most);
        Optional<Scan> next = Optional.of(queue);
        while (next.isPresent()) {
            Page<Row, Position> page = RoundDamage.scan(rows.backend(), rows.session(), next.get(), report);
            for (Row row : page.items()) {
                Optional<Job> job = sound(row).filter(other -> !except.equals(Optional.of(other.id())));
                if (job.isEmpty()) {
                    continue;
                }
                cost += JobSize.ofChange(row);
                if (!jobs.isEmpty() && cost > bytes) {
                    return jobs;
                }
                jobs.add(job.get());
                if (jobs.size() == most) {
                    return jobs;
                }
            }
            next = page.next().map(queue::after);
        }
        return jobs;
    }

    private Optional<Job> sound(Row row) {
        CorruptDataException damage;
        try {
            Job job = writer.rows().job(row);
            if (!JobSize.isTooBig(row, writer.limits())) {
                return Optional.of(job);
            }
            damage = writer.rows().damaged(row.key(), JobSize.problem(row, writer.limits()));
        } catch (CorruptDataException e) {
            damage = e;
        }
        setAside(row, damage);
        return Optional.empty();
    }

    /** Sets aside what cannot be sent although it is its turn. */
    void setAsideTurn(Row row, CorruptDataException damage) {
        try {
            boolean turn = writer.rules(broadcast)
                    .flatMap(rules -> rules.broadcast().current())
                    .filter(row.key().id()::equals)
                    .isPresent();
            if (turn) {
                setAside(row, damage);
            }
        } catch (CorruptDataException ofTheBroadcast) {
            report.accept(ofTheBroadcast);
        }
    }

    private void setAside(Row row, CorruptDataException damage) {
        if (!passed.contains(row.key())) {
            report.accept(damage);
            if (!isSetAside(row, JobRules.setAside(row, broadcast, damage.problem(), writer.now()))) {
                passed.add(row.key());
            }
        }
    }

    private boolean isSetAside(Row row, Row dead) {
        for (int race = 0; race < RACES; race++) {
            try {
                Optional<BroadcastRules> rules = writer.rules(broadcast);
                if (rules.isEmpty()) {
                    return false;
                }
                Batch batch = rules.get().setAside(row, dead, () -> head(Optional.empty()));
                if (writer.commit(batch) == Outcome.APPLIED
                        || !writer.rows().get(row.key()).equals(Optional.of(row))) {
                    return true;
                }
            } catch (CorruptDataException | UnsupportedException e) {
                // neither it nor its broadcast can be changed here
                return false;
            }
        }
        return false;
    }
}

package dev.pawl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.backend.Batch;
import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Locator;
import dev.pawl.backend.MemoryBackend;
import dev.pawl.backend.Row;
import dev.pawl.backend.Scan;
import dev.pawl.backend.SessionName;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is exported of jobs that somebody sends meanwhile. */
class ExportedJobsTest {

    private final MemoryBackend backend = new MemoryBackend();
    private final List<Row> written = new ArrayList<>();
    private final ExportedJobs jobs = new ExportedJobs(new Store(Locator.parse("memory:"), backend), written::add);

    private static Row row(String state, String id) {
        return Row.of(new Key(Family.JOB, state, id), Rows.job(id).value());
    }

    private void put(Row... rows) {
        backend.commit(SessionName.DEFAULT, Batch.of(rows));
    }

    private void move(Row from, Row to) {
        backend.commit(SessionName.DEFAULT, new Batch(List.of(), List.of(to), List.of(from.key())));
    }

    private void look() {
        while (jobs.isMissingSome()) {
            backend.scan(SessionName.DEFAULT, Scan.of(Family.JOB).withoutValues())
                    .items()
                    .forEach(jobs::look);
            jobs.addMissed();
        }
    }

    @Test
    void aJobThatMovedToWhereTheFirstLookHadBeenIsFound() {
        put(row("waiting", "A"), row("waiting", "B"));
        jobs.add(row("waiting", "A"));
        move(row("waiting", "B"), row("claimed", "B"));
        look();

        assertThat(written).containsExactly(row("waiting", "A"), row("claimed", "B"));
        assertThat(jobs.moved()).isTrue();
    }

    @Test
    void aJobThatMovedAheadOfTheFirstLookIsWrittenOnce() {
        put(row("claimed", "A"));
        jobs.add(row("claimed", "A"));
        move(row("claimed", "A"), row("done", "A"));
        jobs.add(row("done", "A"));
        look();

        assertThat(written).containsExactly(row("claimed", "A"));
        assertThat(jobs.moved()).isTrue();
    }

    @Test
    void whatReallyStandsTwiceIsWrittenTwiceAndNothingMoved() {
        put(row("done", "A"), row("waiting", "A"), row("broadcast", "A"));
        jobs.add(row("broadcast", "A"));
        jobs.add(row("done", "A"));
        jobs.add(row("waiting", "A"));
        look();

        assertThat(written).containsExactly(row("broadcast", "A"), row("done", "A"), row("waiting", "A"));
        assertThat(jobs.moved()).isFalse();
    }
}

package dev.pawl.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.backend.Batch;
import dev.pawl.backend.ClosedException;
import dev.pawl.backend.CorruptDataException;
import dev.pawl.backend.UnsupportedException;
import dev.pawl.job.BroadcastOptions;
import dev.pawl.job.Job;
import dev.pawl.job.JobCounts;
import dev.pawl.job.JobEvent;
import dev.pawl.job.JobFilter;
import dev.pawl.job.JobState;
import dev.pawl.job.JobStore;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** How jobs are read: J07 to J10. */
abstract class JobReadingRules extends JobScheduleRules {

    /** One of each state, some with the same time, and a broadcast with three left. */
    private void some() {
        for (int i = 0; i < 12; i++) {
            schedule("w" + i, START.plusSeconds(60 + i / 3));
        }
        schedule("done", START.minusSeconds(5));
        runner().runDue();
        schedule("claimed", START.plusSeconds(61));
        claimElsewhere("claimed");
        schedule("cancelled", START.plusSeconds(61));
        store.cancel("cancelled");
        store.broadcast(
                List.of("1@lid", "2@lid", "3@lid", "4@lid"),
                recipient -> HELLO,
                BroadcastOptions.STANDARD.id("b").start(START.plusSeconds(62)));
    }

    @Test
    @DisplayName("J07 every filter lists its jobs once, by time, state and id, at every page size")
    void j07Listing() {
        some();
        List<Job> all = list(JobFilter.ALL, 1000);

        assertThat(all)
                .hasSize(19)
                .doesNotHaveDuplicates()
                .isSortedAccordingTo(Comparator.comparing(Job::due)
                        .thenComparing(job -> job.state() == JobState.QUEUED
                                ? "broadcast:"
                                : job.state().name().toLowerCase(Locale.ROOT))
                        .thenComparing(Job::id));
        List<JobFilter> filters = new ArrayList<>(List.of(JobFilter.ALL, JobFilter.ALL.of("b")));
        for (JobState state : JobState.values()) {
            filters.add(JobFilter.in(state));
        }
        filters.add(JobFilter.in(JobState.QUEUED).of("b"));
        for (JobFilter filter : filters) {
            List<Job> wanted = all.stream()
                    .filter(job -> filter.states().contains(job.state()))
                    .filter(job ->
                            filter.broadcast().isEmpty() || job.broadcast().equals(filter.broadcast()))
                    .toList();
            for (int limit : new int[] {1, 2, 5, 100}) {
                assertThat(list(filter, limit)).as("%s by %d", filter, limit).isEqualTo(wanted);
            }
        }
        assertThat(list(JobFilter.in(JobState.QUEUED), 2)).hasSize(3);
    }

    @Test
    @DisplayName("J07 a cursor stays good when its job moves on, and one from elsewhere is refused")
    void j07Cursor() {
        for (int i = 0; i < 4; i++) {
            schedule("w" + i, START.plusSeconds(i + 1));
        }
        var page = store.list(JobFilter.in(JobState.WAITING), Optional.empty(), 2);
        store.cancel("w1");

        assertThat(ids(page.items())).containsExactly("w0", "w1");
        assertThat(ids(store.list(JobFilter.in(JobState.WAITING), page.next(), 2)
                        .items()))
                .containsExactly("w2", "w3");
        assertThatThrownBy(() -> store.list(JobFilter.ALL, Optional.of("1.2"), 2))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    @DisplayName("J08 a job is found in every state, and one that is not there is absent")
    void j08Find() {
        some();

        for (Job job : list(JobFilter.ALL, 100)) {
            assertThat(store.find(job.id())).contains(job);
        }
        assertThat(list(JobFilter.ALL, 100))
                .extracting(Job::state)
                .contains(JobState.QUEUED, JobState.WAITING, JobState.CLAIMED, JobState.DONE, JobState.CANCELLED);
        assertThat(store.find("nobody")).isEmpty();
        assertThat(store.find("b.000099")).isEmpty();
    }

    @Test
    @DisplayName("J09 the counts agree with the lists")
    void j09Counts() {
        assertThat(store.counts()).isEqualTo(new JobCounts(0, 0, 0, 0, 0, 0, 0));
        some();

        assertThat(store.counts()).isEqualTo(new JobCounts(3, 13, 1, 1, 0, 1, 1));
        assertThat(store.counts().left()).isEqualTo(17);
    }

    @Test
    @DisplayName("J10 what is no job is an error with its place where it is asked for, and holds no other up")
    void j10Damaged() {
        List<String> texts = List.of(
                "no JSON",
                "[]",
                "{\"id\":\"x3\",\"recipient\":\"a\",\"payload\":1}",
                "{\"id\":\"other\",\"fireAt\":1,\"recipient\":\"a\",\"payload\":1}",
                "{\"id\":\"x5\",\"fireAt\":1,\"payload\":1}",
                "{\"id\":\"x6\",\"fireAt\":1,\"recipient\":\"a\",\"payload\":1,\"pawl\":7}");
        List<String> kept = texts.stream().filter(this::isKept).toList();
        for (String text : kept) {
            foreign(key(JobState.WAITING, "x" + (texts.indexOf(text) + 1)), 1, text);
        }
        schedule("a", START);

        var runner = runner();
        runner.runDue();
        runner.runDue();

        assertThat(sentIds()).containsExactly("a");
        assertThat(events.stream().filter(JobEvent.Trouble.class::isInstance)).hasSize(kept.size());
        for (String text : kept) {
            String id = "x" + (texts.indexOf(text) + 1);
            assertThatThrownBy(() -> store.find(id))
                    .isInstanceOf(CorruptDataException.class)
                    .hasMessageContaining(backend.locate(MAIN, key(JobState.WAITING, id)));
        }
        assertThatThrownBy(() -> list(JobFilter.ALL, 10)).isInstanceOf(CorruptDataException.class);
    }

    /** Whether the backend takes a row that is no JSON at all. */
    private boolean isKept(String text) {
        try {
            foreign(key(JobState.WAITING, "probe"), 1, text);
            backend.commit(MAIN, new Batch(List.of(), List.of(), List.of(key(JobState.WAITING, "probe"))));
            return true;
        } catch (UnsupportedException e) {
            return false;
        }
    }

    @Test
    @DisplayName("J10 who opened for reading writes nothing, and after close every use is ClosedException")
    void j10ReadOnlyAndClosed() {
        schedule("a", START);
        int commits = backend.commits();
        JobStore reading = closing(JobStore.openReadOnly(backend, MAIN));

        assertThat(reading.find("a")).isPresent();
        assertThatThrownBy(() -> reading.cancel("a")).isInstanceOf(UnsupportedException.class);
        assertThatThrownBy(() -> reading.schedule(START, BUDI, HELLO)).isInstanceOf(UnsupportedException.class);
        assertThat(backend.commits()).isEqualTo(commits);

        store.close();
        store.close();
        assertThat(store.isClosed()).isTrue();
        assertThatThrownBy(() -> store.find("a")).isInstanceOf(ClosedException.class);
        assertThatThrownBy(() -> store.counts()).isInstanceOf(ClosedException.class);
        assertThatThrownBy(() -> store.schedule(START, BUDI, HELLO)).isInstanceOf(ClosedException.class);
        assertThatThrownBy(() -> store.broadcast("b")).isInstanceOf(ClosedException.class);
        assertThat(reading.find("a")).isPresent();
    }
}

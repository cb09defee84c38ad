package dev.pawl.cron;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.backend.MemoryBackend;
import dev.pawl.backend.SessionName;
import dev.pawl.job.Job;
import dev.pawl.job.JobOptions;
import dev.pawl.job.JobRunner;
import dev.pawl.job.JobStore;
import dev.pawl.job.RateLimit;
import dev.pawl.job.Recurrence;
import dev.pawl.json.JsonString;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class CronRecurrenceTest {

    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

    /** The first occurrences behind a moment, as the clock on the wall shows them. */
    private static List<String> from(String rule, String after, int count) {
        CronRecurrence recurrence = CronRecurrence.parse(rule);
        List<String> shown = new ArrayList<>();
        Instant last = LocalDateTime.parse(after).atZone(recurrence.zone()).toInstant();
        for (int i = 0; i < count; i++) {
            last = recurrence.next(last).orElseThrow();
            shown.add(last.atZone(recurrence.zone()).toOffsetDateTime().toString());
        }
        return shown;
    }

    @Test
    void itComesAtTheTimeOfDayOfItsPlaceSummerAndWinter() {
        assertThat(from("0 9 * * 1-5 Europe/Berlin", "2026-03-26T12:00", 3))
                .containsExactly("2026-03-27T09:00+01:00", "2026-03-30T09:00+02:00", "2026-03-31T09:00+02:00");
        assertThat(from("0 9 * * 1-5 America/New_York", "2026-03-06T08:00", 2))
                .containsExactly("2026-03-06T09:00-05:00", "2026-03-09T09:00-04:00");
    }

    @Test
    void withoutAZoneItIsInUtcWhereverThisRuns() {
        assertThat(CronRecurrence.parse("30 6 1 1 *").rule()).isEqualTo("30 6 1 1 * Z");
        assertThat(from("30 6 1 1 *", "2026-01-01T06:30", 2)).containsExactly("2027-01-01T06:30Z", "2028-01-01T06:30Z");
    }

    @Test
    void aTimeOfDayThatIsLeftOutInSpringComesOnceWhenItsHourWouldHaveBegun() {
        assertThat(from("15,45 2 * * * Europe/Berlin", "2026-03-28T02:30", 4))
                .containsExactly(
                        "2026-03-28T02:45+01:00",
                        "2026-03-29T03:00+02:00",
                        "2026-03-30T02:15+02:00",
                        "2026-03-30T02:45+02:00");
        assertThat(from("0 0 * * * America/Santiago", "2026-09-05T12:00", 2))
                .containsExactly("2026-09-06T01:00-03:00", "2026-09-07T00:00-03:00");
    }

    @Test
    void aTimeOfDayThatIsRepeatedInAutumnComesOnce() {
        assertThat(from("30 2 * * * Europe/Berlin", "2026-10-24T12:00", 2))
                .containsExactly("2026-10-25T02:30+02:00", "2026-10-26T02:30+01:00");
        Instant inTheSecondHour = Instant.parse("2026-10-25T01:10:00Z");
        assertThat(CronRecurrence.of("30 2 * * *", BERLIN).next(inTheSecondHour))
                .contains(Instant.parse("2026-10-26T01:30:00Z"));
    }

    @Test
    void aRhythmFollowsTheClockOnTheWallThroughBothChanges() {
        assertThat(from("30 * * * * Europe/Berlin", "2026-03-29T01:00", 3))
                .containsExactly("2026-03-29T01:30+01:00", "2026-03-29T03:30+02:00", "2026-03-29T04:30+02:00");
        assertThat(from("30 * * * * Europe/Berlin", "2026-10-25T01:45", 3))
                .containsExactly("2026-10-25T02:30+02:00", "2026-10-25T02:30+01:00", "2026-10-25T03:30+01:00");
        assertThat(from("0 */2 * * * Europe/Berlin", "2026-10-25T00:30", 3))
                .containsExactly("2026-10-25T02:00+02:00", "2026-10-25T02:00+01:00", "2026-10-25T04:00+01:00");
    }

    @ParameterizedTest
    @CsvSource({
        "@hourly,2026-05-01T11:00Z",
        "@daily,2026-05-02T00:00Z",
        "@weekly,2026-05-03T00:00Z",
        "@monthly,2026-06-01T00:00Z",
        "@yearly,2027-01-01T00:00Z",
        "0 0 * * SUN,2026-05-03T00:00Z",
        "0 0 * * 7,2026-05-03T00:00Z",
        "0 0 * * 0,2026-05-03T00:00Z",
        "0 0 29 2 *,2028-02-29T00:00Z",
        "0 0 13 * FRI,2026-05-08T00:00Z",
        "59 23 31 12 *,2026-12-31T23:59Z",
        "*/20 10 * JAN-DEC *,2026-05-01T10:20Z"
    })
    void whatCrontabReadsIsRead(String rule, String next) {
        assertThat(from(rule, "2026-05-01T10:00", 1)).containsExactly(next);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "* * * *",
                "* * * * * *",
                "0 9 * * 1-5 Europe/Atlantis",
                "60 * * * *",
                "* 24 * * *",
                "* * 0 * *",
                "* * * 13 *",
                "* * * * 8",
                "* * * * MOO",
                "@sometimes",
                "0 0 30 2 *",
                "*/0 * * * *"
            })
    void whatCannotBeReadOrNeverComesIsRefused(String rule) {
        assertThatThrownBy(() -> CronRecurrence.parse(rule)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void itIsStoredAsTwoTextsAndReadBack() {
        CronRecurrence recurrence = CronRecurrence.of("  0  9 * *  1-5 ", BERLIN);
        assertThat(recurrence.kind()).isEqualTo("cron");
        assertThat(recurrence.rule()).isEqualTo("0 9 * * 1-5 Europe/Berlin");
        assertThat(CronRecurrence.parse(recurrence.rule()))
                .isEqualTo(recurrence)
                .hasSameHashCodeAs(recurrence);
    }

    @Test
    void theNextIsBehindTheOneBeforeAndBehindNow() {
        Recurrence recurrence = CronRecurrence.of("0 9 * * *", ZoneOffset.UTC);
        Instant nine = Instant.parse("2026-05-01T09:00:00Z");
        assertThat(recurrence.after(nine, nine.minus(Duration.ofDays(9)))).contains(nine.plus(Duration.ofDays(1)));
        assertThat(recurrence.after(nine, nine.plus(Duration.ofDays(9)))).contains(nine.plus(Duration.ofDays(10)));
    }

    /** Through the runner, which finds the provider of this module by what is stored. */
    @Test
    void aStoredJobRecurs() {
        AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-03-28T00:00:00Z"));
        CronRecurrence mornings = CronRecurrence.of("0 9 * * *", BERLIN);
        List<Instant> sent = new ArrayList<>();
        try (MemoryBackend backend = new MemoryBackend();
                JobStore jobs = JobStore.open(backend, SessionName.DEFAULT, now::get);
                JobRunner runner =
                        JobRunner.builder().rate(RateLimit.NONE).clock(now::get).build()) {
            Job job = jobs.schedule(
                    mornings.next(now.get()).orElseThrow(),
                    "a@lid",
                    new JsonString("good morning"),
                    JobOptions.NONE.recurring(mornings));
            runner.add(jobs, due -> sent.add(due.fireAt()));
            for (int i = 0; i < 72; i++) {
                runner.runDue();
                now.updateAndGet(time -> time.plus(Duration.ofHours(1)));
            }
            assertThat(jobs.find(job.id()).orElseThrow().runs()).isEqualTo(3);
        }
        assertThat(sent)
                .containsExactly(
                        Instant.parse("2026-03-28T08:00:00Z"),
                        Instant.parse("2026-03-29T07:00:00Z"),
                        Instant.parse("2026-03-30T07:00:00Z"));
    }
}

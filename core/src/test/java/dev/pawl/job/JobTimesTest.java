package dev.pawl.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.job.Job.RecurrenceText;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** When a job is tried again, and when it recurs. */
final class JobTimesTest {

    private static final Instant START = World.START;

    @Test
    void waitsDoubleUpToTheLongest() {
        RetryPolicy policy = new RetryPolicy(99, Duration.ofSeconds(1), Duration.ofSeconds(10), 0);
        Random chance = new Random(1);

        assertThat(policy.pause(1, chance)).hasSeconds(1);
        assertThat(policy.pause(2, chance)).hasSeconds(2);
        assertThat(policy.pause(4, chance)).hasSeconds(8);
        assertThat(policy.pause(5, chance)).hasSeconds(10);
        assertThat(policy.pause(Integer.MAX_VALUE, chance)).hasSeconds(10);
    }

    @Test
    void chanceTakesItsPartAndNoMore() {
        RetryPolicy policy = new RetryPolicy(9, Duration.ofSeconds(10), Duration.ofSeconds(10), 0.2);
        Random chance = new Random(1);
        for (int i = 0; i < 1000; i++) {
            assertThat(policy.pause(1, chance)).isBetween(Duration.ofSeconds(8), Duration.ofSeconds(10));
        }
    }

    @Test
    void whatMakesNoSenseIsRefused() {
        Duration second = Duration.ofSeconds(1);
        assertThatThrownBy(() -> new RetryPolicy(0, second, second, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new RetryPolicy(1, second, Duration.ZERO, 0))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new RetryPolicy(1, second, second, Double.NaN))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Recurrence.every(Duration.ofNanos(1))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> JobOptions.NONE.id(" ")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> JobOptions.NONE.maxAttempts(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> BroadcastOptions.STANDARD.id("a.b")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> JobRunner.builder().concurrency(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> JobRunner.builder().pollEvery(Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void anIntervalKeepsItsGrid() {
        Recurrence every = Recurrence.every(Duration.ofMinutes(10));

        assertThat(every.after(START, START)).contains(START.plusSeconds(600));
        assertThat(every.after(START, START.minusSeconds(9999))).contains(START.plusSeconds(600));
        assertThat(every.after(START, START.plusSeconds(599))).contains(START.plusSeconds(600));
        assertThat(every.after(START, START.plusSeconds(600))).contains(START.plusSeconds(1200));
        assertThat(every.after(START, START.plusSeconds(1234))).contains(START.plusSeconds(1800));
    }

    @Test
    void aRecurrenceIsMadeAnewFromItsTexts() {
        Recurrence every = Recurrence.every(Duration.ofDays(7).plusMillis(1));

        assertThat(Recurrences.of(new RecurrenceText(every.kind(), every.rule())))
                .contains(every);
        assertThat(Recurrences.of(new RecurrenceText("every", "often"))).isEmpty();
        assertThat(Recurrences.of(new RecurrenceText("every", "PT0S"))).isEmpty();
        assertThat(Recurrences.of(new RecurrenceText("of the future", "x"))).isEmpty();
    }
}

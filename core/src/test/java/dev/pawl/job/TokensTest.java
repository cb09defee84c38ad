package dev.pawl.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class TokensTest {

    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    @Test
    void aBucketBeginsFullAndFillsWithTime() {
        Tokens tokens = new Tokens(RateLimit.perSecond(2).burst(3), 5);
        for (int i = 0; i < 3; i++) {
            assertThat(tokens.until(5)).isZero();
            tokens.take("a", 5);
        }
        assertThat(tokens.until(5)).isEqualTo(SECOND / 2);
        assertThat(tokens.until(5 + SECOND / 4)).isEqualTo(SECOND / 4);
        assertThat(tokens.until(5 + SECOND / 2)).isZero();
    }

    @Test
    void aPauseFillsItNoFurtherThanTheBurst() {
        Tokens tokens = new Tokens(RateLimit.perSecond(1), 0);
        tokens.take("a", 0);
        long late = 1000 * SECOND;
        assertThat(tokens.until(late)).isZero();
        tokens.take("a", late);
        assertThat(tokens.until(late)).isEqualTo(SECOND);
    }

    @Test
    void aRateBelowOneASecondStillSends() {
        Tokens tokens = new Tokens(RateLimit.perSecond(0.1), 0);
        assertThat(tokens.until(0)).isZero();
        tokens.take("a", 0);
        assertThat(tokens.until(0)).isEqualTo(10 * SECOND);
        assertThat(tokens.until(10 * SECOND)).isZero();
    }

    @Test
    void eachRecipientHasItsOwn() {
        Tokens tokens = new Tokens(RateLimit.NONE.perRecipient(0.5), 0);
        tokens.take("a", 0);
        assertThat(tokens.until(0)).isZero();
        assertThat(tokens.until("a", 0)).isEqualTo(2 * SECOND);
        assertThat(tokens.until("b", 0)).isZero();
    }

    @Test
    void recipientsWhoWaitNoLongerAreForgotten() {
        Tokens tokens = new Tokens(RateLimit.NONE.perRecipient(1), 0);
        for (int i = 0; i < 10_000; i++) {
            tokens.take("r" + i, i * SECOND / 100);
        }
        assertThat(tokens.size()).isLessThan(2000);
        assertThat(tokens.until("r9999", 100 * SECOND)).isPositive();
    }

    @Test
    void ratesAreAboveZero() {
        assertThatThrownBy(() -> RateLimit.perSecond(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> RateLimit.perSecond(Double.NaN)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> RateLimit.NONE.burst(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> RateLimit.NONE.perRecipient(0)).isInstanceOf(IllegalArgumentException.class);
    }
}

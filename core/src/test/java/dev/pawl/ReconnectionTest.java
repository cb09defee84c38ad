package dev.pawl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.DisconnectReason.Action;
import java.time.Duration;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class ReconnectionTest {

    @Test
    void chanceMovesAPauseByAFifthAndNeverOverTheLongest() {
        Reconnection earliest = new Reconnection(ReconnectPolicy.STANDARD, always(0));
        Reconnection latest = new Reconnection(ReconnectPolicy.STANDARD, always(1));
        assertThat(earliest.next(Action.RECONNECT)).contains(Duration.ofMillis(2400));
        assertThat(latest.next(Action.RECONNECT)).contains(Duration.ofMillis(3600));
        for (int i = 0; i < 20; i++) {
            assertThat(latest.next(Action.RECONNECT).orElseThrow()).isLessThanOrEqualTo(Duration.ofMinutes(1));
        }
    }

    @Test
    void clientsThatLostOneServerDoNotComeBackAtOneMoment() {
        Duration one = new Reconnection(ReconnectPolicy.STANDARD, new Random(1))
                .next(Action.RECONNECT)
                .orElseThrow();
        Duration other = new Reconnection(ReconnectPolicy.STANDARD, new Random(2))
                .next(Action.RECONNECT)
                .orElseThrow();
        assertThat(one).isNotEqualTo(other);
    }

    @Test
    void aServerThatIsOverrunIsLeftAloneForLonger() {
        assertThat(new Reconnection(ReconnectPolicy.STANDARD, always(0.5)).next(Action.RECONNECT_LATER))
                .contains(Duration.ofMinutes(5));
    }

    @Test
    void aPolicyWithoutPausesIsRefused() {
        ReconnectPolicy standard = ReconnectPolicy.STANDARD;
        assertThatThrownBy(() -> standard.pauses(Duration.ZERO, Duration.ofSeconds(1)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> standard.attempts(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> standard.codes(0, 1)).isInstanceOf(IllegalArgumentException.class);
    }

    private static RandomGenerator always(double value) {
        return new RandomGenerator() {
            @Override
            public long nextLong() {
                return 0;
            }

            @Override
            public double nextDouble() {
                return value;
            }
        };
    }
}

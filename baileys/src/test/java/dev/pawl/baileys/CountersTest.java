package dev.pawl.baileys;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.auth.Credentials;
import dev.pawl.json.JsonNumber;
import org.junit.jupiter.api.Test;

/** That a number which went back is noticed: a client that does that is hard to come by. */
class CountersTest {

    private static final long ANNOUNCED = 12;

    private static Credentials credentials(long next, long uploaded, long synced) {
        return Credentials.create()
                .with("nextPreKeyId", JsonNumber.of(next))
                .with("firstUnuploadedPreKeyId", JsonNumber.of(uploaded))
                .with("accountSyncCounter", JsonNumber.of(synced));
    }

    @Test
    void whatStaysOrGrowsIsRight() {
        Counters counters = new Counters();

        assertThatCode(() -> {
                    counters.requireForward(ANNOUNCED, credentials(13, 13, 1));
                    counters.requireForward(ANNOUNCED, credentials(13, 13, 1));
                    counters.requireForward(ANNOUNCED, credentials(18, 14, 2));
                })
                .doesNotThrowAnyException();
    }

    @Test
    void eachThatIsLowerThanItWasIsNoticed() {
        Counters counters = new Counters();
        counters.requireForward(ANNOUNCED, credentials(20, 20, 2));

        assertThatThrownBy(() -> counters.requireForward(ANNOUNCED, credentials(19, 20, 2)))
                .hasMessageContaining("nextPreKeyId");
        assertThatThrownBy(() -> counters.requireForward(ANNOUNCED, credentials(20, 19, 2)))
                .hasMessageContaining("firstUnuploadedPreKeyId");
        assertThatThrownBy(() -> counters.requireForward(ANNOUNCED, credentials(20, 20, 1)))
                .hasMessageContaining("accountSyncCounter");
    }

    @Test
    void aPreKeyThatWasAnnouncedAndWouldBeMadeAgainIsNoticed() {
        assertThatThrownBy(() -> new Counters().requireForward(ANNOUNCED, credentials(12, 12, 0)))
                .hasMessageContaining("the next pre-key to be made");
    }
}

package dev.pawl.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.backend.CorruptDataException;
import dev.pawl.backend.Family;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class FollowedPairsTest {

    private final History history = new History();
    private final AtomicLong nanos = new AtomicLong(-5);

    @Test
    void aReaderKnowsWhatThereWasWhenItBegan() {
        learn("1", "2", 10);

        assertThat(new FollowedPairs(history.rows, nanos::get).get().canonical("2@s.whatsapp.net"))
                .isEqualTo("1@lid");
        assertThat(FollowedPairs.all(history.rows).canonical("2@c.us")).isEqualTo("1@lid");
    }

    @Test
    void whatIsLearntLaterIsSeenASecondLaterAndNotBefore() {
        learn("9", "8", 11);
        FollowedPairs pairs = new FollowedPairs(history.rows, nanos::get);
        learn("1", "2", 11);

        nanos.addAndGet(999_999_999);
        assertThat(pairs.get().other("2@s.whatsapp.net")).isEmpty();
        nanos.addAndGet(1);
        assertThat(pairs.get().other("2@s.whatsapp.net")).contains("1@lid");
    }

    @Test
    void aPairThatChangesIsFollowed() {
        learn("1", "2", 11);
        FollowedPairs pairs = new FollowedPairs(history.rows, nanos::get);
        learn("1", "3", 12);
        nanos.addAndGet(1_000_000_000);

        assertThat(pairs.get().canonical("3@s.whatsapp.net")).isEqualTo("1@lid");
        assertThat(pairs.get().canonical("2@s.whatsapp.net")).isEqualTo("2@s.whatsapp.net");
    }

    @Test
    void aPairThatCannotBeReadIsDamage() {
        history.put(Family.ALIAS, "lid", "1", 10, "{'pn':'2'}");

        assertThatThrownBy(() -> FollowedPairs.all(history.rows))
                .isInstanceOf(CorruptDataException.class)
                .hasMessageContaining("ALIAS lid 1: not JSON text");
    }

    private void learn(String lid, String phone, long second) {
        history.put(Family.ALIAS, "lid", lid, second, "'" + phone + "'");
        history.put(Family.ALIAS, "pn", phone, second, "'" + lid + "'");
    }
}

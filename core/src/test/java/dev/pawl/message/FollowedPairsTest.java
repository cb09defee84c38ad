package dev.pawl.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.backend.CorruptDataException;
import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.SessionName;
import dev.pawl.event.Event;
import dev.pawl.event.RawEvent;
import dev.pawl.json.JsonValue;
import dev.pawl.lease.Lease;
import java.time.Instant;
import java.util.List;
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
        assertThat(FollowedPairs.all(history.rows).aliases().canonical("2@c.us"))
                .isEqualTo("1@lid");
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
    void pairsThatAnOwnerWithASlowerClockLearnsAreFollowed() {
        own(5000, "1", "2");
        FollowedPairs pairs = new FollowedPairs(history.rows, nanos::get);
        own(1000, "3", "4");
        own(900, "5", "6");
        nanos.addAndGet(1_000_000_000);
        assertThat(pairs.get().other("4@s.whatsapp.net")).contains("3@lid");
        assertThat(pairs.get().other("6@s.whatsapp.net")).contains("5@lid");

        own(800, "7", "8");
        own(5001, "9", "0");
        nanos.addAndGet(1_000_000_000);
        assertThat(pairs.get().other("8@s.whatsapp.net")).contains("7@lid");
        assertThat(pairs.get().other("0@s.whatsapp.net")).contains("9@lid");
    }

    @Test
    void pairsThatAreLearntAfterEverythingWasRemovedAreFollowed() {
        learn("1", "2", 5000);
        FollowedPairs pairs = new FollowedPairs(history.rows, nanos::get);
        history.delete(List.of(new Key(Family.ALIAS, "lid", "1"), new Key(Family.ALIAS, "pn", "2")));
        own(1000, "3", "4");
        nanos.addAndGet(1_000_000_000);

        assertThat(pairs.get().other("4@s.whatsapp.net")).contains("3@lid");
        assertThat(pairs.get().other("2@s.whatsapp.net")).isEmpty();
    }

    @Test
    void pairsThatAreLearntInTheSecondInWhichEverythingWasRemovedAreFollowed() {
        own(5000, "1", "2");
        FollowedPairs pairs = new FollowedPairs(history.rows, nanos::get);
        history.delete(List.of(new Key(Family.ALIAS, "lid", "1"), new Key(Family.ALIAS, "pn", "2")));
        own(5000, "3", "4");
        nanos.addAndGet(1_000_000_000);

        assertThat(pairs.get().other("4@s.whatsapp.net")).contains("3@lid");
        assertThat(pairs.get().other("2@s.whatsapp.net")).isEmpty();
    }

    @Test
    void whoseMessagesMayStandTwiceIsFollowed() {
        learn("1", "2", 10);
        history.put(Family.ALIAS, "merging", "1", 10, "'2'");
        FollowedPairs pairs = new FollowedPairs(history.rows, nanos::get);
        assertThat(pairs.get().isMerging("2@s.whatsapp.net")).isTrue();

        history.delete(List.of(new Key(Family.ALIAS, "merging", "1")));
        nanos.addAndGet(1_000_000_000);
        assertThat(pairs.get().isMerging("1@lid")).isFalse();
    }

    /** An owner whose clock says this learns a pair. */
    private void own(long second, String lid, String phone) {
        Lease lease = Lease.on(history.backend, SessionName.DEFAULT, "messages").acquire();
        try (MessageWriter writer = new MessageWriter(history.rows, lease, () -> Instant.ofEpochSecond(second), 10)) {
            learn(writer, lid, phone);
        }
    }

    private static void learn(MessageWriter writer, String lid, String phone) {
        String pair = "{\"lid\":\"" + lid + "@lid\",\"pn\":\"" + phone + "@s.whatsapp.net\"}";
        writer.apply(List.of(Event.of(new RawEvent("lid-mapping.update", JsonValue.parse(pair)))));
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

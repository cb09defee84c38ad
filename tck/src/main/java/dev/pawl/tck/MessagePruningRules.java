package dev.pawl.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.backend.Batch;
import dev.pawl.backend.Family;
import dev.pawl.backend.Row;
import dev.pawl.backend.SessionName;
import dev.pawl.backend.UnsupportedException;
import dev.pawl.message.HistoryCounts;
import dev.pawl.message.MessageStore;
import dev.pawl.message.PageRequest;
import dev.pawl.message.Retention;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What is removed because it is not to be kept: H26 to H30. */
abstract class MessagePruningRules extends MessageListRules {

    private static final SessionName OTHER = SessionName.of("other");
    private static final Instant NOW = Instant.ofEpochSecond(EPOCH + 1000);

    /** The history as its owner has it, at {@link #NOW}. */
    private MessageStore owner() {
        return closing(MessageStore.opening(backend, MAIN).clock(() -> NOW).open());
    }

    /** Removes what a dry run counted. */
    private static long prune(MessageStore store, Retention retention) {
        long counted = store.countToPrune(retention);
        long gone = store.prune(retention);
        assertThat(counted).isEqualTo(gone);
        return gone;
    }

    @Test
    @DisplayName("H26 what is older than an age goes and what is just that old stays, as does what has no time")
    void h26ByAge() {
        put(
                message(PHONE, "OLD", EPOCH + 899),
                message(PHONE, "EDGE", EPOCH + 900),
                message(GROUP, "OLDER", EPOCH),
                row(
                        Family.MESSAGE,
                        GROUP,
                        "TIMELESS|0",
                        EPOCH,
                        "{'key':{'remoteJid':'" + GROUP + "','id':'TIMELESS'}}"));
        MessageStore store = owner();
        Retention old = Retention.EVERYTHING.withoutOlderThan(Duration.ofSeconds(100));

        assertThat(prune(store, Retention.EVERYTHING)).isZero();
        assertThat(prune(store, Retention.EVERYTHING.withoutOlderThan(Duration.ofSeconds(Long.MAX_VALUE))))
                .isZero();
        assertThat(prune(store, old.only(Set.of("9@lid")))).isZero();
        assertThat(prune(store, old.only(Set.of(PHONE)))).isEqualTo(1);
        assertThat(prune(store, old)).isEqualTo(1);
        assertThat(ids(store.messages(PHONE, PageRequest.newest()).items())).containsExactly("EDGE");
        assertThat(ids(store.messages(GROUP, PageRequest.newest()).items())).containsExactly("TIMELESS");
    }

    @Test
    @DisplayName("H27 of each conversation the newest stay, under whichever address they stand")
    void h27ByNumber() {
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            rows.add(message(i % 3 == 0 ? LID : PHONE, id(i), EPOCH + i / 2));
        }
        put(rows);
        put(message(GROUP, "G", EPOCH));
        pair();
        MessageStore store = owner();

        assertThat(prune(store, Retention.EVERYTHING.withNewest(40))).isZero();
        assertThat(prune(store, Retention.EVERYTHING.withNewest(7))).isEqualTo(33);
        assertThat(ids(store.messages(PHONE, PageRequest.newest()).items()))
                .isEqualTo(newestFirst(rows).subList(0, 7));
        assertThat(store.count(GROUP)).isEqualTo(1);
        assertThat(prune(store, Retention.EVERYTHING.withNewest(0).only(Set.of(PHONE))))
                .isEqualTo(7);
        assertThat(store.counts().messages()).isEqualTo(1);
    }

    @Test
    @DisplayName("H28 a message goes when its own timer has run out, and not before; both rules together count it once")
    void h28ByTimer() {
        for (int i = 0; i < 10; i++) {
            long end = EPOCH + 996 + i;
            put(
                    row(
                            Family.MESSAGE,
                            PHONE,
                            "T" + i + "|0",
                            EPOCH,
                            "{'key':{'remoteJid':'" + PHONE + "','id':'T" + i + "'},'messageTimestamp':" + EPOCH
                                    + ",'ephemeralStartTimestamp':" + EPOCH + ",'ephemeralDuration':" + (996 + i)
                                    + "}"),
                    row(Family.EXPIRY, "", PHONE + "|T" + i + "|0", end, "{}"));
        }
        pair();
        MessageStore store = owner();

        assertThat(prune(store, Retention.EVERYTHING.withoutDisappeared())).isEqualTo(5);
        assertThat(ids(store.messages(LID, PageRequest.newest()).items()))
                .containsExactly("T9", "T8", "T7", "T6", "T5");
        assertThat(prune(store, Retention.EVERYTHING.withoutDisappeared())).isZero();
        assertThat(prune(
                        store,
                        Retention.EVERYTHING.withoutDisappeared().withNewest(3).withoutOlderThan(Duration.ofDays(1))))
                .isEqualTo(2);
    }

    @Test
    @DisplayName("H29 thousands of messages go in steps, and nothing else: no chat, no contact, no other session")
    void h29Many() {
        put(manyMessages(PHONE, 2100));
        put(row(Family.CHAT, "", PHONE, EPOCH, "{'id':'" + PHONE + "'}"));
        put(row(Family.CONTACT, "", PHONE, 0, "{'id':'" + PHONE + "'}"));
        boolean many = backend.traits().manySessions();
        if (many) {
            backend.commit(OTHER, Batch.of(message(PHONE, "A", EPOCH)));
        }
        MessageStore store = owner();

        assertThat(prune(store, Retention.EVERYTHING.withNewest(0))).isEqualTo(2100);
        assertThat(store.counts()).isEqualTo(new HistoryCounts(0, 1, 1, 0, 0, 0, 0));
        if (many) {
            assertThat(MessageStore.openReadOnly(backend, OTHER).count(PHONE)).isEqualTo(1);
        }
    }

    @Test
    @DisplayName("H30 who reads only can count what would go and cannot remove it")
    void h30ReadOnly() {
        put(message(PHONE, "A", EPOCH));
        MessageStore store = reading();
        Retention old = Retention.EVERYTHING.withoutOlderThan(Duration.ofSeconds(1));

        assertThat(store.countToPrune(old)).isEqualTo(1);
        assertThatThrownBy(() -> store.prune(old)).isInstanceOf(UnsupportedException.class);
        assertThat(store.count(PHONE)).isEqualTo(1);
    }
}

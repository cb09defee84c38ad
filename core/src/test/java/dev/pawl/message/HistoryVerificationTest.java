package dev.pawl.message;

import static dev.pawl.message.History.EPOCH;
import static dev.pawl.message.History.GROUP;
import static dev.pawl.message.History.LID;
import static dev.pawl.message.History.PHONE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.SessionName;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class HistoryVerificationTest {

    private final History history = new History();

    @Test
    void aSoundHistoryHasNothingToSay() {
        history.put(Family.ALIAS, "lid", "11122233344455", EPOCH, "'6281111111111'");
        history.put(Family.ALIAS, "pn", "6281111111111", EPOCH, "'11122233344455'");
        history.words(PHONE, "A", EPOCH, "hidden");
        history.put(
                Family.MESSAGE,
                LID,
                "B|1",
                EPOCH,
                "{'key':{'remoteJid':'" + PHONE + "','id':'B','fromMe':true},'messageTimestamp':'" + EPOCH + "'}");
        history.timeless(GROUP, "C", EPOCH + 5);
        history.timed(LID, "D", EPOCH, EPOCH + 9);
        history.put(Family.CHAT, "", LID, EPOCH, "{'id':'" + PHONE + "'}");
        history.put(Family.CONTACT, "", LID, 0, "{'id':'" + LID + "'}");
        history.put(Family.GROUP, "", GROUP, 0, "{'id':'" + GROUP + "'}");
        history.put(Family.PRESENCE, LID, LID, EPOCH, "{}");
        history.put(Family.LABEL, "label", "1", 0, "{}");
        history.put(Family.SET_ASIDE, "early", GROUP + "|Z|0", EPOCH, "[]");
        AtomicLong read = new AtomicLong();

        assertThat(HistoryVerification.run(history.backend, SessionName.DEFAULT, read::set))
                .isEmpty();
        assertThat(read.get()).isEqualTo(13);
    }

    @Test
    void whatIsWrongIsNamedWithItsPlaceAndNeverItsContent() {
        history.put(Family.ALIAS, "lid", "1", EPOCH, "'2'");
        history.put(Family.ALIAS, "pn", "3", EPOCH, "{}");
        history.put(Family.MESSAGE, LID, "A|0", EPOCH, "{'message':{'conversation':'hidden'}}");
        history.put(Family.MESSAGE, LID, "B|0", EPOCH, "{'key':{'remoteJid':'" + LID + "','id':'hidden'}}");
        history.put(Family.MESSAGE, LID, "C|0", EPOCH, "{'key':{'remoteJid':'hidden@lid','id':'C'}}");
        history.put(Family.MESSAGE, LID, "D|0", 5, "{'key':{'remoteJid':'" + LID + "','id':'D'},'messageTimestamp':6}");
        history.put(Family.MESSAGE, LID, "E|0", 5, "hidden");
        history.put(Family.CHAT, "", LID, EPOCH, "['hidden']");
        history.put(Family.SET_ASIDE, "early", "X", EPOCH, "{}");

        List<HistoryFinding> findings = findings();
        assertThat(findings).allMatch(HistoryFinding::problem);
        assertThat(findings)
                .extracting(HistoryFinding::rule, HistoryFinding::place)
                .containsExactlyInAnyOrder(
                        tuple("pair-has-halves", place(Family.ALIAS, "lid", "1")),
                        tuple("history-decodes", place(Family.ALIAS, "pn", "3")),
                        tuple("message-has-key", place(Family.MESSAGE, LID, "A|0")),
                        tuple("message-place", place(Family.MESSAGE, LID, "B|0")),
                        tuple("message-place", place(Family.MESSAGE, LID, "C|0")),
                        tuple("message-order", place(Family.MESSAGE, LID, "D|0")),
                        tuple("history-decodes", place(Family.MESSAGE, LID, "E|0")),
                        tuple("history-decodes", place(Family.CHAT, "", LID)),
                        tuple("history-decodes", place(Family.SET_ASIDE, "early", "X")));
        assertThat(findings.toString()).doesNotContain("hidden");
    }

    @Test
    void whatWasDroppedIsAWarningWithItsCount() {
        history.put(Family.SET_ASIDE, "dropped", "early", EPOCH, "{'dropped':12}");
        history.put(Family.SET_ASIDE, "dropped", "refused", EPOCH, "{'dropped':1}");

        assertThat(findings())
                .extracting(HistoryFinding::problem, HistoryFinding::rule, HistoryFinding::text)
                .containsExactly(
                        tuple(false, "dropped", "parts of 12 messages that never came were dropped"),
                        tuple(
                                false,
                                "dropped",
                                "1 event that could not be applied had no room and were dropped: refused"));
        assertThat(history.reader(Instant.EPOCH).counts().setAside()).isZero();
    }

    @Test
    void whatIsOnlyUnusualIsAWarning() {
        history.put(Family.ALIAS, "lid", "11122233344455", EPOCH, "'6281111111111'");
        history.put(Family.ALIAS, "pn", "6281111111111", EPOCH, "'11122233344455'");
        history.put(Family.CHAT, "", PHONE, EPOCH, "{'id':'" + PHONE + "'}");
        history.put(Family.GROUP, "", GROUP, 0, "{}");
        history.put(Family.EXPIRY, "", LID + "|GONE|0", EPOCH, "{}");
        history.put(Family.SET_ASIDE, "no-identity", "abc", EPOCH, "{'event':'x'}");

        assertThat(findings())
                .extracting(HistoryFinding::problem, HistoryFinding::rule)
                .containsExactlyInAnyOrder(
                        tuple(false, "history-folded"),
                        tuple(false, "history-id"),
                        tuple(false, "timer-has-message"),
                        tuple(false, "set-aside"));
    }

    private List<HistoryFinding> findings() {
        return HistoryVerification.run(history.backend, SessionName.DEFAULT, read -> {});
    }

    private String place(Family family, String partition, String id) {
        return history.rows.place(new Key(family, partition, id));
    }
}

package dev.pawl.message;

import static dev.pawl.message.Said.BUDI;
import static dev.pawl.message.Said.BUDI_LID;
import static dev.pawl.message.Said.SITI_LID;
import static dev.pawl.message.Said.arrives;
import static dev.pawl.message.Said.edit;
import static dev.pawl.message.Said.editing;
import static dev.pawl.message.Said.history;
import static dev.pawl.message.Said.key;
import static dev.pawl.message.Said.reaction;
import static dev.pawl.message.Said.receipt;
import static dev.pawl.message.Said.revoking;
import static dev.pawl.message.Said.update;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.event.RawEvent;
import dev.pawl.json.JsonNumber;
import dev.pawl.json.JsonObject;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;

/** Principles P2 and P3: where order does not matter, and that what was said before changes nothing. */
class MessageOrderTest {

    private static final String A = key("A", BUDI_LID);
    private static final String A_BY_NUMBER = key("A", BUDI);
    private static final String SECRET =
            "'message':{'conversation':'helo','messageContextInfo':{'messageSecret':'CQkJ'}}";

    /** All that can be said of a message whose order does not matter, the message itself in two forms. */
    private static final List<RawEvent> ABOUT_ONE = List.of(
            Said.pair(),
            arrives(A, "'messageTimestamp':1760000009,'status':2,'pushName':'Budi'," + SECRET),
            history(A_BY_NUMBER, "'messageTimestamp':'1760000001','status':'SERVER_ACK','broadcast':false," + SECRET),
            update(A, "'status':3,'messageTimestamp':1760000040"),
            update(A_BY_NUMBER, "'status':0,'messageStubParameters':['463']"),
            update(A, "'status':4"),
            update(A, "'starred':true"),
            edit(A, "one", 1760000010),
            editing(key("E2", BUDI), "two", 1760000020),
            edit(A, "two", 1760000020),
            editing(key("E1", BUDI_LID), "one", 1760000010),
            reaction(A, key("X1", SITI_LID), "'text':'a','senderTimestampMs':1"),
            reaction(A, key("X2", SITI_LID), "'text':'','senderTimestampMs':2"),
            reaction(A, key("X3", BUDI_LID), "'text':'b','senderTimestampMs':1"),
            reaction(A, key("X4", BUDI), "'text':'c','senderTimestampMs':2"),
            receipt(A, "'userJid':'" + SITI_LID + "','receiptTimestamp':7"),
            receipt(A, "'userJid':'" + SITI_LID + "','receiptTimestamp':6"),
            receipt(A, "'userJid':'" + SITI_LID + "','readTimestamp':8"));

    private static final List<RawEvent> REVOKES = List.of(
            revoking(key("R", BUDI_LID), 1760000050),
            update(A, "'message':null,'messageStubType':1,'key':" + key("R", BUDI_LID)));

    @RepeatedTest(5)
    void whatIsSaidOfAMessageComesToTheSameInAnyOrder(RepetitionInfo repetition) {
        String expected = said(new TinyHistory().apply(ABOUT_ONE));
        Random random = new Random(repetition.getCurrentRepetition());
        for (int i = 0; i < 60; i++) {
            List<RawEvent> order = shuffled(ABOUT_ONE, random);
            TinyHistory history = new TinyHistory().apply(order);

            assertThat(said(history)).isEqualTo(expected);
            assertThat(history.waiting).isEmpty();
            assertThat(history.refused).isEmpty();
        }
    }

    @RepeatedTest(5)
    void alsoWhenItIsTakenBack(RepetitionInfo repetition) {
        List<RawEvent> events = new ArrayList<>(ABOUT_ONE);
        events.addAll(REVOKES);
        String expected = said(new TinyHistory().apply(events));
        assertThat(expected).contains("revoked").doesNotContain("helo", "one", "two", "CQkJ");
        Random random = new Random(repetition.getCurrentRepetition());
        for (int i = 0; i < 60; i++) {
            assertThat(said(new TinyHistory().apply(shuffled(events, random)))).isEqualTo(expected);
        }
    }

    private static List<RawEvent> shuffled(List<RawEvent> events, Random random) {
        List<RawEvent> order = new ArrayList<>(events.subList(1, events.size()));
        Collections.shuffle(order, random);
        order.add(0, events.get(0));
        return order;
    }

    /** The rows without what depends on who came first: which form a key, a text or a list had. */
    private static String said(TinyHistory history) {
        Map<String, String> rows = new TreeMap<>();
        history.rows.forEach((place, row) ->
                rows.put(place.id(), Said.sorted(comparable(row)).replace(BUDI, BUDI_LID)));
        return rows.toString();
    }

    /** A number is a text or not as it first came. */
    private static JsonObject comparable(JsonObject row) {
        JsonObject compared = row;
        if (MessageTimes.of(row).isPresent()) {
            compared = compared.with(
                    "messageTimestamp", JsonNumber.of(MessageTimes.of(row).getAsLong()));
        }
        return compared;
    }

    /** All kinds of things, also those whose order matters. */
    private static List<RawEvent> anything() {
        List<RawEvent> events = new ArrayList<>(ABOUT_ONE);
        events.addAll(REVOKES);
        events.addAll(List.of(
                arrives(A, "'messageTimestamp':1760000009,'messageStubType':2,'messageStubParameters':['x']"),
                history(A, "'messageTimestamp':1760000009,'messageStubType':'REVOKE'"),
                arrives(A, "'messageTimestamp':1760000009,'messageStubType':20"),
                arrives(A, "'messageTimestamp':0,'status':1"),
                arrives(
                        A,
                        "'messageTimestamp':1760000008,'message':{'editedMessage':{'message':{'conversation':'c'}}}"),
                arrives(A, "'message':{'conversation':'another'},'starred':true,'x':1"),
                arrives(key("R", BUDI_LID), "'messageTimestamp':1760000004,'message':null,'messageStubType':1"),
                update(A, "'message':{'imageMessage':{'url':'new'}}"),
                update(A, Said.edited("folded") + ",'status':4"),
                update(A, "'messageStubParameters':['Message absent from node']"),
                update(A, "'messageStubType':40"),
                update(A, "'starred':false,'x':2"),
                update(A, "'x':null"),
                reaction(A, key("X5", SITI_LID), "'text':'untimed'"),
                reaction(A, key("X6", SITI_LID), "'text':''"),
                reaction(A, key("X7", SITI_LID), "'text':'d','senderTimestampMs':1"),
                editing(key("E3", SITI_LID), "not hers", 1760000030),
                edit(key("A", SITI_LID), "hers", 1760000030),
                update(key("A", SITI_LID), "'message':null,'messageStubType':1,'key':" + key("R9", SITI_LID))));
        return events;
    }

    @RepeatedTest(10)
    void everySuffixOfAStreamAgainLeavesEveryRowToTheLetter(RepetitionInfo repetition) {
        List<RawEvent> all = anything();
        Random random = new Random(repetition.getCurrentRepetition());
        for (int i = 0; i < 40; i++) {
            List<RawEvent> stream = new ArrayList<>(List.of(Said.pair()));
            int length = 1 + random.nextInt(12);
            for (int j = 0; j < length; j++) {
                stream.add(all.get(random.nextInt(all.size())));
            }
            TinyHistory history = new TinyHistory().apply(stream);
            Map<String, String> rows = rows(history);
            for (int from = 0; from < stream.size(); from++) {
                history.apply(stream.subList(from, stream.size()));
                assertThat(rows(history)).as("%s from %d", stream, from).isEqualTo(rows);
            }
        }
    }

    private static Map<String, String> rows(TinyHistory history) {
        Map<String, String> rows = new TreeMap<>();
        history.rows.forEach((place, row) -> rows.put(place.id(), row.toBytes().utf8()));
        return rows;
    }
}

package dev.pawl.message;

import static dev.pawl.message.Said.BUDI;
import static dev.pawl.message.Said.BUDI_LID;
import static dev.pawl.message.Said.GROUP;
import static dev.pawl.message.Said.SITI_LID;
import static dev.pawl.message.Said.after;
import static dev.pawl.message.Said.arrives;
import static dev.pawl.message.Said.history;
import static dev.pawl.message.Said.json;
import static dev.pawl.message.Said.key;
import static dev.pawl.message.Said.reaction;
import static dev.pawl.message.Said.receipt;
import static dev.pawl.message.Said.update;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.event.RawEvent;
import dev.pawl.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Rules X1 to X11: reactions, votes, answers and receipts. */
class AddOnRulesTest {

    private static final String A = "{'remoteJid':'" + GROUP + "','fromMe':true,'id':'A'}";
    private static final RawEvent MESSAGE = arrives(A, "'message':{'conversation':'hi'}");

    private static JsonObject row(RawEvent... events) {
        return after(MESSAGE).apply(List.of(events)).row("A|1");
    }

    private static JsonObject message(String members) {
        return json("{'key':" + A + ",'message':{'conversation':'hi'}" + members + "}");
    }

    private static RawEvent reacts(String author, String text, long time) {
        return reaction(A, key("X" + time, author), "'text':'" + text + "','senderTimestampMs':" + time);
    }

    private static String entry(String author, String text, long time) {
        return "{'key':" + key("X" + time, author) + ",'text':'" + text + "','senderTimestampMs':" + time + "}";
    }

    @Test
    void theLaterReactionOfAnAuthorStandsInThePlaceOfHisFirst() {
        assertThat(row(reacts(BUDI_LID, "a", 1), reacts(SITI_LID, "b", 2), reacts(BUDI_LID, "c", 3)))
                .isEqualTo(message(",'reactions':[" + entry(BUDI_LID, "c", 3) + "," + entry(SITI_LID, "b", 2) + "]"));
    }

    @Test
    void additionChangeAndRemovalOfThreeAuthorsInAnyOrderAreOne() {
        List<RawEvent> events = List.of(
                reacts(BUDI_LID, "a", 10),
                reacts(BUDI, "b", 20),
                reacts(SITI_LID, "c", 15),
                reacts(SITI_LID, "", 25),
                reaction(A, A.replace("'A'", "'X'"), "'text':'d','senderTimestampMs':'12'"));
        String expected = Said.sorted(message(",'reactions':[" + entry(BUDI, "b", 20) + ",{'key':"
                + A.replace("'A'", "'X'") + ",'text':'d','senderTimestampMs':'12'}],"
                + "'pawl':{'withdrawn':{'reactions':{'" + SITI_LID + "':25}}}"));
        for (List<RawEvent> order : Said.orders(events)) {
            TinyHistory history = after(Said.pair(), MESSAGE).apply(order);
            assertThat(Said.sorted(history.row("A|1"))).isEqualTo(expected);
            int writes = history.writes;
            history.apply(order);
            assertThat(history.writes).isEqualTo(writes);
        }
    }

    @Test
    void whatWasTakenBackLaterIsNotAddedAndWhatIsAddedLaterIsTakenBackNoMore() {
        List<RawEvent> events = List.of(reacts(BUDI_LID, "a", 10), reacts(BUDI_LID, "", 20), reacts(BUDI_LID, "b", 30));
        for (List<RawEvent> order : Said.orders(events)) {
            assertThat(after(MESSAGE).apply(order).row("A|1"))
                    .isEqualTo(message(",'reactions':[" + entry(BUDI_LID, "b", 30) + "]"));
        }
        for (List<RawEvent> order : Said.orders(List.of(reacts(BUDI_LID, "a", 20), reacts(BUDI_LID, "", 20)))) {
            assertThat(after(MESSAGE).apply(order).row("A|1"))
                    .isEqualTo(message(",'reactions':[],'pawl':{'withdrawn':{'reactions':{'" + BUDI_LID + "':20}}}"));
        }
    }

    @Test
    void ofEqualTimesAndOfMissingOnesTheLaterArrivalCounts() {
        RawEvent untimed = reaction(A, key("Y", BUDI_LID), "'text':'u'");

        assertThat(row(reacts(BUDI_LID, "a", 5), reacts(BUDI_LID, "b", 5)))
                .isEqualTo(message(",'reactions':[" + entry(BUDI_LID, "b", 5) + "]"));
        assertThat(row(reacts(BUDI_LID, "a", 5), untimed))
                .isEqualTo(message(",'reactions':[{'key':" + key("Y", BUDI_LID) + ",'text':'u'}]"));
        assertThat(row(untimed, reacts(BUDI_LID, "a", 5)))
                .isEqualTo(message(",'reactions':[" + entry(BUDI_LID, "a", 5) + "]"));
        assertThat(row(reacts(BUDI_LID, "a", 5), reaction(A, key("Y", BUDI_LID), "'x':1")))
                .isEqualTo(message(",'reactions':[]"));
    }

    @Test
    void oneReactionInTwoFormsIsOne() {
        TinyHistory history = after(MESSAGE, reacts(BUDI_LID, "a", 5));
        int writes = history.writes;

        history.apply(List.of(
                reaction(A, key("Z", BUDI_LID), "'senderTimestampMs':{'low':5,'high':0,'unsigned':false},'text':'a'")));

        assertThat(history.writes).isEqualTo(writes);
    }

    @Test
    void anAuthorIsTakenFromTheOtherAddressFirst() {
        String both = "{'remoteJid':'" + GROUP + "','fromMe':false,'id':'X','participant':'" + BUDI_LID
                + "','participantAlt':'" + BUDI + "'}";
        JsonObject row = row(reacts(BUDI, "a", 5), reaction(A, both, "'text':'b','senderTimestampMs':6"));

        assertThat(row).isEqualTo(message(",'reactions':[{'key':" + both + ",'text':'b','senderTimestampMs':6}]"));
    }

    @Test
    void entriesThatBecameOnePersonsBecomeOneWithTheNextOne() {
        JsonObject row = row(
                reacts(BUDI, "a", 5),
                reacts(SITI_LID, "s", 6),
                reacts(BUDI_LID, "b", 9),
                Said.pair(),
                reacts(BUDI, "c", 8));
        assertThat(row.get("reactions").orElseThrow().toBytes().utf8()).contains("\"a\"", "\"b\"");

        JsonObject one = row(
                reacts(BUDI, "a", 5),
                reacts(SITI_LID, "s", 6),
                reacts(BUDI_LID, "b", 9),
                Said.pair(),
                reacts(BUDI, "c", 10));
        assertThat(one)
                .isEqualTo(message(",'reactions':[" + entry(BUDI, "c", 10) + "," + entry(SITI_LID, "s", 6) + "]"));
    }

    @Test
    void aHistorysReactionsAreMergedOneByOne() {
        RawEvent all = history(
                A, "'reactions':[" + entry(BUDI_LID, "old", 1) + "," + entry(SITI_LID, "b", 2) + ",{'text':'nobody'}]");
        TinyHistory history = after(MESSAGE, reacts(BUDI_LID, "new", 5), all, all);

        assertThat(history.row("A|1"))
                .isEqualTo(message(",'reactions':[" + entry(BUDI_LID, "new", 5) + "," + entry(SITI_LID, "b", 2)
                        + ",{'text':'nobody'}]"));
    }

    private static RawEvent votes(String author, String options, long time) {
        return update(A, "'pollUpdates':[" + vote(author, options, time) + "]");
    }

    private static String vote(String author, String options, long time) {
        return "{'pollUpdateMessageKey':" + key("V", author) + ",'vote':{'selectedOptions':[" + options
                + "]},'senderTimestampMs':" + time + "}";
    }

    @Test
    void votesAreReplacedAndWithdrawnInAnyOrder() {
        List<RawEvent> events = List.of(
                votes(BUDI_LID, "'qg=='", 10),
                votes(BUDI_LID, "'qg==','uw=='", 20),
                votes(SITI_LID, "'qg=='", 11),
                votes(SITI_LID, "", 21));
        String expected = Said.sorted(message(",'pollUpdates':[" + vote(BUDI_LID, "'qg==','uw=='", 20)
                + "],'pawl':{'withdrawn':{'votes':{'" + SITI_LID + "':21}}}"));
        for (List<RawEvent> order : Said.orders(events)) {
            TinyHistory history = after(MESSAGE).apply(order);
            assertThat(Said.sorted(history.row("A|1"))).isEqualTo(expected);
        }
        RawEvent sameInAnotherForm =
                votes(BUDI_LID, "{'type':'Buffer','data':'qg=='},{'type':'Buffer','data':'uw=='}", 20);
        TinyHistory history = after(MESSAGE).apply(events);
        int writes = history.writes;
        history.apply(List.of(sameInAnotherForm));
        assertThat(history.writes).isEqualTo(writes);
    }

    @Test
    void withdrawnReactionsAndVotesAreNotedApart() {
        JsonObject row = row(reacts(BUDI_LID, "", 20), votes(BUDI_LID, "", 30), votes(BUDI_LID, "'qg=='", 40));

        assertThat(row)
                .isEqualTo(message(",'reactions':[],'pollUpdates':[" + vote(BUDI_LID, "'qg=='", 40)
                        + "],'pawl':{'withdrawn':{'reactions':{'" + BUDI_LID + "':20}}}"));
    }

    @Test
    void theLaterAnswerToAnEventCountsWhereverItsTimeStands() {
        String key = "{'eventResponseMessageKey':" + key("V", BUDI_LID);
        String first = key + ",'senderTimestampMs':10,'response':{'response':1,'timestampMs':99}}";
        String second = key + ",'response':{'response':2,'timestampMs':'20'}}";
        String third = key + ",'timestampMs':{'low':30,'high':0,'unsigned':false},'response':{'response':3}}";
        RawEvent one = update(A, "'eventResponses':[" + first + "]");
        RawEvent two = update(A, "'eventResponses':[" + second + "]");
        RawEvent three = update(A, "'eventResponses':[" + third + "]");

        for (List<RawEvent> order : Said.orders(List.of(one, two, three))) {
            assertThat(after(MESSAGE).apply(order).row("A|1")).isEqualTo(message(",'eventResponses':[" + third + "]"));
        }
        assertThat(row(two, one)).isEqualTo(message(",'eventResponses':[" + second + "]"));
    }

    @Test
    void theEarliestTimeOfEachKindOfAUserCountsInAnyOrderAndFromAnyDevice() {
        List<RawEvent> events = List.of(
                receipt(A, "'userJid':'" + BUDI_LID + "','receiptTimestamp':10"),
                receipt(A, "'userJid':'11122233344455:7@lid','receiptTimestamp':'9'"),
                receipt(A, "'userJid':'" + BUDI + "','readTimestamp':12,'x':1"),
                receipt(A, "'userJid':'6281111111111:3@s.whatsapp.net','readTimestamp':11,'playedTimestamp':0"));
        for (List<RawEvent> order : Said.orders(events)) {
            JsonObject row = after(Said.pair(), MESSAGE).apply(order).row("A|1");
            List<Receipt> receipts = WaMessage.of(row).receipts();

            assertThat(receipts).hasSize(1);
            String entry = row.get("userReceipt").orElseThrow().toBytes().utf8();
            assertThat(entry).contains("\"receiptTimestamp\":\"9\"", "\"readTimestamp\":11", "\"x\":1");
        }
        assertThat(after(Said.pair(), MESSAGE).apply(events).row("A|1"))
                .isEqualTo(message(",'userReceipt':[{'userJid':'" + BUDI_LID
                        + "','receiptTimestamp':'9','readTimestamp':11,'x':1}]"));
    }

    @Test
    void manyReceiptsAtOnceAreMergedAsOneByOne() {
        String one = "{'userJid':'" + BUDI_LID + "','receiptTimestamp':10}";
        String two = "{'userJid':'" + SITI_LID + "','receiptTimestamp':11}";
        String again = "{'userJid':'" + BUDI + "','receiptTimestamp':9,'readTimestamp':12}";
        RawEvent all = history(A, "'userReceipt':[" + one + "," + two + "," + again + ",{'x':1}]");
        TinyHistory history = after(Said.pair(), MESSAGE, all);

        assertThat(history.row("A|1"))
                .isEqualTo(message(",'userReceipt':[{'userJid':'" + BUDI_LID
                        + "','receiptTimestamp':9,'readTimestamp':12}," + two + ",{'x':1}]"));
        int writes = history.writes;
        history.apply(List.of(all));
        assertThat(history.writes).isEqualTo(writes);
    }

    @Test
    void aReceiptOfWhatAnotherWroteSaysNothing() {
        TinyHistory history = after(
                arrives(key("A", BUDI_LID), "'message':{'conversation':'hi'}"),
                receipt(A.replace("}", ",'participant':'" + SITI_LID + "'}"), "'userJid':'x@lid','readTimestamp':5"));

        assertThat(history.row("A|0").get("userReceipt")).isEmpty();
        assertThat(history.waiting).isEmpty();
        assertThat(after(receipt(A, "'userJid':'x@lid','readTimestamp':5")).waiting)
                .hasSize(1);
    }

    @Test
    void ofTwoVotesAndOfTwoAnswersOfOneTimeTheLaterArrivalCounts() {
        assertThat(row(votes(BUDI_LID, "'qg=='", 10), votes(BUDI_LID, "'uw=='", 10)))
                .isEqualTo(message(",'pollUpdates':[" + vote(BUDI_LID, "'uw=='", 10) + "]"));
        assertThat(row(answers(1), answers(2))).isEqualTo(row(answers(2)));
    }

    private static RawEvent answers(int answer) {
        return update(
                A,
                "'eventResponses':[{'eventResponseMessageKey':" + key("V", BUDI_LID)
                        + ",'senderTimestampMs':10,'response':{'response':" + answer + "}}]");
    }

    @Test
    void whatIsTakenBackOnceMoreAtThatTimeAndWhatIsAnsweredOnceMoreChangesNothing() {
        for (RawEvent event : List.of(reacts(BUDI_LID, "", 20), votes(BUDI_LID, "", 20), answers(1))) {
            TinyHistory history = after(MESSAGE, event);
            int writes = history.writes;
            assertThat(history.apply(List.of(event)).writes).isEqualTo(writes);
        }
    }

    @Test
    void aMessageWithListsOfWhichNothingIsTakenBackIsVerbatimAlsoWithTwoEntriesOfOneAuthor() {
        String lists = "'message':{'conversation':'hi'},'reactions':[" + entry(BUDI_LID, "a", 5) + ","
                + entry(BUDI_LID, "b", 6) + "],'pollUpdates':[]";

        assertThat(after(arrives(A, lists)).row("A|1")).isEqualTo(json("{'key':" + A + "," + lists + "}"));
        assertThat(row(update(A, "'reactions':[]"))).isEqualTo(message(""));
    }
}

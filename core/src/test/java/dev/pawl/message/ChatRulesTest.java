package dev.pawl.message;

import static dev.pawl.message.RowJson.LID;
import static dev.pawl.message.RowJson.NUMBER;
import static dev.pawl.message.RowJson.json;
import static dev.pawl.message.RowJson.known;
import static dev.pawl.message.RowJson.nobody;
import static dev.pawl.message.RowJson.row;
import static dev.pawl.message.RowJson.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.backend.Facets;
import dev.pawl.json.JsonObject;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChatRulesTest {

    private static final String CHAT = "7@g.us";

    private static String updated(String stored, String update) {
        return text(ChatRules.update(row(stored), CHAT, json(update), nobody()));
    }

    private static String withHistory(String stored, String item) {
        return text(ChatRules.history(row(stored), CHAT, json(item), nobody()));
    }

    @Test
    void c1AnUnknownChatIsMadeUnderTheAddressOfItsRow() {
        assertThat(text(ChatRules.update(Optional.empty(), CHAT, json("{'name':'x','id':'7:3@g.us'}"), nobody())))
                .isEqualTo("{'name':'x','id':'7@g.us'}");
        assertThat(text(ChatRules.history(Optional.empty(), CHAT, json("{'id':'7:3@g.us'}"), nobody())))
                .isEqualTo("{'id':'7@g.us'}");
        assertThat(text(ChatRules.lock(Optional.empty(), CHAT, true, nobody())))
                .isEqualTo("{'id':'7@g.us','locked':true}");
        assertThat(text(ChatRules.active(Optional.empty(), CHAT, 5, nobody())))
                .isEqualTo("{'id':'7@g.us','conversationTimestamp':5}");
    }

    @Test
    void c1TheAddressOfAChatIsNotReplaced() {
        assertThat(updated("{'id':'7@g.us'}", "{'id':'8@g.us'}")).isEqualTo("{'id':'7@g.us'}");
        assertThat(withHistory("{'id':'7@g.us'}", "{'id':'8@g.us','conversationTimestamp':9}"))
                .isEqualTo("{'id':'7@g.us','conversationTimestamp':9}");
    }

    @Test
    void c1AChatUnderItsLidSaysThePhoneNumberToo() {
        assertThat(text(ChatRules.update(Optional.empty(), LID, json("{'id':'2@c.us','name':'x'}"), known())))
                .isEqualTo("{'id':'1@lid','name':'x','pnJid':'2@s.whatsapp.net'}");
        assertThat(text(ChatRules.history(Optional.empty(), LID, json("{'id':'2@c.us','pnJid':'3@c.us'}"), known())))
                .isEqualTo("{'id':'1@lid','pnJid':'3@c.us'}");
        assertThat(text(ChatRules.lock(Optional.empty(), LID, true, known())))
                .isEqualTo("{'id':'1@lid','locked':true,'pnJid':'2@s.whatsapp.net'}");
        assertThat(text(ChatRules.active(Optional.empty(), LID, 5, known())))
                .isEqualTo("{'id':'1@lid','conversationTimestamp':5,'pnJid':'2@s.whatsapp.net'}");
        assertThat(text(ChatRules.active(Optional.empty(), NUMBER, 5, nobody())))
                .isEqualTo("{'id':'2@s.whatsapp.net','conversationTimestamp':5}");
    }

    @Test
    void c2MembersReplaceInTheirPlaceAndNullClearsAndStays() {
        assertThat(updated("{'id':'7@g.us','pinned':1,'name':'a'}", "{'id':'7@g.us','name':'b','pinned':null,'x':1.0}"))
                .isEqualTo("{'id':'7@g.us','pinned':null,'name':'b','x':1.0}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"messages", "conditional", "timestamp", "pawl"})
    void c2WhatIsNoPartOfAChatIsNotStored(String member) {
        String update = "{'id':'7@g.us','" + member + "':{'a':1}}";

        assertThat(text(ChatRules.update(Optional.empty(), CHAT, json(update), nobody())))
                .isEqualTo("{'id':'7@g.us'}");
        assertThat(updated("{'id':'7@g.us'}", update)).isEqualTo("{'id':'7@g.us'}");
    }

    /** The table of counters: what is stored, what arrives, what is stored then; {@code -} is absent. */
    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "-, 3, 3",
                "-, 0, 0",
                "-, -1, -1",
                "-, null, -",
                "-, 'x', -",
                "-, '4', '4'",
                "0, 3, 3",
                "0, 0, 0",
                "0, -1, -1",
                "0, null, 0",
                "0, 'x', 0",
                "0, '0', 0",
                "5, 3, 8",
                "5, 0, 0",
                "5, -1, -1",
                "5, null, 5",
                "5, 'x', 5",
                "5, '2', 7",
                "5, 1.0, 6",
                "-1, 3, 3",
                "-1, 0, 0",
                "-1, -1, -1",
                "-1, null, -1",
                "-1, -2, -2",
                "'5', 3, 8",
                "'5', 0, 0",
                "null, 3, 3",
                "null, 0, 0",
                "null, null, null"
            })
    void c3CountersAddUpAndAreSetBack(String stored, String said, String then) {
        String update = counting(said);
        String before = counting(stored);
        String after = counting(then);

        assertThat(updated(before, update)).isEqualTo(after);
        if (stored.equals("-")) {
            assertThat(text(ChatRules.update(Optional.empty(), CHAT, json(update), nobody())))
                    .isEqualTo(after);
        }
    }

    private static String counting(String count) {
        return count.equals("-") ? "{'id':'7@g.us'}" : "{'id':'7@g.us','unreadCount':" + count + "}";
    }

    @Test
    void c3AChatThatIsReadIsNotMarkedAnyMore() {
        String marked = "{'id':'7@g.us','unreadCount':2,'markedAsUnread':true}";

        assertThat(updated(marked, "{'id':'7@g.us','unreadCount':0}"))
                .isEqualTo("{'id':'7@g.us','unreadCount':0,'markedAsUnread':false}");
        assertThat(updated(marked, "{'id':'7@g.us','unreadCount':1}"))
                .isEqualTo("{'id':'7@g.us','unreadCount':3,'markedAsUnread':true}");
        assertThat(updated(marked, "{'id':'7@g.us','markedAsUnread':true,'unreadCount':0}"))
                .isEqualTo("{'id':'7@g.us','unreadCount':0,'markedAsUnread':true}");
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "5, 6, 6",
                "5, 4, 5",
                "5, 5, 5",
                "5, '5', 5",
                "5, null, 5",
                "5, '6', '6'",
                "5, {'low':6;'high':0}, {'low':6;'high':0}",
                "'5', 5, '5'",
                "null, 5, 5",
                "0, 5, 5",
                "5, 0, 5",
                "5, -9, 5",
                "5, [], 5"
            })
    void c4TheLaterActivityStaysAsItCame(String stored, String arrives, String then) {
        String before = "{'id':'7@g.us','conversationTimestamp':" + stored + "}";
        String update = "{'id':'7@g.us','conversationTimestamp':" + arrives.replace(';', ',') + "}";
        String after = "{'id':'7@g.us','conversationTimestamp':" + then.replace(';', ',') + "}";

        assertThat(updated(before, update)).isEqualTo(after);
        assertThat(withHistory(before, update)).isEqualTo(after);
    }

    @Test
    void c4NullSaysNothingOfANewChatEither() {
        assertThat(text(ChatRules.update(
                        Optional.empty(), CHAT, json("{'id':'7@g.us','conversationTimestamp':null}"), nobody())))
                .isEqualTo("{'id':'7@g.us'}");
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {"5, 5", "'5', 5", "{'low':6;'high':0}, 6", "null, 0", "0, 0", "-3, 0"})
    void c4TheOrderIsTheLastActivity(String time, long order) {
        assertThat(ChatRules.order(json("{'conversationTimestamp':" + time.replace(';', ',') + "}")))
                .isEqualTo(order);
        assertThat(ChatRules.order(JsonObject.EMPTY)).isZero();
    }

    @Test
    void c5AnOlderOrEqualHistoryFillsOnly() {
        String stored = "{'id':'7@g.us','conversationTimestamp':6,'archived':true,'unreadCount':1}";

        for (String time : new String[] {"1", "6", "'6'"}) {
            String item = "{'id':'7@g.us','messages':[],'conversationTimestamp':" + time
                    + ",'archived':false,'unreadCount':9,'name':'n'}";
            assertThat(withHistory(stored, item))
                    .isEqualTo("{'id':'7@g.us','conversationTimestamp':6,'archived':true,'unreadCount':1,'name':'n'}");
        }
    }

    @Test
    void c5ANewerHistoryReplacesAndNotesWhatItWroteOver() {
        String stored = "{'id':'7@g.us','conversationTimestamp':1,'archived':true,'unreadCount':1,'a':1}";
        String item = "{'id':'7@g.us','conversationTimestamp':6,'archived':false,'unreadCount':9,'a':1,'name':'n'}";

        assertThat(withHistory(stored, item))
                .isEqualTo("{'id':'7@g.us','conversationTimestamp':6,'archived':false,'unreadCount':9,'a':1,'name':'n',"
                        + "'pawl':{'history':{'archived':6,'unreadCount':6}}}");
    }

    @Test
    void c5AHistoryOverwritesAgainWhatItOverwroteBefore() {
        String archive = "{'id':'7@g.us','archived':true}";
        String item = "{'id':'7@g.us','conversationTimestamp':6,'archived':false}";
        String end = withHistory(archive, item);

        assertThat(withHistory(updated(end, archive), item)).isEqualTo(end);
        assertThat(withHistory(updated(end, archive), "{'id':'7@g.us','conversationTimestamp':5,'archived':false}"))
                .contains("'archived':true");
    }

    @Test
    void c5AReplayOfAHistoryAndWhatCameAfterItChangesNothing() {
        String history = "{'id':'7@g.us','conversationTimestamp':6,'archived':true,'pinned':3}";
        String update = "{'id':'7@g.us','archived':false,'pinned':null}";
        JsonObject once = ChatRules.update(
                Optional.of(ChatRules.history(Optional.empty(), CHAT, json(history), nobody())),
                CHAT,
                json(update),
                nobody());

        JsonObject again = ChatRules.history(Optional.of(once), CHAT, json(history), nobody());

        assertThat(again).isSameAs(once);
        assertThat(ChatRules.update(Optional.of(again), CHAT, json(update), nobody()))
                .isSameAs(once);
    }

    @Test
    void c5AChatOfAHistoryWithoutATimeReplacesNothing() {
        assertThat(withHistory("{'id':'7@g.us','pinned':3}", "{'id':'7@g.us','pinned':4,'name':'n'}"))
                .isEqualTo("{'id':'7@g.us','pinned':3,'name':'n'}");
    }

    @Test
    void c5NullIsAStatementThatAnOlderHistoryDoesNotFill() {
        assertThat(withHistory(
                        "{'id':'7@g.us','pinned':null,'conversationTimestamp':6}",
                        "{'id':'7@g.us','pinned':4,'conversationTimestamp':5}"))
                .contains("'pinned':null");
    }

    @Test
    void c5NullInAHistorySaysNothing() {
        String stored = "{'id':'7@g.us','pinned':4,'conversationTimestamp':5}";

        assertThat(withHistory(stored, "{'id':'7@g.us','pinned':null,'conversationTimestamp':6,'x':null}"))
                .isEqualTo("{'id':'7@g.us','pinned':4,'conversationTimestamp':6}");
    }

    @Test
    void c5HowATransferEndedIsAlwaysReplacedAndNotNoted() {
        assertThat(withHistory(
                        "{'id':'7@g.us','conversationTimestamp':6,'endOfHistoryTransferType':0}",
                        "{'id':'7@g.us','conversationTimestamp':1,'endOfHistoryTransferType':1}"))
                .isEqualTo("{'id':'7@g.us','conversationTimestamp':6,'endOfHistoryTransferType':1}");
    }

    @Test
    void c5TheFirstOfAHistoryIsVerbatimWithoutMessages() {
        String item = "{'x':1.0,'id':'7@g.us','unreadCount':'2','messages':[{}],'pawl':{},'conversationTimestamp':'5'}";

        assertThat(text(ChatRules.history(Optional.empty(), CHAT, json(item), nobody())))
                .isEqualTo("{'x':1.0,'id':'7@g.us','unreadCount':'2','conversationTimestamp':'5'}");
    }

    @Test
    void c6c7UnitsStayAsTheyCome() {
        assertThat(updated(
                        "{'id':'7@g.us','pinned':1760000000}",
                        "{'pinned':1760000000123,'muteEndTime':-1,'lastMessageRecvTimestamp':5}"))
                .isEqualTo("{'id':'7@g.us','pinned':1760000000123,'muteEndTime':-1,'lastMessageRecvTimestamp':5}");
    }

    @Test
    void c8ALockIsSetAndTaken() {
        assertThat(text(ChatRules.lock(row("{'id':'7@g.us','locked':true,'a':1}"), CHAT, false, nobody())))
                .isEqualTo("{'id':'7@g.us','locked':false,'a':1}");
        Optional<JsonObject> locked = row("{'id':'7@g.us','locked':true}");
        assertThat(ChatRules.lock(locked, CHAT, true, nobody())).isSameAs(locked.get());
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "{}, false, false, false",
                "{'archived':null;'pinned':null;'unreadCount':null}, false, false, false",
                "{'archived':false;'pinned':0;'unreadCount':0}, false, false, false",
                "{'archived':true;'pinned':5;'unreadCount':2}, true, true, true",
                "{'unreadCount':-1}, false, true, false",
                "{'markedAsUnread':true}, false, true, false",
                "{'pinned':'0'}, false, false, false"
            })
    void c8FacetsTreatNullFalseAndZeroAsNo(String chat, boolean archived, boolean unread, boolean pinned) {
        assertThat(ChatRules.facets(json(chat.replace(';', ',')))).isEqualTo(new Facets(archived, unread, pinned, ""));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'messageTimestamp':'9','message':{'conversation':'hi'}}",
                "{'messageTimestamp':9,'message':{'messageContextInfo':{},'imageMessage':{}}}",
                "{'messageTimestamp':9,'message':{'ephemeralMessage':{'message':{'conversation':'hi'}}}}",
                "{'messageTimestamp':9,'message':{'pollCreationMessage':{}}}"
            })
    void c9ARealMessageIsActivity(String message) {
        assertThat(ChatRules.activity(json(message))).isEqualTo(OptionalLong.of(9));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'messageTimestamp':9}",
                "{'messageTimestamp':9,'messageStubType':2}",
                "{'messageTimestamp':9,'message':null,'messageStubType':1}",
                "{'messageTimestamp':9,'message':{'senderKeyDistributionMessage':{}}}",
                "{'messageTimestamp':9,'message':{'protocolMessage':{'type':0}}}",
                "{'messageTimestamp':9,'message':{'reactionMessage':{'text':'x'}}}",
                "{'messageTimestamp':9,'message':{'pollUpdateMessage':{}}}",
                "{'messageTimestamp':9,'message':{'editedMessage':{'message':{'protocolMessage':{'type':14}}}}}"
            })
    void c9CarriersAndNoticesAreNone(String message) {
        assertThat(ChatRules.activity(json(message))).isEmpty();
    }

    @Test
    void c9ActivityOnlyRisesAndLeavesTheCounter() {
        Optional<JsonObject> stored = row("{'id':'7@g.us','conversationTimestamp':'5','unreadCount':2,'pawl':{'x':1}}");

        assertThat(text(ChatRules.active(stored, CHAT, 6, nobody())))
                .isEqualTo("{'id':'7@g.us','conversationTimestamp':6,'unreadCount':2,'pawl':{'x':1}}");
        assertThat(ChatRules.active(stored, CHAT, 5, nobody())).isSameAs(stored.get());
        assertThat(ChatRules.active(stored, CHAT, 0, nobody())).isSameAs(stored.get());
    }

    @Test
    void c9AMessageWithoutTimeMakesItsChat() {
        assertThat(ChatRules.activity(json("{'message':{'conversation':'hi'}}")))
                .hasValue(0);
        assertThat(text(ChatRules.active(Optional.empty(), CHAT, 0, nobody()))).isEqualTo("{'id':'7@g.us'}");
    }

    @Test
    void d2InAnEmptiedChatNothingIsUnread() {
        assertThat(text(ChatRules.emptied(json("{'id':'7@g.us','unreadCount':-1,'markedAsUnread':true}"))))
                .isEqualTo("{'id':'7@g.us','unreadCount':0,'markedAsUnread':false}");
        JsonObject read = json("{'id':'7@g.us','unreadCount':0}");
        assertThat(ChatRules.emptied(read)).isSameAs(read);
    }

    @Test
    void p4WhatNothingChangesIsTheStoredObject() {
        Optional<JsonObject> stored =
                row("{'id':'7@g.us','unreadCount':0,'conversationTimestamp':'5','name':'n','pinned':null}");

        assertThat(ChatRules.update(
                        stored,
                        CHAT,
                        json("{'id':'7:1@g.us','unreadCount':0,'conversationTimestamp':5,'name':'n','pinned':null,"
                                + "'messages':[]}"),
                        nobody()))
                .isSameAs(stored.get());
        assertThat(ChatRules.history(stored, CHAT, json("{'id':'7@g.us','name':'n','unreadCount':'0'}"), nobody()))
                .isSameAs(stored.get());
    }

    @Test
    void p4WhatCameAloneIsTheItem() {
        JsonObject item = json("{'z':1e3,'id':'7@g.us','__proto__':{'a':[]},'1':2,'unreadCount':3}");

        assertThat(ChatRules.update(Optional.empty(), CHAT, item, nobody())).isSameAs(item);
        assertThat(ChatRules.history(Optional.empty(), CHAT, item, nobody())).isSameAs(item);
    }

    @Test
    void p6OursIsTheLastMember() {
        String stored = "{'id':'7@g.us','pawl':{'history':{'a':1}}}";

        assertThat(updated(stored, "{'b':1,'pawl':{'evil':1},'c':2}"))
                .isEqualTo("{'id':'7@g.us','b':1,'c':2,'pawl':{'history':{'a':1}}}");
        assertThat(withHistory(stored, "{'b':1,'pawl':{'evil':1}}"))
                .isEqualTo("{'id':'7@g.us','b':1,'pawl':{'history':{'a':1}}}");
    }
}

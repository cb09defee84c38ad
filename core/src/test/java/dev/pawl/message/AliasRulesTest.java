package dev.pawl.message;

import static dev.pawl.message.RowJson.PAIR;
import static dev.pawl.message.RowJson.json;
import static dev.pawl.message.RowJson.row;
import static dev.pawl.message.RowJson.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.json.JsonObject;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AliasRulesTest {

    private static String chat(String lid, String phoneNumber) {
        return text(AliasRules.chat(row(lid), row(phoneNumber), PAIR).orElseThrow());
    }

    @Test
    void a7WhatIsNotThereStaysSo() {
        assertThat(AliasRules.chat(Optional.empty(), Optional.empty(), PAIR)).isEmpty();
        assertThat(AliasRules.contact(Optional.empty(), Optional.empty(), PAIR)).isEmpty();
    }

    @Test
    void a7AChatKnownByPhoneNumberMovesToTheLid() {
        assertThat(text(AliasRules.chat(Optional.empty(), row("{'id':'2@c.us','unreadCount':2,'pawl':{'x':1}}"), PAIR)
                        .orElseThrow()))
                .isEqualTo("{'id':'1@lid','unreadCount':2,'pnJid':'2@s.whatsapp.net','pawl':{'x':1}}");
    }

    @Test
    void a7AChatKnownByLidOnlyGetsThePhoneNumber() {
        assertThat(text(AliasRules.chat(row("{'id':'1@lid','a':1}"), Optional.empty(), PAIR)
                        .orElseThrow()))
                .isEqualTo("{'id':'1@lid','a':1,'pnJid':'2@s.whatsapp.net'}");
        Optional<JsonObject> whole = row("{'id':'1@lid','pnJid':'2@s.whatsapp.net'}");
        assertThat(AliasRules.chat(whole, Optional.empty(), PAIR).orElseThrow()).isSameAs(whole.get());
    }

    @Test
    void a7TheNewerChatCountsAndTheOtherFills() {
        assertThat(chat(
                        "{'id':'1@lid','conversationTimestamp':5,'archived':true,'a':1}",
                        "{'id':'2@c.us','conversationTimestamp':'6','archived':false,'b':2,'pinned':null}"))
                .isEqualTo("{'id':'1@lid','conversationTimestamp':'6','archived':false,'a':1,'b':2,'pinned':null,"
                        + "'pnJid':'2@s.whatsapp.net'}");
        assertThat(chat(
                        "{'id':'1@lid','conversationTimestamp':6,'archived':true,'a':1}",
                        "{'id':'2@c.us','conversationTimestamp':5,'archived':false,'b':2}"))
                .isEqualTo("{'id':'1@lid','conversationTimestamp':6,'archived':true,'a':1,'b':2,"
                        + "'pnJid':'2@s.whatsapp.net'}");
    }

    @Test
    void a7OfEquallyRecentChatsTheOneUnderTheLidCounts() {
        assertThat(chat("{'id':'1@lid','archived':true}", "{'id':'2@c.us','archived':false}"))
                .contains("'archived':true");
    }

    @ParameterizedTest
    @CsvSource({
        "1, 2, 3",
        "0, 2, 2",
        "2, 0, 2",
        "-1, 2, 2",
        "2, -1, 2",
        "-1, 0, -1",
        "0, -1, -1",
        "-1, -1, -1",
        "0, 0, 0",
        "null, 2, 2",
        "2, null, 2"
    })
    void a7UnreadCountsAddUp(String lid, String phoneNumber, String sum) {
        for (String time : new String[] {"4", "6"}) {
            assertThat(chat(
                            "{'id':'1@lid','unreadCount':" + lid + ",'conversationTimestamp':5}",
                            "{'id':'2@c.us','unreadCount':" + phoneNumber + ",'conversationTimestamp':" + time + "}"))
                    .startsWith("{'id':'1@lid','unreadCount':" + sum + ",");
        }
    }

    @Test
    void a7WhatIsOursIsMergedLikeTheRest() {
        assertThat(chat(
                        "{'id':'1@lid','conversationTimestamp':5,'pawl':{'history':{'a':5}}}",
                        "{'id':'2@c.us','conversationTimestamp':6,'pawl':{'history':{'a':6},'x':1}}"))
                .isEqualTo("{'id':'1@lid','conversationTimestamp':6,'pnJid':'2@s.whatsapp.net',"
                        + "'pawl':{'history':{'a':6},'x':1}}");
        assertThat(chat(
                        "{'id':'1@lid','conversationTimestamp':7,'pawl':{'history':{'a':5}}}",
                        "{'id':'2@c.us','conversationTimestamp':6,'pawl':{'history':{'a':6},'x':1}}"))
                .endsWith("'pawl':{'history':{'a':5},'x':1}}");
    }

    @Test
    void a7ANewPairReplacesThePhoneNumber() {
        assertThat(chat("{'id':'1@lid','pnJid':'9@s.whatsapp.net'}", "{'id':'2@c.us'}"))
                .isEqualTo("{'id':'1@lid','pnJid':'2@s.whatsapp.net'}");
    }

    @Test
    void a7NamesUnderTheLidStayAndTheOtherFills() {
        assertThat(text(AliasRules.contact(
                                row("{'id':'1@lid','name':'Budi','status':''}"),
                                row("{'id':'2@c.us','name':'old','notify':'b','status':'s','lid':'1@lid'}"),
                                PAIR)
                        .orElseThrow()))
                .isEqualTo("{'id':'1@lid','name':'Budi','status':'s','notify':'b','lid':'1@lid',"
                        + "'phoneNumber':'2@s.whatsapp.net'}");
    }

    @Test
    void a7AContactKnownByOneAddressMovesOrStays() {
        assertThat(text(AliasRules.contact(Optional.empty(), row("{'id':'2@c.us','name':'n'}"), PAIR)
                        .orElseThrow()))
                .isEqualTo("{'id':'1@lid','name':'n','phoneNumber':'2@s.whatsapp.net'}");
        Optional<JsonObject> whole = row("{'id':'1@lid','phoneNumber':'2@s.whatsapp.net'}");
        assertThat(AliasRules.contact(whole, Optional.empty(), PAIR).orElseThrow())
                .isSameAs(whole.get());
    }

    @Test
    void a7FoldingWhatIsFoldedChangesNothing() {
        JsonObject once = json(chat("{'id':'1@lid','unreadCount':1}", "{'id':'2@c.us','unreadCount':2}"));

        assertThat(AliasRules.chat(Optional.of(once), Optional.empty(), PAIR).orElseThrow())
                .isSameAs(once);
    }
}

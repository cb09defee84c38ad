package dev.pawl.message;

import static dev.pawl.message.RowJson.LID;
import static dev.pawl.message.RowJson.NUMBER;
import static dev.pawl.message.RowJson.json;
import static dev.pawl.message.RowJson.known;
import static dev.pawl.message.RowJson.nobody;
import static dev.pawl.message.RowJson.row;
import static dev.pawl.message.RowJson.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.json.JsonObject;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ContactRulesTest {

    private static String updated(String stored, String update) {
        return text(ContactRules.update(row(stored), NUMBER, json(update), nobody()));
    }

    private static String withHistory(String stored, String item) {
        return text(ContactRules.history(row(stored), NUMBER, json(item), nobody()));
    }

    @Test
    void k1AnUnknownContactIsMadeUnderTheAddressOfItsRow() {
        assertThat(text(ContactRules.update(
                        Optional.empty(), NUMBER, json("{'notify':'b','id':'2:4@c.us','x':1.0}"), nobody())))
                .isEqualTo("{'notify':'b','id':'2@s.whatsapp.net','x':1.0}");
        assertThat(text(ContactRules.update(Optional.empty(), LID, json("{'id':'2@c.us','lid':'1@lid'}"), known())))
                .isEqualTo("{'id':'1@lid','lid':'1@lid','phoneNumber':'2@s.whatsapp.net'}");
    }

    @Test
    void k1MembersReplaceInTheirPlace() {
        assertThat(updated("{'id':'i','notify':'old','name':'n'}", "{'id':'j','status':'s','notify':'new'}"))
                .isEqualTo("{'id':'i','notify':'new','name':'n','status':'s'}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"name", "notify", "verifiedName", "username", "lid", "phoneNumber", "status"})
    void k1NothingErasesAName(String member) {
        String stored = "{'id':'i','" + member + "':'v'}";

        assertThat(updated(stored, "{'id':'i','" + member + "':null}")).isEqualTo(stored);
        assertThat(updated(stored, "{'id':'i','" + member + "':''}")).isEqualTo(stored);
        assertThat(updated(stored, "{'id':'i'}")).isEqualTo(stored);
        assertThat(updated("{'id':'i'}", "{'id':'i','" + member + "':''}")).isEqualTo("{'id':'i'}");
        assertThat(text(ContactRules.update(
                        Optional.empty(), NUMBER, json("{'id':'2@c.us','" + member + "':null}"), nobody())))
                .isEqualTo("{'id':'2@s.whatsapp.net'}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{'id':'i'}", "{'id':'i','notify':null}", "{'id':'i','notify':''}"})
    void k2AHistoryFillsWhatIsAbsent(String stored) {
        assertThat(withHistory(stored, "{'id':'i','notify':'new'}")).isEqualTo("{'id':'i','notify':'new'}");
    }

    @Test
    void k2ANameThatCameLiveStays() {
        assertThat(withHistory("{'id':'i','notify':'live'}", "{'id':'i','notify':'old','name':'Budi'}"))
                .isEqualTo("{'id':'i','notify':'live','name':'Budi'}");
    }

    @Test
    void k3MarksOfPicturesAreNoAddresses() {
        assertThat(updated("{'id':'i','imgUrl':'https://x'}", "{'imgUrl':'changed'}"))
                .isEqualTo("{'id':'i','imgUrl':'changed'}");
        assertThat(updated("{'id':'i','imgUrl':'changed'}", "{'imgUrl':'removed'}"))
                .isEqualTo("{'id':'i','imgUrl':null}");
        assertThat(updated("{'id':'i','imgUrl':'changed'}", "{'imgUrl':null}")).isEqualTo("{'id':'i','imgUrl':null}");
        assertThat(updated("{'id':'i','imgUrl':'changed'}", "{'name':'n'}"))
                .isEqualTo("{'id':'i','imgUrl':'changed','name':'n'}");
        assertThat(text(ContactRules.update(
                        Optional.empty(), NUMBER, json("{'imgUrl':'removed','id':'2@c.us'}"), nobody())))
                .isEqualTo("{'imgUrl':null,'id':'2@s.whatsapp.net'}");
        assertThat(updated("{'id':'i','status':'x'}", "{'status':'removed'}"))
                .isEqualTo("{'id':'i','status':'removed'}");
    }

    @Test
    void k3ThatThereIsNoPictureIsNotFilledFromAHistory() {
        assertThat(withHistory("{'id':'i','imgUrl':null}", "{'imgUrl':'https://old'}"))
                .isEqualTo("{'id':'i','imgUrl':null}");
    }

    @Test
    void k4AHashIsNobody() {
        assertThat(ContactRules.isSomebody(json("{'id':'a1b'}"))).isFalse();
        assertThat(ContactRules.isSomebody(json("{'id':'2@c.us'}"))).isTrue();
        assertThat(ContactRules.isSomebody(json("{'name':'x'}"))).isFalse();
    }

    @Test
    void k5GroupsAndChannelsAreNoPeople() {
        assertThat(ContactRules.isPerson("1@lid")).isTrue();
        assertThat(ContactRules.isPerson("2@s.whatsapp.net")).isTrue();
        assertThat(ContactRules.isPerson("3@g.us")).isFalse();
        assertThat(ContactRules.isPerson("4@newsletter")).isFalse();
        assertThat(ContactRules.isPerson("status@broadcast")).isFalse();
    }

    @Test
    void p4WhatNothingChangesIsTheStoredObject() {
        Optional<JsonObject> stored = row("{'id':'i','name':'n','imgUrl':null}");

        assertThat(ContactRules.update(stored, NUMBER, json("{'id':'2@c.us','name':'n','imgUrl':'removed'}"), nobody()))
                .isSameAs(stored.get());
        assertThat(ContactRules.history(stored, NUMBER, json("{'id':'2@c.us','name':'m'}"), nobody()))
                .isSameAs(stored.get());
    }

    @Test
    void p4WhatCameAloneIsTheItem() {
        JsonObject item = json("{'name':'n','id':'2@s.whatsapp.net','__proto__':1.0,'imgUrl':'changed'}");

        assertThat(ContactRules.update(Optional.empty(), NUMBER, item, nobody()))
                .isSameAs(item);
        assertThat(ContactRules.history(Optional.empty(), NUMBER, item, nobody()))
                .isSameAs(item);
    }

    @Test
    void p6OursIsNobodyElses() {
        assertThat(text(ContactRules.update(
                        Optional.empty(), NUMBER, json("{'id':'2@c.us','pawl':{'x':1}}"), nobody())))
                .isEqualTo("{'id':'2@s.whatsapp.net'}");
        assertThat(updated("{'id':'i'}", "{'pawl':{'x':1}}")).isEqualTo("{'id':'i'}");
    }
}

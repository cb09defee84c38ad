package dev.pawl.message;

import static dev.pawl.message.RowJson.json;
import static dev.pawl.message.RowJson.known;
import static dev.pawl.message.RowJson.nobody;
import static dev.pawl.message.RowJson.row;
import static dev.pawl.message.RowJson.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.event.Event;
import dev.pawl.event.RawEvent;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonValue;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GroupRulesTest {

    private static final String GROUP = "7@g.us";

    private static String updated(String stored, String update) {
        return text(GroupRules.update(row(stored), GROUP, json(update)));
    }

    private static Event.GroupParticipantsUpdate change(String action, String people) {
        String data = "{'id':'7@g.us','author':'9@lid','authorPn':'8@c.us','action':'" + action + "','participants':["
                + people + "]}";
        return (Event.GroupParticipantsUpdate)
                Event.of(new RawEvent("group-participants.update", JsonValue.parse(data.replace('\'', '"'))));
    }

    private static String changed(String stored, String action, String people) {
        return text(GroupRules.participants(row(stored), change(action, people), known()));
    }

    private static String of(String people) {
        return "{'id':'7@g.us','participants':[" + people + "]}";
    }

    @Test
    void g1AnUnknownGroupIsMadeVerbatim() {
        JsonObject item = json("{'subject':'x','id':'7@g.us','creation':null,'author':'a@lid','participants':[]}");

        assertThat(GroupRules.update(Optional.empty(), GROUP, item)).isSameAs(item);
        assertThat(text(GroupRules.update(Optional.empty(), GROUP, json("{'id':'7:1@g.us','pawl':{'partial':true}}"))))
                .isEqualTo("{'id':'7@g.us'}");
    }

    @Test
    void g1MembersReplaceAndNullClears() {
        assertThat(updated(
                        "{'id':'7@g.us','desc':'d','subject':'a','participants':[{'id':'1@lid'},{'id':'5@lid'}]}",
                        "{'id':'8@g.us','subject':'b','desc':null,'participants':[{'id':'3@lid'}],'announce':true}"))
                .isEqualTo("{'id':'7@g.us','desc':null,'subject':'b','participants':[{'id':'3@lid'}],'announce':true}");
    }

    @Test
    void g2PeopleComeLast() {
        assertThat(changed(of("{'id':'1@lid'}"), "add", "{'id':'3@lid','admin':null},'4@c.us'"))
                .isEqualTo(of("{'id':'1@lid'},{'id':'3@lid','admin':null},{'id':'4@c.us'}"));
    }

    @Test
    void g2WhoComesAgainIsReplacedInPlaceUnderHisAddress() {
        assertThat(changed(
                        of("{'id':'1@lid','admin':'admin','x':1},{'id':'3@lid'}"),
                        "add",
                        "{'id':'2:5@c.us','admin':null}"))
                .isEqualTo(of("{'id':'1@lid','admin':null,'x':1,'phoneNumber':'2@s.whatsapp.net'},{'id':'3@lid'}"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"'1@lid'", "'1:4@lid'", "'2@s.whatsapp.net'", "'2@c.us'", "{'id':'x@lid','phoneNumber':'2@c.us'}"
            })
    void g2PeopleGoUnderEachOfTheirAddresses(String person) {
        assertThat(changed(of("{'id':'3@lid'},{'id':'1@lid'},{'id':'4@lid'}"), "remove", person))
                .isEqualTo(of("{'id':'3@lid'},{'id':'4@lid'}"));
    }

    @Test
    void g2AnAddressInTheEntryIsEnoughWithoutAPair() {
        Optional<JsonObject> group = row(of("{'id':'1@lid','phoneNumber':'2@s.whatsapp.net'}"));

        assertThat(text(GroupRules.participants(group, change("remove", "'2@c.us'"), nobody())))
                .isEqualTo(of(""));
    }

    @Test
    void g2AdminsAreMadeAndUnmade() {
        assertThat(changed(of("{'id':'1@lid','admin':null},{'id':'3@lid'}"), "promote", "'2@c.us','3@lid'"))
                .isEqualTo(of("{'id':'1@lid','admin':'admin'},{'id':'3@lid','admin':'admin'}"));
        assertThat(changed(of("{'id':'1@lid','admin':'superadmin'}"), "promote", "'1@lid'"))
                .isEqualTo(of("{'id':'1@lid','admin':'superadmin'}"));
        assertThat(changed(of("{'id':'1@lid','admin':'superadmin'}"), "demote", "'1@lid'"))
                .isEqualTo(of("{'id':'1@lid','admin':null}"));
        assertThat(changed(of("{'id':'1@lid'}"), "promote", "{'id':'3@lid','admin':null}"))
                .isEqualTo(of("{'id':'1@lid'},{'id':'3@lid','admin':'admin'}"));
    }

    @Test
    void g2AnEntryGetsTheOtherAddresses() {
        assertThat(changed(
                        of("{'id':'5@lid','admin':'admin'}"), "modify", "{'id':'6@c.us','lid':'5@lid','admin':null}"))
                .isEqualTo(of("{'id':'5@lid','admin':'admin','lid':'5@lid','phoneNumber':'6@s.whatsapp.net'}"));
    }

    @Test
    void g2ModifyAddsWhoIsNotInTheListSoThatItSaysTheSameWhenItComesAgain() {
        String told = "{'id':'2@c.us','lid':'1@lid','admin':null}";

        String once = changed(of("{'id':'3@lid'}"), "modify", told);
        assertThat(once).isEqualTo(of("{'id':'3@lid'}," + told));
        String listed = changed(once, "add", "{'id':'1@lid','admin':null}");
        assertThat(listed).isEqualTo(once);
        assertThat(changed(listed, "modify", told)).isEqualTo(listed);
    }

    @Test
    void g2ModifyWithNothingButAnAddressSaysNothing() {
        for (String address : List.of("'2@c.us'", "{'id':'2@c.us'}", "{'id':'2@c.us','admin':null}", "'9@lid'")) {
            assertThat(changed(of("{'id':'1@lid'}"), "modify", address)).isEqualTo(of("{'id':'1@lid'}"));
        }
    }

    @Test
    void g2ModifyFindsTheEntryByAnyOfItsAddresses() {
        assertThat(changed(
                        of("{'id':'4@lid'},{'id':'5@lid','phoneNumber':'6@s.whatsapp.net'}"),
                        "modify",
                        "{'id':'6@c.us','username':'u'}"))
                .isEqualTo(of("{'id':'4@lid'},{'id':'5@lid','phoneNumber':'6@s.whatsapp.net','username':'u'}"));
    }

    @Test
    void g2AnUnknownActionChangesNothing() {
        Optional<JsonObject> group = row(of("{'id':'1@lid'}"));

        assertThat(GroupRules.participants(group, change("beatify", "'1@lid'"), known()))
                .isSameAs(group.get());
    }

    @Test
    void g2SizeFollowsWhereItIs() {
        String one = "{'id':'7@g.us','participants':[{'id':'1@lid'}],'size':1}";

        assertThat(changed(one, "add", "'3@lid'")).endsWith("'size':2}");
        assertThat(changed(one, "remove", "'1@lid'")).endsWith("'participants':[],'size':0}");
        assertThat(changed(of(""), "add", "'3@lid'")).doesNotContain("size");
        assertThat(changed("{'id':'7@g.us','size':50}", "add", "'3@lid'")).contains("'size':50");
    }

    @Test
    void g2WhoDidItIsNotStored() {
        assertThat(changed(of(""), "add", "'3@lid'")).doesNotContain("author").doesNotContain("9@lid");
    }

    @Test
    void g2TheSameAgainChangesNothing() {
        for (String action : List.of("add", "promote", "demote", "modify", "remove")) {
            JsonObject once = GroupRules.participants(
                    row("{'id':'7@g.us','participants':[{'id':'1@lid','admin':'admin'}],'size':1}"),
                    change(action, "{'id':'2@c.us','lid':'1@lid','admin':null}"),
                    known());

            assertThat(GroupRules.participants(
                            Optional.of(once), change(action, "{'id':'2@c.us','lid':'1@lid','admin':null}"), known()))
                    .as(action)
                    .isSameAs(once);
        }
    }

    @Test
    void g3AnUnknownGroupIsPartialUntilAListComes() {
        JsonObject partial = GroupRules.participants(Optional.empty(), change("add", "'3@lid'"), nobody());

        assertThat(text(partial)).isEqualTo("{'id':'7@g.us','participants':[{'id':'3@lid'}],'pawl':{'partial':true}}");
        assertThat(text(GroupRules.participants(Optional.of(partial), change("add", "'4@lid'"), nobody())))
                .isEqualTo("{'id':'7@g.us','participants':[{'id':'3@lid'},{'id':'4@lid'}],'pawl':{'partial':true}}");
        assertThat(updated(text(partial), "{'subject':'s'}"))
                .isEqualTo("{'id':'7@g.us','participants':[{'id':'3@lid'}],'subject':'s','pawl':{'partial':true}}");
        assertThat(updated(text(partial), "{'participants':[{'id':'3@lid'},{'id':'4@lid'}]}"))
                .isEqualTo("{'id':'7@g.us','participants':[{'id':'3@lid'},{'id':'4@lid'}]}");
    }

    @Test
    void g3AKnownGroupWithoutAListIsPartialToo() {
        assertThat(changed("{'id':'7@g.us','subject':'s'}", "add", "'3@lid'"))
                .isEqualTo("{'id':'7@g.us','subject':'s','participants':[{'id':'3@lid'}],'pawl':{'partial':true}}");
        assertThat(text(GroupRules.participants(Optional.empty(), change("remove", "'3@lid'"), nobody())))
                .isEqualTo("{'id':'7@g.us','participants':[],'pawl':{'partial':true}}");
    }

    @Test
    void g4WhoLeftIsKeptOnceForEachTime() {
        List<JsonObject> left = List.of(
                json("{'userJid':'1@lid','leaveReason':'LEFT','leaveTs':'5'}"),
                json("{'userJid':'2@c.us','leaveReason':'LEFT','leaveTs':5}"),
                json("{'userJid':'1@lid','leaveReason':'REMOVED','leaveTs':6}"),
                json("{'userJid':'3@lid','leaveReason':'LEFT','leaveTs':5}"));
        String past = "'past':[{'userJid':'1@lid','leaveReason':'LEFT','leaveTs':'5'},"
                + "{'userJid':'1@lid','leaveReason':'REMOVED','leaveTs':6},"
                + "{'userJid':'3@lid','leaveReason':'LEFT','leaveTs':5}]";

        JsonObject made = GroupRules.past(Optional.empty(), GROUP, left, known());
        assertThat(text(made)).isEqualTo("{'id':'7@g.us','pawl':{" + past + ",'partial':true}}");
        assertThat(GroupRules.past(Optional.of(made), GROUP, left, known())).isSameAs(made);
        assertThat(text(GroupRules.past(row(of("{'id':'1@lid'}")), GROUP, left, known())))
                .isEqualTo("{'id':'7@g.us','participants':[{'id':'1@lid'}],'pawl':{" + past + "}}");
        assertThat(updated(text(made), "{'participants':[]}"))
                .isEqualTo("{'id':'7@g.us','participants':[],'pawl':{" + past + "}}");
    }

    @Test
    void r2WhoIsAdminIsKnownFromAListThatSaysSo() {
        JsonObject group = json(of("{'id':'1@lid','admin':'superadmin'},{'id':'3@lid','admin':null}"));
        JsonObject partial = json("{'participants':[{'id':'3@lid'}],'pawl':{'partial':true}}");

        assertThat(GroupRules.isAdmin(group, "2:1@c.us", known())).contains(true);
        assertThat(GroupRules.isAdmin(group, "3@lid", known())).contains(false);
        assertThat(GroupRules.isAdmin(group, "5@lid", known())).contains(false);
        assertThat(GroupRules.isAdmin(partial, "5@lid", known())).isEmpty();
        assertThat(GroupRules.isAdmin(partial, "3@lid", known())).contains(false);
        assertThat(GroupRules.isAdmin(json("{'id':'7@g.us'}"), "3@lid", known()))
                .isEmpty();
    }

    @Test
    void r2AListThatIsWholeSaysWhoIsNoneAlsoBesideWhoLeft() {
        JsonObject group = json("{'participants':[{'id':'3@lid'}],'pawl':{'past':[{'userJid':'5@lid','leaveTs':1}]}}");

        assertThat(GroupRules.isAdmin(group, "5@lid", known())).contains(false);
    }

    @Test
    void g1SizeFollowsAListThatComesWithoutOne() {
        String two = "{'id':'7@g.us','participants':[{'id':'1@lid'},{'id':'3@lid'}],'size':2}";

        assertThat(updated(two, "{'participants':[{'id':'3@lid'}]}"))
                .isEqualTo("{'id':'7@g.us','participants':[{'id':'3@lid'}],'size':1}");
        assertThat(updated(two, "{'participants':[{'id':'3@lid'}],'size':7}")).endsWith("'size':7}");
        assertThat(updated("{'id':'7@g.us'}", "{'participants':[{'id':'3@lid'}]}"))
                .doesNotContain("size");
    }

    @Test
    void g2AListOfTextsIsOneOfPeople() {
        String texts = of("'1@lid','3@lid'");

        assertThat(changed(texts, "promote", "'2@c.us'")).isEqualTo(of("{'id':'1@lid','admin':'admin'},'3@lid'"));
        assertThat(changed(texts, "remove", "'3:4@lid'")).isEqualTo(of("'1@lid'"));
        assertThat(GroupRules.isAdmin(json(texts), "3@lid", known())).contains(false);
    }

    @Test
    void g2ManyGoAtOnce() {
        assertThat(changed(of("{'id':'1@lid'},{'id':'3@lid'},{'id':'4@lid'}"), "remove", "'1@lid','4@lid'"))
                .isEqualTo(of("{'id':'3@lid'}"));
        assertThat(changed(of("{'id':'1@lid'},{'id':'3@lid'}"), "remove", "'1@lid','2@c.us'"))
                .isEqualTo(of("{'id':'3@lid'}"));
    }

    @Test
    void g2AnEntryUnderAPhoneNumberGetsTheLidThatItIsNamedBy() {
        assertThat(changed(of("{'id':'2@c.us'}"), "add", "{'id':'1:7@lid','admin':null}"))
                .isEqualTo(of("{'id':'2@c.us','admin':null,'lid':'1@lid'}"));
        assertThat(changed(of("{'id':'2@c.us'}"), "add", "{'id':'1@lid','lid':'1:7@lid'}"))
                .isEqualTo(of("{'id':'2@c.us','lid':'1:7@lid'}"));
        assertThat(changed(of("{'id':'1@lid'}"), "add", "{'id':'2@c.us','phoneNumber':'2:7@c.us'}"))
                .isEqualTo(of("{'id':'1@lid','phoneNumber':'2:7@c.us'}"));
    }

    @Test
    void g2AnAddressThatAnEntryGetsFindsItInTheSameEvent() {
        assertThat(changed(
                        of("{'id':'5@lid'}"),
                        "add",
                        "{'id':'5@lid','phoneNumber':'6@s.whatsapp.net'},{'id':'6@c.us','x':1}"))
                .isEqualTo(of("{'id':'5@lid','phoneNumber':'6@s.whatsapp.net','x':1}"));
    }
}

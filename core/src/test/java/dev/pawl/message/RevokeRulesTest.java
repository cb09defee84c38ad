package dev.pawl.message;

import static dev.pawl.message.Said.BUDI;
import static dev.pawl.message.Said.BUDI_LID;
import static dev.pawl.message.Said.GROUP;
import static dev.pawl.message.Said.SITI_LID;
import static dev.pawl.message.Said.after;
import static dev.pawl.message.Said.arrives;
import static dev.pawl.message.Said.editing;
import static dev.pawl.message.Said.history;
import static dev.pawl.message.Said.json;
import static dev.pawl.message.Said.key;
import static dev.pawl.message.Said.ours;
import static dev.pawl.message.Said.revoking;
import static dev.pawl.message.Said.row;
import static dev.pawl.message.Said.update;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.event.RawEvent;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonValue;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rules R1 to R6, M7 to M9, Q1: what is left of a message that is taken back, and by whom it can be. */
class RevokeRulesTest {

    private static final String A = key("A");
    private static final String NOTE = ",'pawl':{'revoked':{'by':'" + BUDI + "','id':'R'}}";
    private static final RawEvent ORIGINAL = arrives(
            A,
            "'messageTimestamp':1760000001,'pushName':'Budi','message':{'conversation':'secret words',"
                    + "'messageContextInfo':{'messageSecret':'CQkJ'}}");
    private static final RawEvent CARRIER = revoking(key("R"), 1760000050);
    private static final RawEvent UPDATE = update(A, "'message':null,'messageStubType':1,'key':" + key("R"));
    private static final JsonObject LEFT = json("{'key':" + A
            + ",'messageTimestamp':1760000001,'pushName':'Budi','message':null,'messageStubType':1,"
            + "'revokeMessageTimestamp':1760000050" + NOTE + "}");

    @Test
    void onlyMembersThatSayNothingOfTheContentAreLeft() {
        String kept = "'participant':'','verifiedBizName':'v','broadcast':false,'status':4,'starred':true,"
                + "'userReceipt':[{'userJid':'x@lid','readTimestamp':5}],'ephemeralStartTimestamp':1,"
                + "'ephemeralDuration':2,'newsletterServerId':3,'category':'peer'";
        RawEvent full = arrives(
                A,
                "'message':{'conversation':'words'},'messageSecret':'words','reactions':[{'text':'words'}],"
                        + "'pollUpdates':[{'x':'words'}],'messageStubParameters':['words'],'new':{'text':'words'},"
                        + kept);

        assertThat(row(full, Said.edit(A, "words", 5), CARRIER))
                .isEqualTo(json("{'key':" + A + ",'message':null," + kept
                        + ",'messageStubType':1,'revokeMessageTimestamp':1760000050" + NOTE + "}"));
    }

    @Test
    void theMessageTheUpdateAndBothAreOneRevoke() {
        assertThat(row(ORIGINAL, CARRIER)).isEqualTo(LEFT);
        assertThat(row(ORIGINAL, CARRIER, UPDATE)).isEqualTo(LEFT);
        assertThat(Said.sorted(row(ORIGINAL, UPDATE, CARRIER))).isEqualTo(Said.sorted(LEFT));
        assertThat(row(ORIGINAL, UPDATE).get("revokeMessageTimestamp")).isEmpty();
    }

    @Test
    void itIsFinal() {
        TinyHistory history = after(ORIGINAL, CARRIER);
        history.apply(List.of(
                ORIGINAL,
                history(A, "'messageTimestamp':1760000001,'message':{'conversation':'secret words'},'x':'words'"),
                Said.edit(A, "words", 99),
                update(A, "'message':{'conversation':'words'},'messageStubParameters':['words'],'x':'words'"),
                Said.reaction(A, key("X"), "'text':'words'"),
                update(
                        A,
                        "'pollUpdates':[{'pollUpdateMessageKey':" + key("V")
                                + ",'vote':{'selectedOptions':['qg==']}}]"),
                CARRIER,
                revoking(key("R2"), 1760000099)));

        assertThat(history.row("A|0")).isEqualTo(LEFT);
        assertThat(WaMessage.of(history.row("A|0")).contentForRetry()).isEmpty();
        assertThat(WaMessage.of(history.row("A|0")).messageSecret()).isEmpty();
    }

    @Test
    void whatIsNoContentStillArrives() {
        JsonObject row = row(
                revoking(key("R"), 1760000050),
                update(A, "'status':4,'starred':true"),
                Said.receipt(A, "'userJid':'x@lid','readTimestamp':5"),
                ORIGINAL);

        assertThat(row)
                .isEqualTo(json("{'key':" + A
                        + ",'message':null,'messageStubType':1,'revokeMessageTimestamp':1760000050,'status':4,"
                        + "'starred':true,'userReceipt':[{'userJid':'x@lid','readTimestamp':5}],"
                        + "'messageTimestamp':1760000001,'pushName':'Budi'" + NOTE + "}"));
    }

    @Test
    void aStatusThatWasFoldedWithItIsKept() {
        RawEvent folded = update(
                ours("A"),
                "'message':null,'messageStubType':1,'status':4,'messageTimestamp':1760000070,'key':" + ours("R"));

        assertThat(after(arrives(ours("A"), "'status':2,'message':{'conversation':'hi'}"), folded)
                        .row("A|1"))
                .isEqualTo(json("{'key':" + ours("A")
                        + ",'status':4,'message':null,'messageStubType':1,'pawl':{'revoked':{'by':'me','id':'R'}}}"));
    }

    @Test
    void theFirstOneIsNamed() {
        RawEvent second = revoking(key("R2"), 1760000060);

        assertThat(row(ORIGINAL, second, CARRIER).toBytes().utf8()).contains("1760000060", "\"id\":\"R2\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "'REVOKE'", "132", "'ADMIN_REVOKE'"})
    void aStubOfHistoryTakesBackAndTheMessageThatDidSaysWho(String type) {
        RawEvent stub = history(A, "'messageTimestamp':'1760000001','messageStubType':" + type);
        String bare =
                "{'key':" + A + ",'messageTimestamp':1760000001,'pushName':'Budi','message':null,'messageStubType':1";

        assertThat(row(ORIGINAL, stub)).isEqualTo(json(bare + "}"));
        assertThat(row(ORIGINAL, stub, CARRIER)).isEqualTo(LEFT);
        assertThat(row(ORIGINAL, CARRIER, stub)).isEqualTo(LEFT);
        assertThat(row(stub, ORIGINAL))
                .isEqualTo(json("{'key':" + A + ",'messageTimestamp':'1760000001','messageStubType':" + type
                        + ",'pushName':'Budi'}"));
    }

    @Test
    void aStubWithTheKeyOfTheCarrierWasAnotherMessage() {
        RawEvent stub =
                arrives(key("R"), "'messageTimestamp':1760000001,'pushName':'Budi','message':null,'messageStubType':1");
        TinyHistory history = after(stub, CARRIER);

        assertThat(Said.sorted(history.row("A|0"))).isEqualTo(Said.sorted(LEFT));
        assertThat(Acts.isRevoke(history.row("R|0"))).isTrue();

        TinyHistory other = after(CARRIER, stub);
        assertThat(other.row("R|0")).isEqualTo(history.row("R|0"));
        assertThat(other.row("A|0").get("messageTimestamp")).isEmpty();
    }

    @Test
    void whatIsTakenBackBeforeItCameIsNeverStored() {
        JsonObject row = row(CARRIER, ORIGINAL);

        assertThat(Said.sorted(row)).isEqualTo(Said.sorted(LEFT));
        assertThat(Said.sorted(row(UPDATE, ORIGINAL, CARRIER))).isEqualTo(Said.sorted(LEFT));
    }

    @Test
    void itsEditsLoseTheirWordsWheneverTheyCome() {
        RawEvent one = editing(key("E1"), "more secret words", 20);
        RawEvent two = editing(key("E2"), "other secret words", 30);
        for (List<RawEvent> events : Said.orders(List.of(ORIGINAL, one, two, CARRIER))) {
            TinyHistory history = new TinyHistory().apply(events);

            history.rows.forEach((place, row) ->
                    assertThat(row.toBytes().utf8()).as(place.id()).doesNotContain("words"));
            assertThat(history.rows).hasSize(4);
            assertThat(history.waiting).isEmpty();
            assertThat(history.row("E1|0").toBytes().utf8()).contains("MESSAGE_EDIT", "20007");
            assertThat(Said.sorted(history.row("A|0"))).isEqualTo(Said.sorted(LEFT));
        }
    }

    @Test
    void anotherMessageOfTheIdOfAnEditKeepsItsWords() {
        TinyHistory history = after(
                ORIGINAL,
                editing(key("E"), "words", 20),
                arrives(ours("E"), "'message':{'conversation':'ours'}"),
                CARRIER);

        assertThat(history.row("E|1").toBytes().utf8()).contains("ours");
    }

    private static RawEvent admin(String by, String of) {
        return arrives(
                key("R", by),
                "'messageTimestamp':1760000050,'message':{'protocolMessage':{'type':'REVOKE','key':{'remoteJid':'"
                        + GROUP + "','fromMe':false,'id':'A','participant':'" + of + "'}}}");
    }

    private static RawEvent group(String role) {
        return new RawEvent(
                "groups.update",
                JsonValue.parse(("[{'id':'" + GROUP + "','participants':[{'id':'" + SITI_LID + "','admin':" + role
                                + "},{'id':'" + BUDI_LID + "','admin':null}]}]")
                        .replace('\'', '"')));
    }

    private static final RawEvent OF_BUDI =
            arrives(key("A", BUDI_LID), "'messageTimestamp':1760000001,'message':{'conversation':'hi'}");
    private static final RawEvent UPDATE_OF_SITI =
            update(key("A", SITI_LID), "'message':null,'messageStubType':1,'key':" + key("R", SITI_LID));
    private static final String BY_SITI = "'pawl':{'revoked':{'by':'" + SITI_LID + "','id':'R'}}}";

    @ParameterizedTest
    @ValueSource(strings = {"'admin'", "'superadmin'"})
    void anAdminTakesBackWhatAnotherWroteAndIsNamed(String role) {
        JsonObject left = json("{'key':" + key("A", BUDI_LID)
                + ",'messageTimestamp':1760000001,'message':null,'messageStubType':1,"
                + "'revokeMessageTimestamp':1760000050," + BY_SITI);

        for (List<RawEvent> events : Said.orders(List.of(OF_BUDI, admin(SITI_LID, BUDI_LID), UPDATE_OF_SITI))) {
            TinyHistory history = after(group(role));
            history.apply(events);

            assertThat(Said.sorted(history.row("A|0"))).isEqualTo(Said.sorted(left));
            assertThat(history.rows).hasSize(2);
            assertThat(history.refused).isEmpty();
            assertThat(history.waiting).isEmpty();
        }
    }

    @Test
    void whereNobodyKnowsTheGroupHeIsBelieved() {
        assertThat(MessageRules.isRevoked(
                        after(OF_BUDI, admin(SITI_LID, BUDI_LID)).row("A|0")))
                .isTrue();
    }

    @Test
    void whoIsNoAdminDoesNot() {
        TinyHistory history = after(group("null"), OF_BUDI, admin(SITI_LID, BUDI_LID), UPDATE_OF_SITI);
        assertThat(WaMessage.of(history.row("A|0")).text()).contains("hi");
        assertThat(history.refused).hasSize(1);

        TinyHistory early = after(group("null"), admin(SITI_LID, BUDI_LID), OF_BUDI);
        assertThat(WaMessage.of(early.row("A|0")).text()).contains("hi");
        assertThat(early.refused).hasSize(1);
    }

    @Test
    void anAdminTakesBackOursUnderAnAddressThatNobodyKnows() {
        String ofOurs = "{'remoteJid':'" + GROUP + "','fromMe':true,'id':'A'}";
        RawEvent sent = arrives(ofOurs, "'message':{'conversation':'hi'}");
        RawEvent carrier = admin(SITI_LID, "98765432109876@lid");

        assertThat(after(group("'admin'"), sent, carrier).row("A|1").toBytes().utf8())
                .contains("\"by\":\"" + SITI_LID);
        assertThat(after(group("'admin'"), sent, UPDATE_OF_SITI)
                        .row("A|1")
                        .toBytes()
                        .utf8())
                .contains("\"by\":\"" + SITI_LID);
        assertThat(WaMessage.of(after(group("null"), sent, carrier, UPDATE_OF_SITI)
                                .row("A|1"))
                        .text())
                .contains("hi");
    }

    @Test
    void weAsAdminTakeBackWhatAnotherWrote() {
        RawEvent carrier = arrives(
                "{'remoteJid':'" + GROUP + "','fromMe':true,'id':'R'}",
                "'messageTimestamp':1760000050,'message':{'protocolMessage':{'type':0,'key':{'remoteJid':'" + GROUP
                        + "','fromMe':false,'id':'A','participant':'" + BUDI_LID + "'}}}");

        assertThat(after(group("null"), OF_BUDI, carrier).row("A|0").toBytes().utf8())
                .contains("\"by\":\"me\"");
        assertThat(after(carrier).row("A|0").get("key").orElseThrow()).isEqualTo(json(key("A", BUDI_LID)));
    }

    @Test
    void whoTakesBackHisOwnNeedsToBeNoAdmin() {
        RawEvent carrier = admin(BUDI_LID, BUDI_LID);

        assertThat(MessageRules.isRevoked(
                        after(group("'admin'"), OF_BUDI, carrier).row("A|0")))
                .isTrue();
    }

    @Test
    void nobodyTakesBackTheOtherSidesMessage() {
        TinyHistory history = after(arrives(ours("A"), "'message':{'conversation':'hi'}"), CARRIER, UPDATE);

        assertThat(WaMessage.of(history.row("A|1")).text()).contains("hi");
    }

    @Test
    void theKeyOfAMessageThatIsNotThereIsTheRevokersWithoutWhatIsHisAlone() {
        String siti = "{'remoteJid':'" + GROUP + "','fromMe':false,'id':'R','participant':'" + SITI_LID
                + "','participantAlt':'6282222222222@s.whatsapp.net','addressingMode':'lid'}";
        RawEvent carrier = arrives(
                siti,
                "'message':{'protocolMessage':{'type':0,'key':{'fromMe':false,'id':'A','participant':'" + BUDI_LID
                        + "'}}}");
        RawEvent own = arrives(siti, "'message':{'protocolMessage':{'type':0,'key':{'fromMe':true,'id':'A'}}}");

        assertThat(after(carrier).row("A|0").get("key").orElseThrow())
                .isEqualTo(json("{'remoteJid':'" + GROUP + "','fromMe':false,'id':'A','participant':'" + BUDI_LID
                        + "','addressingMode':'lid'}"));
        assertThat(after(own).row("A|0").get("key").orElseThrow()).isEqualTo(json(siti.replace("'R'", "'A'")));
    }
}

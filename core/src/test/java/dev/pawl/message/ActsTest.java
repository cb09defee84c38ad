package dev.pawl.message;

import static dev.pawl.message.Said.BUDI;
import static dev.pawl.message.Said.BUDI_LID;
import static dev.pawl.message.Said.SITI_LID;
import static dev.pawl.message.Said.arrives;
import static dev.pawl.message.Said.edit;
import static dev.pawl.message.Said.editing;
import static dev.pawl.message.Said.editingMembers;
import static dev.pawl.message.Said.history;
import static dev.pawl.message.Said.json;
import static dev.pawl.message.Said.key;
import static dev.pawl.message.Said.ours;
import static dev.pawl.message.Said.reaction;
import static dev.pawl.message.Said.receipt;
import static dev.pawl.message.Said.revoking;
import static dev.pawl.message.Said.update;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.event.Event;
import dev.pawl.event.MessageKey;
import dev.pawl.event.RawEvent;
import dev.pawl.json.JsonNull;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rules M16 to M19, W1: what events do to which messages, and how what they do is kept until it can be done. */
class ActsTest {

    private static List<Act> acts(RawEvent event) {
        return Acts.of(Event.of(event));
    }

    private static List<Act.Kind> kinds(RawEvent event) {
        return acts(event).stream().map(Act::kind).toList();
    }

    private static final String REACTION =
            "'message':{'reactionMessage':{'key':" + ours("A") + ",'text':'a','senderTimestampMs':'5'}}";

    @Test
    void aMessageThatActsIsTwoThings() {
        assertThat(kinds(arrives(key("A"), "'message':{'conversation':'hi'}"))).containsExactly(Act.Kind.ARRIVES);
        assertThat(kinds(editing(key("E"), "x", 5))).containsExactly(Act.Kind.ARRIVES, Act.Kind.EDITED);
        assertThat(kinds(revoking(key("R"), 5))).containsExactly(Act.Kind.ARRIVES, Act.Kind.REVOKED);
        assertThat(kinds(arrives(key("X"), REACTION))).containsExactly(Act.Kind.ARRIVES, Act.Kind.REACTED);
    }

    @Test
    void inAHistoryItIsOne() {
        assertThat(kinds(history(key("E"), editingMembers("x", 5)))).containsExactly(Act.Kind.HISTORY);
        assertThat(kinds(history(key("X"), REACTION))).containsExactly(Act.Kind.HISTORY);
    }

    @Test
    void whatIsEncryptedDoesNothing() {
        assertThat(kinds(arrives(
                        key("V"), "'message':{'pollUpdateMessage':{'pollCreationMessageKey':" + key("A") + "}}")))
                .containsExactly(Act.Kind.ARRIVES);
        assertThat(kinds(arrives(
                        key("V"),
                        "'message':{'encEventResponseMessage':{'eventCreationMessageKey':" + key("A") + "}}")))
                .containsExactly(Act.Kind.ARRIVES);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'type':'APP_STATE_SYNC_KEY_SHARE','key':{'id':'A'}}",
                "{'type':3,'key':{'id':'A'}}",
                "{'type':0}",
                "{'type':0,'key':{}}",
                "{'type':14,'key':{'id':'A'}}",
                "{'type':14,'editedMessage':{'conversation':'x'}}"
            })
    void aProtocolMessageThatNamesNothingDoesNothing(String protocol) {
        assertThat(kinds(arrives(key("P"), "'message':{'protocolMessage':" + protocol + "}")))
                .containsExactly(Act.Kind.ARRIVES);
    }

    @Test
    void protobufDoesNotWriteTheTypeOfARevoke() {
        assertThat(kinds(arrives(key("R"), "'message':{'protocolMessage':{'key':{'id':'A'}}}")))
                .containsExactly(Act.Kind.ARRIVES, Act.Kind.REVOKED);
    }

    @Test
    void theTargetIsTheSendersAsOneSeesItHere() {
        assertThat(acts(revoking(key("R"), 5)).get(1).targets()).containsExactly(MessageKey.of(BUDI, "A", false));
        assertThat(acts(revoking(ours("R"), 5)).get(1).targets()).containsExactly(MessageKey.of(BUDI, "A", true));
        assertThat(acts(editing(key("E"), "x", 5)).get(1).targets()).containsExactly(MessageKey.of(BUDI, "A", false));
        assertThat(acts(arrives(key("X"), REACTION)).get(1).targets()).containsExactly(MessageKey.of(BUDI, "A", true));
    }

    @Test
    void anEditIsAsOldAsItSays() {
        assertThat(acts(editing(key("E"), "x", 1760000005)).get(1).time()).isEqualTo(OptionalLong.of(1760000005));
        assertThat(acts(revoking(key("R"), 1760000005)).get(1).time()).isEqualTo(OptionalLong.of(1760000005));
    }

    @Test
    void aReactionIsAsBaileysHandsItOver() {
        Act carried = acts(arrives(key("X"), REACTION)).get(1);
        Act event = acts(reaction(ours("A"), key("X"), "'text':'a','senderTimestampMs':'5'"))
                .get(0);

        assertThat(carried.part()).isEqualTo(event.part());
        assertThat(carried.targets()).isEqualTo(event.targets());
        assertThat(carried.event()).isEqualTo(event.event());
    }

    static List<RawEvent> waiting() {
        return List.of(
                update(key("A"), "'status':4"),
                update(key("A", BUDI_LID), "'starred':true"),
                edit(key("A", BUDI_LID), "x", 5),
                editing(key("E", BUDI_LID), "x", 5),
                update(key("A", SITI_LID), "'message':null,'messageStubType':1,'key':" + key("R", SITI_LID)),
                arrives(key("X"), REACTION),
                reaction(key("A"), key("X"), "'text':'a'"),
                receipt(ours("A"), "'userJid':'" + BUDI_LID + "','readTimestamp':5"));
    }

    @ParameterizedTest
    @MethodSource("waiting")
    void whatWaitsIsTheSameAgain(RawEvent event) {
        List<Act> acts = acts(event);
        Act act = acts.get(acts.size() - 1);

        RawEvent kept = RawEvent.parse(act.event().toJson().toBytes());
        List<Act> again = Acts.ofWaiting(kept);

        assertThat(again).hasSize(1);
        assertThat(again.get(0).kind()).isEqualTo(act.kind());
        assertThat(again.get(0).targets()).isEqualTo(act.targets());
        assertThat(again.get(0).part()).isEqualTo(act.part());
        assertThat(again.get(0).time()).isEqualTo(act.time());
        assertThat(again.get(0).event()).isEqualTo(kept);
        if (act.kind() != Act.Kind.REACTED) {
            assertThat(again.get(0).by()).isEqualTo(act.by());
        }
    }

    @Test
    void anArrivalWaitsForNothing() {
        Act arrival = acts(arrives(key("A"), "'x':1")).get(0);

        assertThatThrownBy(arrival::event).isInstanceOf(IllegalStateException.class);
        assertThat(arrival.isArrival()).isTrue();
    }

    @Test
    void onlyWhoTakesBackInAGroupIsAskedWhetherHeIsAnAdmin() {
        assertThat(acts(revoking(key("R", BUDI_LID), 5)).get(1).asksGroup()).isTrue();
        assertThat(acts(revoking(key("R"), 5)).get(1).asksGroup()).isFalse();
        assertThat(acts(editing(key("E", BUDI_LID), "x", 5)).get(1).asksGroup()).isFalse();
    }

    @Test
    void otherEventsDoNothingToMessages() {
        assertThat(acts(Said.pair())).isEmpty();
        assertThat(acts(new RawEvent("connection.update", JsonNull.NULL))).isEmpty();
    }

    @Test
    void nothingOfAMessageIsShown() {
        Act act = acts(arrives(key("A"), "'message':{'conversation':'secret'}")).get(0);
        Outcome outcome = Outcome.stored(json("{'message':{'conversation':'secret'}}"));

        assertThat(act + " " + outcome).isEqualTo("Act[ARRIVES] Outcome[STORED]");
    }
}

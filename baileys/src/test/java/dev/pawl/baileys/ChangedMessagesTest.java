package dev.pawl.baileys;

import static dev.pawl.baileys.Person.ANA;
import static dev.pawl.baileys.Person.BUDI;
import static dev.pawl.baileys.Person.ME;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.Content;
import dev.pawl.event.MessageKey;
import dev.pawl.json.JsonObject;
import dev.pawl.message.MessageKind;
import dev.pawl.message.MessageStatus;
import dev.pawl.message.Reaction;
import dev.pawl.message.Receipt;
import dev.pawl.message.WaMessage;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** What becomes of a message after it was said: confirmed, edited, taken back, reacted to, in both directions. */
@ParameterizedClass
@MethodSource("linked")
class ChangedMessagesTest {

    private final LinkedProgram linked;
    private final PeerActs acts;
    private final MyPhone phone;

    ChangedMessagesTest(LinkedProgram linked) {
        this.linked = linked;
        this.acts = new PeerActs(linked.standIn);
        this.phone = new MyPhone(linked.standIn, linked.device);
    }

    static Stream<LinkedProgram> linked() {
        return LinkedProgram.one(BUDI);
    }

    // -- receipts

    @Test
    void theStatusOfMyMessageRises() throws Exception {
        String id = linked.send(ANA.lid(), "have you got this");
        Eventually.holds(() -> assertThat(mine(id).status()).contains(MessageStatus.DELIVERY_ACK));
        acts.confirm(ANA, linked.device, "read", id);
        Eventually.holds(() -> assertThat(mine(id).status()).contains(MessageStatus.READ));
        acts.confirm(ANA, linked.device, "played", id);
        Eventually.holds(() -> assertThat(mine(id).status()).contains(MessageStatus.PLAYED));
        acts.confirm(ANA, linked.device, "read", id);
        linked.standIn.awaitEmptyQueue(linked.device);
        assertThat(mine(id).status()).contains(MessageStatus.PLAYED);
    }

    /** Nobody waits for the server's answer to a message that is sent directly: that it was refused stands in the history. */
    @Test
    void aMessageThatTheServerRefusesIsAnError() throws Exception {
        // She confirms under her number, of which nobody knows that it is hers before she writes.
        linked.standIn.send(ANA, linked.device, "hello");
        linked.program().message("hello");
        linked.standIn.call("refuseNextMessage", JsonObject.builder().put("error", 463));
        String refused = linked.send(ANA.lid(), "not to her");
        Eventually.holds(() -> assertThat(mine(refused).status()).contains(MessageStatus.ERROR));
        String id = linked.send(ANA.lid(), "but this");
        linked.standIn.awaitMessage(ANA, id);
        Eventually.holds(() -> assertThat(mine(id).status()).contains(MessageStatus.DELIVERY_ACK));
        assertThat(mine(refused).status()).contains(MessageStatus.ERROR);
    }

    @Test
    void manyReadAtOnceAndWhileAway() throws Exception {
        String one = linked.send(ANA.lid(), "one");
        String two = linked.send(ANA.jid(), "two, under the number");
        String three = linked.send(ANA.lid(), "three");
        linked.standIn.awaitMessage(ANA, three);
        linked.stop();
        acts.confirm(ANA, linked.device, "read", one, two, three);
        linked.start();
        Eventually.holds(() -> {
            for (String id : List.of(one, two, three)) {
                assertThat(mine(id).status()).as(id).contains(MessageStatus.READ);
            }
        });
    }

    @Test
    void whatIReadOnThePhoneIsRead() throws Exception {
        String id = linked.standIn.send(ANA, linked.device, "read me");
        linked.program().message("read me");
        acts.readOnPhone(ANA, linked.device, id);
        Eventually.holds(() -> assertThat(hers(id).status()).contains(MessageStatus.READ));
    }

    @Test
    void receiptsInAGroupAreThoseOfEachMember() throws Exception {
        GroupActs group = GroupActs.make(linked.standIn, "Warung", ANA, ME, BUDI);
        String id = linked.send(group.group(), "who reads this");
        linked.standIn.awaitMessage(ANA, id);
        linked.standIn.awaitMessage(BUDI, id);
        acts.confirmIn(group.group(), BUDI, linked.device, "read", id);
        Eventually.holds(() -> {
            List<Receipt> receipts = linked.stored(group.group(), true, id).receipts();
            assertThat(receipts)
                    .filteredOn(receipt -> receipt.received().isPresent())
                    .extracting(Receipt::user)
                    .containsExactlyInAnyOrder(ANA.lid(), BUDI.lid());
            // My own phone has it too, which Baileys calls read.
            assertThat(receipts)
                    .filteredOn(receipt -> receipt.read().isPresent())
                    .extracting(Receipt::user)
                    .containsExactlyInAnyOrder(BUDI.lid(), ME.lid());
        });
    }

    // -- of others

    @Test
    void whatAnaEditsIsShownEdited() throws Exception {
        String id = linked.standIn.send(ANA, linked.device, "helo");
        acts.say(ANA, linked.device, edit(ownKey(id), "hello", 1000));
        Eventually.holds(() -> assertThat(hers(id).text()).contains("hello"));
        linked.stop();
        acts.say(ANA, linked.device, edit(ownKey(id), "hello!", 2000));
        linked.start();
        Eventually.holds(() -> {
            assertThat(hers(id).text()).contains("hello!");
            assertThat(hers(id).originalText()).contains("helo");
            assertThat(hers(id).editedAt()).isPresent();
        });
    }

    @Test
    void whatIsSaidAndEditedWhileAwayIsBoth() throws Exception {
        linked.stop();
        String id = linked.standIn.send(ANA, linked.device, "whle away");
        acts.say(ANA, linked.device, edit(ownKey(id), "while away", 1000));
        String gone = linked.standIn.send(ANA, linked.device, "forget this");
        acts.say(ANA, linked.device, revoke(ownKey(gone)));
        linked.start();
        Eventually.holds(() -> {
            assertThat(hers(id).text()).contains("while away");
            assertThat(hers(gone).kind()).isEqualTo(MessageKind.REVOKED);
            assertThat(hers(gone).json().toText()).doesNotContain("forget this");
        });
    }

    @Test
    void whatAnaTakesBackIsGone() throws Exception {
        String id = linked.standIn.send(ANA, linked.device, "a secret");
        acts.say(ANA, linked.device, edit(ownKey(id), "a big secret", 1000));
        Eventually.holds(() -> assertThat(hers(id).text()).contains("a big secret"));
        String by = acts.say(ANA, linked.device, revoke(ownKey(id)));
        Eventually.holds(() -> {
            assertThat(hers(id).revocation()).isPresent();
            assertThat(hers(id).json().toText()).doesNotContain("secret").contains(by);
        });
        MessageKey key = LinkedProgram.key(ANA.lid(), false, id);
        assertThat(linked.history().messageForRetry(key)).isEmpty();
        assertThat(linked.history()
                        .search("secret", Optional.empty(), Optional.empty(), 10)
                        .items())
                .isEmpty();
    }

    @Test
    void nobodyTakesBackWhatAnotherSaid() throws Exception {
        GroupActs group = GroupActs.make(linked.standIn, "Pasar", ANA, ME, BUDI);
        String id = linked.standIn.sendGroup(ANA, group.group(), "mine alone");
        String hers = keyIn(group, id, ANA, BUDI);
        acts.sayIn(group.group(), BUDI, edit(hers, "his words", 1000));
        acts.sayIn(group.group(), BUDI, revoke(hers));
        String last = linked.standIn.sendGroup(BUDI, group.group(), "the last");
        Eventually.holds(() -> linked.stored(group.group(), false, last));
        assertThat(linked.stored(group.group(), false, id).text()).contains("mine alone");

        acts.sayIn(group.group(), ANA, edit(keyIn(group, id, ANA, ANA), "her words", 2000));
        Eventually.holds(
                () -> assertThat(linked.stored(group.group(), false, id).text()).contains("her words"));
        // She owns the group: she may take back what he said.
        acts.sayIn(group.group(), ANA, revoke(keyIn(group, last, BUDI, ANA)));
        Eventually.holds(() ->
                assertThat(linked.stored(group.group(), false, last).kind()).isEqualTo(MessageKind.REVOKED));
    }

    @Test
    void reactionsComeChangeAndGo() throws Exception {
        String id = linked.send(ANA.lid(), "do you like it");
        acts.say(ANA, linked.device, reaction(id, "👍", 1000));
        Eventually.holds(() -> assertThat(reactions(id)).containsExactly("👍"));
        acts.say(ANA, linked.device, reaction(id, "❤", 2000));
        Eventually.holds(() -> assertThat(reactions(id)).containsExactly("❤"));
        acts.say(ANA, linked.device, reaction(id, "", 3000));
        Eventually.holds(() -> assertThat(reactions(id)).isEmpty());
    }

    @Test
    void membersReactEachForThemselves() throws Exception {
        GroupActs group = GroupActs.make(linked.standIn, "Kampung", ANA, ME, BUDI);
        String id = linked.send(group.group(), "and you");
        linked.standIn.awaitMessage(BUDI, id);
        acts.sayIn(group.group(), ANA, reactionIn(group, id, "👍"));
        acts.sayIn(group.group(), BUDI, reactionIn(group, id, "🎉"));
        linked.client().send(group.group(), Content.reaction(linked.stored(group.group(), true, id), "😀"));
        Eventually.holds(() -> assertThat(linked.stored(group.group(), true, id).reactions())
                .extracting(Reaction::text)
                .containsExactlyInAnyOrder("👍", "🎉", "😀"));
    }

    // -- of mine

    @Test
    void whatIEditAndTakeBackIsSoForBoth() throws Exception {
        String id = linked.send(ANA.lid(), "se you");
        JsonObject key = (JsonObject) mine(id).json().get("key").orElseThrow();
        String editing = linked.client()
                .send(
                        ANA.lid(),
                        Content.raw(JsonObject.builder()
                                .put("text", "see you")
                                .put("edit", key)
                                .build()))
                .key()
                .id();
        assertThat(acts.heard(ANA, editing).toText()).contains("see you", "MESSAGE_EDIT", id);
        Eventually.holds(() -> {
            assertThat(mine(id).text()).contains("see you");
            assertThat(mine(id).originalText()).contains("se you");
        });

        String revoking = linked.client()
                .send(ANA.lid(), Content.raw(JsonObject.EMPTY.with("delete", key)))
                .key()
                .id();
        assertThat(acts.heard(ANA, revoking).toText()).contains("REVOKE", id);
        Eventually.holds(() -> assertThat(mine(id).revocation()).isPresent());
        linked.restart();
        assertThat(mine(id).kind()).isEqualTo(MessageKind.REVOKED);
        assertThat(mine(id).json().toText()).doesNotContain("see you");
    }

    @Test
    void myReactionStandsAtHerMessage() throws Exception {
        String id = linked.standIn.send(ANA, linked.device, "like this");
        Eventually.holds(() -> hers(id));
        linked.client().send(ANA.lid(), Content.reaction(hers(id), "👍"));
        Eventually.holds(() ->
                assertThat(hers(id).reactions()).extracting(Reaction::text).containsExactly("👍"));
        linked.client().send(ANA.lid(), Content.reaction(hers(id), ""));
        Eventually.holds(() -> assertThat(hers(id).reactions()).isEmpty());
    }

    @Test
    void whatIWriteOnThePhoneIsMine() throws Exception {
        String id = phone.write(ANA, "from my pocket");
        Eventually.holds(() -> {
            assertThat(mine(id).text()).contains("from my pocket");
            assertThat(mine(id).key().fromMe()).isTrue();
        });
        acts.confirm(ANA, linked.device, "read", id);
        Eventually.holds(() -> assertThat(mine(id).status()).contains(MessageStatus.READ));
    }

    /** Votes are encrypted with the secret of the poll; Baileys hands them on as they are. */
    @Test
    void aPollKeepsItsSecretAndItsVotesAreKept() throws Exception {
        JsonObject poll =
                PeerActs.json("{\"poll\":{\"name\":\"When\",\"values\":[\"now\",\"later\"],\"selectableCount\":1}}");
        WaMessage sent = linked.client().send(ANA.lid(), Content.raw(poll));
        assertThat(acts.heard(ANA, sent.key().id()).toText()).contains("When", "messageSecret");
        assertThat(linked.history().messageSecret(sent.key())).isPresent();
        String vote = acts.say(
                ANA,
                linked.device,
                "{\"pollUpdateMessage\":{\"pollCreationMessageKey\":"
                        + ownKey(sent.key().id())
                        + ",\"vote\":{\"encPayload\":\"AAAA\",\"encIv\":\"AAAA\"},\"senderTimestampMs\":1000}}");
        Eventually.holds(() -> assertThat(hers(vote).kind()).isEqualTo(MessageKind.ANSWER));
    }

    private List<String> reactions(String id) {
        return mine(id).reactions().stream().map(Reaction::text).toList();
    }

    private WaMessage mine(String id) {
        return linked.stored(ANA.lid(), true, id);
    }

    private WaMessage hers(String id) {
        return linked.stored(ANA.lid(), false, id);
    }

    /** The key of a message in a chat of two, as its author sees it. */
    private static String ownKey(String id) {
        return "{\"remoteJid\":\"" + ME.lid() + "\",\"fromMe\":true,\"id\":\"" + id + "\"}";
    }

    /** The key of a message in a group, as somebody sees it. */
    private static String keyIn(GroupActs group, String id, Person author, Person by) {
        return "{\"remoteJid\":\"" + group.group() + "\",\"fromMe\":" + author.equals(by) + ",\"id\":\"" + id
                + "\",\"participant\":\"" + author.lid() + "\"}";
    }

    private static String edit(String key, String text, long after) {
        return "{\"protocolMessage\":{\"key\":" + key + ",\"type\":14,\"editedMessage\":{\"conversation\":\"" + text
                + "\"},\"timestampMs\":" + (System.currentTimeMillis() + after) + "}}";
    }

    private static String revoke(String key) {
        return "{\"protocolMessage\":{\"key\":" + key + ",\"type\":0}}";
    }

    /** To a message of mine, which for who reacts is not their own. */
    private static String reaction(String id, String emoji, long at) {
        return "{\"reactionMessage\":{\"key\":{\"remoteJid\":\"" + ME.lid() + "\",\"fromMe\":false,\"id\":\"" + id
                + "\"},\"text\":\"" + emoji + "\",\"senderTimestampMs\":" + at + "}}";
    }

    private static String reactionIn(GroupActs group, String id, String emoji) {
        return "{\"reactionMessage\":{\"key\":{\"remoteJid\":\"" + group.group() + "\",\"fromMe\":false,\"id\":\"" + id
                + "\",\"participant\":\"" + ME.lid() + "\"},\"text\":\"" + emoji + "\",\"senderTimestampMs\":1000}}";
    }
}

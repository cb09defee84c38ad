package dev.pawl.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.backend.Family;
import dev.pawl.backend.Row;
import dev.pawl.event.MessageKey;
import dev.pawl.json.Bytes;
import dev.pawl.message.MessageStore;
import dev.pawl.message.PageRequest;
import dev.pawl.message.WaMessage;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** One message, found by its key: H12 to H16. */
abstract class MessageLookupRules extends MessagePagingRules {

    private static final String THIRD = "6283333333333@s.whatsapp.net";
    private static final String FOURTH = "6284444444444@s.whatsapp.net";

    @Test
    @DisplayName("H12 a message is found by id and side, and what is not there is absent")
    void h12ByKey() {
        put(message(PHONE, "A", EPOCH, "theirs"), own(PHONE, "A", EPOCH + 1, "'message':{'conversation':'ours'}"));
        MessageStore store = reading();

        assertThat(text(store, MessageKey.of(PHONE, "A", false))).contains("theirs");
        assertThat(text(store, MessageKey.of(PHONE, "A", true))).contains("ours");
        assertThat(text(store, MessageKey.of("6281111111111:3@c.us", "A", true)))
                .contains("ours");
        assertThat(store.message(MessageKey.of(PHONE, "B", false))).isEmpty();
        assertThat(store.message(MessageKey.of(LID, "A", false))).isEmpty();
        assertThat(store.message(MessageKey.of(GROUP, "A", false))).isEmpty();
        WaMessage found = store.message(MessageKey.of(PHONE, "A", false)).orElseThrow();
        assertThat(store.messages(PHONE, PageRequest.newest()).items()).contains(found);
        assertThat(found.bytes().utf8())
                .isEqualTo(json(PHONE, "A", EPOCH, "theirs").replace('\'', '"'));
    }

    @Test
    @DisplayName("H13 of authors who use one id each finds his own message, and nobody another's")
    void h13Authors() {
        put(
                ofAuthor("A|0", THIRD, "first"),
                ofAuthor("A|0|" + LID, LID, "second"),
                ofAuthor("B|0|" + THIRD, THIRD, "alone"));
        pair();
        MessageStore store = reading();
        MessageKey key = MessageKey.of(GROUP, "A", false);

        assertThat(text(store, key)).contains("first");
        assertThat(text(store, key.withParticipant(THIRD))).contains("first");
        assertThat(text(store, key.withParticipant("6283333333333:9@c.us"))).contains("first");
        assertThat(text(store, key.withParticipant(LID))).contains("second");
        assertThat(text(store, key.withParticipant(PHONE))).contains("second");
        assertThat(store.message(key.withParticipant(FOURTH))).isEmpty();
        assertThat(store.message(MessageKey.of(GROUP, "B", false))).isEmpty();
        assertThat(text(store, MessageKey.of(GROUP, "B", false).withParticipant(THIRD)))
                .contains("alone");
    }

    @Test
    @DisplayName("H14 a message is found under both addresses of its conversation, whichever it stands under")
    void h14TwoAddresses() {
        put(message(PHONE, "A", EPOCH), message(LID, "B", EPOCH + 1));
        put(message(PHONE, "C", EPOCH + 5, "later copy"), message(LID, "C", EPOCH + 7, "under the LID"));
        pair();
        MessageStore store = reading();

        for (String chat : List.of(PHONE, LID)) {
            assertThat(text(store, MessageKey.of(chat, "A", false))).contains("words of A");
            assertThat(text(store, MessageKey.of(chat, "B", false))).contains("words of B");
            assertThat(text(store, MessageKey.of(chat, "C", false))).contains("under the LID");
            assertThat(store.message(MessageKey.of(chat, "C", false))
                            .flatMap(WaMessage::cursor)
                            .orElseThrow()
                            .order())
                    .isEqualTo(EPOCH + 5);
        }
    }

    @Test
    @DisplayName("H15 around a message come as many on either side as were asked for and are there, newest first")
    void h15Around() {
        List<Row> rows = new ArrayList<>();
        for (Row row : manyMessages(PHONE, 90)) {
            String id = row.key().id().substring(0, row.key().id().length() - 2);
            rows.add(rows.size() % 2 == 0 ? row : message(LID, id, row.order()));
        }
        put(rows);
        pair();
        MessageStore store = reading();
        List<String> newest = newestFirst(rows);

        for (int at : List.of(0, 1, 40, 88, 89)) {
            for (int each : List.of(0, 1, 7, 200)) {
                MessageKey key = MessageKey.of(at % 2 == 0 ? LID : PHONE, newest.get(at), false);
                assertThat(ids(store.around(key, each)))
                        .isEqualTo(newest.subList(Math.max(0, at - each), Math.min(90, at + each + 1)));
            }
        }
        assertThat(store.around(MessageKey.of(PHONE, "none", false), 3)).isEmpty();
        assertThatThrownBy(() -> store.around(MessageKey.of(PHONE, newest.get(0), false), -1))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    @DisplayName(
            "H16 what is sent again is the content before any edit, whoever asks; never a stub or what was taken back")
    void h16ForRetry() {
        String secret = Base64.getEncoder().encodeToString(new byte[32]);
        String context = "'messageContextInfo':{'messageSecret':'" + secret + "'}";
        put(
                own(PHONE, "PLAIN", EPOCH, "'message':{'conversation':'as sent'}"),
                own(
                        PHONE,
                        "EDITED",
                        EPOCH,
                        "'message':{'editedMessage':{'message':{'conversation':'new'}}},'pawl':{'original':{"
                                + "'conversation':'old'," + context + "},'edited':{'at':1760000100}}"),
                own(PHONE, "REVOKED", EPOCH, "'message':null,'messageStubType':1,'pawl':{'revoked':{}}"),
                own(PHONE, "STUB", EPOCH, "'messageStubType':2"),
                own(PHONE, "POLL", EPOCH, "'message':{'pollCreationMessageV3':{'name':'?'}," + context + "}"));
        pair();
        MessageStore store = reading();

        MessageKey plain = MessageKey.of(LID, "PLAIN", true);
        for (MessageKey key : List.of(plain, plain.withParticipant(FOURTH), MessageKey.of(PHONE, "PLAIN", true))) {
            assertThat(store.messageForRetry(key).orElseThrow().toText()).isEqualTo("{\"conversation\":\"as sent\"}");
        }
        assertThat(store.messageForRetry(MessageKey.of(PHONE, "EDITED", true))
                        .orElseThrow()
                        .toText())
                .contains("old")
                .doesNotContain("new");
        for (String id : List.of("REVOKED", "STUB", "NONE")) {
            assertThat(store.messageForRetry(MessageKey.of(PHONE, id, true))).isEmpty();
            assertThat(store.messageSecret(MessageKey.of(PHONE, id, true))).isEmpty();
        }
        for (String id : List.of("EDITED", "POLL")) {
            assertThat(store.messageSecret(MessageKey.of(LID, id, true))).contains(Bytes.wrap(new byte[32]));
        }
    }

    private static Optional<String> text(MessageStore store, MessageKey key) {
        return store.message(key).flatMap(WaMessage::text);
    }

    private static Row own(String chat, String id, long second, String content) {
        return row(
                Family.MESSAGE,
                chat,
                id + "|1",
                second,
                "{'key':{'remoteJid':'" + chat + "','fromMe':true,'id':'" + id + "'},'messageTimestamp':" + second + ","
                        + content + "}");
    }

    private static Row ofAuthor(String rowId, String author, String words) {
        String id = rowId.substring(0, rowId.indexOf('|'));
        return row(
                Family.MESSAGE,
                GROUP,
                rowId,
                EPOCH,
                "{'key':{'remoteJid':'" + GROUP + "','fromMe':false,'id':'" + id + "','participant':'" + author
                        + "'},'messageTimestamp':" + EPOCH + ",'message':{'conversation':'" + words + "'}}");
    }
}

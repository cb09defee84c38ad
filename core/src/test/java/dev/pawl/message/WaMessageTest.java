package dev.pawl.message;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.backend.Key;
import dev.pawl.backend.Row;
import dev.pawl.event.MessageKey;
import dev.pawl.json.Bytes;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonValue;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The samples are messages as Baileys 7.0.0-rc14 hands them out, written by its own BufferJSON. */
class WaMessageTest {

    private static final String BUDI = "6281111111111@s.whatsapp.net";
    private static final String BUDI_LID = "11122233344455@lid";

    @Test
    void aLivePictureHasRealBytes() {
        WaMessage message = sample("01-live-dm-image");
        Media media = message.media().orElseThrow();

        assertThat(message.kind()).isEqualTo(MessageKind.IMAGE);
        assertThat(message.sender()).contains(BUDI);
        assertThat(message.time()).contains(Instant.ofEpochSecond(1760000001));
        assertThat(message.pushName()).contains("Budi");
        assertThat(message.text()).contains("hi \uD83D\uDC4B");
        assertThat(message.quotedId()).contains("ABCD");
        assertThat(media.mediaKey()).contains(filled(32, 2));
        assertThat(media.fileSha256()).contains(filled(32, 1));
        assertThat(media.encryptedSha256()).contains(filled(32, 3));
        assertThat(media.fileLength()).isEqualTo(OptionalLong.of(123456));
        assertThat(media.mimetype()).contains("image/jpeg");
        assertThat(media.directPath()).contains("/o1/v/x");
        assertThat(media.thumbnail()).map(Bytes::size).contains(3);
        assertThat(message.messageSecret()).contains(filled(32, 9));
    }

    @ParameterizedTest
    @CsvSource({
        "02-live-group-text-lid, TEXT, 11122233344455@lid, halo",
        "03-status, TEXT, 6281111111111@s.whatsapp.net, status",
        "04-newsletter, TEXT, 120363111111111111@newsletter, channel post",
        "05-undecryptable, UNDECRYPTABLE, 6281111111111@s.whatsapp.net,",
        "06-own-outgoing, TEXT,, reply",
        "07-group-add-stub, NOTICE, 11122233344455@lid,",
        "08-history-message, TEXT,, sent"
    })
    void everySampleTellsWhatItIs(String name, MessageKind kind, String sender, String text) {
        WaMessage message = sample(name);

        assertThat(message.kind()).isEqualTo(kind);
        assertThat(message.sender()).isEqualTo(Optional.ofNullable(sender));
        assertThat(message.text()).isEqualTo(Optional.ofNullable(text));
        assertThat(message.time()).isPresent();
        assertThat(message).asString().doesNotContain("reply").doesNotContain("halo");
    }

    @Test
    void aMessageOfAHistoryHasNamesAndDecimalTexts() {
        WaMessage message = sample("08-history-message");

        assertThat(message.time()).contains(Instant.ofEpochSecond(1760000008));
        assertThat(message.status()).contains(MessageStatus.READ);
        assertThat(message.reactions())
                .containsExactly(new Reaction(
                        Optional.of(BUDI), "\uD83D\uDC4D", Optional.of(Instant.ofEpochSecond(1760000011))));
        assertThat(message.receipts())
                .containsExactly(new Receipt(
                        BUDI,
                        Optional.of(Instant.ofEpochSecond(1760000009)),
                        Optional.of(Instant.ofEpochSecond(1760000010)),
                        Optional.empty()));
    }

    @Test
    void anEditShowsTheNewTextAndKeepsTheOldOne() {
        WaMessage edited = message(
                "'message':{'editedMessage':{'message':{'conversation':'hello'}}},'pawl':{'original':{'conversation':'helo',"
                        + "'messageContextInfo':{'messageSecret':'AQID'}},'edited':{'at':1760000100,'ids':['E1']}}");

        assertThat(edited.kind()).isEqualTo(MessageKind.TEXT);
        assertThat(edited.text()).contains("hello");
        assertThat(edited.originalText()).contains("helo");
        assertThat(edited.editedAt()).contains(Instant.ofEpochSecond(1760000100));
        assertThat(edited.messageSecret()).map(Bytes::size).contains(3);
        assertThat(edited.contentForRetry())
                .map(JsonObject::names)
                .contains(List.of("conversation", "messageContextInfo"));
    }

    @Test
    void anEditOfACaptionKeepsTheFile() {
        WaMessage edited = message("'message':{'editedMessage':{'message':{'imageMessage':{'caption':'new'}}}},"
                + "'pawl':{'original':{'imageMessage':{'caption':'old','mediaKey':'AQID'}}}");

        assertThat(edited.text()).contains("new");
        assertThat(edited.media().flatMap(Media::mediaKey)).map(Bytes::size).contains(3);
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {"1", "'REVOKE'", "132", "'ADMIN_REVOKE'"})
    void whatWasTakenBackSaysSoAndNothingElse(String stub) {
        WaMessage revoked = message("'message':null,'messageStubType':" + stub
                + ",'revokeMessageTimestamp':1760000050,'pawl':{'revoked':{'by':'" + BUDI_LID + "','id':'R1'}}");

        assertThat(revoked.kind()).isEqualTo(MessageKind.REVOKED);
        assertThat(revoked.revocation())
                .contains(new Revocation(Optional.of(BUDI_LID), Optional.of(Instant.ofEpochSecond(1760000050))));
        assertThat(revoked.text()).isEmpty();
        assertThat(revoked.contentForRetry()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiter = ';',
            value = {
                "{'ephemeralMessage':{'message':{'viewOnceMessageV2':{'message':{'videoMessage':{'caption':'x'}}}}}}; VIDEO",
                "{'editedMessage':{'message':{'protocolMessage':{'type':14}}}}; PROTOCOL",
                "{'senderKeyDistributionMessage':{},'messageContextInfo':{},'reactionMessage':{'text':'y'}}; REACTION",
                "{'pollUpdateMessage':{}}; ANSWER",
                "{'somethingNewMessage':{}}; OTHER",
                "{'messageContextInfo':{}}; EMPTY",
                "{}; EMPTY",
                "null; EMPTY"
            })
    void wrappersDoNotCount(String content, MessageKind kind) {
        assertThat(message("'message':" + content).kind()).isEqualTo(kind);
    }

    @Test
    void aMessageMayBeWrappedOnlySoDeep() {
        String content = "{'conversation':'x'}";
        for (int i = 0; i < 100; i++) {
            content = "{'ephemeralMessage':{'message':" + content + "}}";
        }

        assertThat(message("'message':" + content).kind()).isEqualTo(MessageKind.OTHER);
    }

    @Test
    void anErrorIsOverWhenSomebodyGotTheMessage() {
        assertThat(message("'status':0").status()).contains(MessageStatus.ERROR);
        assertThat(message("'status':0,'userReceipt':[{'userJid':'1:2@lid','receiptTimestamp':5}]")
                        .status())
                .contains(MessageStatus.DELIVERY_ACK);
    }

    @Test
    void reactionsThatWereTakenBackAreNotShown() {
        String key = "'key':{'remoteJid':'1203@g.us','id':'R','fromMe':false,'participant':'1:2@lid','participantAlt':'"
                + BUDI + "'}";

        assertThat(message("'reactions':[{" + key + ",'text':''},{" + key + ",'text':'!'},{'text':'?'},7]")
                        .reactions())
                .containsExactly(new Reaction(Optional.of(BUDI), "!", Optional.empty()));
    }

    @Test
    void aTimerRunsFromWhenItStartedOrFromWhenTheMessageWasSent() {
        String content = "'message':{'extendedTextMessage':{'text':'x','contextInfo':{'expiration':60}}}";

        assertThat(message(content).expiry()).contains(Instant.ofEpochSecond(1760000061));
        assertThat(message(content + ",'ephemeralDuration':10,'ephemeralStartTimestamp':'1760000100'")
                        .expiry())
                .contains(Instant.ofEpochSecond(1760000110));
        assertThat(message(content + ",'keepInChat':{'keepType':'KEEP_FOR_ALL'}")
                        .expiry())
                .isEmpty();
        assertThat(message("'message':{'conversation':'x'}").expiry()).isEmpty();
    }

    @Test
    void aRowKnowsItsPlace() {
        JsonObject json = message("'message':{'conversation':'x'}").json();
        Key key = MessageRowId.bare("A", false).in(BUDI_LID);
        WaMessage stored = WaMessage.stored(Row.of(key, 1760000001, json.toBytes()));

        assertThat(stored.chat()).isEqualTo(BUDI_LID);
        assertThat(stored.cursor()).contains(new PageCursor(1760000001, "A|0"));
        assertThat(stored.key()).isEqualTo(MessageKey.of(BUDI, "A", false));
        assertThat(WaMessage.of(json).cursor()).isEmpty();
    }

    private static WaMessage message(String members) {
        String text = "{'key':{'remoteJid':'" + BUDI + "','id':'A','fromMe':false},'messageTimestamp':1760000001,"
                + members + "}";
        return WaMessage.of((JsonObject) JsonValue.parse(text.replace('\'', '"')));
    }

    private static WaMessage sample(String name) {
        String file = "samples/" + name + ".json";
        try (InputStream in = Objects.requireNonNull(WaMessageTest.class.getResourceAsStream(file))) {
            return WaMessage.of((JsonObject) JsonValue.parse(in.readAllBytes()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Bytes filled(int size, int value) {
        byte[] bytes = new byte[size];
        Arrays.fill(bytes, (byte) value);
        return Bytes.wrap(bytes);
    }

    @Test
    void aTimeThatNeverComesIsNone() {
        WaMessage message = WaMessage.of((JsonObject) JsonValue.parse("{\"key\":{\"remoteJid\":\"1@lid\",\"id\":\"A\"},"
                + "\"messageTimestamp\":9000000000000000000,\"ephemeralDuration\":9000000000000000000}"));

        assertThat(message.time()).isEmpty();
        assertThat(message.expiry()).isEmpty();
    }
}

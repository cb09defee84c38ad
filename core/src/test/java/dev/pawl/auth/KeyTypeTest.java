package dev.pawl.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.backend.CorruptDataException;
import dev.pawl.json.Bytes;
import dev.pawl.json.JsonNull;
import dev.pawl.json.JsonValue;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeyTypeTest {

    private static final String PLACE = "the place";
    private static final String B32 = Base64.getEncoder().encodeToString(new byte[32]);
    private static final String WRAPPED = "{\"type\":\"Buffer\",\"data\":\"" + B32 + "\"}";

    private static <V> V decode(KeyType<V> type, String text) {
        return type.decode("id", Bytes.utf8(text), PLACE);
    }

    private static <V> String encode(KeyType<V> type, V value) {
        return type.encode(value).orElseThrow().utf8();
    }

    private static <V> String rewritten(KeyType<V> type, String text) {
        return encode(type, decode(type, text));
    }

    @Test
    void tenTypesAreKnown() {
        assertThat(KeyType.known())
                .extracting(KeyType::name)
                .containsExactly(
                        "pre-key",
                        "session",
                        "identity-key",
                        "sender-key",
                        "sender-key-memory",
                        "app-state-sync-key",
                        "app-state-sync-version",
                        "lid-mapping",
                        "device-list",
                        "tctoken");
    }

    @Test
    void bytesAreReadInEveryShapeAndWrittenInOne() {
        String canonical = "{\"private\":" + WRAPPED + ",\"public\":" + WRAPPED + "}";
        StringBuilder numbers = new StringBuilder("{");
        StringBuilder array = new StringBuilder("[");
        for (int i = 0; i < 32; i++) {
            numbers.append(i == 0 ? "" : ",").append('"').append(i).append("\":0");
            array.append(i == 0 ? "0" : ",0");
        }
        String byName = numbers.append('}').toString();
        String byArray = "{\"type\":\"Buffer\",\"data\":" + array.append("]}");

        for (String shape : List.of(WRAPPED, byName, byArray, '"' + B32 + '"', WRAPPED.replace("=", ""))) {
            assertThat(rewritten(KeyType.PRE_KEY, "{\"private\":" + shape + ",\"public\":" + shape + "}"))
                    .isEqualTo(canonical);
        }
    }

    @Test
    void orderAndUnknownMembersOfAPreKeySurvive() {
        String text = "{\"x\":1.0,\"public\":" + WRAPPED + ",\"private\":" + WRAPPED + ",\"y\":{\"2\":1,\"1\":2}}";

        assertThat(rewritten(KeyType.PRE_KEY, text)).isEqualTo(text);
    }

    @Test
    void anAppStateKeyIsReadInBothFormsAndWrittenAsAProtobufMessage() {
        String canonical = "{\"keyData\":\"" + B32
                + "\",\"fingerprint\":{\"rawId\":1,\"currentIndex\":0,\"deviceIndexes\":[0,3]},\"timestamp\":\"1760000000\",\"z\":1}";
        String plain = canonical.replace('"' + B32 + '"', WRAPPED).replace("\"1760000000\"", "1760000000");
        String halves = canonical.replace("\"1760000000\"", "{\"low\":1760000000,\"high\":0,\"unsigned\":false}");

        assertThat(rewritten(KeyType.APP_STATE_SYNC_KEY, canonical)).isEqualTo(canonical);
        assertThat(rewritten(KeyType.APP_STATE_SYNC_KEY, plain)).isEqualTo(canonical);
        assertThat(rewritten(KeyType.APP_STATE_SYNC_KEY, halves)).isEqualTo(canonical);
        AppStateSyncKey key = decode(KeyType.APP_STATE_SYNC_KEY, canonical);
        assertThat(key.timestamp()).hasValue(1760000000L);
        assertThat(key.fingerprint().orElseThrow().deviceIndexes()).containsExactly(0L, 3L);
        assertThat(encode(
                        KeyType.APP_STATE_SYNC_KEY,
                        AppStateSyncKey.of(
                                key.keyData(), new AppStateSyncKey.Fingerprint(1, 0, List.of(0L, 3L)), 1760000000L)))
                .isEqualTo(canonical.replace(",\"z\":1", ""));
    }

    @Test
    void aNumberOfTwoHalvesIsReadWithoutLoss() {
        String text =
                "{\"token\":{\"type\":\"Buffer\",\"data\":\"\"},\"timestamp\":{\"low\":-1,\"high\":1,\"unsigned\":true}}";

        assertThat(decode(KeyType.TCTOKEN, text).timestamp()).hasValue((1L << 33) - 1);
    }

    @Test
    void anEmptyTokenIsAValue() {
        String text = "{\"token\":{\"type\":\"Buffer\",\"data\":\"\"},\"senderTimestamp\":1760000060}";
        TrustedContactToken token = decode(KeyType.TCTOKEN, text);

        assertThat(token.token()).isEqualTo(Bytes.EMPTY);
        assertThat(token.timestamp()).isEmpty();
        assertThat(token.senderTimestamp()).hasValue(1760000060L);
        assertThat(encode(KeyType.TCTOKEN, token)).isEqualTo(text);
        assertThat(encode(
                        KeyType.TCTOKEN,
                        TrustedContactToken.of(Bytes.EMPTY, OptionalLong.empty(), OptionalLong.of(1760000060))))
                .isEqualTo(text);
    }

    @Test
    void theListOfContactsWithTokensIsReadAndMade() {
        TrustedContactToken index = TrustedContactToken.index(List.of("a@lid", "b@s.whatsapp.net"));

        assertThat(decode(KeyType.TCTOKEN, encode(KeyType.TCTOKEN, index)).jids())
                .containsExactly("a@lid", "b@s.whatsapp.net");
        TrustedContactToken other = decode(KeyType.TCTOKEN, "{\"token\":\"AQ==\"}");
        assertThatThrownBy(other::jids).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aSenderKeyKeepsItsInnerBytesWhateverTheirSpelling() {
        String seed = "{\"type\":\"Buffer\",\"data\":[1,2]}";
        String inner = "[ {\"senderKeyId\":7,\"senderChainKey\":{\"iteration\":3,\"seed\":" + seed
                + "},\"senderSigningKey\":{\"public\":" + seed + ",\"private\":{\"type\":\"Buffer\",\"data\":[]}},"
                + "\"senderMessageKeys\":[{\"iteration\":1,\"seed\":" + seed + "}],\"more\":true}]";
        SenderKeyRecord record = SenderKeyRecord.of(Bytes.utf8(inner));

        assertThat(decode(KeyType.SENDER_KEY, encode(KeyType.SENDER_KEY, record))
                        .bytes()
                        .utf8())
                .isEqualTo(inner);
        SenderKeyRecord.State state = record.states().get(0);
        assertThat(state.id()).isEqualTo(7);
        assertThat(state.iteration()).isEqualTo(3);
        assertThat(state.chainSeed().size()).isEqualTo(2);
        assertThat(state.signingPrivateKey()).isEmpty();
        assertThat(state.messageKeys()).hasSize(1);
    }

    @Test
    void protobufRecordsPassThrough() {
        String raw = "{\"type\":\"Buffer\",\"data\":\"CgMBAgM=\"}";

        assertThat(rewritten(KeyType.SESSION, raw)).isEqualTo(raw);
        assertThat(decode(KeyType.SESSION, raw).protobuf()).isPresent();
        assertThat(rewritten(KeyType.SENDER_KEY, raw)).isEqualTo(raw);
        assertThat(decode(KeyType.SENDER_KEY, raw).isProtobuf()).isTrue();
        assertThat(SessionRecord.ofProtobuf(Bytes.EMPTY).protobuf()).contains(Bytes.EMPTY);
    }

    @Test
    void aMemoryOfDevicesKeepsItsOrder() {
        Map<String, Boolean> memory = new LinkedHashMap<>();
        memory.put("9:1@lid", true);
        memory.put("1@s.whatsapp.net", true);
        String text = "{\"9:1@lid\":true,\"1@s.whatsapp.net\":true}";

        assertThat(encode(KeyType.SENDER_KEY_MEMORY, memory)).isEqualTo(text);
        assertThat(decode(KeyType.SENDER_KEY_MEMORY, text)).containsExactlyEntriesOf(memory);
        assertThat(rewritten(KeyType.SENDER_KEY_MEMORY, "{}")).isEqualTo("{}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "pre-key | null | is null instead of an object",
                "pre-key | {\"private\":\"AA==\"} | private: has 1 bytes instead of 32",
                "session | [] | is an array instead of an object",
                "session | {} | _sessions: is missing",
                "session | {\"_sessions\":{},\"version\":\"v9\"} | version: is not v1",
                "session | {\"_sessions\":{\"abc\":{}}} | _sessions[0].indexInfo: is missing",
                "session | {\"type\":\"Buffer\",\"data\":\"/w==\"} | its bytes are no record of libsignal",
                "identity-key | {\"type\":\"Buffer\",\"data\":\"BQ==\"} | is no public key of 33 bytes",
                "sender-key | {\"type\":\"Buffer\",\"data\":\"W3s=\"} | states: ",
                "sender-key | {\"type\":\"Buffer\",\"data\":\"W3t9XQ==\"} | states[0].senderChainKey: is missing",
                "sender-key-memory | {\"a\":1} | a: is a number instead of true or false",
                "app-state-sync-key | {} | keyData: is missing",
                "app-state-sync-key | {\"keyData\":\"AA==\",\"fingerprint\":{\"deviceIndexes\":[1.5]}} | fingerprint.deviceIndexes: holds",
                "app-state-sync-version | {\"version\":1,\"hash\":\"AA==\",\"indexValueMap\":{}} | hash: has 1 bytes instead of 128",
                "lid-mapping | 1 | is a number instead of a string",
                "device-list | [1] | is a number instead of a string",
                "tctoken | {\"timestamp\":\"1\"} | token: is missing",
                "tctoken | {\"token\":\"\",\"timestamp\":\"1x\"} | timestamp: is not an integer"
            })
    void damageNamesPlaceAndMember(String name, String text, String problem) {
        KeyType<?> type = KeyType.known().stream()
                .filter(known -> known.name().equals(name))
                .findFirst()
                .orElseThrow();

        assertThatThrownBy(() -> decode(type, text))
                .isInstanceOf(CorruptDataException.class)
                .hasMessageStartingWith(PLACE + ": " + problem);
    }

    @Test
    void damageNeverShowsContent() {
        String secret = "c2VjcmV0c2VjcmV0";

        for (KeyType<?> type : KeyType.known()) {
            for (String text :
                    List.of("{\"" + secret, "[[\"" + secret + "\"]]", "{\"private\":\"" + secret + "\"}", "7")) {
                assertThatThrownBy(() -> decode(type, text))
                        .as("%s", type)
                        .isInstanceOf(CorruptDataException.class)
                        .hasMessageNotContaining(secret);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"false", "0", "-0", "0.0", "0e7", "\"\"", "  0 "})
    void whatBaileysTakesForADeletionIsRefused(String text) {
        assertThatThrownBy(() -> KeyType.json("x").encode(JsonValue.parse(text)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> KeyType.text("x").encode(Bytes.utf8(text)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "[]", "\"0\"", "true", "1", " {\"a\" : 1 } ", "{\"type\":\"Buffer\",\"data\":\"\"}"})
    void valuesThatLookEmptyAreValues(String text) {
        assertThat(KeyType.json("x").encode(JsonValue.parse(text))).isPresent();
        assertThat(KeyType.text("x").encode(Bytes.utf8(text))).contains(Bytes.utf8(text));
        assertThat(decode(KeyType.text("x"), text)).isEqualTo(Bytes.utf8(text));
    }

    @Test
    void nullDeletes() {
        assertThat(KeyType.json("x").encode(JsonNull.NULL)).isEmpty();
        assertThat(KeyType.text("x").encode(Bytes.utf8(" null "))).isEmpty();
        assertThatThrownBy(() -> KeyType.LID_MAPPING.encode("")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aTextThatIsNoJsonIsRefusedBothWays() {
        assertThatThrownBy(() -> KeyType.text("x").encode(Bytes.utf8("{")))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> decode(KeyType.text("x"), "{")).isInstanceOf(CorruptDataException.class);
    }
}

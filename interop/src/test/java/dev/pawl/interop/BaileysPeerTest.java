package dev.pawl.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.interop.BaileysAccount.Through;
import dev.pawl.interop.BaileysAccount.Update;
import dev.pawl.interop.BaileysPeer.Outcome;
import dev.pawl.interop.BaileysPeer.Step;
import dev.pawl.json.JsonNumber;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonValue;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** That the judge of the other tests, real Baileys behind a pipe, can be trusted. */
final class BaileysPeerTest extends WithBaileys {

    @TempDir
    Path directory;

    @Test
    void thePinnedReleaseAnswers() {
        assertThat(peer.version()).isEqualTo("7.0.0-rc14");
    }

    @Test
    void anErrorInNodeIsAFailureWithItsName() {
        assertThatThrownBy(() -> peer.call("nothing", JsonObject.EMPTY))
                .isInstanceOf(PeerFailure.class)
                .hasMessageContaining("unknown operation");
        BaileysAccount account = peer.create(directory.resolve("a"));
        assertThatThrownBy(() -> account.encrypt("6282222222222@s.whatsapp.net", "x"))
                .isInstanceOfSatisfying(
                        PeerFailure.class, failure -> assertThat(failure.name()).isEqualTo("SessionError"));
    }

    @Test
    void credentialsAreNeverReplacedByNewOnes() {
        peer.create(directory);
        assertThatThrownBy(() -> peer.create(directory)).isInstanceOf(PeerFailure.class);
    }

    @Test
    void callsOfSeveralThreadsGetTheirOwnAnswers() {
        List<CompletableFuture<List<Outcome>>> answers = IntStream.range(0, 200)
                .mapToObj(n -> CompletableFuture.supplyAsync(() -> peer.json(List.of("[" + n + "]"))))
                .toList();
        assertThat(answers.stream()
                        .map(CompletableFuture::join)
                        .map(answer -> answer.get(0).text()))
                .containsExactlyElementsOf(
                        IntStream.range(0, 200).mapToObj(n -> "[" + n + "]").toList());
    }

    @Test
    void textTravelsUnchanged() {
        String text = "\"line\u2028 \u2029 tab\\t quote\\\" \uD83D\uDE00 half \\ud800\"";
        assertThat(peer.json(List.of(text))).containsExactly(new Outcome(true, text));
    }

    @Test
    void textsAreReadAndWrittenByNode() {
        assertThat(peer.json(List.of("{\"b\": 1.0, \"7\": 1e21}", "{")))
                .satisfiesExactly(
                        first -> assertThat(first).isEqualTo(new Outcome(true, "{\"7\":1e+21,\"b\":1}")),
                        second -> assertThat(second.accepted()).isFalse());
        assertThat(peer.bufferJson(List.of("{\"data\":\"_-8\",\"type\":\"Buffer\"}")))
                .containsExactly(new Outcome(true, "{\"type\":\"Buffer\",\"data\":\"/+8=\"}"));
        assertThat(peer.bufferJsonParse(List.of("{\"a\":{\"0\":1,\"1\":255}}")))
                .containsExactly(new Outcome(true, "{\"$obj\":{\"a\":{\"$buffer\":\"01ff\"}}}"));
    }

    @Test
    void aChangeIsMadeAsInJavaScript() {
        List<Step> steps = List.of(
                Step.set(List.of("a", "7"), "{\"type\":\"Buffer\",\"data\":\"AQ\"}"), Step.delete(List.of("b")));
        assertThat(peer.change("{\"b\":0,\"a\":{\"x\":1}}", steps, false))
                .isEqualTo("{\"a\":{\"7\":{\"type\":\"Buffer\",\"data\":\"AQ==\"},\"x\":1}}");
        assertThat(peer.change("{\"b\":0,\"a\":{\"x\":1}}", steps, true))
                .isEqualTo("{\"a\":{\"7\":{\"type\":\"Buffer\",\"data\":\"AQ\"},\"x\":1}}");
    }

    @Test
    void keysAreWrittenAndReadThroughEveryLayer() {
        BaileysAccount account = peer.create(directory);
        for (Through through : Through.values()) {
            String id = through + ".0";
            account.set(
                    through,
                    List.of(
                            Update.put("identity-key", id, "{\"type\":\"Buffer\",\"data\":\"BQY=\"}"),
                            Update.put("device-list", id, "[\"0\"]")));
            assertThat(account.get(through, "identity-key", List.of(id, "absent")))
                    .containsOnlyKeys(id)
                    .containsValue("{\"type\":\"Buffer\",\"data\":\"BQY=\"}");
            assertThat(directory.resolve("device-list-" + id + ".json")).hasContent("[\"0\"]");
            account.set(through, List.of(Update.delete("device-list", id)));
            assertThat(account.get("device-list", id)).isEmpty();
        }
    }

    @Test
    void credentialsAreMergedSavedAndReloaded() {
        BaileysAccount account = peer.create(directory);
        String text = account.update("{\"platform\":\"smba\",\"blob\":{\"type\":\"Buffer\",\"data\":\"CAI=\"}}");
        assertThat(text).endsWith(",\"platform\":\"smba\",\"blob\":{\"type\":\"Buffer\",\"data\":\"CAI=\"}}");
        assertThat(directory.resolve("creds.json")).hasContent(text);
        account.reload();
        assertThat(account.credentials()).isEqualTo(text);
        assertThat(peer.openCached(directory).credentials()).isEqualTo(text);
    }

    @Test
    void signaturesAreJudgedByLibsignalItself() {
        BaileysAccount account = peer.create(directory);
        JsonObject bundle = account.bundleWithoutPreKey();
        JsonObject signed = BaileysPeer.object(BaileysPeer.member(bundle, "signedPreKey"));
        byte[] identity = BaileysPeer.bytes(BaileysPeer.string(bundle, "identityKey"));
        byte[] preKey = BaileysPeer.bytes(BaileysPeer.string(signed, "publicKey"));
        byte[] signature = BaileysPeer.bytes(BaileysPeer.string(signed, "signature"));

        assertThat(peer.verifySignedPreKey(identity, preKey, signature)).isTrue();
        assertThat(peer.verify(identity, preKey, signature)).isTrue();
        signature[5] ^= 1;
        assertThat(peer.verifySignedPreKey(identity, preKey, signature)).isFalse();
        assertThat(peer.verify(identity, preKey, signature)).isFalse();
    }

    @Test
    void aHammerRaisesItsCountersWhileOthersAreAnswered() {
        try (Hammer hammer = peer.hammer(directory, 0, true)) {
            long before = hammer.status().round();
            while (hammer.status().round() < before + 20) {
                assertThat(peer.json(List.of("1"))).containsExactly(new Outcome(true, "1"));
            }
            Hammer.Status end = hammer.stop();

            assertThat(end.failures()).isEmpty();
            assertThat(end.running()).isFalse();
            BaileysAccount account = peer.open(directory);
            JsonObject credentials = BaileysPeer.object(JsonValue.parse(account.credentials()));
            assertThat(BaileysPeer.number(credentials, "accountSyncCounter")).isEqualTo(end.round());
            assertThat(BaileysPeer.number(credentials, "nextPreKeyId")).isEqualTo(end.nextPreKeyId());
            assertThat(counterOfSession(account, end.sessions().get(0))).isEqualTo(end.round());
            assertThat(counterOfPreKey(account, end.firstPreKeyId())).isEqualTo(end.round());
            assertThat(account.get("pre-key", Long.toString(end.firstPreKeyId() - 1)))
                    .isEmpty();
        }
    }

    private static long counterOfSession(BaileysAccount account, String id) {
        JsonValue record = JsonValue.parse(account.get("session", id).orElseThrow());
        JsonObject entry = only(BaileysPeer.object(BaileysPeer.member(BaileysPeer.object(record), "_sessions")));
        JsonObject chain = only(BaileysPeer.object(BaileysPeer.member(entry, "_chains")));
        return BaileysPeer.number(BaileysPeer.object(BaileysPeer.member(chain, "chainKey")), "counter");
    }

    private static long counterOfPreKey(BaileysAccount account, long id) {
        JsonValue record =
                JsonValue.parse(account.get("pre-key", Long.toString(id)).orElseThrow());
        JsonObject secret = BaileysPeer.object(BaileysPeer.member(BaileysPeer.object(record), "private"));
        byte[] bytes = BaileysPeer.bytes(BaileysPeer.string(secret, "data"));
        long counter = 0;
        for (int n = 0; n < 6; n++) {
            counter = counter << 8 | bytes[Hammer.PRE_KEY_COUNTER_OFFSET + n] & 0xff;
        }
        return counter;
    }

    private static JsonObject only(JsonObject object) {
        assertThat(object.names()).hasSize(1);
        return BaileysPeer.object(BaileysPeer.member(object, object.names().get(0)));
    }

    @Test
    void nodeEndsWhenItsInputEnds() {
        BaileysPeer other = BaileysPeer.start();
        other.hammer(directory, 0, false);
        ProcessHandle node = ProcessHandle.of(other.pid()).orElseThrow();
        other.close();
        assertThat(node.onExit()).succeedsWithin(Duration.ofSeconds(10));
    }

    @Test
    void afterAKillNoCallWaits() {
        BaileysPeer other = BaileysPeer.start();
        other.kill();
        assertThat(other.isAlive()).isFalse();
        assertThatThrownBy(other::version).isInstanceOf(IllegalStateException.class);
        other.close();
    }

    @Test
    void aBundleNamesThePreKeyThatWasAskedFor() {
        BaileysAccount account = peer.create(directory);
        assertThat(account.mintPreKeys(3)).containsExactly(1L, 2L, 3L);
        JsonObject preKey = BaileysPeer.object(BaileysPeer.member(account.bundle(2), "preKey"));
        assertThat(BaileysPeer.member(preKey, "keyId")).isEqualTo(JsonNumber.of(2));
        assertThatThrownBy(() -> account.bundle(4)).isInstanceOf(PeerFailure.class);
        assertThat(account.rotateSignedPreKey()).isEqualTo(2);
    }
}

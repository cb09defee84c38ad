package dev.pawl.interop;

import static dev.pawl.interop.BaileysPeer.object;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.auth.AuthStore;
import dev.pawl.auth.AuthVerification;
import dev.pawl.auth.Credentials;
import dev.pawl.auth.Curve;
import dev.pawl.auth.Finding;
import dev.pawl.auth.KeyPair;
import dev.pawl.auth.KeyType;
import dev.pawl.auth.SignedPreKey;
import dev.pawl.auth.Updates;
import dev.pawl.backend.Access;
import dev.pawl.backend.Backend;
import dev.pawl.backend.SessionName;
import dev.pawl.file.BaileysBackend;
import dev.pawl.interop.BaileysAccount.Message;
import dev.pawl.json.BufferJson;
import dev.pawl.json.Bytes;
import dev.pawl.json.JsonArray;
import dev.pawl.json.JsonNull;
import dev.pawl.json.JsonNumber;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonString;
import dev.pawl.json.JsonValue;
import java.math.BigInteger;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.spec.NamedParameterSpec;
import java.security.spec.XECPrivateKeySpec;
import java.security.spec.XECPublicKeySpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import javax.crypto.KeyAgreement;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An identity that Pawl made is, for real Baileys and libsignal, one of their own. */
final class CreatedIdentityTest extends WithBaileys {

    private static final String ALICE = "6281111111111@s.whatsapp.net";
    private static final String BOB = "6282222222222@s.whatsapp.net";

    @TempDir
    Path directory;

    private Path made;
    private Credentials credentials;

    @BeforeEach
    void createIdentity() {
        made = directory.resolve("made");
        try (Backend backend = BaileysBackend.open(made, Access.READ_WRITE);
                AuthStore store = AuthStore.open(backend, SessionName.DEFAULT)) {
            credentials = store.createCredentials();
        }
    }

    @Test
    void baileysOpensItAndSavesTheSameBytes() {
        BaileysAccount account = peer.open(made);
        assertThat(account.credentials()).isEqualTo(credentials.text().utf8());
        account.saveCredentials();
        assertThat(AuthFiles.of(made)).containsOnlyKeys("creds.json");
        assertThat(made.resolve("creds.json")).hasContent(credentials.text().utf8());
    }

    @Test
    void itHasTheMembersShapesAndOrderOfOneThatBaileysMade() {
        peer.create(directory.resolve("theirs"));
        JsonValue theirs = JsonValue.parse(AuthFiles.text(directory.resolve("theirs"), "creds.json"));
        assertThat(shape(credentials.json())).isEqualTo(shape(theirs));
        for (String counter : List.of(
                "processedHistoryMessages",
                "nextPreKeyId",
                "firstUnuploadedPreKeyId",
                "accountSyncCounter",
                "accountSettings",
                "registered")) {
            assertThat(credentials.json().get(counter))
                    .as(counter)
                    .isEqualTo(object(theirs).get(counter));
        }
    }

    /** The names in their order, the kinds of values, and how long strings and bytes are. */
    private static String shape(JsonValue value) {
        if (BufferJson.bytes(value).isPresent()) {
            return "bytes " + BufferJson.bytes(value).get().size();
        }
        if (value instanceof JsonObject object) {
            List<String> members = new ArrayList<>();
            object.forEach((name, member) -> members.add(name + ": " + shape(member)));
            return members.toString();
        }
        if (value instanceof JsonArray array) {
            return array.values().stream()
                    .map(CreatedIdentityTest::shape)
                    .toList()
                    .toString();
        }
        return value instanceof JsonString string
                ? "text " + string.value().length()
                : value.getClass().getSimpleName();
    }

    @Test
    void theSameUpdatesMadeInNodeAndInPawlGiveTheSameBytes() {
        Path other = AuthFiles.copy(made, directory.resolve("other"));
        BaileysAccount account = peer.open(other);
        try (Backend backend = BaileysBackend.open(made, Access.READ_WRITE);
                AuthStore store = AuthStore.open(backend, SessionName.DEFAULT)) {
            for (JsonObject update : updates()) {
                store.saveCredentials(update);
                account.update(update.toText());
                assertThat(AuthFiles.of(made)).as(update.toText()).isEqualTo(AuthFiles.of(other));
            }
            Credentials last = store.credentials().orElseThrow();
            assertThat(last.paired()).isTrue();
            assertThat(last.me().orElseThrow().name()).contains("Contoh \uD83C\uDFEA");
            // Nothing but what was updated has moved.
            assertThat(last.json().names().subList(0, credentials.json().size()))
                    .isEqualTo(credentials.json().names());
        }
        account.reload();
        assertThat(account.credentials()).isEqualTo(AuthFiles.text(made, "creds.json"));
    }

    /** What a socket emits from pairing to a busy day, and what an application may add. */
    private List<JsonObject> updates() {
        JsonObject me = JsonObject.builder()
                .put("id", "6281234567890:17@s.whatsapp.net")
                .put("name", "Contoh \uD83C\uDFEA")
                .put("lid", "98765432109876:17@lid")
                .build();
        JsonObject account = JsonObject.builder()
                .put("details", "CNKF2MwEEIDwnccGGAMgACgA")
                .put("accountSignatureKey", "Upyxmui5MDi1SEOjK+ioJySmDsa2esxMH9YrlX2WEkQ=")
                .put("accountSignature", BaileysPeer.base64(new byte[64]))
                .put("deviceSignature", BaileysPeer.base64(new byte[64]))
                .build();
        JsonObject identity = JsonObject.builder()
                .put(
                        "identifier",
                        JsonObject.builder()
                                .put("name", "98765432109876:17@lid")
                                .put("deviceId", 0)
                                .build())
                .put("identifierKey", credentials.signedIdentityKey().typedPublicKey())
                .build();
        JsonObject history = JsonObject.builder()
                .put(
                        "key",
                        JsonObject.builder()
                                .put("remoteJid", "6281234567890@s.whatsapp.net")
                                .put("fromMe", true)
                                .put("id", "3EB0C767D26A1D8F9C1B")
                                .build())
                .put("messageTimestamp", 1760000050)
                .build();
        JsonObject settings = JsonObject.builder()
                .put("unarchiveChats", true)
                .put(
                        "defaultDisappearingMode",
                        JsonObject.builder()
                                .put("ephemeralExpiration", 604800)
                                .put("ephemeralSettingTimestamp", 1760000060)
                                .build())
                .build();
        JsonObject ofTheApplication = JsonObject.builder()
                .put("note", "quotes \" \\ \u2028 \b and half a pair \uD800")
                .put("10", "ten")
                .put("2", "two")
                .put("bin", Bytes.wrap(new byte[] {0, -1, 7}))
                .put("numbers", JsonArray.of(JsonNumber.of(-1), JsonValue.parse("0.1"), JsonValue.parse("1e+21")))
                .put("nothing", JsonNull.NULL)
                .build();
        return List.of(
                one("nextPreKeyId", JsonNumber.of(813)).with("firstUnuploadedPreKeyId", JsonNumber.of(813)),
                one("me", me)
                        .with("account", account)
                        .with("signalIdentities", JsonArray.of(identity))
                        .with("platform", new JsonString("smba")),
                one("routingInfo", BufferJson.of(Bytes.wrap(new byte[] {8, 2, 8, 5}))),
                one("lastPropHash", new JsonString("2V2sF")),
                one("processedHistoryMessages", JsonArray.of(history, history)),
                one("accountSettings", settings),
                one(
                        "accountSettings",
                        JsonObject.builder().put("unarchiveChats", false).build()),
                one(
                        "signedPreKey",
                        SignedPreKey.generate(credentials.signedIdentityKey(), 2)
                                .json()),
                one("additionalData", ofTheApplication),
                one("pairingCode", JsonNull.NULL),
                one("myAppStateKeyId", new JsonString("AAAAAHz/"))
                        .with("lastAccountSyncTimestamp", JsonNumber.of(1760000123)),
                one("accountSyncCounter", JsonNumber.of(1)).with("registered", JsonValue.parse("true")),
                JsonObject.EMPTY);
    }

    private static JsonObject one(String name, JsonValue value) {
        return JsonObject.EMPTY.with(name, value);
    }

    @Test
    void libsignalAcceptsTheSignatureOfItsPreKey() {
        SignedPreKey signed = credentials.signedPreKey();
        byte[] identity = credentials.signedIdentityKey().publicKey().toArray();
        byte[] preKey = signed.keyPair().publicKey().toArray();
        byte[] signature = signed.signature().toArray();
        assertThat(peer.verifySignedPreKey(identity, preKey, signature)).isTrue();
        preKey[4] ^= 1;
        assertThat(peer.verifySignedPreKey(identity, preKey, signature)).isFalse();
    }

    @Test
    void aKeyOfOursAndAKeyOfTheirsAgreeOnOneSecret() throws GeneralSecurityException {
        for (int i = 0; i < 20; i++) {
            KeyPair ours = i == 0 ? credentials.signedIdentityKey() : KeyPair.generate();
            KeyPair theirs = peer.generateKeyPair();
            byte[] secret = peer.agree(
                    theirs.privateKey().toArray(), ours.typedPublicKey().toArray());
            assertThat(peer.agree(
                            ours.privateKey().toArray(), theirs.typedPublicKey().toArray()))
                    .isEqualTo(secret);
            assertThat(agree(ours.privateKey(), theirs.publicKey())).isEqualTo(secret);
            assertThat(theirs.matches()).isTrue();
        }
    }

    /** The agreement by a third party: the JDK. */
    private static byte[] agree(Bytes privateKey, Bytes publicKey) throws GeneralSecurityException {
        byte[] big = publicKey.toArray();
        for (int i = 0; i < big.length / 2; i++) {
            byte swapped = big[i];
            big[i] = big[big.length - 1 - i];
            big[big.length - 1 - i] = swapped;
        }
        KeyFactory keys = KeyFactory.getInstance("X25519");
        KeyAgreement agreement = KeyAgreement.getInstance("X25519");
        agreement.init(keys.generatePrivate(new XECPrivateKeySpec(NamedParameterSpec.X25519, privateKey.toArray())));
        agreement.doPhase(
                keys.generatePublic(new XECPublicKeySpec(NamedParameterSpec.X25519, new BigInteger(1, big))), true);
        return agreement.generateSecret();
    }

    @Test
    void signaturesOfEitherSideAreAcceptedByTheOther() {
        Random random = new Random(20);
        for (int i = 0; i < 100; i++) {
            KeyPair ours = KeyPair.generate();
            KeyPair theirs = peer.generateKeyPair();
            byte[] message = new byte[random.nextInt(200)];
            random.nextBytes(message);

            byte[] signature = ours.sign(Bytes.wrap(message)).toArray();
            assertThat(peer.verify(ours.publicKey().toArray(), message, signature))
                    .as("ours, %d", i)
                    .isTrue();
            byte[] answer = peer.sign(theirs.privateKey().toArray(), message);
            assertThat(Curve.verify(theirs.publicKey(), Bytes.wrap(message), Bytes.wrap(answer)))
                    .as("theirs, %d", i)
                    .isTrue();

            byte[] damaged = (i % 2 == 0 ? signature : answer).clone();
            damaged[random.nextInt(63)] ^= (byte) (1 << random.nextInt(8));
            Bytes signer = i % 2 == 0 ? ours.publicKey() : theirs.publicKey();
            assertThat(Curve.verify(signer, Bytes.wrap(message), Bytes.wrap(damaged)))
                    .as("damaged, %d", i)
                    .isFalse();
            assertThat(peer.verify(signer.toArray(), message, damaged))
                    .as("damaged, %d", i)
                    .isFalse();
        }
    }

    @Test
    void othersStartSessionsWithIt() {
        BaileysAccount account = peer.open(made);
        assertThat(account.mintPreKeys(5)).containsExactly(1L, 2L, 3L, 4L, 5L);
        try (Backend backend = BaileysBackend.open(made, Access.READ_ONLY);
                AuthStore store = AuthStore.openReadOnly(backend, SessionName.DEFAULT)) {
            assertThat(store.credentials().orElseThrow().nextPreKeyId()).hasValue(6);
            assertThat(store.read(KeyType.PRE_KEY, List.of("1", "2", "3", "4", "5"))
                            .values())
                    .hasSize(5)
                    .allMatch(KeyPair::matches);
            assertThat(AuthVerification.run(backend, SessionName.DEFAULT)).noneMatch(Finding::isProblem);
        }

        BaileysAccount alice = peer.create(directory.resolve("alice"));
        alice.injectSession(BOB, account.bundle(3));
        assertThat(account.decrypt(ALICE, alice.encrypt(BOB, "first"))).isEqualTo("first");
        assertThat(alice.decrypt(BOB, account.encrypt(ALICE, "reply"))).isEqualTo("reply");
        assertThat(account.get("pre-key", "3")).isEmpty();
    }

    @Test
    void itsFirstMessagesReachThoseItWritesTo() {
        BaileysAccount account = peer.open(made);
        BaileysAccount bob = peer.create(directory.resolve("bob"));
        bob.mintPreKeys(1);
        account.injectSession(BOB, bob.bundle(1));
        Message first = account.encrypt(BOB, "from a new identity");
        assertThat(first.type()).isEqualTo("pkmsg");
        assertThat(bob.decrypt(ALICE, first)).isEqualTo("from a new identity");
    }

    @Test
    void preKeysThatPawlMadeAreUsedByOthers() {
        try (Backend backend = BaileysBackend.open(made, Access.READ_WRITE);
                AuthStore store = AuthStore.open(backend, SessionName.DEFAULT)) {
            store.write(Updates.none()
                    .put(KeyType.PRE_KEY, "1", KeyPair.generate())
                    .credentials(
                            one("nextPreKeyId", JsonNumber.of(2)).with("firstUnuploadedPreKeyId", JsonNumber.of(2))));
        }
        BaileysAccount account = peer.open(made);
        BaileysAccount alice = peer.create(directory.resolve("alice"));
        alice.injectSession(BOB, account.bundle(1));
        assertThat(account.decrypt(ALICE, alice.encrypt(BOB, "with a key of Pawl")))
                .isEqualTo("with a key of Pawl");
        assertThat(account.mintPreKeys(1)).containsExactly(2L);
    }
}

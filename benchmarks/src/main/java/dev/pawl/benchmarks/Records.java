package dev.pawl.benchmarks;

import java.util.HexFormat;
import java.util.Locale;
import java.util.StringJoiner;
import java.util.function.IntFunction;

/** The records of the fixtures as Baileys would write them, filled from one random sequence. The order in which numbers are drawn is part of the fixtures. */
final class Records {

    private static final long EPOCH_MILLIS = 1_700_000_000_000L;

    private final Xorshift random;

    Records(Xorshift random) {
        this.random = random;
    }

    /** The id of the i-th session. */
    static String sessionId(int i) {
        return String.format(Locale.ROOT, "6281200%05d.0", i);
    }

    /** The id of the i-th sender key. */
    static String senderKeyId(int i) {
        return String.format(Locale.ROOT, "12036304%010d@g.us::6281200%05d::0", i % 20, i);
    }

    /** The id of the next synchronisation key. */
    String appStateSyncKeyId() {
        return random.base64(6);
    }

    /** Credentials of a device that has been in use, 3 kB. */
    String credentials() {
        String history = times(
                8,
                i -> "{\"key\":{\"remoteJid\":\"6281200000000@s.whatsapp.net\",\"fromMe\":true,"
                        + "\"id\":\"3EB0" + HexFormat.of().withUpperCase().formatHex(random.bytes(8))
                        + "\"},\"messageTimestamp\":" + (EPOCH_MILLIS / 1000 + i) + "}");
        return "{\"noiseKey\":" + keyPair() + ",\"pairingEphemeralKeyPair\":" + keyPair() + ",\"signedIdentityKey\":"
                + keyPair() + ",\"signedPreKey\":{\"keyPair\":" + keyPair() + ",\"signature\":" + buffer(64)
                + ",\"keyId\":1},\"registrationId\":" + random.below(16384) + ",\"advSecretKey\":" + base64(32)
                + ",\"processedHistoryMessages\":[" + history + "],\"nextPreKeyId\":813,"
                + "\"firstUnuploadedPreKeyId\":813,\"accountSyncCounter\":1,\"accountSettings\":"
                + "{\"unarchiveChats\":false,\"defaultDisappearingMode\":{\"ephemeralExpiration\":0,"
                + "\"ephemeralSettingTimestamp\":0}},\"registered\":true,\"account\":{\"details\":" + base64(12)
                + ",\"accountSignatureKey\":" + base64(32) + ",\"accountSignature\":" + base64(64)
                + ",\"deviceSignature\":" + base64(64)
                + "},\"me\":{\"id\":\"6281200000000:12@s.whatsapp.net\",\"name\":\"Bench\","
                + "\"lid\":\"123456789012345:12@lid\"},\"signalIdentities\":[{\"identifier\":"
                + "{\"name\":\"123456789012345@lid\",\"deviceId\":0},\"identifierKey\":" + buffer(33)
                + "}],\"platform\":\"android\",\"routingInfo\":" + buffer(12)
                + ",\"lastAccountSyncTimestamp\":1700000000,\"myAppStateKeyId\":" + base64(6)
                + ",\"lastPropHash\":\"2G4Al9\"}";
    }

    /** A session record with two to four sessions of two chains each, 1.9 to 4.5 kB. */
    String session() {
        int sessions = 2 + random.below(3);
        return "{\"_sessions\":{" + times(sessions, this::oneSession) + "},\"version\":\"v1\"}";
    }

    private String oneSession(int i) {
        String base = base64(33);
        String chains = times(2, this::chain);
        return base + ":{\"registrationId\":" + random.below(16384)
                + ",\"currentRatchet\":{\"ephemeralKeyPair\":{\"pubKey\":" + base64(33) + ",\"privKey\":" + base64(32)
                + "},\"lastRemoteEphemeralKey\":" + base64(33) + ",\"previousCounter\":" + random.below(50)
                + ",\"rootKey\":" + base64(32) + "},\"indexInfo\":{\"baseKey\":" + base
                + ",\"baseKeyType\":2,\"closed\":" + (i == 0 ? -1 : recently()) + ",\"used\":" + recently()
                + ",\"created\":" + recently() + ",\"remoteIdentityKey\":" + base64(33) + "},\"_chains\":{" + chains
                + "}}";
    }

    private String chain(int i) {
        String skipped = times(random.below(3), k -> "\"" + k + "\":" + base64(32));
        return base64(33) + ":{\"chainKey\":{\"counter\":" + random.below(200) + ",\"key\":" + base64(32)
                + "},\"chainType\":" + (i == 0 ? 1 : 2) + ",\"messageKeys\":{" + skipped + "}}";
    }

    /** A pre-key, 164 bytes. */
    String keyPair() {
        return "{\"private\":" + buffer(32) + ",\"public\":" + buffer(32) + "}";
    }

    /** A sender key, 1 kB. */
    String senderKey() {
        return buffer(700);
    }

    /** The i-th synchronisation key. */
    String appStateSyncKey(int i) {
        return "{\"keyData\":" + buffer(32) + ",\"fingerprint\":{\"rawId\":" + random.next() + ",\"currentIndex\":" + i
                + ",\"deviceIndexes\":[0,1]},\"timestamp\":" + (EPOCH_MILLIS + i) + "}";
    }

    private long recently() {
        return EPOCH_MILLIS + random.below(1_000_000);
    }

    private String base64(int count) {
        return "\"" + random.base64(count) + "\"";
    }

    private String buffer(int count) {
        return "{\"type\":\"Buffer\",\"data\":" + base64(count) + "}";
    }

    /** As many texts with commas between, each drawn after the one before. */
    static String times(int count, IntFunction<String> text) {
        StringJoiner all = new StringJoiner(",");
        for (int i = 0; i < count; i++) {
            all.add(text.apply(i));
        }
        return all.toString();
    }
}

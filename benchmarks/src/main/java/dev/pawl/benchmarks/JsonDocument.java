package dev.pawl.benchmarks;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Records of the shapes and sizes that a linked device keeps, with random keys; the same on every run. */
public enum JsonDocument {
    /** Credentials before pairing, 1.1 kB. */
    FRESH_CREDENTIALS {
        @Override
        String text(Random random) {
            return "{" + identity(random) + ",\"processedHistoryMessages\":[],\"nextPreKeyId\":1,"
                    + "\"firstUnuploadedPreKeyId\":1,\"accountSyncCounter\":0,"
                    + "\"accountSettings\":{\"unarchiveChats\":false},\"registered\":false}";
        }
    },

    /** Credentials of a device that has been in use, 3 kB; a name outside ASCII. */
    CREDENTIALS {
        @Override
        String text(Random random) {
            String history = IntStream.range(0, 5)
                    .mapToObj(i -> "{\"key\":{\"remoteJid\":\"62812345" + (67890 + i)
                            + "@s.whatsapp.net\",\"fromMe\":true,\"id\":\"3EB0C767D26A1D8F9C1" + i
                            + "\",\"participant\":\"\",\"addressingMode\":\"pn\"},\"messageTimestamp\":17600000"
                            + (50 + i)
                            + "}")
                    .collect(Collectors.joining(","));
            return "{" + identity(random) + ",\"processedHistoryMessages\":[" + history + "],\"nextPreKeyId\":813,"
                    + "\"firstUnuploadedPreKeyId\":813,\"accountSyncCounter\":1,\"accountSettings\":"
                    + "{\"unarchiveChats\":false,\"defaultDisappearingMode\":{\"ephemeralExpiration\":604800,"
                    + "\"ephemeralSettingTimestamp\":1760000060}},\"registered\":true,\"pairingCode\":\"ABCD1234\","
                    + "\"lastPropHash\":\"2V2sF\",\"routingInfo\":" + buffer(random, 5)
                    + ",\"account\":{\"details\":\"" + base64(random, 18) + "\",\"accountSignatureKey\":\""
                    + base64(random, 32) + "\",\"accountSignature\":\"" + base64(random, 64)
                    + "\",\"deviceSignature\":\"" + base64(random, 64)
                    + "\"},\"me\":{\"id\":\"6281234567890:17@s.whatsapp.net\",\"name\":\"Contoh \uD83C\uDFEA\","
                    + "\"lid\":\"98765432109876:17@lid\"},\"signalIdentities\":[{\"identifier\":{\"name\":"
                    + "\"98765432109876:17@lid\",\"deviceId\":0},\"identifierKey\":" + buffer(random, 33)
                    + "}],\"platform\":\"smba\",\"myAppStateKeyId\":\"AAAAAHz/\",\"lastAccountSyncTimestamp\":1760000123}";
        }
    },

    /** A session record with its closed predecessors, 20 kB. */
    SESSION {
        @Override
        String text(Random random) {
            return IntStream.range(0, 21)
                    .mapToObj(i -> session(random, i))
                    .collect(Collectors.joining(",", "{\"_sessions\":{", "},\"version\":\"v1\"}"));
        }
    },

    /** Our own sender key of a busy group, 450 kB: one long string. */
    SENDER_KEY {
        @Override
        String text(Random random) {
            String inner = SENDER_KEY_CONTENT.text(random);
            return "{\"type\":\"Buffer\",\"data\":\""
                    + Base64.getEncoder().encodeToString(inner.getBytes(StandardCharsets.UTF_8)) + "\"}";
        }
    },

    /** What that sender key holds, 330 kB: many small numbers. */
    SENDER_KEY_CONTENT {
        @Override
        String text(Random random) {
            String keys = IntStream.range(0, 2000)
                    .mapToObj(i -> "{\"iteration\":" + (2 * i + 1) + ",\"seed\":" + numbers(random, 32) + "}")
                    .collect(Collectors.joining(","));
            return "[{\"senderKeyId\":76993062,\"senderChainKey\":{\"iteration\":4001,\"seed\":" + numbers(random, 32)
                    + "},\"senderSigningKey\":{\"public\":" + numbers(random, 33) + ",\"private\":"
                    + numbers(random, 32) + "},\"senderMessageKeys\":[" + keys + "]}]";
        }
    };

    /** Returns the record's JSON text in UTF-8, as {@code JSON.stringify} would write it. */
    public byte[] bytes() {
        return text(new Random(ordinal())).getBytes(StandardCharsets.UTF_8);
    }

    abstract String text(Random random);

    private static String identity(Random random) {
        return "\"noiseKey\":" + keyPair(random) + ",\"pairingEphemeralKeyPair\":" + keyPair(random)
                + ",\"signedIdentityKey\":" + keyPair(random) + ",\"signedPreKey\":{\"keyPair\":" + keyPair(random)
                + ",\"signature\":" + buffer(random, 64) + ",\"keyId\":1},\"registrationId\":116,\"advSecretKey\":\""
                + base64(random, 32) + "\"";
    }

    private static String session(Random random, int i) {
        String base = base64(random, 33);
        String sending = base64(random, 33);
        return "\"" + base + "\":{\"registrationId\":" + random.nextInt(256)
                + ",\"currentRatchet\":{\"ephemeralKeyPair\":{\"pubKey\":\"" + sending + "\",\"privKey\":\""
                + base64(random, 32) + "\"},\"lastRemoteEphemeralKey\":\"" + base64(random, 33)
                + "\",\"previousCounter\":0,\"rootKey\":\"" + base64(random, 32)
                + "\"},\"indexInfo\":{\"baseKey\":\"" + base + "\",\"baseKeyType\":2,\"closed\":"
                + (i == 0 ? "-1" : "179518815" + (1000 + i)) + ",\"used\":1795188157447,\"created\":1795188157346,"
                + "\"remoteIdentityKey\":\"" + base64(random, 33) + "\"},\"_chains\":{\"" + base64(random, 33)
                + "\":{\"chainKey\":{\"counter\":2,\"key\":\"" + base64(random, 32)
                + "\"},\"chainType\":2,\"messageKeys\":{\"1\":\"" + base64(random, 32) + "\"}},\"" + sending
                + "\":{\"chainKey\":{\"counter\":0,\"key\":\"" + base64(random, 32)
                + "\"},\"chainType\":1,\"messageKeys\":{}}}}";
    }

    private static String keyPair(Random random) {
        return "{\"private\":" + buffer(random, 32) + ",\"public\":" + buffer(random, 32) + "}";
    }

    private static String buffer(Random random, int size) {
        return "{\"type\":\"Buffer\",\"data\":\"" + base64(random, size) + "\"}";
    }

    private static String numbers(Random random, int size) {
        return IntStream.range(0, size)
                .mapToObj(i -> Integer.toString(random.nextInt(256)))
                .collect(Collectors.joining(",", "{\"type\":\"Buffer\",\"data\":[", "]}"));
    }

    private static String base64(Random random, int size) {
        byte[] bytes = new byte[size];
        random.nextBytes(bytes);
        return Base64.getEncoder().encodeToString(bytes);
    }
}

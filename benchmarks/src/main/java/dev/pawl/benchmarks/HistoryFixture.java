package dev.pawl.benchmarks;

import dev.pawl.event.RawEvent;
import dev.pawl.json.Bytes;
import dev.pawl.json.JsonArray;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonString;
import dev.pawl.json.JsonValue;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * Messages of 200 chats as Baileys emits them, the same on every run and in every language, 524 bytes each on average: every 20th in chat 0, 50 in each second, one line of JSON each. Every fourth
 * chat is a group.
 */
final class HistoryFixture {

    /** What the file of {@link #MESSAGES} messages has as its SHA-256. */
    static final String SHA_256 = "77cee617c7b84305ec2e693fed0d01f26ba09687cadd65c15cc5b16bc4ed6b35";

    /** How many messages the digest is of. */
    static final int MESSAGES = 100_000;

    static final int CHATS = 200;
    static final long FIRST_SECOND = 1_700_000_000L;
    static final int EACH_SECOND = 50;

    /** Of so many messages one is in chat 0. */
    static final int CHAT_0 = 20;

    private static final int SEED = 7;

    private static final List<String> WORDS =
            List.of(("aku kamu dia saya the order is ready besok pagi jam berapa ok siap"
                            + " terima kasih invoice payment meeting call me later nanti dulu sudah belum kirim foto lokasi harga"
                            + " total paket resi kurir alamat rumah kantor hari ini")
                    .split(" "));

    private final Xorshift random = new Xorshift(SEED);

    private HistoryFixture() {}

    /**
     * Writes the first messages to a file.
     *
     * @throws IllegalStateException when the first {@link #MESSAGES} of them are not what they are meant to be
     */
    static void write(Path file, int count) {
        HistoryFixture fixture = new HistoryFixture();
        MessageDigest digest = sha256();
        try (BufferedWriter out = Files.newBufferedWriter(file)) {
            for (int i = 0; i < count; i++) {
                String line = fixture.message(i) + "\n";
                out.write(line);
                digest.update(line.getBytes(StandardCharsets.UTF_8));
                if (i == MESSAGES - 1) {
                    requireTheSame(HexFormat.of().formatHex(digest.digest()));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void requireTheSame(String digest) {
        if (!digest.equals(SHA_256)) {
            throw new IllegalStateException("the messages are not those that all stores are measured with: " + digest);
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private String message(int i) {
        int chat = i % CHAT_0 == 0 ? 0 : 1 + random.below(CHATS - 1);
        String id = String.format(Locale.ROOT, "3EB0%08X%08X", random.next(), random.next());
        boolean fromMe = random.below(3) == 0;
        String participant = chat % 4 == 3
                ? String.format(Locale.ROOT, ",\"participant\":\"6281200%06d@s.whatsapp.net\"", random.below(1000))
                : "";
        StringBuilder text = new StringBuilder(word());
        int words = 6 + random.below(28);
        for (int word = 1; word < words; word++) {
            text.append(' ').append(word());
        }
        return "{\"key\":{\"remoteJid\":\"" + jid(chat) + "\",\"fromMe\":" + fromMe + ",\"id\":\"" + id + "\""
                + participant + "},\"messageTimestamp\":" + (FIRST_SECOND + i / EACH_SECOND)
                + ",\"pushName\":\"Contact " + chat + "\",\"broadcast\":false,\"status\":" + (fromMe ? 2 : 3)
                + ",\"message\":{\"extendedTextMessage\":{\"text\":\"" + text
                + "\",\"previewType\":0,\"inviteLinkGroupTypeV2\":0},\"messageContextInfo\":"
                + "{\"deviceListMetadataVersion\":2,\"messageSecret\":{\"type\":\"Buffer\",\"data\":\""
                + random.base64(32) + "\"}}}}";
    }

    private String word() {
        return WORDS.get(random.below(WORDS.size()));
    }

    /** The address of a chat. */
    static String jid(int chat) {
        return chat % 4 == 3
                ? String.format(Locale.ROOT, "12036304%010d@g.us", chat)
                : String.format(Locale.ROOT, "62812%08d@s.whatsapp.net", chat);
    }

    /** An upsert of the first chats. */
    static RawEvent chats(int count) {
        return new RawEvent(
                "chats.upsert",
                JsonArray.copyOf(
                        IntStream.range(0, count).mapToObj(HistoryFixture::chat).toList()));
    }

    private static JsonObject chat(int chat) {
        return JsonObject.builder()
                .put("id", jid(chat))
                .put("name", "Chat " + chat)
                .put("conversationTimestamp", FIRST_SECOND + chat)
                .put("unreadCount", chat % 7)
                .put("archived", chat % 10 == 0)
                .put("pinned", 0)
                .put("muteEndTime", 0)
                .put("ephemeralExpiration", 0)
                .put("notSpam", true)
                .build();
    }

    /**
     * An upsert of messages.
     *
     * @param type {@code append} or {@code notify}
     */
    static RawEvent upsert(List<JsonObject> messages, String type) {
        return new RawEvent(
                "messages.upsert",
                JsonObject.builder()
                        .put("messages", JsonArray.copyOf(messages))
                        .put("type", new JsonString(type))
                        .build());
    }

    /** Reads the first messages of a file. */
    static List<JsonObject> read(Path file, int count) {
        List<JsonObject> messages = new ArrayList<>(count);
        each(file, count, messages::add);
        return messages;
    }

    /** Hands on the first messages of a file. */
    static void each(Path file, int count, Consumer<JsonObject> each) {
        try (BufferedReader lines = Files.newBufferedReader(file)) {
            for (int i = 0; i < count; i++) {
                String line = lines.readLine();
                if (line == null) {
                    throw new IllegalStateException(file + " has only " + i + " messages");
                }
                each.accept((JsonObject) JsonValue.parse(Bytes.utf8(line)));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

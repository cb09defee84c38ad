package dev.pawl.baileys;

import static dev.pawl.baileys.Person.ANA;
import static dev.pawl.baileys.Person.ME;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.Content;
import dev.pawl.baileys.WhatsAppStandIn.Device;
import dev.pawl.event.MessageKey;
import dev.pawl.json.Bytes;
import dev.pawl.json.JsonArray;
import dev.pawl.json.JsonNumber;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonString;
import dev.pawl.message.MessageKind;
import dev.pawl.message.Reaction;
import dev.pawl.message.WaMessage;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every kind of content through real Baileys: what the reader gets, and what the history has of it. */
class ContentTest {

    private static final String CARD = "BEGIN:VCARD\nVERSION:3.0\nFN:Budi\nTEL:+628\nEND:VCARD";

    @TempDir
    Path directory;

    static List<StoreKind> stores() {
        return Boolean.getBoolean("pawl.soak") ? Arrays.asList(StoreKind.values()) : List.of(StoreKind.SQLITE);
    }

    /** What was sent under an id, which is what the reader and the history know it by. */
    private final class Conversation {

        final WhatsAppStandIn standIn;
        final Program program;
        final Map<String, WaMessage> sent = new LinkedHashMap<>();

        Conversation(WhatsAppStandIn standIn, Program program) {
            this.standIn = standIn;
            this.program = program;
        }

        /** Sends under an id of our own; gives what Ana's phone shows of it. */
        Shown send(String id, Content content, MessageKind kind) throws Exception {
            assertThat(stored(program, id)).as("before %s", id).isEmpty();
            WaMessage answer = program.client.send(ANA.lid(), content, id);
            assertThat(answer.key().id()).isEqualTo(id);
            Shown shown = Shown.await(standIn, ANA, id);
            assertThat(Shown.await(standIn, ME, id).at("deviceSentMessage", "destinationJid"))
                    .as("to our own phone as well")
                    .isEqualTo(new JsonString(ANA.lid()));
            WaMessage row = stored(program, id).orElseThrow();
            assertThat(row.kind()).isEqualTo(kind);
            sent.put(id, row);
            return shown;
        }

        WaMessage row(String id) {
            return sent.get(id);
        }
    }

    private static Optional<WaMessage> stored(Program program, String id) {
        return program.pawl.messages("main").message(MessageKey.of(ANA.lid(), id, true));
    }

    @ParameterizedTest
    @MethodSource("stores")
    void everyKindIsReadByThePeerAndIsInTheHistoryUnderItsId(StoreKind kind) throws Exception {
        String[] locators = kind.locators(directory);
        Path cache = directory.resolve("cache");
        Map<String, WaMessage> sent;
        try (WhatsAppStandIn standIn = WhatsAppStandIn.start()) {
            try (Program program = Program.open(standIn.transport(cache).build(), "main", locators)) {
                Device device = program.pair(standIn);
                standIn.send(ANA, device, "what is there?");
                WaMessage question = program.message("what is there?");
                Conversation conversation = new Conversation(standIn, program);

                sendsWords(conversation, question);
                sendsFiles(conversation);
                sendsTheRest(conversation);

                sent = conversation.sent;
                assertThat(sent).hasSize(13);
                assertThat(standIn.failures(ANA)).isEmpty();
                assertThat(program.errors).isEmpty();
            }
            try (Program program = Program.open(standIn.transport(cache).build(), "main", locators)) {
                sent.forEach((id, row) -> {
                    WaMessage later = stored(program, id).orElseThrow();
                    assertThat(later.json().get("message"))
                            .as(id)
                            .isPresent()
                            .isEqualTo(row.json().get("message"));
                });
            }
        }
    }

    private void sendsWords(Conversation to, WaMessage question) throws Exception {
        Shown text = to.send("TEXT", Content.text("rice 🍚 and \"tea\"\n"), MessageKind.TEXT);
        assertThat(text.text("extendedTextMessage", "text")).isEqualTo("rice 🍚 and \"tea\"\n");
        assertThat(to.row("TEXT").text()).contains("rice 🍚 and \"tea\"\n");

        Shown reply = to.send("REPLY", Content.text("rice").replyTo(question), MessageKind.TEXT);
        String[] quoted = {"extendedTextMessage", "contextInfo", "quotedMessage", "conversation"};
        assertThat(reply.text(quoted)).isEqualTo("what is there?");
        assertThat(reply.text("extendedTextMessage", "contextInfo", "stanzaId"))
                .isEqualTo(question.key().id());
        assertThat(reply.text("extendedTextMessage", "contextInfo", "participant"))
                .isEqualTo(ANA.lid());
        assertThat(to.row("REPLY").quotedId()).contains(question.key().id());

        Shown mention = to.send("MENTION", Content.text("@" + ANA.number()).mention(ANA.jid()), MessageKind.TEXT);
        assertThat(mention.at("extendedTextMessage", "contextInfo", "mentionedJid"))
                .isEqualTo(JsonArray.of(new JsonString(ANA.jid())));

        Shown reaction = to.send("REACTION", Content.reaction(question, "👍"), MessageKind.REACTION);
        assertThat(reaction.text("reactionMessage", "text")).isEqualTo("👍");
        assertThat(reaction.text("reactionMessage", "key", "id"))
                .isEqualTo(question.key().id());
        Eventually.holds(() -> assertThat(to.program
                        .pawl
                        .messages("main")
                        .message(question.key())
                        .orElseThrow()
                        .reactions())
                .extracting(Reaction::text)
                .containsExactly("👍"));
    }

    private void sendsFiles(Conversation to) throws Exception {
        Path picture = picture();
        Shown image = to.send("IMAGE", Content.image(picture).caption("today"), MessageKind.IMAGE);
        assertThat(image.bytes()).isEqualTo(Files.readAllBytes(picture));
        assertThat(image.text("imageMessage", "caption")).isEqualTo("today");
        assertThat(image.at("imageMessage", "width")).isEqualTo(JsonNumber.of(40));
        assertThat(image.text("imageMessage", "jpegThumbnail")).isNotEmpty();
        assertThat(to.row("IMAGE").text()).contains("today");

        sendsFile(to, "VIDEO", Content.video(file("clip.mp4", 300_000)).caption("moving"), "video/mp4");
        sendsFile(to, "AUDIO", Content.audio(file("song.m4a", 70_001), "audio/mp4"), "audio/mp4");
        sendsFile(to, "STICKER", Content.sticker(file("smile.webp", 5_000)), "image/webp");
        Shown document = sendsFile(
                to,
                "DOCUMENT",
                Content.document(file("ménu du jour.pdf", 1_048_576), "application/pdf")
                        .caption("menu"),
                "application/pdf");
        assertThat(document.text("documentMessage", "fileName")).isEqualTo("ménu du jour.pdf");
        assertThat(document.text("documentMessage", "caption")).isEqualTo("menu");
        sendsFile(to, "EMPTY", Content.document(file("nothing.txt", 0), "text/plain"), "text/plain");
    }

    /** Its kind is the beginning of its id, but for an empty document. */
    private Shown sendsFile(Conversation to, String id, Content content, String type) throws Exception {
        MessageKind kind = id.equals("EMPTY") ? MessageKind.DOCUMENT : MessageKind.valueOf(id);
        String name = kind.name().toLowerCase(java.util.Locale.ROOT);
        Shown shown = to.send(id, content, kind);
        byte[] bytes = Files.readAllBytes(pathOf(content, name));
        assertThat(shown.bytes()).isEqualTo(bytes);
        assertThat(shown.text(name + "Message", "mimetype")).isEqualTo(type);
        assertThat(to.row(id).media()).hasValueSatisfying(media -> {
            assertThat(media.mimetype()).contains(type);
            assertThat(media.fileLength()).hasValue(bytes.length);
            assertThat(media.mediaKey()).isPresent();
            assertThat(media.directPath()).contains(shown.text(name + "Message", "directPath"));
        });
        return shown;
    }

    private static Path pathOf(Content content, String kind) {
        JsonObject file = (JsonObject) content.json().get(kind).orElseThrow();
        return Path.of(((JsonString) file.get("url").orElseThrow()).value());
    }

    private void sendsTheRest(Conversation to) throws Exception {
        Shown place = to.send("LOCATION", Content.location(-6.2, 106.816), MessageKind.LOCATION);
        assertThat(place.at("locationMessage", "degreesLatitude")).isEqualTo(JsonNumber.of(-6.2));
        assertThat(place.at("locationMessage", "degreesLongitude")).isEqualTo(JsonNumber.of(106.816));

        Shown contact = to.send("CONTACT", Content.contact("Budi", CARD), MessageKind.CONTACT);
        assertThat(contact.text("contactMessage", "displayName")).isEqualTo("Budi");
        assertThat(contact.text("contactMessage", "vcard")).isEqualTo(CARD);

        byte[] bytes = Files.readAllBytes(picture());
        JsonObject raw = JsonObject.builder()
                .put("image", Bytes.copyOf(bytes))
                .put("caption", "in the message")
                .put("viewOnce", true)
                .build();
        Shown shown = to.send("RAW", Content.raw(raw), MessageKind.IMAGE);
        assertThat(shown.bytes()).isEqualTo(bytes);
        assertThat(shown.text("imageMessage", "caption")).isEqualTo("in the message");
    }

    private Path picture() throws IOException {
        Path file = directory.resolve("menu.png");
        ImageIO.write(new BufferedImage(40, 30, BufferedImage.TYPE_INT_RGB), "png", file.toFile());
        return file;
    }

    private Path file(String name, int size) throws IOException {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return Files.write(directory.resolve(name), bytes);
    }
}

package dev.pawl;

import dev.pawl.event.MessageKey;
import dev.pawl.json.JsonArray;
import dev.pawl.json.JsonBoolean;
import dev.pawl.json.JsonNumber;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonString;
import dev.pawl.json.JsonValue;
import dev.pawl.message.WaMessage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a message says, in the words of Baileys' {@code sendMessage}: what is missing here is said with {@link #raw}.
 *
 * <pre>{@code
 * client.send(jid, Content.text("It is ready").replyTo(question));
 * client.send(jid, Content.image(Path.of("menu.png")).caption("Today"));
 * client.send(jid, Content.reaction(question, "👍"));
 * }</pre>
 *
 * <p>Files are named by their absolute path and read when the message is sent, by the transport: a job that is scheduled
 * needs them then.
 *
 * <p><b>Thread-safety.</b> Immutable.
 */
public final class Content {

    private final JsonObject json;
    private final Optional<WaMessage> quoted;

    private Content(JsonObject json, Optional<WaMessage> quoted) {
        this.json = json;
        this.quoted = quoted;
    }

    /** Words. */
    public static Content text(String text) {
        return raw(object("text", new JsonString(text)));
    }

    /** A picture. */
    public static Content image(Path file) {
        return file("image", file);
    }

    /** A video. */
    public static Content video(Path file) {
        return file("video", file);
    }

    /**
     * Sound.
     *
     * @param type such as {@code audio/mp4}
     */
    public static Content audio(Path file, String type) {
        return file("audio", file).with("mimetype", new JsonString(type));
    }

    /** A sticker, as WebP. */
    public static Content sticker(Path file) {
        return file("sticker", file);
    }

    /**
     * A file, under its own name.
     *
     * @param type such as {@code application/pdf}
     */
    public static Content document(Path file, String type) {
        Path name = file.getFileName();
        return file("document", file)
                .with("mimetype", new JsonString(type))
                .with("fileName", new JsonString(name == null ? "file" : name.toString()));
    }

    private static Content file(String kind, Path file) {
        return raw(
                object(kind, object("url", new JsonString(file.toAbsolutePath().toString()))));
    }

    /** A place, in degrees north and east. */
    public static Content location(double latitude, double longitude) {
        return raw(object(
                "location",
                JsonObject.builder()
                        .put("degreesLatitude", JsonNumber.of(latitude))
                        .put("degreesLongitude", JsonNumber.of(longitude))
                        .build()));
    }

    /**
     * Somebody to be added to an address book.
     *
     * @param vcard as it is in a {@code .vcf} file
     */
    public static Content contact(String name, String vcard) {
        // Baileys looks at the name beside the card when there is one card, and at the one around them when there are
        // more
        JsonObject contact = JsonObject.builder()
                .put("displayName", new JsonString(name))
                .put("vcard", new JsonString(vcard))
                .build();
        return raw(object(
                "contacts",
                JsonObject.builder()
                        .put("displayName", new JsonString(name))
                        .put("contacts", JsonArray.of(contact))
                        .build()));
    }

    /** A reaction to a message; an empty one takes it back. */
    public static Content reaction(WaMessage to, String emoji) {
        JsonValue key = to.json().get("key").orElse(JsonObject.EMPTY);
        return reaction(emoji, key);
    }

    /** The same, to a message that is known by its key alone. */
    public static Content reaction(MessageKey to, String emoji) {
        JsonObject.Builder key = JsonObject.builder()
                .put("remoteJid", new JsonString(to.remoteJid()))
                .put("fromMe", JsonBoolean.of(to.fromMe()))
                .put("id", new JsonString(to.id()));
        to.participant().ifPresent(jid -> key.put("participant", new JsonString(jid)));
        return reaction(emoji, key.build());
    }

    private static Content reaction(String emoji, JsonValue key) {
        return raw(object(
                "react",
                JsonObject.builder()
                        .put("text", new JsonString(emoji))
                        .put("key", key)
                        .build()));
    }

    /** Whatever Baileys' {@code sendMessage} takes as content, with bytes as BufferJSON writes them. */
    public static Content raw(JsonObject content) {
        return new Content(content, Optional.empty());
    }

    /** The same, with words under a picture, a video or a file. */
    public Content caption(String text) {
        return with("caption", new JsonString(text));
    }

    /** The same, naming people so that they notice. Their numbers stand in the text as {@code @628…}. */
    public Content mention(String... jids) {
        List<JsonValue> all = new ArrayList<>();
        for (String jid : jids) {
            all.add(new JsonString(jid));
        }
        return with("mentions", JsonArray.of(all.toArray(new JsonValue[0])));
    }

    /** The same, as an answer to a message, which is shown above it. */
    public Content replyTo(WaMessage message) {
        return new Content(json, Optional.of(message));
    }

    private Content with(String member, JsonValue value) {
        return new Content(json.with(member, value), quoted);
    }

    private static JsonObject object(String member, JsonValue value) {
        return JsonObject.builder().put(member, value).build();
    }

    /** As Baileys takes it. */
    public JsonObject json() {
        return json;
    }

    /** The options that go with it. */
    JsonObject options() {
        return quoted.map(message -> object("quoted", message.json())).orElse(JsonObject.EMPTY);
    }

    /** What a job keeps of it, in the form of zaileys. */
    JsonObject snapshot(String recipient) {
        return JsonObject.builder()
                .put("recipient", new JsonString(recipient))
                .put("content", json)
                .put("options", options())
                .build();
    }

    /** Its kind, and nothing of what it says. */
    @Override
    public String toString() {
        return "Content[" + String.join(", ", json.names()) + "]";
    }
}

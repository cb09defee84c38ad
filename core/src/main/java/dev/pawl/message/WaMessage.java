package dev.pawl.message;

import dev.pawl.backend.Row;
import dev.pawl.event.MessageKey;
import dev.pawl.event.ProtoJson;
import dev.pawl.json.BufferJson;
import dev.pawl.json.Bytes;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonString;
import dev.pawl.json.JsonValue;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A message as it is stored, and what can be read in it whatever form it came in.
 *
 * <p>The JSON is the message; everything here is read from it when it is asked for, and a member that is missing or has
 * a form we do not know is absent, never an error. What {@link #json} is after edits, revokes, receipts and reactions
 * is written down in {@code docs/message-rules.md}.
 *
 * <p><b>Thread-safety.</b> Immutable. Shown as text it tells where it stands and its kind, never what was said.
 */
public final class WaMessage {

    /** The member in which we keep what has no place in WhatsApp's own. */
    static final String OURS = "pawl";

    private final String chat;
    private final JsonObject json;
    private final MessageKey key;
    private final Optional<PageCursor> cursor;
    private final Optional<MessageContent> content;
    private final Optional<Bytes> stored;

    private WaMessage(
            String chat, JsonObject json, Optional<Bytes> stored, MessageKey key, Optional<PageCursor> cursor) {
        this.chat = chat;
        this.stored = stored;
        this.cursor = cursor;
        this.json = json;
        this.key = key;
        this.content = ProtoJson.object(json, "message").flatMap(MessageContent::of);
    }

    /**
     * The view of a message that is not stored, or not yet.
     *
     * @throws dev.pawl.event.InvalidEventException when it has no key that names it
     */
    public static WaMessage of(JsonObject json) {
        MessageKey key = MessageKey.ofMessage(json);
        return new WaMessage(key.chat(), json, Optional.empty(), key, Optional.empty());
    }

    /**
     * The view of a row.
     *
     * @throws dev.pawl.json.JsonException when its value is no JSON
     * @throws dev.pawl.event.InvalidEventException when it is no message; who knows the place makes damage of both
     */
    static WaMessage stored(Row row) {
        JsonValue value = JsonValue.parse(row.value());
        JsonObject json = value instanceof JsonObject object ? object : JsonObject.EMPTY;
        PageCursor cursor = PageCursor.at(row.position());
        return new WaMessage(
                row.key().partition(), json, Optional.of(row.value()), MessageKey.ofMessage(json), Optional.of(cursor));
    }

    /** The message as it is stored. */
    public JsonObject json() {
        return json;
    }

    /** The text of {@link #json} in UTF-8, byte for byte as it is stored. */
    public Bytes bytes() {
        return stored.orElseGet(json::toBytes);
    }

    /** The address of the conversation it stands in, by LID or phone number. */
    public String chat() {
        return chat;
    }

    /**
     * Its place among the messages of the conversation, from which a page goes on in either direction; empty when it is
     * not stored.
     */
    public Optional<PageCursor> cursor() {
        return cursor;
    }

    /** What it is called. */
    public MessageKey key() {
        return key;
    }

    /** Who wrote it, when it was somebody else and that is known. */
    public Optional<String> sender() {
        return key.author();
    }

    /** When it was sent; receipts and edits do not change that. */
    public Optional<Instant> time() {
        OptionalLong second = MessageTimes.of(json);
        return second.isPresent() ? MessageTimes.instant(second.getAsLong()) : Optional.empty();
    }

    /** What the sender called himself when he sent it. */
    public Optional<String> pushName() {
        return ProtoJson.text(json, "pushName");
    }

    /** What kind of thing it is. */
    public MessageKind kind() {
        if (content.isPresent()) {
            return content.get().kind();
        }
        return ProtoJson.member(json, "messageStubType")
                .map(WaMessage::kindOfStub)
                .orElse(MessageKind.EMPTY);
    }

    /** What a stub tells of, by its type; {@link MessageKind#EMPTY} when that says nothing. */
    static MessageKind kindOfStub(JsonValue type) {
        String stub = type instanceof JsonString name
                ? name.value()
                : Long.toString(ProtoJson.integer(type).orElse(0));
        return switch (stub) {
            case "0", "UNKNOWN" -> MessageKind.EMPTY;
            case "1", "REVOKE", "132", "ADMIN_REVOKE" -> MessageKind.REVOKED;
            case "2", "CIPHERTEXT" -> MessageKind.UNDECRYPTABLE;
            default -> MessageKind.NOTICE;
        };
    }

    /**
     * What it says: its text, its caption, or the name of a poll, a place, a contact; after an edit, the edited one.
     */
    public Optional<String> text() {
        return content.flatMap(MessageContent::words);
    }

    /** What {@link #text} is of a message, which need not have a key. */
    static Optional<String> words(JsonObject message) {
        return ProtoJson.object(message, "message").flatMap(MessageContent::of).flatMap(MessageContent::words);
    }

    /** What it said before it was edited. */
    public Optional<String> originalText() {
        return original().flatMap(MessageContent::words);
    }

    /** When the edit was made that is shown; empty when it was not edited since it is here. */
    public Optional<Instant> editedAt() {
        return ours("edited").flatMap(edited -> edited.get("at")).flatMap(MessageTimes::secondsOrMilliseconds);
    }

    /** Who took it back and when, as far as that is known; empty when nobody did. */
    public Optional<Revocation> revocation() {
        if (kind() != MessageKind.REVOKED) {
            return Optional.empty();
        }
        Optional<JsonObject> revoked = ours("revoked");
        return Optional.of(new Revocation(
                revoked.flatMap(object -> ProtoJson.text(object, "by")),
                json.get("revokeMessageTimestamp").flatMap(MessageTimes::secondsOrMilliseconds)));
    }

    /** The file that belongs to it; of an edit that only brings a caption, the original's. */
    public Optional<Media> media() {
        Optional<Media> own = content.flatMap(MessageContent::media);
        boolean complete = own.flatMap(Media::mediaKey).isPresent();
        return complete ? own : original().flatMap(MessageContent::media).or(() -> own);
    }

    /** The id of the message that it answers. */
    public Optional<String> quotedId() {
        return content.flatMap(MessageContent::contextInfo).flatMap(context -> ProtoJson.text(context, "stanzaId"));
    }

    /** How far it got, if it is ours. An error is over when somebody got it. */
    public Optional<MessageStatus> status() {
        Optional<MessageStatus> status = MessageStatus.in(json);
        boolean arrived =
                status.equals(Optional.of(MessageStatus.ERROR)) && !receipts().isEmpty();
        return arrived ? Optional.of(MessageStatus.DELIVERY_ACK) : status;
    }

    /** Whether it has a star. */
    public boolean starred() {
        return ProtoJson.isTrue(json, "starred");
    }

    /** Who reacted, one for each; those that were taken back are gone. */
    public List<Reaction> reactions() {
        return ProtoJson.objects(json, "reactions").stream()
                .flatMap(reaction -> Reaction.read(reaction).stream())
                .toList();
    }

    /** Who got it and read it, one for each; in groups and of status updates. */
    public List<Receipt> receipts() {
        return ProtoJson.objects(json, "userReceipt").stream()
                .flatMap(receipt -> Receipt.read(receipt).stream())
                .toList();
    }

    /** The secret with which votes in it, and answers to it, are encrypted: 32 bytes. */
    public Optional<Bytes> messageSecret() {
        return secret(ProtoJson.object(json, "message"))
                .or(() -> ours("original").flatMap(original -> secret(Optional.of(original))))
                .or(() -> content.flatMap(inner -> secret(Optional.of(inner.around()))))
                .or(() -> ProtoJson.bytes(json, "messageSecret"));
    }

    private static Optional<Bytes> secret(Optional<JsonObject> message) {
        return message.flatMap(object -> ProtoJson.object(object, "messageContextInfo"))
                .flatMap(context -> context.get("messageSecret"))
                .flatMap(BufferJson::bytesOrBase64);
    }

    /**
     * When it disappears by its own timer; empty when it has none, or is kept.
     *
     * <p>A timer runs from {@code ephemeralStartTimestamp}, else from when the message was sent.
     */
    public Optional<Instant> expiry() {
        boolean kept = ProtoJson.object(json, "keepInChat")
                .map(keep -> ProtoJson.number(keep, "keepType", List.of("", "KEEP_FOR_ALL")))
                .equals(Optional.of(OptionalLong.of(1)));
        OptionalLong duration = ProtoJson.integer(json, "ephemeralDuration");
        OptionalLong ofContent = content.flatMap(MessageContent::contextInfo)
                .map(context -> ProtoJson.integer(context, "expiration"))
                .orElse(OptionalLong.empty());
        long seconds = duration.orElse(ofContent.orElse(0));
        OptionalLong start = ProtoJson.integer(json, "ephemeralStartTimestamp");
        OptionalLong from = start.orElse(0) > 0 ? start : MessageTimes.of(json);
        return kept || seconds <= 0 || from.isEmpty()
                ? Optional.empty()
                : MessageTimes.instant(from.getAsLong())
                        .filter(begun -> seconds < MessageTimes.NEVER)
                        .flatMap(begun -> MessageTimes.instant(begun.getEpochSecond() + seconds));
    }

    /**
     * What is sent again to a device that could not decrypt it: the content before any edit. Never what was taken back.
     */
    Optional<JsonObject> contentForRetry() {
        if (content.isEmpty() && original().isEmpty()) {
            return Optional.empty();
        }
        return ours("original").or(() -> ProtoJson.object(json, "message"));
    }

    private Optional<MessageContent> original() {
        return ours("original").flatMap(MessageContent::of);
    }

    private Optional<JsonObject> ours(String name) {
        return ProtoJson.object(json, OURS).flatMap(object -> ProtoJson.object(object, name));
    }

    /** Whether two views are of one message in one state. */
    @Override
    public boolean equals(Object other) {
        return other instanceof WaMessage message && chat.equals(message.chat) && json.equals(message.json);
    }

    @Override
    public int hashCode() {
        return Objects.hash(chat, json);
    }

    /** Shows the kind and nothing that was said. */
    @Override
    public String toString() {
        return "WaMessage[" + kind() + "]";
    }
}

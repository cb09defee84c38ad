package dev.pawl.message;

import dev.pawl.event.MessageKey;
import dev.pawl.event.ProtoJson;
import dev.pawl.json.Bytes;
import dev.pawl.json.JsonArray;
import dev.pawl.json.JsonNumber;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonString;
import dev.pawl.json.JsonValue;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What becomes of a message that is edited: rules E1 to E7 of {@code docs/message-rules.md}.
 *
 * <p>Takes the JSON of a message and gives it changed; the very same object when nothing changes.
 */
final class EditRules {

    private static final String EDITED_MESSAGE = "editedMessage";
    private static final String MESSAGE = "message";
    private static final String CONTEXT = "messageContextInfo";
    private static final String ORIGINAL = "original";
    private static final String EDITED = "edited";
    private static final String AT = "at";
    private static final String IDS = "ids";

    private static final Comparator<JsonValue> BY_BYTES = Comparator.comparing(EditRules::bytes);

    private EditRules() {}

    /** Whether content is an edited one, in the form in which Baileys hands edits over and rows have them. */
    static boolean isEdited(JsonObject content) {
        return ProtoJson.object(content, EDITED_MESSAGE).isPresent();
    }

    /** When an edit was made that an update tells of: not known when it was folded together with a receipt (E2). */
    static OptionalLong time(JsonObject update) {
        return ProtoJson.member(update, "status").isPresent() ? OptionalLong.empty() : MessageTimes.of(update);
    }

    /** Whether whoever acts is the author of a message, as far as both are known (E4). */
    static boolean isAuthor(JsonObject stored, MessageKey who, Aliases aliases) {
        MessageKey own = MessageKey.ofMessage(stored);
        if (own.fromMe() != who.fromMe()) {
            return false;
        }
        Optional<String> author = own.author();
        Optional<String> other = who.author();
        return author.isEmpty() || other.isEmpty() || aliases.same(author.get(), other.get());
    }

    /** An edit that a message brought. */
    static Outcome edit(JsonObject stored, Act act, Aliases aliases) {
        if (!isAuthor(stored, act.by(), aliases)) {
            return Outcome.WAITS;
        }
        if (MessageRules.isRevoked(stored)) {
            return Outcome.stored(stored, List.of(RevokeRules.silence(act.by())));
        }
        return Outcome.stored(
                edited(stored, act.part(), act.time(), Optional.of(act.by().id())));
    }

    /**
     * A message with new content.
     *
     * @param row a message that was not taken back
     * @param content in the form of {@link #isEdited}
     * @param time of the edit, in seconds; without one it counts as made when the one that is shown was
     * @param carrier the id of the message that brought it
     */
    static JsonObject edited(JsonObject row, JsonObject content, OptionalLong time, Optional<String> carrier) {
        MessageRules.State state = MessageRules.state(row);
        JsonObject ours = MessageMembers.ours(row);
        Optional<JsonObject> before = ProtoJson.object(ours, EDITED);
        if (state == MessageRules.State.NOTICE) {
            // not edited, but the message that wanted to loses its words when this one is taken back
            JsonArray noted = ids(before.orElse(JsonObject.EMPTY), carrier);
            return noted.size() == 0
                    ? row
                    : MessageMembers.withOurs(row, ours.with(EDITED, JsonObject.EMPTY.with(IDS, noted)));
        }
        OptionalLong shown = before.map(edit -> MessageMembers.time(edit, AT)).orElse(OptionalLong.empty());
        boolean older = time.isPresent() && shown.isPresent() && time.getAsLong() < shown.getAsLong();
        JsonObject changed = row;
        if (!older) {
            Optional<JsonObject> old = ProtoJson.object(row, MESSAGE);
            boolean first = before.isEmpty() && ProtoJson.object(ours, ORIGINAL).isEmpty();
            if (first && state == MessageRules.State.CONTENT && !isEdited(old.orElseThrow())) {
                ours = ours.with(ORIGINAL, old.orElseThrow());
            }
            Optional<JsonObject> original = ProtoJson.object(ours, ORIGINAL).or(() -> old);
            changed = MessageMembers.put(row, MESSAGE, withContext(content, original));
            if (state == MessageRules.State.UNDECRYPTABLE) {
                changed = changed.without("messageStubType").without("messageStubParameters");
            }
        }
        JsonArray ids = ids(before.orElse(JsonObject.EMPTY), carrier);
        OptionalLong at = older || time.isEmpty() ? shown : time;
        return MessageMembers.withOurs(changed, ours.with(EDITED, note(at, ids)));
    }

    /**
     * A message with what was shown of it in another row, where that is the later edit, and with the ids of the messages
     * that brought edits there (A8).
     */
    static JsonObject united(JsonObject row, JsonObject other) {
        Optional<JsonObject> theirs = ProtoJson.object(MessageMembers.ours(other), EDITED);
        Optional<JsonObject> shown = ProtoJson.object(other, MESSAGE).filter(EditRules::isEdited);
        if (theirs.isEmpty() || shown.isEmpty()) {
            return row;
        }
        Optional<JsonObject> own = ProtoJson.object(MessageMembers.ours(row), EDITED);
        OptionalLong before = own.map(note -> MessageMembers.time(note, AT)).orElse(OptionalLong.empty());
        OptionalLong at = MessageMembers.time(theirs.get(), AT);
        boolean later = own.isEmpty() || (at.isPresent() && (before.isEmpty() || at.getAsLong() > before.getAsLong()));
        JsonObject content =
                later ? shown.get() : ProtoJson.object(row, MESSAGE).orElse(shown.get());
        JsonObject united = later ? edited(row, content, at, Optional.empty()) : row;
        for (String carrier : carriers(other)) {
            united = edited(united, content, later ? at : before, Optional.of(carrier));
        }
        return united;
    }

    private static JsonObject note(OptionalLong at, JsonArray ids) {
        JsonObject note = at.isPresent() ? JsonObject.EMPTY.with(AT, JsonNumber.of(at.getAsLong())) : JsonObject.EMPTY;
        return ids.size() == 0 ? note : note.with(IDS, ids);
    }

    /** The ids of all messages that brought edits, in the order of their bytes, with one more. */
    private static JsonArray ids(JsonObject note, Optional<String> carrier) {
        JsonArray ids = note.get(IDS)
                .filter(JsonArray.class::isInstance)
                .map(JsonArray.class::cast)
                .orElse(JsonArray.EMPTY);
        if (carrier.isEmpty()) {
            return ids;
        }
        JsonString id = new JsonString(carrier.get());
        if (ids.values().contains(id)) {
            return ids;
        }
        List<JsonValue> sorted = new ArrayList<>(ids.values());
        sorted.add(id);
        sorted.sort(BY_BYTES);
        return JsonArray.copyOf(sorted);
    }

    private static Bytes bytes(JsonValue id) {
        return id instanceof JsonString text ? Bytes.utf8(text.value()) : Bytes.EMPTY;
    }

    /** The messages that brought edits of a message. */
    static List<String> carriers(JsonObject row) {
        List<String> carriers = new ArrayList<>();
        Optional<JsonObject> note = ProtoJson.object(MessageMembers.ours(row), EDITED);
        for (JsonValue id : ids(note.orElse(JsonObject.EMPTY), Optional.empty())) {
            if (id instanceof JsonString text) {
                carriers.add(text.value());
            }
        }
        return carriers;
    }

    /** New content with the secrets of the old one, unless it brings its own (E3). */
    private static JsonObject withContext(JsonObject content, Optional<JsonObject> old) {
        boolean own = ProtoJson.object(content, CONTEXT).isPresent()
                || ProtoJson.object(content, EDITED_MESSAGE)
                        .flatMap(edit -> ProtoJson.object(edit, MESSAGE))
                        .flatMap(inner -> ProtoJson.object(inner, CONTEXT))
                        .isPresent();
        Optional<JsonObject> context = old.flatMap(message -> ProtoJson.object(message, CONTEXT));
        return own || context.isEmpty() ? content : content.with(CONTEXT, context.get());
    }

    /** An edited message whose original comes after all: it is kept beside the edit (M2). */
    static JsonObject withOriginal(JsonObject row, JsonObject arriving) {
        JsonObject ours = MessageMembers.ours(row);
        Optional<JsonObject> shown = ProtoJson.object(row, MESSAGE);
        boolean edited =
                ours.get(EDITED).isPresent() || shown.map(EditRules::isEdited).orElse(false);
        if (!edited || ours.get(ORIGINAL).isPresent() || isEdited(arriving)) {
            return row;
        }
        JsonObject changed = shown.filter(EditRules::isEdited)
                .map(content -> MessageMembers.put(row, MESSAGE, withContext(content, Optional.of(arriving))))
                .orElse(row);
        return MessageMembers.withOurs(changed, ours.with(ORIGINAL, arriving));
    }
}

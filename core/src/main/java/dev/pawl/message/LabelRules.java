package dev.pawl.message;

import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.event.Event;
import dev.pawl.event.ProtoJson;
import dev.pawl.json.JsonBoolean;
import dev.pawl.json.JsonNumber;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonString;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What becomes of labels, the block list and the progress of a history, and where they stand: rules L1 to L5 of {@code
 * docs/message-rules.md}.
 */
final class LabelRules {

    /** The partition of labels themselves. */
    static final String LABELS = "label";

    /** The partition of chats that have a label; ids begin with {@link #prefix}. */
    static final String CHATS = "chat";

    /** The partition of messages that have a label; ids begin with {@link #prefix}. */
    static final String MESSAGES = "message";

    /** The partition of those who are blocked. */
    static final String BLOCKED = "blocklist";

    /** The partition of how far each kind of history has come. */
    static final String HISTORIES = "history";

    private static final char BAR = '|';
    private static final String PROGRESS = "progress";
    private static final String CHUNK = "chunkOrder";
    private static final String STATUS = "status";
    private static final String COMPLETE = "complete";

    private LabelRules() {}

    /** Where a label stands. */
    static Key label(String id) {
        return new Key(Family.LABEL, LABELS, id);
    }

    /** How the ids of all rows in {@link #CHATS} and {@link #MESSAGES} begin that are about a label. */
    static String prefix(String labelId) {
        return labelId + BAR;
    }

    /** Where it stands that a label is on a chat. */
    static Key onChat(String labelId, String chat) {
        return new Key(Family.LABEL, CHATS, prefix(labelId) + chat);
    }

    /** Where it stands that a label is on a message. */
    static Key onMessage(String labelId, String chat, String messageId) {
        return new Key(Family.LABEL, MESSAGES, prefix(labelId) + chat + BAR + messageId);
    }

    /** Where an association stands when it names the chat so. */
    static Key association(Event.LabelsAssociation event, String chat) {
        return event.messageId()
                .map(message -> onMessage(event.labelId(), chat, message))
                .orElseGet(() -> onChat(event.labelId(), chat));
    }

    /** Where it stands that somebody is blocked. */
    static Key blocked(String jid) {
        return new Key(Family.LABEL, BLOCKED, jid);
    }

    /** Where it stands how far a kind of history has come. */
    static Key history(int syncType) {
        return new Key(Family.LABEL, HISTORIES, Integer.toString(syncType));
    }

    /** A label, or an association, as it is stored: as it came. */
    static JsonObject verbatim(Optional<JsonObject> stored, JsonObject item) {
        JsonObject own = item.without(WaMessage.OURS);
        return stored.filter(own::equals).orElse(own);
    }

    /** Somebody who is blocked, as it is stored. */
    static JsonObject blocked(Optional<JsonObject> stored, String jid) {
        return stored.orElseGet(() -> JsonObject.EMPTY.with("jid", new JsonString(jid)));
    }

    /**
     * How far a history has come when a chunk of it arrives. Progress and the number of the chunk only rise.
     *
     * @return empty when the chunk does not say of which kind it is, and nothing is stored
     */
    static Optional<JsonObject> progress(Optional<JsonObject> stored, Event.HistorySet chunk) {
        if (chunk.syncType().isEmpty()) {
            return Optional.empty();
        }
        RowMerge history = begun(stored, chunk.syncType().getAsInt());
        raise(history, PROGRESS, chunk.progress());
        raise(history, CHUNK, chunk.chunkOrder());
        return Optional.of(history.result());
    }

    private static void raise(RowMerge history, String name, OptionalInt value) {
        if (value.isPresent()
                && value.getAsInt() > ProtoJson.integer(history.stored(), name).orElse(Long.MIN_VALUE)) {
            history.set(name, JsonNumber.of(value.getAsInt()));
        }
    }

    /** What was said about the state of a history. That it is complete is final. */
    static JsonObject status(Optional<JsonObject> stored, Event.HistoryStatus event) {
        RowMerge history = begun(stored, event.syncType());
        boolean complete = ProtoJson.text(history.stored(), STATUS)
                .filter(COMPLETE::equals)
                .isPresent();
        if (!complete) {
            history.set(STATUS, new JsonString(event.status()));
            history.set("explicit", JsonBoolean.of(event.explicit()));
        }
        return history.result();
    }

    private static RowMerge begun(Optional<JsonObject> stored, int syncType) {
        return new RowMerge(stored.orElseGet(() -> JsonObject.EMPTY.with("syncType", JsonNumber.of(syncType))));
    }
}

package dev.pawl.message;

import dev.pawl.event.ProtoJson;
import dev.pawl.json.JsonNull;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonString;
import dev.pawl.json.JsonValue;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The JSON of a row while a rule changes it: what is replaced keeps its place, what is added stands at the end, before
 * the member that is ours, and as long as nothing changes the object stays the one that was stored. The phone number of
 * who is known by LID, which may become known at any time, stands behind all others.
 *
 * <p><b>Thread-safety.</b> None; made and used up in one rule.
 */
final class RowMerge {

    private static final String ID = "id";

    private final JsonObject start;

    /** The member that stands last but for ours, where the row has it. */
    private final String last;

    /** The members so far, once one differs from {@link #start}. */
    private JsonObject.@Nullable Builder changed;

    private @Nullable JsonObject ours;

    /** Begins with what is stored. */
    RowMerge(JsonObject stored) {
        this(stored, WaMessage.OURS);
    }

    /**
     * Begins with what is stored.
     *
     * @param last the member that has the phone number: it stands behind the others, so that their order does not depend
     *     on when it became known
     */
    RowMerge(JsonObject stored, String last) {
        this.start = stored;
        this.last = last;
    }

    /**
     * What arrives, as the first of its row: verbatim, but under the address of the row and without a member of the
     * name that is ours.
     */
    static JsonObject first(JsonObject item, String jid) {
        JsonObject own = item.without(WaMessage.OURS);
        boolean named = own.get(ID).orElse(JsonNull.NULL) instanceof JsonString id
                && id.value().equals(jid);
        return named ? own : own.with(ID, new JsonString(jid));
    }

    /** A row of which nothing is known but its address. */
    static JsonObject named(String jid) {
        return JsonObject.EMPTY.with(ID, new JsonString(jid));
    }

    /** Whether a member of what arrives is none that a rule looks at: the address stays, and ours is nobody else's. */
    static boolean isFixed(String name) {
        return name.equals(ID) || name.equals(WaMessage.OURS);
    }

    /** What is stored, without regard to what was changed here. */
    JsonObject stored() {
        return start;
    }

    /** Whether the stored row has this member, also as {@code null}. */
    boolean has(String name) {
        return start.get(name).isPresent();
    }

    /** Gives a member a value; nothing happens when that is the stored one, to the letter. */
    void set(String name, JsonValue value) {
        if (changed == null) {
            if (start.get(name).filter(value::equals).isPresent()) {
                return;
            }
            changed = start.toBuilder();
        }
        changed.put(name, value);
    }

    /** Adds a member that the stored row does not have. */
    void fill(String name, JsonValue value) {
        if (!has(name)) {
            set(name, value);
        }
    }

    /** A member of what is ours in the row, as changed so far. */
    Optional<JsonValue> ours(String name) {
        return ours().get(name);
    }

    /** Gives a member of what is ours a value. */
    void setOurs(String name, JsonValue value) {
        ours = ours().with(name, value);
        set(WaMessage.OURS, ours);
    }

    /** Takes a member out of what is ours; when it was the last one, no trace is left. */
    void removeOurs(String name) {
        JsonObject before = ours();
        JsonObject after = before.without(name);
        if (after == before) {
            return;
        }
        ours = after;
        if (after.size() > 0) {
            set(WaMessage.OURS, after);
            return;
        }
        if (changed == null) {
            changed = start.toBuilder();
        }
        changed.remove(WaMessage.OURS);
    }

    private JsonObject ours() {
        JsonObject known = ours;
        if (known == null) {
            known = ProtoJson.object(start, WaMessage.OURS).orElse(JsonObject.EMPTY);
            ours = known;
        }
        return known;
    }

    private static JsonObject atEnd(JsonObject row, String name) {
        return row.get(name).map(value -> row.without(name).with(name, value)).orElse(row);
    }

    /** The row with its changes; the very object that it began with when there are none. */
    JsonObject result() {
        if (changed == null) {
            return start;
        }
        JsonObject row = atEnd(changed.build(), last);
        // what was added must not stand behind it
        return ours().size() > 0 ? atEnd(row, WaMessage.OURS) : row;
    }
}

package dev.pawl.event;

import dev.pawl.json.Bytes;
import dev.pawl.json.JsonArray;
import dev.pawl.json.JsonException;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonString;
import dev.pawl.json.JsonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * An event as a name and JSON, not looked at yet: what comes through a pipe, and what is kept of an event that could
 * not be applied.
 *
 * <p>As text it is one line, {@code {"event":"messages.upsert","data":{…}}}, with bytes as BufferJSON writes them.
 *
 * @param name what Baileys calls it
 * @param data what came with it
 */
public record RawEvent(String name, JsonValue data) {

    private static final String EVENT = "event";
    private static final String DATA = "data";

    /** The lists of a chunk of history, each element of which can stand alone. */
    private static final List<String> HISTORY = List.of("lidPnMappings", "chats", "contacts", "messages");

    /**
     * Reads one line.
     *
     * @param line UTF-8, without or with the line's end
     * @throws InvalidEventException when it is no JSON, or no object with a name in {@code event} and anything in
     *     {@code data}
     */
    public static RawEvent parse(Bytes line) {
        JsonValue json;
        try {
            json = JsonValue.parse(line);
        } catch (JsonException e) {
            throw InvalidEventException.unreadable("", "is no JSON: " + e.getMessage());
        }
        if (!(json instanceof JsonObject object)) {
            throw InvalidEventException.unreadable("", "is no object with an event in it");
        }
        String name = ProtoJson.text(object, EVENT)
                .orElseThrow(() -> InvalidEventException.unreadable(EVENT, "is missing or no text"));
        JsonValue data = object.get(DATA).orElseThrow(() -> InvalidEventException.unreadable(DATA, "is missing"));
        return new RawEvent(name, data);
    }

    /** The event as one JSON object, as {@link #parse} reads it. */
    public JsonObject toJson() {
        return JsonObject.builder()
                .put(EVENT, new JsonString(name))
                .put(DATA, data)
                .build();
    }

    /**
     * The same event in parts that can be applied one after another and come to the same: each with one message, one
     * chat, one key. So what is wrong with one of them keeps the others from nothing.
     *
     * <p>What surrounds the items (the type of an upsert, the progress of a history) goes with each of them. An event
     * that has no items, or is not shaped as Baileys shapes it, is its own only part.
     */
    public List<RawEvent> split() {
        if (data instanceof JsonArray list) {
            return each(list, element -> JsonArray.of(element));
        }
        if (!(data instanceof JsonObject object)) {
            return List.of(this);
        }
        return switch (EventType.of(name)) {
            case HISTORY_SET -> splitHistory(object);
            case MESSAGES_UPSERT -> splitMember(object, "messages");
            case MESSAGES_DELETE -> splitMember(object, "keys");
            case BLOCKLIST_UPDATE -> splitMember(object, "blocklist");
            default -> List.of(this);
        };
    }

    private List<RawEvent> splitMember(JsonObject object, String list) {
        return object.get(list).orElse(JsonArray.EMPTY) instanceof JsonArray elements
                ? each(elements, element -> object.with(list, JsonArray.of(element)))
                : List.of(this);
    }

    private List<RawEvent> splitHistory(JsonObject object) {
        JsonObject empty = object;
        for (String list : HISTORY) {
            if (object.get(list).orElse(JsonArray.EMPTY) instanceof JsonArray elements && elements.size() > 0) {
                empty = empty.with(list, JsonArray.EMPTY);
            }
        }
        List<RawEvent> parts = new ArrayList<>();
        for (String list : HISTORY) {
            if (object.get(list).orElse(JsonArray.EMPTY) instanceof JsonArray elements) {
                for (JsonValue element : elements) {
                    parts.add(new RawEvent(name, empty.with(list, JsonArray.of(element))));
                }
            } else {
                return List.of(this);
            }
        }
        return parts.isEmpty() ? List.of(this) : List.copyOf(parts);
    }

    private List<RawEvent> each(JsonArray elements, UnaryOperator<JsonValue> around) {
        if (elements.size() < 2) {
            return List.of(this);
        }
        List<RawEvent> parts = new ArrayList<>();
        elements.forEach(element -> parts.add(new RawEvent(name, around.apply(element))));
        return List.copyOf(parts);
    }

    /**
     * About how many bytes of memory it takes: a chunk of history is worth thousands of messages, so how many events wait
     * says little about how much they hold.
     */
    public long weight() {
        return Weight.of(this);
    }

    /** Shows the name and never what came with it. */
    @Override
    public String toString() {
        return "RawEvent[" + name + "]";
    }
}

package dev.pawl.message;

import dev.pawl.backend.Key;
import dev.pawl.event.Event;
import dev.pawl.event.InvalidEventException;
import dev.pawl.event.MessageKey;
import dev.pawl.event.RawEvent;
import dev.pawl.json.JsonObject;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The least that applies events by the rules of messages: maps instead of a store, one act after another. Shows what
 * the rules come to without anything that could hide it.
 */
final class TinyHistory {

    final Aliases aliases = new Aliases();
    final Map<Key, JsonObject> rows = new LinkedHashMap<>();
    final Map<String, JsonObject> groups = new HashMap<>();

    /** What waits, in the order in which it came. */
    final List<Act> waiting = new ArrayList<>();

    /** What was refused because somebody else wrote the message. */
    final List<Act> refused = new ArrayList<>();

    /** How many rows were given another object than they had. */
    int writes;

    /** Applies events, given as lines. */
    TinyHistory apply(List<RawEvent> events) {
        for (RawEvent event : events) {
            for (RawEvent part : event.split()) {
                try {
                    apply(Event.of(part));
                } catch (InvalidEventException e) {
                    // set aside by somebody else
                }
            }
        }
        return this;
    }

    private void apply(Event event) {
        Deque<Act> later = new ArrayDeque<>();
        LearntPairs.in(event).forEach(aliases::learn);
        callWaiting(later);
        if (event instanceof Event.GroupsUpdate change) {
            change.updates().forEach(update -> {
                String jid = update.get("id")
                        .map(id -> ((dev.pawl.json.JsonString) id).value())
                        .orElseThrow();
                groups.put(jid, GroupRules.update(Optional.ofNullable(groups.get(jid)), jid, update));
            });
        }
        if (event instanceof Event.MessagesDelete delete) {
            delete.keys().forEach(key -> place(key).ifPresent(rows::remove));
            delete.wholeChat()
                    .ifPresent(chat ->
                            rows.keySet().removeIf(key -> key.partition().equals(chat)));
        }
        Acts.of(event).forEach(act -> apply(act, later));
        while (!later.isEmpty()) {
            apply(later.poll(), later);
        }
    }

    private void apply(Act act, Deque<Act> later) {
        Optional<Key> place = place(act);
        Optional<JsonObject> stored = place.map(rows::get);
        Optional<JsonObject> group =
                act.asksGroup() ? Optional.ofNullable(groups.get(act.target().chat())) : Optional.empty();
        Outcome outcome = MessageRules.apply(stored, act, aliases, group);
        later.addAll(outcome.follows());
        switch (outcome.result()) {
            case WAITS -> waiting.add(Acts.ofWaiting(act.event()).get(0));
            case NOT_THE_AUTHOR -> refused.add(act);
            case NOTHING -> {
                // over
            }
            case STORED -> {
                JsonObject row = outcome.row().orElseThrow();
                if (stored.isEmpty() || stored.get() != row) {
                    writes++;
                    rows.put(place.orElseGet(() -> places(act.target()).forNew(keys(act.target()))), row);
                }
                if (stored.isEmpty()) {
                    callWaiting(later);
                }
            }
        }
    }

    private void callWaiting(Deque<Act> later) {
        List<Act> due = new ArrayList<>(waiting);
        due.removeIf(early -> place(early).isEmpty());
        waiting.removeAll(due);
        due.forEach(early -> apply(early, later));
    }

    private Optional<Key> place(Act act) {
        for (MessageKey target : act.targets()) {
            Optional<Key> place = place(target);
            if (place.isPresent()) {
                return place;
            }
        }
        return Optional.empty();
    }

    private Optional<Key> place(MessageKey key) {
        return places(key).find(keys(key));
    }

    private MessagePlaces places(MessageKey key) {
        return new MessagePlaces(key, aliases);
    }

    private Map<Key, MessageKey> keys(MessageKey key) {
        Map<Key, MessageKey> keys = new HashMap<>();
        for (Key candidate : places(key).candidates()) {
            JsonObject row = rows.get(candidate);
            if (row != null) {
                keys.put(candidate, MessageKey.ofMessage(row));
            }
        }
        return keys;
    }

    /** The row of an id, in whatever conversation. */
    JsonObject row(String id) {
        for (Map.Entry<Key, JsonObject> row : rows.entrySet()) {
            if (row.getKey().id().equals(id)) {
                return row.getValue();
            }
        }
        throw new AssertionError("there is no " + id + " but " + rows.keySet());
    }
}

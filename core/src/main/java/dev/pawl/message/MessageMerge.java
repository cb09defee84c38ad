package dev.pawl.message;

import dev.pawl.backend.CorruptDataException;
import dev.pawl.backend.Facets;
import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.event.InvalidEventException;
import dev.pawl.event.JidPair;
import dev.pawl.event.MessageKey;
import dev.pawl.event.RawEvent;
import dev.pawl.json.JsonArray;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonString;
import dev.pawl.json.JsonValue;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** Puts what events do to messages into a draft: finds the rows, asks the rules, lets parts wait for their messages. */
final class MessageMerge {

    private final Draft draft;
    private final MessageDraft drafted;
    private final Owned owned;
    private final Aliases aliases;
    private final Instant now;
    private final AsideMerge aside;

    /** The latest second in which something was said in each chat, by the row of the chat. */
    private final Map<Key, Long> activity = new HashMap<>();

    private final Deque<Act> follows = new ArrayDeque<>();

    /** Where the messages of these very keys may stand, which is asked several times. */
    private final IdentityHashMap<MessageKey, MessagePlaces> places = new IdentityHashMap<>();

    /** Where this draft has put parts that wait. */
    private final Set<Key> awaiting = new LinkedHashSet<>();

    /**
     * For one draft.
     *
     * @param now when the events arrive
     */
    MessageMerge(Draft draft, Owned owned, Instant now) {
        this.draft = draft;
        this.drafted = new MessageDraft(draft);
        this.owned = owned;
        this.aliases = owned.aliases();
        this.now = now;
        this.aside = new AsideMerge(draft, owned, now);
    }

    /**
     * Names the rows that acts look at.
     *
     * @param places gets where the messages may stand
     * @param needs gets what else has to be read
     */
    void addNeeds(List<Act> acts, Collection<Key> places, Collection<Key> needs) {
        for (Act act : acts) {
            try {
                for (MessageKey target : act.targets()) {
                    places.addAll(placesOf(target).candidates());
                    if (!owned.early().isEmpty()) {
                        earlyKeys(target).stream()
                                .filter(owned.early()::contains)
                                .forEach(needs::add);
                    }
                }
                if (act.asksGroup()) {
                    needs.add(ListedMerge.groupKey(act.target().chat()));
                }
            } catch (IllegalArgumentException e) {
                // such a message has no row; it is set aside when its turn comes
            }
        }
    }

    /** Does the acts of one event, and what follows of them. */
    void apply(List<Act> acts) {
        acts.forEach(this::apply);
        applyFollows();
    }

    private void applyFollows() {
        while (!follows.isEmpty()) {
            apply(follows.remove());
        }
    }

    /** The latest second in each chat that acts told of since this was asked for the last time. */
    Map<Key, Long> takeActivity() {
        Map<Key, Long> taken = Map.copyOf(activity);
        activity.clear();
        return taken;
    }

    private void apply(Act act) {
        try {
            merge(act);
        } catch (IllegalArgumentException e) {
            aside.put(Aside.NO_IDENTITY, "key: " + e.getMessage(), event(act));
        }
    }

    private void merge(Act act) {
        Optional<Key> place = Optional.empty();
        for (MessageKey target : act.targets()) {
            place = find(target);
            if (place.isPresent()) {
                break;
            }
        }
        Optional<JsonObject> stored = place.flatMap(draft::object);
        Optional<JsonObject> group =
                act.asksGroup() ? draft.object(ListedMerge.groupKey(act.target().chat())) : Optional.empty();
        Outcome outcome = MessageRules.apply(stored, act, aliases, group);
        switch (outcome.result()) {
            case STORED -> store(act, place, stored, outcome.row().orElseThrow());
            case WAITS -> await(act);
            case NOT_THE_AUTHOR -> aside.put(Aside.NOT_THE_AUTHOR, "key: names another author", event(act));
            case NOTHING -> {
                // there is nothing to do it to
            }
        }
        follows.addAll(outcome.follows());
        if (act.isArrival()) {
            OptionalLong second = ChatRules.activity(act.part());
            if (second.isPresent()) {
                Key chat = Key.of(Family.CHAT, aliases.canonical(act.target().chat()));
                activity.merge(chat, second.getAsLong(), Math::max);
            }
        }
    }

    private MessagePlaces placesOf(MessageKey key) {
        MessagePlaces known = places.get(key);
        if (known == null) {
            known = new MessagePlaces(key, aliases);
            places.put(key, known);
        }
        return known;
    }

    /** The one row of a message, if it has any, made of all it has: nothing may happen to one of them alone. */
    private Optional<Key> find(MessageKey target) {
        MessagePlaces places = placesOf(target);
        Map<Key, MessageKey> stored = stored(places);
        List<Key> all = stored.isEmpty() ? List.of() : places.all(stored);
        for (int i = 1; i < all.size(); i++) {
            unite(all.get(0), all.get(i));
        }
        return all.stream().findFirst();
    }

    /** Makes messages one that stand in two rows, and does what follows of it. */
    void unite(Map<Key, Key> others) {
        others.forEach((stays, other) -> {
            // what followed of another one may have done it
            if (draft.object(stays).isPresent() && draft.object(other).isPresent()) {
                unite(stays, other);
            }
        });
        applyFollows();
    }

    private void unite(Key stays, Key other) {
        keyOf(other, draft.object(other).orElseThrow());
        follows.addAll(drafted.unite(stays, other, aliases));
    }

    private Map<Key, MessageKey> stored(MessagePlaces places) {
        Map<Key, MessageKey> stored = Map.of();
        for (Key key : places.candidates()) {
            Optional<JsonObject> json = draft.object(key);
            if (json.isPresent()) {
                stored = stored.isEmpty() ? new HashMap<>() : stored;
                stored.put(key, keyOf(key, json.get()));
            }
        }
        return stored;
    }

    private MessageKey keyOf(Key key, JsonObject json) {
        try {
            return MessageKey.ofMessage(json);
        } catch (InvalidEventException e) {
            throw new CorruptDataException(key, owned.rows().place(key), "is no message: " + e.getMessage());
        }
    }

    private void store(Act act, Optional<Key> place, Optional<JsonObject> stored, JsonObject row) {
        if (place.isPresent() && stored.isPresent()) {
            if (row != stored.get()) {
                put(place.get(), stored, row);
            }
            return;
        }
        MessagePlaces places = placesOf(act.target());
        Key key = places.forNew(stored(places));
        put(key, Optional.empty(), row);
        owned.seconds().markNew(draft, key, now);
        callWaiting(act.target());
    }

    private void put(Key key, Optional<JsonObject> before, JsonObject row) {
        drafted.put(key, before, row, before.isPresent() ? draft.order(key) : now.getEpochSecond());
    }

    /** Where the parts of a message may wait. */
    private List<Key> earlyKeys(MessageKey target) {
        List<Key> keys = new ArrayList<>();
        for (String chat : aliases.addresses(target.chat())) {
            keys.add(Aside.early(chat, target.id(), target.fromMe()));
        }
        return keys;
    }

    /** The message is there now: does what waited for it. What is for another author's waits again. */
    private void callWaiting(MessageKey target) {
        if (owned.early().isEmpty() && awaiting.isEmpty()) {
            return;
        }
        List<Key> keys = earlyKeys(target);
        if (Act.isGroup(target)) {
            // what may be about either side waits on the one that its key names (X8, X11)
            keys.addAll(earlyKeys(MessageKey.of(target.remoteJid(), target.id(), !target.fromMe())));
        }
        for (Key key : keys) {
            for (RawEvent event : takeWaiting(key)) {
                Acts.ofWaiting(event).forEach(this::apply);
            }
        }
    }

    /**
     * The messages that parts wait for under an address, or of an author, of whom another address is learnt, under which
     * they may stand.
     *
     * @param needs gets the rows that {@link #callWaiting(List)} looks at
     */
    List<MessageKey> awaitedIn(List<JidPair> pairs, Collection<Key> needs) {
        List<MessageKey> awaited = new ArrayList<>();
        for (Key key : owned.early().due(pairs)) {
            needs.add(key);
            Aside.awaited(key).ifPresent(awaited::add);
        }
        addNeedsOf(awaited, needs);
        return awaited;
    }

    /**
     * The messages in rows of second authors of whom another address is learnt.
     *
     * @param needs gets the rows that {@link #unite(List)} looks at
     */
    List<Key> secondsIn(List<JidPair> pairs, Collection<Key> needs) {
        List<Key> seconds = owned.seconds().due(pairs);
        for (Key message : seconds) {
            SecondAuthors.key(message)
                    .ifPresent(key -> needs.addAll(placesOf(key).candidates()));
            SecondAuthors.mark(message).ifPresent(needs::add);
        }
        return seconds;
    }

    /** Makes messages one that turn out to stand in two rows, as far as neither is damaged: reads find those by their keys. */
    void unite(List<Key> seconds) {
        for (Key message : seconds) {
            try {
                SecondAuthors.key(message).ifPresent(this::find);
            } catch (CorruptDataException e) {
                continue;
            }
            SecondAuthors.mark(message).ifPresent(draft::delete);
        }
        applyFollows();
    }

    /** Does what waited for messages, as far as they are there and neither is damaged: for that, other events need not wait. */
    void callWaiting(List<MessageKey> awaited) {
        for (MessageKey target : awaited) {
            if (isCalling(target)) {
                callWaiting(target);
            }
        }
        apply(List.of());
    }

    private boolean isCalling(MessageKey target) {
        try {
            earlyKeys(target).stream().filter(owned.early()::contains).forEach(draft::value);
            // in a group it may be that of any author
            return target.hasAuthors() || find(target).isPresent();
        } catch (CorruptDataException e) {
            return false;
        }
    }

    private List<RawEvent> takeWaiting(Key key) {
        if (!owned.early().contains(key) && !draft.isKnown(key)) {
            return List.of();
        }
        Optional<JsonValue> waiting = draft.value(key);
        draft.delete(key);
        return waiting.map(Aside::events).orElse(List.of());
    }

    private void await(Act act) {
        MessageKey target = act.target();
        List<Key> keys = earlyKeys(target);
        // all of them in one row, whose order is that in which they came
        Key key = keys.stream().filter(this::holdsWaiting).findFirst().orElse(keys.get(0));
        Optional<JsonValue> waiting = holdsWaiting(key) ? draft.value(key) : Optional.empty();
        if (waiting.isEmpty()) {
            draft.know(key, Draft.Known.ABSENT);
        }
        long order = draft.order(key) > 0 ? draft.order(key) : now.getEpochSecond();
        draft.put(key, Aside.with(waiting, act.event()), order, Facets.NONE);
        awaiting.add(key);
    }

    /** Whether parts wait there, as things stand in this draft. */
    private boolean holdsWaiting(Key key) {
        return draft.isKnown(key) ? draft.value(key).isPresent() : owned.early().contains(key);
    }

    /** Has the parts go that waited for too long, or are too many, when all events are in the draft. */
    void makeRoom() {
        aside.makeRoom(awaiting);
    }

    /** What is set aside, and what is not. */
    AsideMerge aside() {
        return aside;
    }

    private static RawEvent event(Act act) {
        if (!act.isArrival()) {
            return act.event();
        }
        JsonObject data = JsonObject.builder()
                .put("messages", JsonArray.of(act.part()))
                .put("type", new JsonString("append"))
                .build();
        return new RawEvent("messages.upsert", data);
    }

    /** Removes messages with their timers and what waits for them, and names what labels on them are to go. */
    int delete(List<MessageKey> keys, ListedMerge beside) {
        Set<String> labelled = new HashSet<>();
        int deleted = 0;
        for (MessageKey target : keys) {
            earlyKeys(target).stream().filter(this::mayWait).forEach(draft::delete);
            Optional<Key> place = find(target);
            if (place.isPresent()) {
                deleted++;
                Key key = place.get();
                drafted.delete(key, draft.object(key).orElseThrow());
            }
            aliases.addresses(target.chat()).forEach(jid -> labelled.add(jid + "|" + target.id()));
        }
        applyFollows();
        beside.removeLabels(LabelRules.MESSAGES, labelled);
        return deleted;
    }

    private boolean mayWait(Key key) {
        return owned.early().contains(key) || draft.isKnown(key);
    }

    /** The rows that deleting looks at. */
    void addNeedsOf(List<MessageKey> keys, Collection<Key> needs) {
        for (MessageKey key : keys) {
            needs.addAll(placesOf(key).candidates());
        }
    }
}

package dev.pawl.message;

import dev.pawl.backend.CorruptDataException;
import dev.pawl.backend.Facets;
import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.event.BlocklistChange;
import dev.pawl.event.Event;
import dev.pawl.event.Jid;
import dev.pawl.event.JidPair;
import dev.pawl.event.ProtoJson;
import dev.pawl.json.JsonObject;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Puts what events say about chats, contacts, groups, presence and labels into a draft: finds the rows, asks the rules.
 */
final class ListedMerge {

    private final Draft draft;
    private final Aliases aliases;
    private final long now;
    private final LabelsOn labels;

    /**
     * For one draft.
     *
     * @param now the second in which the events arrive
     */
    ListedMerge(Draft draft, Aliases aliases, long now) {
        this.draft = draft;
        this.aliases = aliases;
        this.now = now;
        this.labels = new LabelsOn(draft);
    }

    private static String id(JsonObject item) {
        return ProtoJson.text(item, "id").orElse("");
    }

    Key chatKey(String jid) {
        return Key.of(Family.CHAT, aliases.canonical(jid));
    }

    Key chatKey(JsonObject chat) {
        return chatKey(id(chat));
    }

    Key contactKey(JsonObject contact) {
        return Key.of(Family.CONTACT, aliases.canonical(id(contact)));
    }

    static Key groupKey(String jid) {
        return Key.of(Family.GROUP, Jid.normalised(jid));
    }

    static Key groupKey(JsonObject group) {
        return groupKey(id(group));
    }

    void chatUpdates(List<JsonObject> updates) {
        updates.forEach(
                item -> chat(chatKey(item), stored -> ChatRules.update(stored.json(), stored.jid(), item, aliases)));
    }

    void chatHistory(List<JsonObject> chats) {
        chats.forEach(
                item -> chat(chatKey(item), stored -> ChatRules.history(stored.json(), stored.jid(), item, aliases)));
    }

    void chatLock(Event.ChatsLock lock) {
        chat(chatKey(lock.jid()), stored -> ChatRules.lock(stored.json(), stored.jid(), lock.locked(), aliases));
    }

    /** Messages came: the latest second of each chat, by its address. */
    void active(Map<Key, Long> seconds) {
        seconds.forEach(
                (key, second) -> chat(key, stored -> ChatRules.active(stored.json(), stored.jid(), second, aliases)));
    }

    /** All messages of a chat are gone. */
    void emptied(String jid) {
        Key key = chatKey(jid);
        draft.object(key).ifPresent(chat -> chat(key, stored -> ChatRules.emptied(chat)));
    }

    private record Stored(Optional<JsonObject> json, String jid) {}

    private void chat(Key key, Function<Stored, JsonObject> rule) {
        Optional<JsonObject> stored = draft.object(key);
        JsonObject chat = rule.apply(new Stored(stored, key.id()));
        if (stored.isEmpty() || chat != stored.get()) {
            putChat(key, chat);
        }
    }

    private void putChat(Key key, JsonObject chat) {
        draft.put(key, chat, ChatRules.order(chat), ChatRules.facets(chat));
    }

    /** Chats were deleted: their rows and labels go, their messages stay. */
    void chatsDeleted(List<String> jids) {
        Set<String> labelled = new HashSet<>();
        for (String jid : jids) {
            draft.delete(chatKey(jid));
            labelled.addAll(aliases.addresses(jid));
        }
        removeLabels(LabelRules.CHATS, labelled);
    }

    /** Removes the labels that are on one of these: what stands behind the first bar of their ids. */
    void removeLabels(String partition, Set<String> labelled) {
        labels.remove(partition, labelled);
    }

    void contactUpdates(List<JsonObject> updates) {
        for (JsonObject item : updates) {
            if (ContactRules.isSomebody(item)) {
                plain(contactKey(item), stored -> ContactRules.update(stored.json(), stored.jid(), item, aliases));
            }
        }
    }

    void contactHistory(List<JsonObject> contacts) {
        for (JsonObject item : contacts) {
            if (ContactRules.isSomebody(item)) {
                plain(contactKey(item), stored -> ContactRules.history(stored.json(), stored.jid(), item, aliases));
            }
        }
    }

    void groupUpdates(List<JsonObject> updates) {
        updates.forEach(item -> plain(groupKey(item), stored -> GroupRules.update(stored.json(), stored.jid(), item)));
    }

    void participants(Event.GroupParticipantsUpdate change) {
        plain(groupKey(change.group()), stored -> GroupRules.participants(stored.json(), change, aliases));
    }

    /** Who left which group. */
    void past(List<JsonObject> groups) {
        for (JsonObject group : groups) {
            ProtoJson.text(group, "groupJid")
                    .ifPresent(jid -> plain(
                            groupKey(jid),
                            stored -> GroupRules.past(
                                    stored.json(),
                                    stored.jid(),
                                    ProtoJson.objects(group, "pastParticipants"),
                                    aliases)));
        }
    }

    void presence(Event.PresenceUpdate event) {
        String chat = aliases.canonical(event.chat());
        event.presences().forEach((participant, presence) -> {
            Key key = PresenceRules.place(chat, aliases.canonical(participant));
            // it is replaced, whatever it was
            draft.know(key, Draft.Known.ABSENT);
            draft.put(key, PresenceRules.update(Optional.empty(), presence), now, Facets.NONE);
        });
    }

    void label(Event.LabelsEdit event) {
        Key key = LabelRules.label(event.id());
        if (!event.deleted()) {
            plain(key, stored -> LabelRules.verbatim(stored.json(), event.label()));
            return;
        }
        draft.delete(key);
        for (String partition : List.of(LabelRules.CHATS, LabelRules.MESSAGES)) {
            for (String id : draft.ids(Family.LABEL, partition)) {
                if (id.startsWith(LabelRules.prefix(event.id()))) {
                    draft.delete(new Key(Family.LABEL, partition, id));
                }
            }
        }
    }

    /** A label is put on, where it stands already under another address of the chat in that row; or taken off. */
    void association(Event.LabelsAssociation event) {
        List<Key> places = associationKeys(event);
        if (!event.added()) {
            places.forEach(draft::delete);
            return;
        }
        Key place = places.stream()
                .filter(key -> draft.object(key).isPresent())
                .findFirst()
                .orElseGet(() -> places.get(0));
        plain(place, stored -> LabelRules.verbatim(stored.json(), event.association()));
        labels.put(place);
    }

    List<Key> associationKeys(Event.LabelsAssociation event) {
        return aliases.addresses(event.chat()).stream()
                .map(jid -> LabelRules.association(event, jid))
                .toList();
    }

    List<Key> blockedKeys(String jid) {
        return aliases.addresses(jid).stream().map(LabelRules::blocked).toList();
    }

    void blocklist(Event.Blocklist event) {
        if (event.change() == BlocklistChange.ALL) {
            for (String id : draft.ids(Family.LABEL, LabelRules.BLOCKED)) {
                if (event.jids().stream().noneMatch(jid -> aliases.same(jid, id))) {
                    draft.delete(LabelRules.blocked(id));
                }
            }
        }
        for (String jid : event.jids()) {
            List<Key> places = blockedKeys(jid);
            if (event.change() == BlocklistChange.REMOVED) {
                places.forEach(draft::delete);
            } else if (places.stream().noneMatch(key -> draft.object(key).isPresent())) {
                plain(places.get(0), stored -> LabelRules.blocked(stored.json(), jid));
            }
        }
    }

    void progress(Event.HistorySet chunk) {
        chunk.syncType().ifPresent(type -> {
            Key key = LabelRules.history(type);
            LabelRules.progress(draft.object(key), chunk).ifPresent(history -> plain(key, stored -> history));
        });
    }

    void status(Event.HistoryStatus event) {
        plain(LabelRules.history(event.syncType()), stored -> LabelRules.status(stored.json(), event));
    }

    private void plain(Key key, Function<Stored, JsonObject> rule) {
        Optional<JsonObject> stored = draft.object(key);
        JsonObject result = rule.apply(new Stored(stored, key.id()));
        if (stored.isEmpty() || result != stored.get()) {
            draft.put(key, result);
        }
    }

    /** The rows that a new pair may make one. */
    static List<Key> sides(JidPair pair) {
        String lid = pair.lidJid().text();
        String phoneNumber = pair.phoneNumberJid().text();
        return List.of(
                Key.of(Family.CHAT, lid),
                Key.of(Family.CHAT, phoneNumber),
                Key.of(Family.CONTACT, lid),
                Key.of(Family.CONTACT, phoneNumber));
    }

    /** Makes one what was known of a person under two addresses; where a side is damaged, both stay as they are. */
    void fold(JidPair pair) {
        List<Key> sides = sides(pair);
        if (areSound(sides.get(0), sides.get(1))) {
            AliasRules.chat(draft.object(sides.get(0)), draft.object(sides.get(1)), pair)
                    .ifPresent(chat -> putChat(sides.get(0), chat));
            draft.delete(sides.get(1));
        }
        if (areSound(sides.get(2), sides.get(3))) {
            AliasRules.contact(draft.object(sides.get(2)), draft.object(sides.get(3)), pair)
                    .ifPresent(contact -> draft.put(sides.get(2), contact));
            draft.delete(sides.get(3));
        }
    }

    /** Whether both can be read: a new pair goes with the next commit, which damage must not keep from being made. */
    private boolean areSound(Key one, Key other) {
        try {
            draft.object(one);
            draft.object(other);
            return true;
        } catch (CorruptDataException e) {
            return false;
        }
    }
}

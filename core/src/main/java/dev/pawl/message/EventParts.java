package dev.pawl.message;

import dev.pawl.event.Event;
import dev.pawl.event.Keyed;
import dev.pawl.json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;

/**
 * Cuts one event into two that come to the same when they are applied one after the other, for an event that is more
 * than one commit takes.
 */
final class EventParts {

    private EventParts() {}

    /** The two halves; only the event itself when it has one item, or is of a kind that has none. */
    static List<Event> halves(Event event) {
        return switch (event.type()) {
            case HISTORY_SET -> history((Event.HistorySet) event);
            case MESSAGES_UPSERT -> {
                Event.MessagesUpsert upsert = (Event.MessagesUpsert) event;
                yield cut(
                        event,
                        upsert.messages(),
                        some -> new Event.MessagesUpsert(some, upsert.live(), upsert.requestId()));
            }
            case MESSAGES_UPDATE -> cut(event, ((Event.MessagesUpdate) event).updates(), Event.MessagesUpdate::new);
            case MESSAGES_DELETE ->
                cut(
                        event,
                        ((Event.MessagesDelete) event).keys(),
                        some -> new Event.MessagesDelete(some, Optional.empty()));
            case MESSAGES_REACTION ->
                cut(event, ((Event.MessagesReaction) event).reactions(), Event.MessagesReaction::new);
            case MESSAGES_MEDIA_UPDATE ->
                cut(event, ((Event.MessagesMediaUpdate) event).updates(), Event.MessagesMediaUpdate::new);
            case MESSAGE_RECEIPT_UPDATE ->
                cut(event, ((Event.MessageReceiptUpdate) event).receipts(), Event.MessageReceiptUpdate::new);
            case CHATS_UPSERT -> cut(event, ((Event.ChatsUpsert) event).chats(), Event.ChatsUpsert::new);
            case CHATS_UPDATE -> cut(event, ((Event.ChatsUpdate) event).updates(), Event.ChatsUpdate::new);
            case CHATS_DELETE -> cut(event, ((Event.ChatsDelete) event).jids(), Event.ChatsDelete::new);
            case CONTACTS_UPSERT -> cut(event, ((Event.ContactsUpsert) event).contacts(), Event.ContactsUpsert::new);
            case CONTACTS_UPDATE -> cut(event, ((Event.ContactsUpdate) event).updates(), Event.ContactsUpdate::new);
            case GROUPS_UPSERT -> cut(event, ((Event.GroupsUpsert) event).groups(), Event.GroupsUpsert::new);
            case GROUPS_UPDATE -> cut(event, ((Event.GroupsUpdate) event).updates(), Event.GroupsUpdate::new);
            case PRESENCE_UPDATE -> {
                Event.PresenceUpdate presence = (Event.PresenceUpdate) event;
                yield cut(event, List.copyOf(presence.presences().entrySet()), some -> presence(presence.chat(), some));
            }
            case BLOCKLIST_UPDATE -> {
                Event.Blocklist blocklist = (Event.Blocklist) event;
                yield cut(event, blocklist.jids(), some -> new Event.Blocklist(blocklist.change(), some));
            }
            case HISTORY_STATUS,
                    CHATS_LOCK,
                    GROUP_PARTICIPANTS_UPDATE,
                    LABELS_EDIT,
                    LABELS_ASSOCIATION,
                    BLOCKLIST_SET,
                    LID_MAPPING_UPDATE,
                    OTHER -> List.of(event);
        };
    }

    private static Event presence(String chat, List<Map.Entry<String, JsonObject>> some) {
        Map<String, JsonObject> presences = new LinkedHashMap<>();
        some.forEach(each -> presences.put(each.getKey(), each.getValue()));
        return new Event.PresenceUpdate(chat, presences);
    }

    private static <T> List<Event> cut(Event whole, List<T> items, Function<List<T>, Event> around) {
        if (items.size() < 2) {
            return List.of(whole);
        }
        int middle = items.size() / 2;
        return List.of(around.apply(items.subList(0, middle)), around.apply(items.subList(middle, items.size())));
    }

    /** Between its lists first, then in the middle of the only one. The progress goes with the last part. */
    private static List<Event> history(Event.HistorySet whole) {
        List<Event> parts = new ArrayList<>();
        boolean beside = !whole.chats().isEmpty() || !whole.contacts().isEmpty();
        if (beside && !whole.messages().isEmpty()) {
            parts.add(part(whole.chats(), whole.contacts(), List.of()));
            parts.add(rest(whole, List.of(), List.of(), whole.messages()));
            return List.copyOf(parts);
        }
        if (whole.messages().size() > 1) {
            int middle = whole.messages().size() / 2;
            parts.add(part(List.of(), List.of(), whole.messages().subList(0, middle)));
            parts.add(rest(
                    whole,
                    List.of(),
                    List.of(),
                    whole.messages().subList(middle, whole.messages().size())));
            return List.copyOf(parts);
        }
        return beside ? chatsAndContacts(whole) : List.of(whole);
    }

    private static List<Event> chatsAndContacts(Event.HistorySet whole) {
        int chats = whole.chats().size() / 2;
        int contacts = whole.contacts().size() / 2;
        if (chats == 0 && contacts == 0) {
            return List.of(whole);
        }
        return List.of(
                part(whole.chats().subList(0, chats), whole.contacts().subList(0, contacts), List.of()),
                rest(
                        whole,
                        whole.chats().subList(chats, whole.chats().size()),
                        whole.contacts().subList(contacts, whole.contacts().size()),
                        List.of()));
    }

    private static Event part(List<JsonObject> chats, List<JsonObject> contacts, List<Keyed> messages) {
        return new Event.HistorySet(
                OptionalInt.empty(),
                OptionalInt.empty(),
                OptionalInt.empty(),
                List.of(),
                chats,
                contacts,
                messages,
                List.of());
    }

    /** The last part of a history. */
    private static Event rest(
            Event.HistorySet whole, List<JsonObject> chats, List<JsonObject> contacts, List<Keyed> messages) {
        return new Event.HistorySet(
                whole.syncType(),
                whole.progress(),
                whole.chunkOrder(),
                List.of(),
                chats,
                contacts,
                messages,
                whole.pastParticipants());
    }
}

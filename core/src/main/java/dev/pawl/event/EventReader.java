package dev.pawl.event;

import dev.pawl.json.JsonArray;
import dev.pawl.json.JsonNull;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonString;
import dev.pawl.json.JsonValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Function;

/** Finds the parts of events in their JSON. Strict about what a store must rely on, indifferent to everything else. */
final class EventReader {

    /** The kinds of history by number, as protobuf instances name them. */
    private static final List<String> SYNC_TYPES = List.of(
            "INITIAL_BOOTSTRAP", "INITIAL_STATUS_V3", "FULL", "RECENT", "PUSH_NAME", "NON_BLOCKING_DATA", "ON_DEMAND");

    private EventReader() {}

    static Event read(RawEvent raw) {
        JsonValue data = raw.data();
        return switch (EventType.of(raw.name())) {
            case HISTORY_SET -> historySet(object(data));
            case HISTORY_STATUS -> historyStatus(object(data));
            case CHATS_UPSERT -> new Event.ChatsUpsert(named(data));
            case CHATS_UPDATE -> new Event.ChatsUpdate(named(data));
            case CHATS_DELETE -> new Event.ChatsDelete(each("", list(data), EventReader::jid));
            case CHATS_LOCK -> new Event.ChatsLock(jid(object(data), "id"), ProtoJson.isTrue(object(data), "locked"));
            case MESSAGES_UPSERT -> messagesUpsert(object(data));
            case MESSAGES_UPDATE -> new Event.MessagesUpdate(keyed(data, "update"));
            case MESSAGES_DELETE -> messagesDelete(object(data));
            case MESSAGES_REACTION -> new Event.MessagesReaction(keyed(data, "reaction"));
            case MESSAGES_MEDIA_UPDATE ->
                new Event.MessagesMediaUpdate(each("", list(data), item -> new Keyed(key(object(item)), object(item))));
            case MESSAGE_RECEIPT_UPDATE -> new Event.MessageReceiptUpdate(keyed(data, "receipt"));
            case CONTACTS_UPSERT -> new Event.ContactsUpsert(named(data));
            case CONTACTS_UPDATE -> new Event.ContactsUpdate(named(data));
            case PRESENCE_UPDATE -> presenceUpdate(object(data));
            case GROUPS_UPSERT -> new Event.GroupsUpsert(named(data));
            case GROUPS_UPDATE -> new Event.GroupsUpdate(named(data));
            case GROUP_PARTICIPANTS_UPDATE -> participantsUpdate(object(data));
            case LABELS_EDIT ->
                new Event.LabelsEdit(text(object(data), "id"), ProtoJson.isTrue(object(data), "deleted"), object(data));
            case LABELS_ASSOCIATION -> association(object(data));
            case BLOCKLIST_SET -> new Event.Blocklist(BlocklistChange.ALL, jids(object(data), "blocklist"));
            case BLOCKLIST_UPDATE -> blocklistUpdate(object(data));
            case LID_MAPPING_UPDATE -> new Event.LidMappingUpdate(pair(data));
            case OTHER -> new Event.Other(raw.name());
        };
    }

    private static Event historySet(JsonObject data) {
        return new Event.HistorySet(
                small(ProtoJson.number(data, "syncType", SYNC_TYPES)),
                small(ProtoJson.integer(data, "progress")),
                small(ProtoJson.integer(data, "chunkOrder")),
                each("lidPnMappings", optionalList(data, "lidPnMappings"), EventReader::possiblePair).stream()
                        .flatMap(Optional::stream)
                        .toList(),
                each("chats", optionalList(data, "chats"), EventReader::withId),
                each("contacts", optionalList(data, "contacts"), EventReader::withId),
                each("messages", optionalList(data, "messages"), EventReader::message),
                ProtoJson.objects(data, "pastParticipants"));
    }

    private static Event historyStatus(JsonObject data) {
        int syncType = small(ProtoJson.number(data, "syncType", SYNC_TYPES))
                .orElseThrow(() -> InvalidEventException.unreadable("syncType", "is missing or no kind of history"));
        return new Event.HistoryStatus(syncType, text(data, "status"), ProtoJson.isTrue(data, "explicit"));
    }

    private static Event messagesUpsert(JsonObject data) {
        return new Event.MessagesUpsert(
                each("messages", list(data, "messages"), EventReader::message),
                ProtoJson.text(data, "type").equals(Optional.of("notify")),
                ProtoJson.text(data, "requestId"));
    }

    private static Event messagesDelete(JsonObject data) {
        if (ProtoJson.isTrue(data, "all")) {
            return new Event.MessagesDelete(List.of(), Optional.of(jid(data, "jid")));
        }
        return new Event.MessagesDelete(
                each("keys", list(data, "keys"), key -> MessageKey.read(object(key))), Optional.empty());
    }

    private static Event presenceUpdate(JsonObject data) {
        Map<String, JsonObject> presences = new LinkedHashMap<>();
        JsonObject members = ProtoJson.object(data, "presences")
                .orElseThrow(() -> InvalidEventException.unreadable("presences", "is missing or no object"));
        members.forEach((participant, presence) -> presences.put(
                Jid.normalised(participant), InvalidEventException.within("presences", () -> object(presence))));
        return new Event.PresenceUpdate(jid(data, "id"), presences);
    }

    private static Event participantsUpdate(JsonObject data) {
        List<JsonObject> participants = each("participants", list(data, "participants"), EventReader::participant);
        List<JidPair> pairs = new ArrayList<>();
        participants.forEach(participant -> pairs.addAll(JidPair.of(participant)));
        JidPair.of(data, "author", "authorPn").ifPresent(pairs::add);
        return new Event.GroupParticipantsUpdate(jid(data, "id"), text(data, "action"), participants, pairs);
    }

    private static JsonObject participant(JsonValue value) {
        return value instanceof JsonString id
                ? JsonObject.builder().put("id", id).build()
                : withId(value);
    }

    private static Event association(JsonObject data) {
        JsonObject association = ProtoJson.object(data, "association")
                .orElseThrow(() -> InvalidEventException.unreadable("association", "is missing or no object"));
        boolean added = oneOf(data, "type", "add", "remove");
        return InvalidEventException.within("association", () -> {
            boolean ofChat = oneOf(association, "type", "label_jid", "label_message");
            return new Event.LabelsAssociation(
                    added,
                    text(association, "labelId"),
                    jid(association, "chatId"),
                    ofChat ? Optional.empty() : Optional.of(text(association, "messageId")),
                    association);
        });
    }

    private static Event blocklistUpdate(JsonObject data) {
        boolean added = oneOf(data, "type", "add", "remove");
        return new Event.Blocklist(added ? BlocklistChange.ADDED : BlocklistChange.REMOVED, jids(data, "blocklist"));
    }

    private static JidPair pair(JsonValue data) {
        return possiblePair(data)
                .orElseThrow(() -> InvalidEventException.unreadable("", "is no pair of a LID and a phone number"));
    }

    private static Optional<JidPair> possiblePair(JsonValue value) {
        return JidPair.of(object(value), "lid", "pn");
    }

    private static List<Keyed> keyed(JsonValue data, String member) {
        return each("", list(data), value -> {
            JsonObject item = object(value);
            JsonObject json = ProtoJson.object(item, member)
                    .orElseThrow(() -> InvalidEventException.unreadable(member, "is missing or no object"));
            return new Keyed(key(item), json);
        });
    }

    private static MessageKey key(JsonObject item) {
        JsonObject key =
                ProtoJson.object(item, "key").orElseThrow(() -> InvalidEventException.noIdentity("key", "is missing"));
        return InvalidEventException.within("key", () -> MessageKey.read(key));
    }

    private static Keyed message(JsonValue value) {
        JsonObject message = object(value);
        return new Keyed(MessageKey.ofMessage(message), message);
    }

    private static List<JsonObject> named(JsonValue data) {
        return each("", list(data), EventReader::withId);
    }

    private static JsonObject withId(JsonValue value) {
        JsonObject object = object(value);
        text(object, "id");
        return object;
    }

    private static List<String> jids(JsonObject object, String name) {
        return each(name, list(object, name), EventReader::jid);
    }

    private static String jid(JsonObject object, String name) {
        return Jid.normalised(text(object, name));
    }

    private static String jid(JsonValue value) {
        if (value instanceof JsonString text && !text.value().isEmpty()) {
            return Jid.normalised(text.value());
        }
        throw InvalidEventException.unreadable("", "is no address");
    }

    private static boolean oneOf(JsonObject object, String name, String yes, String no) {
        String text = text(object, name);
        if (!text.equals(yes) && !text.equals(no)) {
            throw InvalidEventException.unreadable(name, "is neither " + yes + " nor " + no);
        }
        return text.equals(yes);
    }

    private static String text(JsonObject object, String name) {
        return ProtoJson.text(object, name)
                .orElseThrow(() -> InvalidEventException.unreadable(name, "is missing or no text"));
    }

    private static JsonObject object(JsonValue value) {
        if (value instanceof JsonObject object) {
            return object;
        }
        throw InvalidEventException.unreadable("", "is no object");
    }

    private static JsonArray list(JsonValue value) {
        if (value instanceof JsonArray list) {
            return list;
        }
        throw InvalidEventException.unreadable("", "is no list");
    }

    private static JsonArray list(JsonObject object, String name) {
        return InvalidEventException.within(name, () -> list(object.get(name).orElse(JsonNull.NULL)));
    }

    private static JsonArray optionalList(JsonObject object, String name) {
        return ProtoJson.member(object, name).isEmpty() ? JsonArray.EMPTY : list(object, name);
    }

    /** Reads every element; a complaint about one names the list and where it stands there. */
    private static <T> List<T> each(String name, JsonArray list, Function<JsonValue, T> reading) {
        List<T> read = new ArrayList<>(list.size());
        for (int i = 0; i < list.size(); i++) {
            JsonValue element = list.get(i);
            read.add(InvalidEventException.within(name + "[" + i + "]", () -> reading.apply(element)));
        }
        return read;
    }

    private static OptionalInt small(OptionalLong number) {
        boolean fits = number.isPresent() && number.getAsLong() == (int) number.getAsLong();
        return fits ? OptionalInt.of((int) number.getAsLong()) : OptionalInt.empty();
    }
}

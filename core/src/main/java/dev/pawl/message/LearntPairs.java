package dev.pawl.message;

import dev.pawl.event.Event;
import dev.pawl.event.JidPair;
import dev.pawl.event.Keyed;
import dev.pawl.event.MessageKey;
import dev.pawl.event.ProtoJson;
import dev.pawl.json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Finds out from events which LID and which phone number are one person.
 *
 * <p>Baileys says so in an event of its own only now and then; mostly it stands beside something else, in keys,
 * contacts, chats, groups. The rules are A1 to A6 of {@code docs/message-rules.md}.
 */
final class LearntPairs {

    /** Members of groups that name a person, each with the member that has his phone number. */
    private static final List<String> PEOPLE_OF_GROUPS = List.of("owner", "subjectOwner", "descOwner", "author");

    private LearntPairs() {}

    /** What an event tells, in the order in which it stands there, each pair once. */
    static Set<JidPair> in(Event event) {
        List<JidPair> pairs = new ArrayList<>();
        switch (event.type()) {
            case HISTORY_SET -> {
                Event.HistorySet history = (Event.HistorySet) event;
                pairs.addAll(history.pairs());
                history.chats().forEach(chat -> addChat(chat, pairs));
                history.contacts().forEach(contact -> pairs.addAll(JidPair.of(contact)));
                addKeys(history.messages(), pairs);
            }
            case CHATS_UPSERT -> ((Event.ChatsUpsert) event).chats().forEach(chat -> addChat(chat, pairs));
            case CHATS_UPDATE -> ((Event.ChatsUpdate) event).updates().forEach(chat -> addChat(chat, pairs));
            case CONTACTS_UPSERT ->
                ((Event.ContactsUpsert) event).contacts().forEach(each -> pairs.addAll(JidPair.of(each)));
            case CONTACTS_UPDATE ->
                ((Event.ContactsUpdate) event).updates().forEach(each -> pairs.addAll(JidPair.of(each)));
            case MESSAGES_UPSERT -> addKeys(((Event.MessagesUpsert) event).messages(), pairs);
            case MESSAGES_UPDATE -> addKeys(((Event.MessagesUpdate) event).updates(), pairs);
            case MESSAGES_REACTION -> addReactions((Event.MessagesReaction) event, pairs);
            case GROUPS_UPSERT -> ((Event.GroupsUpsert) event).groups().forEach(group -> addGroup(group, pairs));
            case GROUPS_UPDATE -> ((Event.GroupsUpdate) event).updates().forEach(group -> addGroup(group, pairs));
            case GROUP_PARTICIPANTS_UPDATE -> pairs.addAll(((Event.GroupParticipantsUpdate) event).pairs());
            case LID_MAPPING_UPDATE -> pairs.add(((Event.LidMappingUpdate) event).pair());
            case HISTORY_STATUS,
                    CHATS_DELETE,
                    CHATS_LOCK,
                    MESSAGES_DELETE,
                    MESSAGES_MEDIA_UPDATE,
                    MESSAGE_RECEIPT_UPDATE,
                    PRESENCE_UPDATE,
                    LABELS_EDIT,
                    LABELS_ASSOCIATION,
                    BLOCKLIST_SET,
                    BLOCKLIST_UPDATE,
                    OTHER -> {
                // these name people by one address only
            }
        }
        return new LinkedHashSet<>(pairs);
    }

    private static void addKeys(List<Keyed> items, List<JidPair> pairs) {
        items.forEach(item -> pairs.addAll(item.key().pairs()));
    }

    /** The key of what was reacted to, and that of the reaction, in which the reacting person stands. */
    private static void addReactions(Event.MessagesReaction event, List<JidPair> pairs) {
        addKeys(event.reactions(), pairs);
        for (Keyed item : event.reactions()) {
            ProtoJson.object(item.json(), "key").flatMap(MessageKey::find).ifPresent(key -> pairs.addAll(key.pairs()));
        }
    }

    private static void addChat(JsonObject chat, List<JidPair> pairs) {
        add(chat, "id", "lidJid", pairs);
        add(chat, "id", "pnJid", pairs);
        add(chat, "lidJid", "pnJid", pairs);
    }

    private static void addGroup(JsonObject group, List<JidPair> pairs) {
        PEOPLE_OF_GROUPS.forEach(member -> add(group, member, member + "Pn", pairs));
        ProtoJson.objects(group, "participants").forEach(participant -> pairs.addAll(JidPair.of(participant)));
    }

    private static void add(JsonObject object, String one, String other, List<JidPair> pairs) {
        JidPair.of(object, one, other).ifPresent(pairs::add);
    }
}

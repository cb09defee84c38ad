package dev.pawl.event;

import dev.pawl.json.JsonObject;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Something that a WhatsApp client says happened, as Baileys emits it: one kind for each event that a history has to do
 * something with, and {@link Other} for the rest.
 *
 * <p>Messages, chats, contacts and groups in an event are the JSON they came as, with whatever members the client's
 * version has; keys of messages and addresses are read. Lists keep their order, which for messages of a history is
 * newest first.
 *
 * <p><b>Thread-safety.</b> Immutable. Shown as text they tell kinds, sizes and addresses, never what was said.
 */
public sealed interface Event {

    /** Which kind this is. */
    EventType type();

    /**
     * Reads an event.
     *
     * @throws InvalidEventException when it is not shaped as Baileys shapes events of that name; events of names that a
     *     history has no use for are never looked at
     */
    static Event of(RawEvent raw) {
        return EventReader.read(raw);
    }

    /**
     * A chunk of the history that the phone sends after pairing, or on demand.
     *
     * @param syncType 0 first chunks, 2 everything, 3 recent, 4 push names, 5 beside the rest, 6 on demand
     * @param progress percent
     * @param chunkOrder the number of the chunk
     * @param pairs who is who; lost where Baileys buffered the event
     * @param chats with absolute unread counts
     * @param contacts often without names
     * @param messages newest first, keys without the other address
     * @param pastParticipants who left which group
     */
    record HistorySet(
            OptionalInt syncType,
            OptionalInt progress,
            OptionalInt chunkOrder,
            List<JidPair> pairs,
            List<JsonObject> chats,
            List<JsonObject> contacts,
            List<Keyed> messages,
            List<JsonObject> pastParticipants)
            implements Event {
        /** Copies the lists. */
        public HistorySet {
            pairs = List.copyOf(pairs);
            chats = List.copyOf(chats);
            contacts = List.copyOf(contacts);
            messages = List.copyOf(messages);
            pastParticipants = List.copyOf(pastParticipants);
        }

        @Override
        public EventType type() {
            return EventType.HISTORY_SET;
        }

        @Override
        public String toString() {
            return "HistorySet[" + chats.size() + " chats, " + contacts.size() + " contacts, " + messages.size()
                    + " messages]";
        }
    }

    /**
     * A kind of history has been received, or no more of it came for some time.
     *
     * @param syncType as in {@link HistorySet}
     * @param status {@code complete} or {@code paused}
     * @param explicit whether the phone said so, and not a clock
     */
    record HistoryStatus(int syncType, String status, boolean explicit) implements Event {
        @Override
        public EventType type() {
            return EventType.HISTORY_STATUS;
        }
    }

    /** Chats that are new, such as a group that was just made; each has a text {@code id}. */
    record ChatsUpsert(List<JsonObject> chats) implements Event {
        /** Copies the list. */
        public ChatsUpsert {
            chats = List.copyOf(chats);
        }

        @Override
        public EventType type() {
            return EventType.CHATS_UPSERT;
        }
    }

    /**
     * Changes of chats, known or not; each has a text {@code id}. A positive {@code unreadCount} is a
     * <em>difference</em>, 0 says read, -1 marked as unread, {@code null} nothing; for any other member {@code null}
     * clears.
     */
    record ChatsUpdate(List<JsonObject> updates) implements Event {
        /** Copies the list. */
        public ChatsUpdate {
            updates = List.copyOf(updates);
        }

        @Override
        public EventType type() {
            return EventType.CHATS_UPDATE;
        }
    }

    /** Chats that were deleted on the phone, by normalised address. */
    record ChatsDelete(List<String> jids) implements Event {
        /** Copies the list. */
        public ChatsDelete {
            jids = List.copyOf(jids);
        }

        @Override
        public EventType type() {
            return EventType.CHATS_DELETE;
        }
    }

    /** A chat was put behind the phone's lock, or taken from there. */
    record ChatsLock(String jid, boolean locked) implements Event {
        @Override
        public EventType type() {
            return EventType.CHATS_LOCK;
        }
    }

    /**
     * Messages that came, were sent, or were made up by Baileys to tell of something.
     *
     * @param live {@code notify} rather than {@code append}: it came while the client was connected
     * @param requestId the request that this answers by filling an earlier stub
     */
    record MessagesUpsert(List<Keyed> messages, boolean live, Optional<String> requestId) implements Event {
        /** Copies the list. */
        public MessagesUpsert {
            messages = List.copyOf(messages);
        }

        @Override
        public EventType type() {
            return EventType.MESSAGES_UPSERT;
        }
    }

    /**
     * Changes of messages: status, star, edit, revoke, answers. In a change of status {@code messageTimestamp} is when
     * the <em>receipt</em> was made; {@code key} in a revoke is that of the revoking message.
     */
    record MessagesUpdate(List<Keyed> updates) implements Event {
        /** Copies the list. */
        public MessagesUpdate {
            updates = List.copyOf(updates);
        }

        @Override
        public EventType type() {
            return EventType.MESSAGES_UPDATE;
        }
    }

    /**
     * Messages that were deleted on the phone, for us alone. Their keys have no participant.
     *
     * @param keys which ones
     * @param wholeChat a conversation all of whose messages are deleted; then there are no keys
     */
    record MessagesDelete(List<MessageKey> keys, Optional<String> wholeChat) implements Event {
        /** Copies the list. */
        public MessagesDelete {
            keys = List.copyOf(keys);
        }

        @Override
        public EventType type() {
            return EventType.MESSAGES_DELETE;
        }
    }

    /**
     * Reactions: the key is that of the message reacted to, {@code key} inside that of the reaction; no text takes it
     * back.
     */
    record MessagesReaction(List<Keyed> reactions) implements Event {
        /** Copies the list. */
        public MessagesReaction {
            reactions = List.copyOf(reactions);
        }

        @Override
        public EventType type() {
            return EventType.MESSAGES_REACTION;
        }
    }

    /** A sender uploaded a medium again; who decrypts that needs the {@code mediaKey} of the message. */
    record MessagesMediaUpdate(List<Keyed> updates) implements Event {
        /** Copies the list. */
        public MessagesMediaUpdate {
            updates = List.copyOf(updates);
        }

        @Override
        public EventType type() {
            return EventType.MESSAGES_MEDIA_UPDATE;
        }
    }

    /** Who got or read what, in groups and of status updates: {@code {userJid, receiptTimestamp | readTimestamp}}. */
    record MessageReceiptUpdate(List<Keyed> receipts) implements Event {
        /** Copies the list. */
        public MessageReceiptUpdate {
            receipts = List.copyOf(receipts);
        }

        @Override
        public EventType type() {
            return EventType.MESSAGE_RECEIPT_UPDATE;
        }
    }

    /** Contacts of the phone's address book; each has a text {@code id}. */
    record ContactsUpsert(List<JsonObject> contacts) implements Event {
        /** Copies the list. */
        public ContactsUpsert {
            contacts = List.copyOf(contacts);
        }

        @Override
        public EventType type() {
            return EventType.CONTACTS_UPSERT;
        }
    }

    /** Changes of contacts, known or not: push names, pictures. An {@code id} may be no address. */
    record ContactsUpdate(List<JsonObject> updates) implements Event {
        /** Copies the list. */
        public ContactsUpdate {
            updates = List.copyOf(updates);
        }

        @Override
        public EventType type() {
            return EventType.CONTACTS_UPDATE;
        }
    }

    /**
     * What people in a conversation are doing.
     *
     * @param chat the conversation, normalised
     * @param presences by participant, normalised
     */
    record PresenceUpdate(String chat, Map<String, JsonObject> presences) implements Event {
        /** Copies the map, in its order. */
        public PresenceUpdate {
            presences = Collections.unmodifiableMap(new LinkedHashMap<>(presences));
        }

        @Override
        public EventType type() {
            return EventType.PRESENCE_UPDATE;
        }
    }

    /** Groups that were made or joined; each has a text {@code id}. */
    record GroupsUpsert(List<JsonObject> groups) implements Event {
        /** Copies the list. */
        public GroupsUpsert {
            groups = List.copyOf(groups);
        }

        @Override
        public EventType type() {
            return EventType.GROUPS_UPSERT;
        }
    }

    /** Changes of groups, known or not; also all groups as a whole, after they were asked for. */
    record GroupsUpdate(List<JsonObject> updates) implements Event {
        /** Copies the list. */
        public GroupsUpdate {
            updates = List.copyOf(updates);
        }

        @Override
        public EventType type() {
            return EventType.GROUPS_UPDATE;
        }
    }

    /**
     * Who came into a group, left it, or became something in it.
     *
     * @param group the group
     * @param action {@code add}, {@code remove}, {@code promote}, {@code demote} or {@code modify}
     * @param participants with {@code id} and perhaps {@code phoneNumber}, {@code lid}, {@code admin}; Baileys 6 gave
     *     texts, which became such objects
     * @param pairs what the event tells about who is who
     */
    record GroupParticipantsUpdate(String group, String action, List<JsonObject> participants, List<JidPair> pairs)
            implements Event {
        /** Copies the lists. */
        public GroupParticipantsUpdate {
            participants = List.copyOf(participants);
            pairs = List.copyOf(pairs);
        }

        @Override
        public EventType type() {
            return EventType.GROUP_PARTICIPANTS_UPDATE;
        }
    }

    /** A label was made, changed or deleted. */
    record LabelsEdit(String id, boolean deleted, JsonObject label) implements Event {
        @Override
        public EventType type() {
            return EventType.LABELS_EDIT;
        }
    }

    /**
     * A label was put on a chat or a message, or taken off.
     *
     * @param added put on, and not taken off
     * @param chat the chat, normalised
     * @param messageId the message, empty when it is the chat as a whole
     * @param association as it came
     */
    record LabelsAssociation(
            boolean added, String labelId, String chat, Optional<String> messageId, JsonObject association)
            implements Event {
        @Override
        public EventType type() {
            return EventType.LABELS_ASSOCIATION;
        }
    }

    /**
     * Whom the account blocks.
     *
     * @param change what the addresses are
     * @param jids normalised
     */
    record Blocklist(BlocklistChange change, List<String> jids) implements Event {
        /** Copies the list. */
        public Blocklist {
            jids = List.copyOf(jids);
        }

        @Override
        public EventType type() {
            return change == BlocklistChange.ALL ? EventType.BLOCKLIST_SET : EventType.BLOCKLIST_UPDATE;
        }
    }

    /** A LID and a phone number are the same person. */
    record LidMappingUpdate(JidPair pair) implements Event {
        @Override
        public EventType type() {
            return EventType.LID_MAPPING_UPDATE;
        }
    }

    /** An event that says nothing to a history, such as {@code connection.update}. */
    record Other(String name) implements Event {
        @Override
        public EventType type() {
            return EventType.OTHER;
        }
    }
}

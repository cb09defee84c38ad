package dev.pawl.event;

import java.util.Arrays;
import java.util.Collections;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The kinds of events that a history knows, by the names that Baileys gives them.
 *
 * <p>Code that must treat every kind switches over this; the compiler then tells when one is missing.
 */
public enum EventType {
    /** {@link Event.HistorySet}. */
    HISTORY_SET("messaging-history.set"),
    /** {@link Event.HistoryStatus}. */
    HISTORY_STATUS("messaging-history.status"),
    /** {@link Event.ChatsUpsert}. */
    CHATS_UPSERT("chats.upsert"),
    /** {@link Event.ChatsUpdate}. */
    CHATS_UPDATE("chats.update"),
    /** {@link Event.ChatsDelete}. */
    CHATS_DELETE("chats.delete"),
    /** {@link Event.ChatsLock}. */
    CHATS_LOCK("chats.lock"),
    /** {@link Event.MessagesUpsert}. */
    MESSAGES_UPSERT("messages.upsert"),
    /** {@link Event.MessagesUpdate}. */
    MESSAGES_UPDATE("messages.update"),
    /** {@link Event.MessagesDelete}. */
    MESSAGES_DELETE("messages.delete"),
    /** {@link Event.MessagesReaction}. */
    MESSAGES_REACTION("messages.reaction"),
    /** {@link Event.MessagesMediaUpdate}. */
    MESSAGES_MEDIA_UPDATE("messages.media-update"),
    /** {@link Event.MessageReceiptUpdate}. */
    MESSAGE_RECEIPT_UPDATE("message-receipt.update"),
    /** {@link Event.ContactsUpsert}. */
    CONTACTS_UPSERT("contacts.upsert"),
    /** {@link Event.ContactsUpdate}. */
    CONTACTS_UPDATE("contacts.update"),
    /** {@link Event.PresenceUpdate}. */
    PRESENCE_UPDATE("presence.update"),
    /** {@link Event.GroupsUpsert}. */
    GROUPS_UPSERT("groups.upsert"),
    /** {@link Event.GroupsUpdate}. */
    GROUPS_UPDATE("groups.update"),
    /** {@link Event.GroupParticipantsUpdate}. */
    GROUP_PARTICIPANTS_UPDATE("group-participants.update"),
    /** {@link Event.LabelsEdit}. */
    LABELS_EDIT("labels.edit"),
    /** {@link Event.LabelsAssociation}. */
    LABELS_ASSOCIATION("labels.association"),
    /** {@link Event.Blocklist} that replaces the list. Declared by Baileys and not emitted by version 7. */
    BLOCKLIST_SET("blocklist.set"),
    /** {@link Event.Blocklist} that changes the list. */
    BLOCKLIST_UPDATE("blocklist.update"),
    /** {@link Event.LidMappingUpdate}. */
    LID_MAPPING_UPDATE("lid-mapping.update"),
    /** {@link Event.Other}: any other name. */
    OTHER("");

    private static final Map<String, EventType> BY_NAME = Collections.unmodifiableMap(
            Arrays.stream(values()).collect(Collectors.toMap(EventType::eventName, Function.identity())));

    private final String eventName;

    EventType(String eventName) {
        this.eventName = eventName;
    }

    /** What Baileys calls such events; empty for {@link #OTHER}. */
    public String eventName() {
        return eventName;
    }

    /** The kind of events of this name; {@link #OTHER} when a history has no use for them. */
    public static EventType of(String eventName) {
        return BY_NAME.getOrDefault(eventName, OTHER);
    }
}

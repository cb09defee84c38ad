package dev.pawl.message;

import dev.pawl.event.Event;
import dev.pawl.event.Jid;
import dev.pawl.event.Keyed;
import dev.pawl.event.MessageKey;
import dev.pawl.event.ProtoJson;
import dev.pawl.event.RawEvent;
import dev.pawl.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Finds what events do to messages: rules M16 to M19, M23, M25, R2, X11 of {@code docs/message-rules.md}. */
final class Acts {

    private static final String KEY = "key";
    private static final String EDITED_MESSAGE = "editedMessage";

    /** The types of protocol messages that do something to another message, by number. */
    private static final List<String> PROTOCOL_TYPES =
            List.of("REVOKE", "", "", "", "", "", "", "", "", "", "", "", "", "", "MESSAGE_EDIT");

    private static final int REVOKE = 0;
    private static final int MESSAGE_EDIT = 14;

    private Acts() {}

    /**
     * What an event does to messages, in the order in which it is to be done; empty for events that are not about
     * messages, and for deletions.
     */
    static List<Act> of(Event event) {
        return switch (event.type()) {
            case MESSAGES_UPSERT -> arrivals(((Event.MessagesUpsert) event).messages());
            case HISTORY_SET -> history(((Event.HistorySet) event).messages());
            case MESSAGES_UPDATE -> each(((Event.MessagesUpdate) event).updates(), Kind.UPDATE);
            case MESSAGES_REACTION -> each(((Event.MessagesReaction) event).reactions(), Kind.REACTION);
            case MESSAGE_RECEIPT_UPDATE -> each(((Event.MessageReceiptUpdate) event).receipts(), Kind.RECEIPT);
            case HISTORY_STATUS,
                    CHATS_UPSERT,
                    CHATS_UPDATE,
                    CHATS_DELETE,
                    CHATS_LOCK,
                    MESSAGES_DELETE,
                    MESSAGES_MEDIA_UPDATE,
                    CONTACTS_UPSERT,
                    CONTACTS_UPDATE,
                    PRESENCE_UPDATE,
                    GROUPS_UPSERT,
                    GROUPS_UPDATE,
                    GROUP_PARTICIPANTS_UPDATE,
                    LABELS_EDIT,
                    LABELS_ASSOCIATION,
                    BLOCKLIST_SET,
                    BLOCKLIST_UPDATE,
                    LID_MAPPING_UPDATE,
                    OTHER -> List.of();
        };
    }

    /**
     * What an event does that has waited as {@link Act#event}: without the arrival of the message that brought it.
     *
     * @throws dev.pawl.event.InvalidEventException when it is no such event
     */
    static List<Act> ofWaiting(RawEvent event) {
        List<Act> acts = new ArrayList<>(of(Event.of(event)));
        acts.removeIf(Act::isArrival);
        return acts;
    }

    /** What the items of an event other than arrivals are. */
    private enum Kind {
        UPDATE,
        REACTION,
        RECEIPT
    }

    private static List<Act> each(List<Keyed> items, Kind kind) {
        List<Act> acts = new ArrayList<>(items.size());
        for (Keyed item : items) {
            acts.add(
                    switch (kind) {
                        case UPDATE -> update(item);
                        case REACTION -> done(Act.Kind.REACTED, List.of(item.key()), item.json(), item.key());
                        case RECEIPT -> receipt(item);
                    });
        }
        return acts;
    }

    private static List<Act> history(List<Keyed> messages) {
        List<Act> acts = new ArrayList<>(messages.size());
        for (Keyed message : messages) {
            acts.add(done(Act.Kind.HISTORY, List.of(message.key()), message.json(), message.key()));
        }
        return acts;
    }

    private static List<Act> arrivals(List<Keyed> messages) {
        List<Act> acts = new ArrayList<>(messages.size() + 1);
        for (Keyed message : messages) {
            acts.add(done(Act.Kind.ARRIVES, List.of(message.key()), message.json(), message.key()));
            carried(message).ifPresent(acts::add);
        }
        return acts;
    }

    /** What a message does to another one; empty for one that is nothing but itself. */
    static Optional<Act> carried(Keyed message) {
        Optional<MessageContent> content =
                ProtoJson.object(message.json(), "message").flatMap(MessageContent::of);
        if (content.isEmpty()) {
            return Optional.empty();
        }
        return switch (content.get().member()) {
            case "reactionMessage" -> content.get().body().flatMap(reaction -> reaction(message, reaction));
            case "protocolMessage" -> content.get().body().flatMap(protocol -> protocol(message, protocol));
            default -> Optional.empty();
        };
    }

    /** Whether a message takes another one back. */
    static boolean isRevoke(JsonObject message) {
        return ProtoJson.object(message, "message")
                .flatMap(MessageContent::of)
                .filter(content -> content.member().equals("protocolMessage"))
                .flatMap(MessageContent::body)
                .filter(protocol -> type(protocol) == REVOKE)
                .isPresent();
    }

    /** The number of what a protocol message is; protobuf does not write 0 down. */
    private static long type(JsonObject protocol) {
        return ProtoJson.number(protocol, "type", PROTOCOL_TYPES)
                .orElse(protocol.get("type").isPresent() ? -1 : REVOKE);
    }

    /** A reaction as Baileys' event has it: with the key of the message that brought it. */
    private static Optional<Act> reaction(Keyed carrier, JsonObject reaction) {
        JsonObject own = ProtoJson.object(carrier.json(), KEY).orElse(JsonObject.EMPTY);
        return ProtoJson.object(reaction, KEY)
                .flatMap(MessageKey::find)
                .map(target -> new Act(
                        Act.Kind.REACTED,
                        List.of(target),
                        reaction.with(KEY, own),
                        carrier.key(),
                        OptionalLong.empty(),
                        Optional.of(carrier.json())));
    }

    private static Optional<Act> protocol(Keyed carrier, JsonObject protocol) {
        Optional<JsonObject> inner = ProtoJson.object(protocol, KEY);
        Optional<String> id = inner.flatMap(key -> ProtoJson.text(key, "id"));
        if (inner.isEmpty() || id.isEmpty()) {
            return Optional.empty();
        }
        MessageKey own = withId(carrier.key(), id.get());
        long type = type(protocol);
        if (type == REVOKE) {
            return Optional.of(new Act(
                    Act.Kind.REVOKED,
                    revoked(own, inner.get()),
                    JsonObject.EMPTY,
                    carrier.key(),
                    MessageTimes.of(carrier.json()),
                    Optional.of(carrier.json())));
        }
        Optional<JsonObject> words = ProtoJson.object(protocol, EDITED_MESSAGE);
        return type == MESSAGE_EDIT && words.isPresent()
                ? Optional.of(edit(carrier, own, protocol, words.get()))
                : Optional.empty();
    }

    private static Act edit(Keyed carrier, MessageKey own, JsonObject protocol, JsonObject words) {
        JsonObject around = JsonObject.EMPTY.with("message", words);
        OptionalLong milliseconds = MessageMembers.time(protocol, "timestampMs");
        return new Act(
                Act.Kind.EDITED,
                List.of(own),
                JsonObject.EMPTY.with(EDITED_MESSAGE, around),
                carrier.key(),
                milliseconds.isPresent()
                        ? OptionalLong.of(milliseconds.getAsLong() / 1000)
                        : MessageTimes.of(carrier.json()),
                Optional.of(carrier.json()));
    }

    /**
     * Whose message is taken back: the sender's own, unless he names another member of the group, as an admin does.
     * That may be us, under an address of ours that nobody here knows for ours.
     */
    private static List<MessageKey> revoked(MessageKey own, JsonObject inner) {
        Optional<String> named = ProtoJson.text(inner, "participant").map(Jid::normalised);
        boolean ofSender = ProtoJson.isTrue(inner, "fromMe")
                || named.isEmpty()
                || !isGroup(own)
                || (!own.fromMe() && (named.equals(own.participant()) || named.equals(own.participantAlt())));
        if (ofSender) {
            return List.of(own);
        }
        MessageKey member = key(own, false, named);
        return own.fromMe() ? List.of(member) : List.of(member, key(own, true, Optional.empty()));
    }

    private static Act update(Keyed item) {
        MessageKey key = item.key();
        JsonObject update = item.json();
        if (MessageRules.isRevocation(update)) {
            MessageKey by =
                    ProtoJson.object(update, KEY).flatMap(MessageKey::find).orElse(key);
            return done(Act.Kind.REVOKED, revokedByUpdate(key), update, by);
        }
        return done(Act.Kind.UPDATED, answered(key, update), update, key);
    }

    /**
     * Which message an update is about: what is said of an answer to an event has the key that the event has for the one
     * who answered, in a conversation of two with us as the conversation (X8).
     */
    private static List<MessageKey> answered(MessageKey key, JsonObject update) {
        Optional<MessageKey> answer = update.size() == 1
                ? ProtoJson.objects(update, AddOnRules.ANSWERS).stream()
                        .findFirst()
                        .flatMap(entry -> ProtoJson.object(entry, AddOnRules.KEY_OF_ANSWER))
                        .flatMap(MessageKey::find)
                        .filter(other -> !other.fromMe())
                : Optional.empty();
        if (answer.isEmpty()) {
            return List.of(key);
        }
        if (key.remoteJid().equals(answer.get().remoteJid())) {
            Optional<String> author = key.fromMe() ? answer.get().participant() : Optional.empty();
            return List.of(key, key(key, !key.fromMe(), author));
        }
        return isGroup(key) || isGroup(answer.get())
                ? List.of(key)
                : List.of(MessageKey.of(answer.get().remoteJid(), key.id(), !key.fromMe()), key);
    }

    /** The revoker's own message; else, in a group, ours or that of another member, of which the carrier tells. */
    private static List<MessageKey> revokedByUpdate(MessageKey key) {
        if (!isGroup(key)) {
            return List.of(key);
        }
        MessageKey first = key(key, false, Optional.empty());
        return key.fromMe() ? List.of(key, first) : List.of(key, key(key, true, Optional.empty()), first);
    }

    /** A receipt says that the message is ours even when it is somebody else's, who then has the row of that id. */
    private static Act receipt(Keyed item) {
        MessageKey key = item.key();
        List<MessageKey> targets = key.fromMe() ? List.of(key, key(key, false, Optional.empty())) : List.of(key);
        return done(Act.Kind.RECEIVED, targets, item.json(), key);
    }

    private static Act done(Act.Kind kind, List<MessageKey> targets, JsonObject part, MessageKey by) {
        return new Act(kind, targets, part, by, OptionalLong.empty(), Optional.empty());
    }

    private static boolean isGroup(MessageKey key) {
        return Act.isGroup(key);
    }

    /** The key of another message of the same author. */
    static MessageKey withId(MessageKey key, String id) {
        return new MessageKey(
                key.remoteJid(), id, key.fromMe(), key.participant(), key.remoteJidAlt(), key.participantAlt());
    }

    private static MessageKey key(MessageKey key, boolean fromMe, Optional<String> participant) {
        return new MessageKey(key.remoteJid(), key.id(), fromMe, participant, Optional.empty(), Optional.empty());
    }
}

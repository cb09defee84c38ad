package dev.pawl.message;

import dev.pawl.backend.Facets;
import dev.pawl.event.Jid;
import dev.pawl.event.ProtoJson;
import dev.pawl.json.JsonBoolean;
import dev.pawl.json.JsonNull;
import dev.pawl.json.JsonNumber;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonString;
import dev.pawl.json.JsonValue;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What becomes of a chat: rules C1 to C10 of {@code docs/message-rules.md}.
 *
 * <p>Takes what is stored and what arrives and gives what is to be stored: the very same object when nothing changes.
 */
final class ChatRules {

    private static final String UNREAD = "unreadCount";
    private static final String MARKED = "markedAsUnread";
    private static final String TIME = "conversationTimestamp";
    private static final String TRANSFER = "endOfHistoryTransferType";
    private static final String PHONE_NUMBER = "pnJid";
    private static final String HISTORY = "history";

    private ChatRules() {}

    /**
     * A change of a chat, from {@code chats.upsert} and {@code chats.update}.
     *
     * @param jid the address of the row
     */
    static JsonObject update(Optional<JsonObject> stored, String jid, JsonObject update, Aliases aliases) {
        if (stored.isEmpty()) {
            return withPhoneNumber(firstUpdate(jid, update), jid, aliases);
        }
        RowMerge chat = new RowMerge(stored.get(), PHONE_NUMBER);
        update.forEach((name, value) -> {
            switch (name) {
                case UNREAD -> count(chat, value, !update.get(MARKED).isPresent());
                case TIME -> later(chat, value);
                default -> {
                    if (!RowMerge.isFixed(name) && !isPassing(name)) {
                        chat.set(name, value);
                    }
                }
            }
        });
        return withPhoneNumber(chat.result(), jid, aliases);
    }

    private static JsonObject firstUpdate(String jid, JsonObject update) {
        JsonObject chat = RowMerge.first(update, jid)
                .without("messages")
                .without("conditional")
                .without("timestamp");
        if (ProtoJson.integer(chat, UNREAD).isEmpty()) {
            chat = chat.without(UNREAD);
        }
        return ProtoJson.member(chat, TIME).isEmpty() ? chat.without(TIME) : chat;
    }

    /** Members that say how to treat an update, or hold what is stored elsewhere. */
    private static boolean isPassing(String name) {
        return name.equals("messages") || name.equals("conditional") || name.equals("timestamp");
    }

    /** The counter: what is above 0 adds up, 0 says read, below 0 marked as unread. */
    private static void count(RowMerge chat, JsonValue value, boolean unmarks) {
        OptionalLong said = ProtoJson.integer(value);
        if (said.isEmpty()) {
            return;
        }
        OptionalLong before = ProtoJson.integer(chat.stored(), UNREAD);
        if (said.getAsLong() > 0) {
            long sum = Math.max(0, before.orElse(0)) + said.getAsLong();
            chat.set(UNREAD, before.isEmpty() ? value : JsonNumber.of(sum));
            return;
        }
        if (!before.equals(said)) {
            chat.set(UNREAD, value);
        }
        if (said.getAsLong() == 0 && unmarks && ProtoJson.isTrue(chat.stored(), MARKED)) {
            chat.set(MARKED, JsonBoolean.FALSE);
        }
    }

    private static void later(RowMerge chat, JsonValue value) {
        if (value instanceof JsonNull) {
            return;
        }
        if (!chat.has(TIME) || seconds(value) > MessageTimes.activity(chat.stored())) {
            chat.set(TIME, value);
        }
    }

    private static long seconds(JsonValue value) {
        return Math.max(0, ProtoJson.integer(value).orElse(0));
    }

    /** A chat is put behind the phone's lock, or taken from there. */
    static JsonObject lock(Optional<JsonObject> stored, String jid, boolean locked, Aliases aliases) {
        RowMerge chat = new RowMerge(stored.orElseGet(() -> RowMerge.named(jid)), PHONE_NUMBER);
        chat.set("locked", JsonBoolean.of(locked));
        return withPhoneNumber(chat.result(), jid, aliases);
    }

    /**
     * A chat of a history: fills what is absent, and replaces the rest where it is the more recent one.
     *
     * @param jid the address of the row
     */
    static JsonObject history(Optional<JsonObject> stored, String jid, JsonObject item, Aliases aliases) {
        if (stored.isEmpty()) {
            return withPhoneNumber(RowMerge.first(item, jid).without("messages"), jid, aliases);
        }
        RowMerge chat = new RowMerge(stored.get(), PHONE_NUMBER);
        long time = MessageTimes.activity(item);
        boolean newer = time > MessageTimes.activity(stored.get());
        JsonObject notes = chat.ours(HISTORY)
                .filter(JsonObject.class::isInstance)
                .map(JsonObject.class::cast)
                .orElse(JsonObject.EMPTY);
        JsonObject noted = notes;
        for (String name : item.names()) {
            JsonValue value = item.get(name).orElse(JsonNull.NULL);
            if (RowMerge.isFixed(name) || name.equals("messages") || value instanceof JsonNull) {
                continue;
            }
            if (name.equals(TIME)) {
                later(chat, value);
            } else if (name.equals(TRANSFER) || !chat.has(name)) {
                chat.set(name, value);
            } else if (!sameValue(name, stored.get().get(name).orElse(JsonNull.NULL), value)
                    && (newer || (time > 0 && ProtoJson.integer(noted, name).orElse(0) == time))) {
                chat.set(name, value);
                noted = noted.with(name, JsonNumber.of(time));
            }
        }
        if (!noted.equals(notes)) {
            chat.setOurs(HISTORY, noted);
        }
        return withPhoneNumber(chat.result(), jid, aliases);
    }

    private static boolean sameValue(String name, JsonValue one, JsonValue other) {
        return one.equals(other)
                || (name.equals(UNREAD) && ProtoJson.integer(one).equals(ProtoJson.integer(other)));
    }

    /**
     * What a message says about when its chat was last active.
     *
     * @param message as it arrived
     * @return its second, 0 when it has no time; empty when it is none that counts: without content, or a carrier of
     *     something about another message
     */
    static OptionalLong activity(JsonObject message) {
        Optional<MessageContent> content = ProtoJson.object(message, "message").flatMap(MessageContent::of);
        if (content.isEmpty()) {
            return OptionalLong.empty();
        }
        return switch (content.get().kind()) {
            case PROTOCOL, REACTION, ANSWER -> OptionalLong.empty();
            default -> OptionalLong.of(MessageTimes.of(message).orElse(0));
        };
    }

    /**
     * A chat in which somebody wrote.
     *
     * @param second as {@link #activity} gives it, of several messages the latest
     */
    static JsonObject active(Optional<JsonObject> stored, String jid, long second, Aliases aliases) {
        JsonObject chat = stored.orElseGet(() -> RowMerge.named(jid));
        if (second > MessageTimes.activity(chat)) {
            RowMerge merge = new RowMerge(chat, PHONE_NUMBER);
            merge.set(TIME, JsonNumber.of(second));
            chat = merge.result();
        }
        return stored.isPresent() ? chat : withPhoneNumber(chat, jid, aliases);
    }

    /** A chat all of whose messages were deleted: nothing in it is unread. */
    static JsonObject emptied(JsonObject stored) {
        RowMerge chat = new RowMerge(stored, PHONE_NUMBER);
        if (ProtoJson.integer(stored, UNREAD).orElse(0) != 0) {
            chat.set(UNREAD, JsonNumber.of(0));
        }
        if (ProtoJson.isTrue(stored, MARKED)) {
            chat.set(MARKED, JsonBoolean.FALSE);
        }
        return chat.result();
    }

    /** A chat known by LID tells the phone number's address too, where it is known and nobody said otherwise. */
    private static JsonObject withPhoneNumber(JsonObject chat, String jid, Aliases aliases) {
        if (!jid.endsWith("@" + Jid.LIDS) || chat.get(PHONE_NUMBER).isPresent()) {
            return chat;
        }
        Optional<String> phoneNumber = aliases.other(jid);
        if (phoneNumber.isEmpty()) {
            return chat;
        }
        RowMerge merge = new RowMerge(chat, PHONE_NUMBER);
        merge.set(PHONE_NUMBER, new JsonString(phoneNumber.get()));
        return merge.result();
    }

    /** The place of a chat among the others: the second it was last active, 0 when nobody knows. */
    static long order(JsonObject chat) {
        return MessageTimes.activity(chat);
    }

    /** What chats are filtered by. */
    static Facets facets(JsonObject chat) {
        ChatView view = new ChatView("", chat);
        return new Facets(view.archived(), view.unread(), view.pinned().isPresent(), "");
    }
}

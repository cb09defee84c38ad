package dev.pawl.message;

import dev.pawl.event.JidPair;
import dev.pawl.event.ProtoJson;
import dev.pawl.json.JsonNull;
import dev.pawl.json.JsonNumber;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonString;
import dev.pawl.json.JsonValue;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What becomes of chats and contacts that turn out to be one person's: rule A7 of {@code docs/message-rules.md}.
 *
 * <p>Takes the rows under both addresses and gives the one under the LID; the other one goes.
 */
final class AliasRules {

    private static final String UNREAD = "unreadCount";
    private static final String OURS = WaMessage.OURS;

    private AliasRules() {}

    /**
     * The one chat of a person.
     *
     * @param lid what is stored under the LID
     * @param phoneNumber what is stored under the phone number
     * @return empty when there is neither; the object given as {@code lid} when that row needs no change
     */
    static Optional<JsonObject> chat(Optional<JsonObject> lid, Optional<JsonObject> phoneNumber, JidPair pair) {
        if (lid.isEmpty() && phoneNumber.isEmpty()) {
            return Optional.empty();
        }
        RowMerge chat = new RowMerge(lid.orElseGet(phoneNumber::get), "pnJid");
        chat.set("id", new JsonString(pair.lidJid().text()));
        if (lid.isPresent() && phoneNumber.isPresent()) {
            addChat(chat, phoneNumber.get());
        }
        chat.set("pnJid", new JsonString(pair.phoneNumberJid().text()));
        return Optional.of(chat.result());
    }

    private static void addChat(RowMerge chat, JsonObject other) {
        boolean newer = MessageTimes.activity(other) > MessageTimes.activity(chat.stored());
        other.forEach((name, value) -> {
            if (name.equals(UNREAD)) {
                addCount(chat, value);
            } else if (name.equals(OURS)) {
                addOurs(chat, other, newer);
            } else if (!name.equals("id") && (newer || !chat.has(name))) {
                chat.set(name, value);
            }
        });
    }

    /** Counts add up; of marks without a count the sum is a mark. */
    private static void addCount(RowMerge chat, JsonValue value) {
        OptionalLong here = ProtoJson.integer(chat.stored(), UNREAD);
        OptionalLong there = ProtoJson.integer(value);
        if (here.isEmpty()) {
            chat.set(UNREAD, value);
        } else if (there.isPresent() && there.getAsLong() != 0) {
            long sum = Math.max(0, here.getAsLong()) + Math.max(0, there.getAsLong());
            long both = sum > 0 ? sum : Math.min(here.getAsLong(), there.getAsLong());
            if (both != here.getAsLong()) {
                chat.set(UNREAD, JsonNumber.of(both));
            }
        }
    }

    private static void addOurs(RowMerge chat, JsonObject other, boolean newer) {
        JsonObject ours = ProtoJson.object(other, OURS).orElse(JsonObject.EMPTY);
        for (String name : ours.names()) {
            if (newer || chat.ours(name).isEmpty()) {
                chat.setOurs(name, ours.get(name).orElse(JsonNull.NULL));
            }
        }
    }

    /** The one contact of a person: names under the LID stay, the others fill. Otherwise as {@link #chat}. */
    static Optional<JsonObject> contact(Optional<JsonObject> lid, Optional<JsonObject> phoneNumber, JidPair pair) {
        if (lid.isEmpty() && phoneNumber.isEmpty()) {
            return Optional.empty();
        }
        RowMerge contact = new RowMerge(lid.orElseGet(phoneNumber::get), "phoneNumber");
        contact.set("id", new JsonString(pair.lidJid().text()));
        if (lid.isPresent() && phoneNumber.isPresent()) {
            phoneNumber.get().forEach((name, value) -> {
                if (!RowMerge.isFixed(name) && ContactRules.isOpen(contact.stored(), name)) {
                    contact.set(name, value);
                }
            });
        }
        contact.set("phoneNumber", new JsonString(pair.phoneNumberJid().text()));
        return Optional.of(contact.result());
    }
}

package dev.pawl.message;

import dev.pawl.event.Jid;
import dev.pawl.event.ProtoJson;
import dev.pawl.json.JsonNull;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonString;
import dev.pawl.json.JsonValue;
import java.util.Optional;

/**
 * What becomes of a contact: rules K1 to K5 of {@code docs/message-rules.md}.
 *
 * <p>Takes what is stored and what arrives and gives what is to be stored: the very same object when nothing changes.
 */
final class ContactRules {

    private static final String PICTURE = "imgUrl";
    private static final String PHONE_NUMBER = "phoneNumber";

    private ContactRules() {}

    /** Whether a contact has an address. Where Baileys knows none, it gives three characters of a hash. */
    static boolean isSomebody(JsonObject contact) {
        return ProtoJson.text(contact, "id").filter(id -> id.indexOf('@') >= 0).isPresent();
    }

    /** Whether a contact is a person or business; groups and channels have rows among them too. */
    static boolean isPerson(String jid) {
        return !jid.endsWith("@g.us") && !jid.endsWith("@newsletter") && !jid.endsWith("@broadcast");
    }

    /**
     * A change of a contact, from {@code contacts.upsert} and {@code contacts.update}.
     *
     * @param jid the address of the row
     * @param update {@link #isSomebody somebody's}
     */
    static JsonObject update(Optional<JsonObject> stored, String jid, JsonObject update, Aliases aliases) {
        return merge(stored, jid, update, aliases, true);
    }

    /** A contact of a history: fills what is absent. Parameters as in {@link #update}. */
    static JsonObject history(Optional<JsonObject> stored, String jid, JsonObject item, Aliases aliases) {
        return merge(stored, jid, item, aliases, false);
    }

    private static JsonObject merge(
            Optional<JsonObject> stored, String jid, JsonObject item, Aliases aliases, boolean replaces) {
        if (stored.isEmpty()) {
            return withPhoneNumber(first(jid, item), jid, aliases);
        }
        RowMerge contact = new RowMerge(stored.get(), PHONE_NUMBER);
        item.forEach((name, given) -> {
            JsonValue value = said(name, given);
            if (!RowMerge.isFixed(name) && says(name, value) && (replaces || isOpen(stored.get(), name))) {
                contact.set(name, value);
            }
        });
        return withPhoneNumber(contact.result(), jid, aliases);
    }

    private static JsonObject first(String jid, JsonObject item) {
        JsonObject contact = RowMerge.first(item, jid);
        for (String name : item.names()) {
            JsonValue given = item.get(name).orElse(JsonNull.NULL);
            JsonValue value = said(name, given);
            if (!says(name, value)) {
                contact = contact.without(name);
            } else if (value != given) {
                contact = contact.with(name, value);
            }
        }
        return contact;
    }

    /** A picture that was removed is none; any other value is itself. */
    private static JsonValue said(String name, JsonValue value) {
        boolean removed = name.equals(PICTURE)
                && value instanceof JsonString text
                && text.value().equals("removed");
        return removed ? JsonNull.NULL : value;
    }

    /** Whether a value says anything. Only of a picture does nothing at all say that there is none. */
    private static boolean says(String name, JsonValue value) {
        if (value instanceof JsonNull) {
            return name.equals(PICTURE);
        }
        return !(value instanceof JsonString text && text.value().isEmpty());
    }

    /** Whether a stored contact has nothing of that name. */
    static boolean isOpen(JsonObject stored, String name) {
        return stored.get(name).filter(value -> says(name, value)).isEmpty();
    }

    /** A contact known by LID tells the phone number's address too, where it is known and nobody said otherwise. */
    private static JsonObject withPhoneNumber(JsonObject contact, String jid, Aliases aliases) {
        if (!jid.endsWith("@" + Jid.LIDS) || !isOpen(contact, PHONE_NUMBER)) {
            return contact;
        }
        Optional<String> phoneNumber = aliases.other(jid);
        if (phoneNumber.isEmpty()) {
            return contact;
        }
        RowMerge merge = new RowMerge(contact, PHONE_NUMBER);
        merge.set(PHONE_NUMBER, new JsonString(phoneNumber.get()));
        return merge.result();
    }
}

package dev.pawl.message;

import dev.pawl.event.JidPair;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonValue;
import java.util.Optional;

/** Rows of rule tests, written with single quotes and compared as the text that is stored. */
final class RowJson {

    /** Somebody's address by LID. */
    static final String LID = "1@lid";

    /** The same person's address by phone number. */
    static final String NUMBER = "2@s.whatsapp.net";

    static final JidPair PAIR = new JidPair("1", "2");

    private RowJson() {}

    static JsonObject json(String quoted) {
        return (JsonObject) JsonValue.parse(quoted.replace('\'', '"'));
    }

    static Optional<JsonObject> row(String quoted) {
        return Optional.of(json(quoted));
    }

    static String text(JsonObject json) {
        return json.toText().replace('"', '\'');
    }

    static Aliases nobody() {
        return new Aliases();
    }

    static Aliases known() {
        Aliases aliases = new Aliases();
        aliases.learn(PAIR);
        return aliases;
    }
}

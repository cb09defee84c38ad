package dev.pawl.cli;

import dev.pawl.json.JsonBoolean;
import dev.pawl.json.JsonNull;
import dev.pawl.json.JsonNumber;
import dev.pawl.json.JsonString;
import dev.pawl.json.JsonValue;

/** The values that JavaScript takes for false and Baileys therefore for absent. */
final class Falsy {

    private Falsy() {}

    static boolean is(JsonValue value) {
        return value instanceof JsonNull
                || value instanceof JsonBoolean bool && !bool.value()
                || value instanceof JsonNumber number && number.doubleValue() == 0
                || value instanceof JsonString string && string.value().isEmpty();
    }
}

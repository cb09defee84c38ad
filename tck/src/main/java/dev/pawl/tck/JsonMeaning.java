package dev.pawl.tck;

import dev.pawl.json.JsonArray;
import dev.pawl.json.JsonNumber;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonValue;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** What a JSON value means, without how it is written: members in one order, numbers by value. For backends that are not verbatim. */
public final class JsonMeaning {

    private JsonMeaning() {}

    /** The same text for two values that mean the same. */
    public static String of(JsonValue value) {
        if (value instanceof JsonObject object) {
            TreeMap<String, String> members = new TreeMap<>();
            object.forEach((name, member) -> members.put(name, of(member)));
            return members.toString();
        }
        if (value instanceof JsonArray array) {
            List<String> elements = new ArrayList<>();
            for (int i = 0; i < array.size(); i++) {
                elements.add(of(array.get(i)));
            }
            return elements.toString();
        }
        if (value instanceof JsonNumber) {
            BigDecimal number = new BigDecimal(value.toText());
            return number.signum() == 0 ? "0" : number.stripTrailingZeros().toString();
        }
        return value.toText();
    }
}

package dev.pawl;

import dev.pawl.event.RawEvent;
import dev.pawl.json.Bytes;
import dev.pawl.json.JsonException;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonString;
import dev.pawl.json.JsonValue;
import dev.pawl.transport.KeyChanges;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads pairs of LID and phone number out of {@code lid-mapping} keys: Baileys writes most of what it learns there and
 * tells nobody, and a history that does not know them shows one conversation as two.
 */
final class LidPairs {

    /** The record from a LID to its phone number has this at the end of its id; the other way round there is none. */
    private static final String REVERSE = "_reverse";

    private LidPairs() {}

    /** A {@code lid-mapping.update} for each pair. */
    static List<RawEvent> in(KeyChanges changes) {
        Map<String, Optional<Bytes>> records = changes.keys().getOrDefault("lid-mapping", Map.of());
        Map<String, String> numbers = new LinkedHashMap<>();
        records.forEach((id, text) -> text.flatMap(LidPairs::user).ifPresent(user -> {
            if (id.endsWith(REVERSE)) {
                numbers.put(id.substring(0, id.length() - REVERSE.length()), user);
            } else {
                numbers.put(user, id);
            }
        }));
        return numbers.entrySet().stream()
                .map(pair -> event(pair.getKey(), pair.getValue()))
                .toList();
    }

    private static Optional<String> user(Bytes text) {
        try {
            return JsonValue.parse(text) instanceof JsonString user
                            && !user.value().isEmpty()
                    ? Optional.of(user.value())
                    : Optional.empty();
        } catch (JsonException e) {
            return Optional.empty();
        }
    }

    private static RawEvent event(String lid, String number) {
        return new RawEvent(
                "lid-mapping.update",
                JsonObject.builder()
                        .put("lid", new JsonString(lid + "@lid"))
                        .put("pn", new JsonString(number + "@s.whatsapp.net"))
                        .build());
    }
}

package dev.pawl.cli;

import dev.pawl.auth.AuthSummary;
import dev.pawl.json.JsonBoolean;
import dev.pawl.json.JsonNull;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonString;
import dev.pawl.json.JsonValue;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Whose session it is, for people and as JSON. Holds no keys. */
final class IdentityText {

    private IdentityText() {}

    /** Titles and texts, in the order in which people read them. */
    static Map<String, String> lines(AuthSummary summary) {
        Map<String, String> lines = new LinkedHashMap<>();
        lines.put(
                "paired",
                switch (summary.credentials()) {
                    case PRESENT -> summary.paired() ? "yes" : "no";
                    case DAMAGED -> "unknown, the credentials are damaged";
                    case ABSENT -> "no, there are no credentials";
                });
        summary.jid().ifPresent(text -> lines.put("own JID", Plain.line(text)));
        summary.lid().ifPresent(text -> lines.put("own LID", Plain.line(text)));
        summary.platform().ifPresent(text -> lines.put("platform", Plain.line(text)));
        return lines;
    }

    static JsonObject json(AuthSummary summary) {
        boolean known = summary.credentials() != AuthSummary.State.DAMAGED;
        return JsonObject.builder()
                .put("credentials", summary.credentials().name().toLowerCase(Locale.ROOT))
                .put("paired", known ? JsonBoolean.of(summary.paired()) : JsonNull.NULL)
                .put("jid", orNull(summary.jid()))
                .put("lid", orNull(summary.lid()))
                .put("platform", orNull(summary.platform()))
                .build();
    }

    private static JsonValue orNull(Optional<String> text) {
        return text.<JsonValue>map(JsonString::new).orElse(JsonNull.NULL);
    }
}

package dev.pawl.cli;

import dev.pawl.auth.AuthStore;
import dev.pawl.auth.Credentials;
import dev.pawl.backend.CorruptDataException;
import dev.pawl.json.JsonBoolean;
import dev.pawl.json.JsonNull;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonString;
import dev.pawl.json.JsonValue;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Who the account of a session is, as far as it may be shown: no keys.
 *
 * @param state whether there are credentials, damaged ones, or none
 * @param paired whether the device is linked: it knows who it is and has the account's signature
 */
record Identity(
        State state,
        boolean paired,
        Optional<String> jid,
        Optional<String> lid,
        Optional<String> name,
        Optional<String> platform) {

    enum State {
        SOUND,
        DAMAGED,
        NONE
    }

    static Identity of(Store store) {
        try (AuthStore auth = AuthStore.openReadOnly(store.backend(), store.session())) {
            Optional<Credentials> credentials = auth.credentials();
            if (credentials.isEmpty()) {
                return without(State.NONE);
            }
            Optional<Credentials.Me> me = credentials.get().me();
            return new Identity(
                    State.SOUND,
                    credentials.get().paired(),
                    me.map(Credentials.Me::id),
                    me.flatMap(Credentials.Me::lid),
                    me.flatMap(Credentials.Me::name),
                    credentials.get().platform());
        } catch (CorruptDataException damaged) {
            return without(State.DAMAGED);
        }
    }

    private static Identity without(State state) {
        return new Identity(state, false, Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
    }

    /** In the order in which people read it. */
    Map<String, String> lines() {
        Map<String, String> lines = new LinkedHashMap<>();
        lines.put(
                "paired",
                switch (state) {
                    case SOUND -> paired ? "yes" : "no";
                    case DAMAGED -> "unknown, the credentials are damaged";
                    case NONE -> "no, there are no credentials";
                });
        jid.ifPresent(text -> lines.put("own JID", Plain.line(text)));
        lid.ifPresent(text -> lines.put("own LID", Plain.line(text)));
        name.ifPresent(text -> lines.put("name", Plain.line(text)));
        platform.ifPresent(text -> lines.put("platform", Plain.line(text)));
        return lines;
    }

    JsonObject json() {
        return JsonObject.builder()
                .put("credentials", state.name().toLowerCase(Locale.ROOT))
                .put("paired", state == State.DAMAGED ? JsonNull.NULL : JsonBoolean.of(paired))
                .put("jid", orNull(jid))
                .put("lid", orNull(lid))
                .put("name", orNull(name))
                .put("platform", orNull(platform))
                .build();
    }

    private static JsonValue orNull(Optional<String> text) {
        return text.<JsonValue>map(JsonString::new).orElse(JsonNull.NULL);
    }
}

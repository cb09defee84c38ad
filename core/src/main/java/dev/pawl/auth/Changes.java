package dev.pawl.auth;

import dev.pawl.backend.Key;
import dev.pawl.json.Bytes;
import dev.pawl.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** What one commit is going to write, gathered by one thread. Credentials are either written whole or merged into what is stored when the commit happens. */
final class Changes {

    private final Map<Key, Optional<Bytes>> keys = new LinkedHashMap<>();
    private Optional<Credentials> whole = Optional.empty();
    private Optional<JsonObject> partial = Optional.empty();

    /** The new text of each record, empty to delete it. */
    Map<Key, Optional<Bytes>> keys() {
        return keys;
    }

    /** The credentials to write whole. */
    Optional<Credentials> whole() {
        return whole;
    }

    /** What to merge into the stored credentials; never together with {@link #whole}. */
    Optional<JsonObject> partial() {
        return partial;
    }

    boolean touchCredentials() {
        return whole.isPresent() || partial.isPresent();
    }

    boolean isEmpty() {
        return keys.isEmpty() && !touchCredentials();
    }

    void save(Credentials credentials) {
        whole = Optional.of(credentials);
        partial = Optional.empty();
    }

    void merge(JsonObject update) {
        if (whole.isPresent()) {
            whole = whole.map(credentials -> credentials.merge(update));
        } else {
            partial =
                    Optional.of(partial.map(earlier -> assign(earlier, update)).orElse(update));
        }
    }

    private static JsonObject assign(JsonObject earlier, JsonObject update) {
        JsonObject.Builder merged = earlier.toBuilder();
        update.forEach(merged::put);
        return merged.build();
    }

    /** A copy that later changes do not reach. */
    Changes copy() {
        Changes copy = new Changes();
        copy.keys.putAll(keys);
        copy.whole = whole;
        copy.partial = partial;
        return copy;
    }

    /** Becomes what {@code earlier} was. */
    void restore(Changes earlier) {
        keys.clear();
        keys.putAll(earlier.keys);
        whole = earlier.whole;
        partial = earlier.partial;
    }
}

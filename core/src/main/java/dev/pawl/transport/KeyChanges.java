package dev.pawl.transport;

import dev.pawl.json.Bytes;
import dev.pawl.json.JsonObject;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Changes to key records and to the credentials that belong into one commit: what one {@code keys.set} of Baileys asks
 * for, and the credentials that changed since the last.
 *
 * <p><b>Thread-safety.</b> Immutable; each method gives new changes with one more. Of two changes to one record the later
 * counts.
 */
public final class KeyChanges {

    private static final KeyChanges NONE = new KeyChanges(Map.of(), Optional.empty());

    private final Map<String, Map<String, Optional<Bytes>>> keys;
    private final Optional<JsonObject> credentials;

    private KeyChanges(Map<String, Map<String, Optional<Bytes>>> keys, Optional<JsonObject> credentials) {
        this.keys = keys;
        this.credentials = credentials;
    }

    /** No changes. */
    public static KeyChanges none() {
        return NONE;
    }

    /** Collects many changes and returns them as one. */
    public static KeyChanges of(UnaryOperator<Builder> changes) {
        return changes.apply(new Builder()).build();
    }

    /** Also sets a record to this JSON text; JSON {@code null} deletes it. */
    public KeyChanges put(String type, String id, Bytes text) {
        return of(builder -> builder.add(this).put(type, id, text));
    }

    /** Also deletes a record. There need not be one. */
    public KeyChanges delete(String type, String id) {
        return of(builder -> builder.add(this).delete(type, id));
    }

    /** Also sets these members of the credentials, each whole, as a {@code creds.update} has them. */
    public KeyChanges credentials(JsonObject members) {
        return of(builder -> builder.add(this).credentials(members));
    }

    /** Records by type and id, in the order they were first named; empty ones are deleted. */
    public Map<String, Map<String, Optional<Bytes>>> keys() {
        return keys;
    }

    /** Members of the credentials to set. */
    public Optional<JsonObject> credentials() {
        return credentials;
    }

    /** Whether there is nothing to do. */
    public boolean isEmpty() {
        return keys.isEmpty() && credentials.isEmpty();
    }

    /** Counts, never contents. */
    @Override
    public String toString() {
        int records = keys.values().stream().mapToInt(Map::size).sum();
        return "KeyChanges[" + records + " records" + (credentials.isPresent() ? ", credentials]" : "]");
    }

    /** Collects changes. For one thread. */
    public static final class Builder {

        private final Map<String, Map<String, Optional<Bytes>>> keys = new LinkedHashMap<>();
        private Optional<JsonObject> credentials = Optional.empty();

        private Builder() {}

        /** Also sets a record to this JSON text. */
        public Builder put(String type, String id, Bytes text) {
            return record(type, id, Optional.of(text));
        }

        /** Also deletes a record. */
        public Builder delete(String type, String id) {
            return record(type, id, Optional.empty());
        }

        private Builder record(String type, String id, Optional<Bytes> text) {
            keys.computeIfAbsent(type, name -> new LinkedHashMap<>()).put(id, text);
            return this;
        }

        /** Also sets these members of the credentials. */
        public Builder credentials(JsonObject members) {
            JsonObject.Builder all = credentials.orElse(JsonObject.EMPTY).toBuilder();
            members.forEach(all::put);
            credentials = Optional.of(all.build());
            return this;
        }

        /** Also makes all of these changes. */
        public Builder add(KeyChanges others) {
            others.keys.forEach((type, records) -> records.forEach((id, text) -> record(type, id, text)));
            others.credentials.ifPresent(this::credentials);
            return this;
        }

        private KeyChanges build() {
            Map<String, Map<String, Optional<Bytes>>> copy = new LinkedHashMap<>();
            keys.forEach((type, records) -> copy.put(type, Collections.unmodifiableMap(new LinkedHashMap<>(records))));
            return new KeyChanges(Collections.unmodifiableMap(copy), credentials);
        }
    }
}

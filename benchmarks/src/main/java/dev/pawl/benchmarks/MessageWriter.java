package dev.pawl.benchmarks;

import dev.pawl.auth.AuthStore;
import dev.pawl.auth.Credentials;
import dev.pawl.auth.KeyType;
import dev.pawl.auth.Updates;
import dev.pawl.json.JsonNumber;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonString;
import dev.pawl.json.JsonValue;

/** Writes what one message changes, as one commit. */
interface MessageWriter extends AutoCloseable {

    /** Puts a session record. */
    void write(String session, JsonObject record);

    /** Puts a session record, deletes a used pre-key and saves the whole credentials with the number of the next pre-key. */
    void write(String session, JsonObject record, int usedPreKey, int nextPreKey);

    @Override
    void close();

    /** The store that fills the place for the request's store. */
    static JsonValue filledBy(TrialRequest request) {
        return new JsonString(BareSqlite.filledBy(request.text("store")));
    }

    /** Through the auth store, which takes commits of several threads side by side. */
    final class Ours implements MessageWriter {

        private static final KeyType<JsonValue> SESSION = KeyType.json(KeyType.SESSION.name());

        private final AuthStore store;
        private final Credentials credentials;

        Ours(AuthStore store, Credentials credentials) {
            this.store = store;
            this.credentials = credentials;
        }

        @Override
        public void write(String session, JsonObject record) {
            store.write(Updates.none().put(SESSION, session, record));
        }

        @Override
        public void write(String session, JsonObject record, int usedPreKey, int nextPreKey) {
            store.write(Updates.none()
                    .put(SESSION, session, record)
                    .delete(KeyType.PRE_KEY, Integer.toString(usedPreKey))
                    .credentials(credentials.with("nextPreKeyId", JsonNumber.of(nextPreKey))));
        }

        @Override
        public void close() {
            store.close();
        }
    }
}

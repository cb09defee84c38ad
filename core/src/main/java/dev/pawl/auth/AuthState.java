package dev.pawl.auth;

import dev.pawl.json.JsonObject;
import java.util.Optional;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What a WhatsApp client starts with: the credentials it logs in with, the key store beside them, and the one function it calls when credentials change.
 *
 * <pre>{@code
 * AuthState state = AuthState.loadOrCreate(store);
 * client.onCredentialsUpdate(state::save);
 * }</pre>
 *
 * <p>Loading never makes an identity by accident: {@link #loadOrCreate} does so only where there is nothing at all, and damaged credentials are an error in both ways.
 *
 * <p><b>Thread-safety.</b> Safe; saves take turns. <b>Durability.</b> As the store's: when a save returns, it is stored.
 */
public final class AuthState {

    private final AuthStore keys;
    private final Lock turn = new ReentrantLock(true);
    private volatile Credentials credentials;

    private AuthState(AuthStore keys, Credentials credentials) {
        this.keys = keys;
        this.credentials = credentials;
    }

    /**
     * Loads what a store holds.
     *
     * @return empty when it holds no credentials
     * @throws dev.pawl.backend.CorruptDataException when they are damaged
     */
    public static Optional<AuthState> load(AuthStore store) {
        return store.credentials().map(credentials -> new AuthState(store, credentials));
    }

    /**
     * Loads what a store holds, or makes a new identity when it holds nothing.
     *
     * @throws dev.pawl.backend.CorruptDataException when the credentials are damaged
     * @throws dev.pawl.backend.ConflictException when there are keys without credentials
     */
    public static AuthState loadOrCreate(AuthStore store) {
        return load(store).orElseGet(() -> new AuthState(store, store.createCredentials()));
    }

    /** The credentials as they were last loaded or saved here. */
    public Credentials credentials() {
        return credentials;
    }

    /** The store of the keys, which holds the credentials too. */
    public AuthStore keys() {
        return keys;
    }

    /**
     * Merges a partial update into the stored credentials, see {@link AuthStore#saveCredentials(JsonObject)}.
     *
     * @return the credentials as they now stand
     */
    public Credentials save(JsonObject partial) {
        turn.lock();
        try {
            credentials = keys.saveCredentials(partial);
            return credentials;
        } finally {
            turn.unlock();
        }
    }

    /**
     * Saves whole credentials, see {@link AuthStore#saveCredentials(Credentials)}.
     *
     * @return the credentials as they now stand
     * @throws dev.pawl.backend.ConflictException when they were loaded, and the stored ones have been saved since
     */
    public Credentials save(Credentials whole) {
        turn.lock();
        try {
            credentials = keys.saveCredentials(whole);
            return credentials;
        } finally {
            turn.unlock();
        }
    }

    /** Names the session. */
    @Override
    public String toString() {
        return "AuthState[" + keys.session() + "]";
    }
}

package dev.pawl;

import dev.pawl.auth.Credentials;
import dev.pawl.backend.FencedException;
import dev.pawl.backend.InDoubtException;
import dev.pawl.backend.StoreException;
import dev.pawl.backend.UnavailableException;
import dev.pawl.transport.TransportException;
import java.util.Optional;

/** The device as it is stored: made where there is none, cleared after a confirmed logout. Of the thread of the lifecycle. */
final class Identity {

    /** How often to clear credentials when the store fails, before that is left to the next start. */
    private static final int CLEARINGS = 3;

    private final ClientStores stores;
    private boolean clearing;
    private int number;

    Identity(ClientStores stores) {
        this.stores = stores;
    }

    /**
     * Sees to it that there are credentials to connect with.
     *
     * @throws FencedException when the session is not ours
     */
    void prepare() {
        if (clearing) {
            stores.auth().clear();
            clearing = false;
        }
        requireOwner();
        if (stores.auth().credentials().isEmpty()) {
            stores.auth().createCredentials();
        }
    }

    /** Who we are, which whoever is let in has written. */
    Credentials.Me me() {
        return stores.auth()
                .credentials()
                .flatMap(Credentials::me)
                .orElseThrow(() -> TransportException.failed("the link opened, but nothing says who we are"));
    }

    /** Whether it belongs to an account. */
    boolean isPaired() {
        return stores.auth().credentials().filter(Credentials::paired).isPresent();
    }

    /**
     * Erases credentials and keys.
     *
     * @return what the store failed with; what is left then is erased before the next attempt to connect
     * @throws FencedException when the session is not ours any more
     */
    Optional<StoreException> clear() {
        clearing = true;
        number++;
        Optional<StoreException> failure = Optional.empty();
        for (int left = CLEARINGS; clearing && left > 0; left--) {
            try {
                stores.auth().clear();
                clearing = false;
                failure = Optional.empty();
            } catch (UnavailableException | InDoubtException e) {
                failure = Optional.of(e);
            }
        }
        return failure;
    }

    /** Tells the identities apart that there were one after another. */
    int number() {
        return number;
    }

    void requireOwner() {
        if (!stores.auth().isOwner()) {
            throw new FencedException(
                    "session " + stores.session() + " was taken over: open another client to take it back");
        }
    }
}

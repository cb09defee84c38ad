package dev.pawl;

import dev.pawl.auth.AuthStore;
import dev.pawl.backend.SessionName;
import dev.pawl.job.JobStore;
import dev.pawl.job.RateLimit;
import dev.pawl.message.MessageStore;
import dev.pawl.transport.Transport;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import java.util.random.RandomGenerator;

/**
 * What a {@link Client} is made of; all of it has a default. What is given stays the giver's to close; what the client
 * opens itself it closes. Ended by {@link #open}. For one thread.
 */
public final class ClientBuilder {

    /** Where the default store of credentials, keys and jobs is. */
    static final String DIRECTORY = ".pawl";

    SessionName session = SessionName.DEFAULT;
    Optional<AuthStore> auth = Optional.empty();
    Optional<MessageStore> messages = Optional.empty();
    Optional<JobStore> jobs = Optional.empty();
    Optional<Transport> transport = Optional.empty();
    String directory = DIRECTORY;
    ReconnectPolicy reconnect = ReconnectPolicy.STANDARD;
    RateLimit rate = RateLimit.perSecond(1);
    Duration answers = Duration.ofSeconds(60);
    Timers timers = Timers.SYSTEM;
    RandomGenerator chance = new Random();

    ClientBuilder() {}

    /**
     * Which session; {@code default} unless said.
     *
     * @throws IllegalArgumentException when that is no name for a session
     */
    public ClientBuilder sessionId(String name) {
        session = SessionName.of(name);
        return this;
    }

    /** Credentials and keys; {@code native:.pawl#<sessionId>} unless said, below the directory the program runs in. */
    public ClientBuilder auth(AuthStore store) {
        auth = Optional.of(store);
        return this;
    }

    /** The history; kept in memory unless said, and gone with the process. */
    public ClientBuilder messages(MessageStore store) {
        messages = Optional.of(store);
        return this;
    }

    /** The scheduled sends; kept beside the credentials unless said, if that store holds jobs. */
    public ClientBuilder jobs(JobStore store) {
        jobs = Optional.of(store);
        return this;
    }

    /** The engine of the protocol; the one that is found on the class path unless said. Many clients may share one. */
    public ClientBuilder transport(Transport engine) {
        transport = Optional.of(engine);
        return this;
    }

    /** How often it tries and how long it waits; {@link ReconnectPolicy#STANDARD} unless said. */
    public ClientBuilder reconnect(ReconnectPolicy policy) {
        reconnect = policy;
        return this;
    }

    /** How fast scheduled messages and broadcasts are sent; one a second unless said. */
    public ClientBuilder rate(RateLimit limit) {
        rate = limit;
        return this;
    }

    /**
     * How long it waits for an answer to a send, a logout or a pairing code; 60 seconds unless said.
     *
     * @throws IllegalArgumentException when that is no time
     */
    public ClientBuilder answersWithin(Duration longest) {
        if (longest.isNegative() || longest.isZero()) {
            throw new IllegalArgumentException("an answer takes time");
        }
        answers = longest;
        return this;
    }

    /** The clock for its pauses. */
    public ClientBuilder timers(Timers clock) {
        timers = clock;
        return this;
    }

    /** Where chance comes from. */
    public ClientBuilder chance(RandomGenerator random) {
        chance = random;
        return this;
    }

    /** The directory of the default store, for tests. */
    ClientBuilder directory(String path) {
        directory = path;
        return this;
    }

    /**
     * Opens what is missing, and the client; it does not connect yet.
     *
     * @throws IllegalArgumentException when a store is of another session
     * @throws dev.pawl.backend.UnavailableException when there is no transport, with what to add; or a store cannot be
     *     reached
     * @throws dev.pawl.backend.InUseException when a live owner holds the session in a default store
     * @throws dev.pawl.backend.UnsupportedException when the auth store was opened for reading
     */
    public Client open() {
        Transport engine = transport.orElseGet(Transports::find);
        try {
            ClientStores stores = ClientStores.open(session, auth, messages, jobs, directory);
            try {
                Client client = new Client(new ClientParts(this, stores, engine));
                stores.ownPawl().ifPresent(pawl -> pawl.closesFirst(client));
                return client;
            } catch (RuntimeException e) {
                stores.close();
                throw e;
            }
        } catch (RuntimeException e) {
            if (transport.isEmpty()) {
                engine.close();
            }
            throw e;
        }
    }
}

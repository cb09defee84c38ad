package dev.pawl;

import dev.pawl.auth.AuthStore;
import dev.pawl.backend.Family;
import dev.pawl.backend.MemoryBackend;
import dev.pawl.backend.SessionName;
import dev.pawl.backend.UnsupportedException;
import dev.pawl.job.JobStore;
import dev.pawl.message.MessageStore;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedDeque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The stores of a client: those it was given, and in the place of others those it opened, which it closes. */
final class ClientStores implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Client.class);

    private final SessionName session;
    private final AuthStore auth;
    private final MessageStore messages;
    private final Optional<JobStore> jobs;
    private final Optional<Pawl> ownPawl;
    private final Deque<AutoCloseable> owned;

    private ClientStores(
            SessionName session,
            AuthStore auth,
            MessageStore messages,
            Optional<JobStore> jobs,
            Optional<Pawl> ownPawl,
            Deque<AutoCloseable> owned) {
        this.session = session;
        this.auth = auth;
        this.messages = messages;
        this.jobs = jobs;
        this.ownPawl = ownPawl;
        this.owned = owned;
    }

    /**
     * Opens what is missing.
     *
     * @param directory of the native store that holds credentials, keys and jobs when there is no store for them
     */
    static ClientStores open(
            SessionName session,
            Optional<AuthStore> givenAuth,
            Optional<MessageStore> givenMessages,
            Optional<JobStore> givenJobs,
            String directory) {
        givenAuth.ifPresent(store -> requireSame(session, store.session(), "auth store"));
        givenMessages.ifPresent(store -> requireSame(session, store.session(), "history"));
        givenJobs.ifPresent(store -> requireSame(session, store.session(), "job store"));
        Deque<AutoCloseable> owned = new ConcurrentLinkedDeque<>();
        try {
            Optional<Pawl> ownPawl = givenAuth.isPresent()
                    ? Optional.empty()
                    : Optional.of(Pawl.open("native:" + escaped(directory) + "#" + session));
            ownPawl.ifPresent(owned::push);
            AuthStore auth = givenAuth.orElseGet(() -> ownPawl.orElseThrow().auth());
            if (!auth.isOwner()) {
                throw new UnsupportedException("the auth store of session " + session
                        + " was opened for reading, or taken over: a client needs one that writes");
            }
            Optional<JobStore> jobs = givenJobs.or(() -> jobsBeside(auth, owned));
            MessageStore messages = givenMessages.orElseGet(() -> {
                LOG.info(
                        "session {}: the history is kept in memory and ends with this process; give the client a store"
                                + " of messages to keep it",
                        session);
                MessageStore store = MessageStore.open(new MemoryBackend(), session);
                owned.push(store);
                return store;
            });
            return new ClientStores(session, auth, messages, jobs, ownPawl, owned);
        } catch (RuntimeException e) {
            closeAll(owned, e);
            throw e;
        }
    }

    private static Optional<JobStore> jobsBeside(AuthStore auth, Deque<AutoCloseable> owned) {
        if (!auth.backend().traits().families().contains(Family.JOB)) {
            return Optional.empty();
        }
        JobStore store = JobStore.open(auth.backend(), auth.session());
        owned.push(store);
        return Optional.of(store);
    }

    private static String escaped(String path) {
        return path.replace("%", "%25").replace("#", "%23").replace("?", "%3F");
    }

    private static void requireSame(SessionName session, SessionName given, String what) {
        if (!session.equals(given)) {
            throw new IllegalArgumentException("the " + what + " is of session " + given
                    + ", but the client of session " + session + ": name the same one with sessionId");
        }
    }

    SessionName session() {
        return session;
    }

    AuthStore auth() {
        return auth;
    }

    MessageStore messages() {
        return messages;
    }

    Optional<JobStore> jobs() {
        return jobs;
    }

    /** What was opened for the credentials, which closes itself at the end of the process. */
    Optional<Pawl> ownPawl() {
        return ownPawl;
    }

    /** Closes what was opened here, the last first. */
    @Override
    public void close() {
        closeAll(owned);
    }

    /**
     * Closes each, one after another, whatever the others do.
     *
     * @throws IllegalStateException when any of them failed, with what
     */
    static void closeAll(Deque<AutoCloseable> parts) {
        RuntimeException failures = new IllegalStateException("closing failed");
        closeAll(parts, failures);
        if (failures.getSuppressed().length > 0) {
            throw failures;
        }
    }

    /** The same; what fails is put beside a failure. */
    static void closeAll(Deque<AutoCloseable> parts, RuntimeException failure) {
        for (AutoCloseable one = parts.poll(); one != null; one = parts.poll()) {
            try {
                one.close();
            } catch (Exception e) {
                failure.addSuppressed(e);
            }
        }
    }
}

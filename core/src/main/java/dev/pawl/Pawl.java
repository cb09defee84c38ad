package dev.pawl;

import dev.pawl.auth.AuthStore;
import dev.pawl.backend.Access;
import dev.pawl.backend.Backend;
import dev.pawl.backend.ClosedException;
import dev.pawl.backend.Family;
import dev.pawl.backend.Locator;
import dev.pawl.backend.SessionName;
import dev.pawl.backend.UnsupportedException;
import dev.pawl.job.JobStore;
import dev.pawl.message.MessageStore;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The front door: opens stores by their locators and hands out what is kept in them, session by session.
 *
 * <pre>{@code
 * try (Pawl pawl = Pawl.open("baileys:auth_info")) {
 *     Credentials credentials = pawl.auth("default").credentials().orElseThrow();
 * }
 * }</pre>
 *
 * <p><b>Several locators.</b> Each family of records lives in the first store that can hold it: later locators add what
 * earlier ones lack. Credentials and keys are always in one store.
 *
 * <p><b>Ownership.</b> Closing it closes every store it handed out, which gives the sessions back, and the backends it
 * opened; backends it was {@link #of given} stay open. It closes itself when the process is told to end (SIGTERM, or {@code
 * System.exit}), after the message that a runner is sending by it; a program that wants to write until the last moment
 * closes it in a shutdown hook of its own.
 *
 * <p><b>Thread-safety.</b> All methods may be called from many threads. <b>Not supported.</b> Implicit directories: what
 * is not named is not opened. Opening never migrates or converts anything.
 */
public final class Pawl implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Pawl.class);
    private static final Set<Pawl> LIVE = ConcurrentHashMap.newKeySet();

    private final List<Backend> backends;
    private final boolean owned;
    private final boolean readOnly;
    private final SessionName first;
    private final Places<AuthStore> places = new Places<>(AuthStore::isClosed, AuthStore::close);
    private final Places<MessageStore> histories = new Places<>(MessageStore::isClosed, MessageStore::close);
    private final Places<JobStore> schedules = new Places<>(JobStore::isClosed, JobStore::close);
    private final Places<Client> clients = new Places<>(Client::isClosed, Client::close);
    private final Set<Client> closedFirst = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    private Pawl(List<Backend> backends, boolean owned, boolean readOnly, SessionName first) {
        this.backends = List.copyOf(backends);
        this.owned = owned;
        this.readOnly = readOnly;
        this.first = first;
        Ending.watch(this);
    }

    /**
     * Opens stores for reading and writing; what does not exist is created when something is written.
     *
     * @param locators at least one, such as {@code baileys:auth_info}; {@link #auth()} uses the session that the first one
     *     names
     * @throws IllegalArgumentException when a locator cannot be read
     * @throws dev.pawl.backend.UnavailableException when a store cannot be reached, or nothing here opens its scheme; the
     *     message has the artifact to add
     */
    public static Pawl open(String... locators) {
        return open(Access.READ_WRITE, locators);
    }

    /**
     * Opens stores for reading only: nothing is created, locked or written, and a client may be using them.
     *
     * @throws IllegalArgumentException when a locator cannot be read
     * @throws dev.pawl.backend.UnavailableException when a store is not there or cannot be reached
     */
    public static Pawl openReadOnly(String... locators) {
        return open(Access.READ_ONLY, locators);
    }

    /** Uses these backends, which stay the caller's to close. */
    public static Pawl of(Backend... backends) {
        requireSome(backends.length);
        return new Pawl(List.of(backends), false, false, SessionName.DEFAULT);
    }

    private static Pawl open(Access access, String... locators) {
        requireSome(locators.length);
        List<Locator> parsed = new ArrayList<>();
        for (String locator : locators) {
            parsed.add(Locator.parse(locator));
        }
        if (parsed.stream().map(Locator::session).distinct().count() > 1) {
            throw new IllegalArgumentException("the locators name different sessions: name one session only, or none");
        }
        List<Backend> opened = new ArrayList<>();
        try {
            parsed.forEach(locator -> opened.add(Backends.open(locator, access)));
            return new Pawl(
                    opened, true, access == Access.READ_ONLY, parsed.get(0).session());
        } catch (RuntimeException e) {
            opened.forEach(Backend::close);
            throw e;
        }
    }

    private static void requireSome(int count) {
        if (count == 0) {
            throw new IllegalArgumentException("at least one store is needed, such as baileys:auth_info");
        }
    }

    /** The sessions that hold any record in any of the stores, in the order of their names. */
    public List<SessionName> sessions() {
        TreeSet<SessionName> sessions = new TreeSet<>();
        Set<Family> records = EnumSet.complementOf(EnumSet.of(Family.LEASE));
        backends.forEach(backend -> backend.sessions(records).forEach(sessions::add));
        return List.copyOf(sessions);
    }

    /** Credentials and keys of the session that the first locator names. See {@link #auth(String)}. */
    public AuthStore auth() {
        return auth(first, opening -> opening);
    }

    /**
     * Credentials and keys of a session, opened as its owner, or for reading if all of this was opened so. While it is open
     * every call gives the same store.
     *
     * @throws dev.pawl.backend.InUseException when a live owner holds the session; see {@link #auth(String, UnaryOperator)}
     * @throws IllegalArgumentException when that is no name for a session
     * @throws UnsupportedException when none of the stores holds credentials
     */
    public AuthStore auth(String session) {
        return auth(SessionName.of(session), opening -> opening);
    }

    /**
     * The same, with more to say about a holder that is there already.
     *
     * <pre>{@code
     * AuthStore store = pawl.auth("main", opening -> opening.waitForRelease(Duration.ofSeconds(30)));
     * }</pre>
     *
     * @param how adds to how the store is opened: {@link AuthStore.Opening#takeOver} or {@link
     *     AuthStore.Opening#waitForRelease}; not asked when the store is open already
     */
    public AuthStore auth(String session, UnaryOperator<AuthStore.Opening> how) {
        return auth(SessionName.of(session), how);
    }

    /** Credentials and keys of a session, for reading: takes no lease and writes nothing. The caller closes it. */
    public AuthStore authReadOnly(String session) {
        requireOpen();
        return AuthStore.openReadOnly(backend(Family.CREDENTIALS), SessionName.of(session));
    }

    /** The message history of the session that the first locator names. See {@link #messages(String)}. */
    public MessageStore messages() {
        return messages(first, opening -> opening);
    }

    /**
     * The message history of a session, opened as its owner, or for reading if all of this was opened so. While it is open
     * every call gives the same store.
     *
     * @throws dev.pawl.backend.InUseException when a live owner holds it; see {@link #messages(String, UnaryOperator)}
     * @throws IllegalArgumentException when that is no name for a session
     * @throws UnsupportedException when none of the stores holds messages
     */
    public MessageStore messages(String session) {
        return messages(SessionName.of(session), opening -> opening);
    }

    /**
     * The same, with more to say about a holder that is there already.
     *
     * @param how adds to how the store is opened: {@link MessageStore.Opening#takeOver} or {@link
     *     MessageStore.Opening#waitForRelease}; not asked when the store is open already
     */
    public MessageStore messages(String session, UnaryOperator<MessageStore.Opening> how) {
        return messages(SessionName.of(session), how);
    }

    /** The message history of a session, for reading: takes no lease and writes nothing. The caller closes it. */
    public MessageStore messagesReadOnly(String session) {
        requireOpen();
        return MessageStore.openReadOnly(backend(Family.MESSAGE), SessionName.of(session));
    }

    /** The scheduled jobs of the session that the first locator names. See {@link #jobs(String)}. */
    public JobStore jobs() {
        return jobs(first);
    }

    /**
     * The scheduled jobs of a session, which any number of processes may write to, or for reading if all of this was opened
     * so. While it is open every call gives the same store. A {@link dev.pawl.job.JobRunner} sends them.
     *
     * @throws dev.pawl.backend.InUseException when somebody has to be alone with them, such as a migration
     * @throws IllegalArgumentException when that is no name for a session
     * @throws UnsupportedException when none of the stores holds jobs
     */
    public JobStore jobs(String session) {
        return jobs(SessionName.of(session));
    }

    /** The scheduled jobs of a session, for reading: writes nothing. The caller closes it. */
    public JobStore jobsReadOnly(String session) {
        requireOpen();
        return JobStore.openReadOnly(backend(Family.JOB), SessionName.of(session));
    }

    private JobStore jobs(SessionName session) {
        return schedules.get(session, this::requireOpen, () -> {
            Backend backend = backend(Family.JOB);
            return readOnly ? JobStore.openReadOnly(backend, session) : JobStore.open(backend, session);
        });
    }

    /**
     * The client of a session, with the stores of that session that are here: a history in memory where none is, and no
     * jobs where nothing holds them. While it is open every call gives the same; closing this closes it.
     *
     * @throws dev.pawl.backend.InUseException when a live owner holds the session
     * @throws dev.pawl.backend.UnavailableException when nothing on the class path speaks the protocol, with what to add
     */
    public Client client(String session) {
        return client(session, builder -> builder);
    }

    /** The same, with more to say, such as which transport; not asked when the client is open already. */
    public Client client(String session, UnaryOperator<ClientBuilder> how) {
        SessionName name = SessionName.of(session);
        return clients.get(name, this::requireOpen, () -> {
            ClientBuilder builder = Client.builder().sessionId(session).auth(auth(session));
            if (holds(Family.MESSAGE)) {
                builder.messages(messages(session));
            }
            if (holds(Family.JOB)) {
                builder.jobs(jobs(session));
            }
            return how.apply(builder).open();
        });
    }

    /** Closes a client before the stores that it uses. */
    void closesFirst(Client client) {
        closedFirst.add(client);
    }

    private boolean holds(Family family) {
        return backends.stream().anyMatch(backend -> backend.traits().families().contains(family));
    }

    private AuthStore auth(SessionName session, UnaryOperator<AuthStore.Opening> how) {
        return places.get(session, this::requireOpen, () -> {
            Backend backend = backend(Family.CREDENTIALS);
            return readOnly
                    ? AuthStore.openReadOnly(backend, session)
                    : how.apply(AuthStore.opening(backend, session)).open();
        });
    }

    private MessageStore messages(SessionName session, UnaryOperator<MessageStore.Opening> how) {
        return histories.get(session, this::requireOpen, () -> {
            Backend backend = backend(Family.MESSAGE);
            return readOnly
                    ? MessageStore.openReadOnly(backend, session)
                    : how.apply(MessageStore.opening(backend, session)).open();
        });
    }

    /**
     * The backend that holds a family: the first one that can.
     *
     * @throws UnsupportedException when none can
     */
    public Backend backend(Family family) {
        return backends.stream()
                .filter(backend -> backend.traits().families().contains(family))
                .findFirst()
                .orElseThrow(() -> new UnsupportedException(
                        "none of the stores holds " + family + ": name one more that does, such as memory:"));
    }

    /**
     * Closes the stores that were handed out and the backends that were opened, after any opening that is under way, and
     * after what {@link dev.pawl.job.JobRunner}s are sending by them, which is waited for some seconds at most. Repeating it does
     * nothing.
     */
    @Override
    public void close() {
        closeAll(List.of(this));
    }

    /** Closes several at once: what their runners are waited for does not add up. */
    private static void closeAll(Collection<Pawl> all) {
        all.forEach(pawl -> {
            pawl.closed = true;
            LIVE.remove(pawl);
        });
        List<Runnable> parts = new ArrayList<>();
        all.forEach(pawl -> parts.addAll(pawl.beforeJobs()));
        parts.add(() -> JobStore.closeAll(
                all.stream().flatMap(pawl -> pawl.schedules.all()).toList()));
        all.forEach(pawl -> parts.addAll(pawl.afterJobs()));
        Optional<RuntimeException> failure = Optional.empty();
        for (Runnable part : parts) {
            try {
                part.run();
            } catch (RuntimeException e) {
                failure.ifPresent(e::addSuppressed);
                failure = Optional.of(e);
            }
        }
        failure.ifPresent(e -> {
            throw e;
        });
    }

    /** Clients end before the stores that they use. */
    private List<Runnable> beforeJobs() {
        List<Runnable> parts = new ArrayList<>(clients.closings());
        closedFirst.forEach(client -> parts.add(client::close));
        return parts;
    }

    /** How everything else is closed, part by part. */
    private List<Runnable> afterJobs() {
        List<Runnable> parts = new ArrayList<>();
        parts.addAll(histories.closings());
        parts.addAll(places.closings());
        if (owned) {
            backends.forEach(backend -> parts.add(backend::close));
        }
        return parts;
    }

    /** Closes whatever is open when the process is told to end, so that the next owner need not wait. */
    private static final class Ending {

        static {
            Runtime.getRuntime().addShutdownHook(new Thread(Ending::closeAllLive, "pawl-release"));
        }

        private static void closeAllLive() {
            try {
                closeAll(Set.copyOf(LIVE));
            } catch (RuntimeException e) {
                LOG.warn("a session may not have been given back at the end of the process", e);
            }
        }

        /** Only by being called does this class set the hook up. */
        static void watch(Pawl pawl) {
            LIVE.add(pawl);
        }
    }

    private void requireOpen() {
        if (closed) {
            throw new ClosedException("this Pawl has been closed");
        }
    }
}

package dev.pawl.baileys;

import dev.pawl.json.JsonBoolean;
import dev.pawl.json.JsonNumber;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonString;
import dev.pawl.transport.Link;
import dev.pawl.transport.LinkHost;
import dev.pawl.transport.Transport;
import dev.pawl.transport.TransportException;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileLockInterruptionException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Drives the real Baileys in a Node process, with every byte of its state on our side of the pipe.
 *
 * <p>One transport has one child, whatever the number of its links: sessions that share a transport share the memory of
 * Node and Baileys, and fall and rise together when the child dies. It is started with the first link and started again
 * with the first link after its death. It dies with this process, however that ends.
 *
 * <p><b>Many accounts.</b> Give them all the same transport. A client that is given none makes one of its own, and so a child:
 * fifty of those take gigabytes, while fifty accounts of one child were connected as soon and as fast as those of several. The
 * bound of a child is one processor, which is some hundreds of messages a second; beyond that, or so that not all accounts fall
 * at once, share several transports.
 *
 * <p><b>Needs</b> Node {@value #OLDEST_NODE} or newer, and Baileys: npm installs it once, in the version that this library
 * is pinned to and without running scripts of packages, into a directory of the user's cache ({@code PAWL_CACHE} names
 * another). A machine without access to a registry names a directory where {@code npm ci} was run before, with {@link
 * Builder#packages} or in {@code PAWL_BAILEYS_PACKAGES}. Baileys brings libsignal, which is under the GPL: it is installed
 * by you, never delivered with this library.
 *
 * <p><b>Thread-safety.</b> All methods may be called from many threads.
 */
public final class BaileysTransport implements Transport {

    private static final int OLDEST_NODE = Packages.OLDEST_NODE;

    /** What the status of a process that a signal ended is above, as shells and the JVM tell it. */
    private static final int SIGNALS = 128;

    private static final String CLOSED = "the transport is closed";
    private static final Logger LOG = LoggerFactory.getLogger(BaileysTransport.class);
    private static final AtomicInteger THREADS = new AtomicInteger();

    private final Builder settings;
    private final JsonObject linkOptions;
    private final JsonObject processMends;
    private final ReentrantLock lock = new ReentrantLock();
    private final AtomicLong lastLink = new AtomicLong();
    /** Never shut down, since a link is told of its end after everything else; its threads end by themselves. */
    private final Executor threads = Executors.newCachedThreadPool(work -> {
        Thread thread = new Thread(work, "pawl-baileys-" + THREADS.incrementAndGet());
        thread.setDaemon(true);
        return thread;
    });

    private @Nullable NodeProcess node;
    private volatile boolean closed;

    /** Guards {@link #starter} alone, and is never held while anything is waited for. */
    private final Object starting = new Object();

    /** Who starts a child now, which takes minutes when npm installs Baileys. */
    private Optional<Thread> starter = Optional.empty();

    private BaileysTransport(Builder settings) {
        this.settings = settings;
        this.processMends = settings.mends();
        this.linkOptions = settings.linkOptions();
    }

    /** Begins with settings that need no change. */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    public Link open(LinkHost host) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            if (closed) {
                throw TransportException.permanent(CLOSED);
            }
            BaileysLink link = new BaileysLink(running(), lastLink.incrementAndGet(), host, threads);
            link.open(linkOptions);
            return link;
        } finally {
            lock.unlock();
        }
    }

    /** Starts the child now unless one runs. */
    void start() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            running();
        } finally {
            lock.unlock();
        }
    }

    private NodeProcess running() throws InterruptedException {
        NodeProcess current = node;
        if (current == null || !current.isAlive()) {
            current = started();
            node = current;
        }
        return current;
    }

    private NodeProcess started() throws InterruptedException {
        synchronized (starting) {
            if (closed) {
                throw TransportException.permanent(CLOSED);
            }
            starter = Optional.of(Thread.currentThread());
        }
        try {
            return startedSlowly();
        } finally {
            synchronized (starting) {
                starter = Optional.empty();
                if (closed && Thread.interrupted()) {
                    LOG.debug("the transport was closed while it was starting Node");
                }
            }
        }
    }

    private NodeProcess startedSlowly() throws InterruptedException {
        try {
            Path program = settings.node();
            requireVersion(program);
            Packages packages = new Packages(settings.cache);
            Optional<Path> given = settings.packages();
            Path installed = given.isPresent() ? given.get() : packages.install();
            Packages.requirePinned(installed);
            List<String> command = new ArrayList<>();
            command.add(program.toString());
            command.add(backgroundThreads(Runtime.getRuntime().availableProcessors()));
            command.addAll(settings.nodeArguments);
            command.add(packages.bridge().toString());
            Map<String, String> environment = new LinkedHashMap<>(settings.environment);
            environment.put("PAWL_PACKAGES", installed.toAbsolutePath().toString());
            return NodeProcess.start(command, environment, processMends);
        } catch (InterruptedException | ClosedByInterruptException | FileLockInterruptionException e) {
            if (closed) {
                throw TransportException.permanent(CLOSED);
            }
            Thread.interrupted();
            throw e instanceof InterruptedException interruption
                    ? interruption
                    : new InterruptedException(e.getMessage());
        } catch (IOException e) {
            throw TransportException.failed("Baileys could not be prepared: " + e.getMessage(), e);
        }
    }

    /**
     * V8 collects garbage and compiles on four threads besides its own, however many processors there are. Where they are few,
     * those get in the way of Node itself, of us and of each other.
     */
    static String backgroundThreads(int processors) {
        return "--v8-pool-size=" + Math.max(1, Math.min(processors - 1, 4));
    }

    private static void requireVersion(Path program) throws IOException, InterruptedException {
        Programs.Result run = Programs.run(
                Path.of("").toAbsolutePath(), Duration.ofSeconds(20), List.of(program.toString(), "--version"));
        if (run.status() > SIGNALS) {
            // Out of memory, for instance: it says nothing of its version.
            throw TransportException.failed(program + " was killed when it was asked for its version");
        }
        String digits = run.output().replaceFirst("^v", "").replaceFirst("\\..*", "");
        int major = run.status() == 0 && digits.matches("\\d{1,4}") ? Integer.parseInt(digits) : 0;
        if (major < OLDEST_NODE) {
            throw TransportException.permanent(
                    "Node " + OLDEST_NODE + " or newer is needed, " + program + " says: " + Scrub.line(run.tail()));
        }
    }

    /** The number of the child's process; empty when none runs. */
    public Optional<Long> processId() {
        lock.lock();
        try {
            return Optional.ofNullable(node).filter(NodeProcess::isAlive).map(NodeProcess::pid);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        synchronized (starting) {
            closed = true;
            starter.ifPresent(Thread::interrupt);
        }
        lock.lock();
        try {
            if (node != null) {
                node.close();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Settings of a transport. Not for many threads. */
    public static final class Builder {

        private Optional<Path> node = Optional.empty();
        private List<String> nodeArguments = List.of();
        private Map<String, String> environment = Map.of();
        private Path cache = Packages.usualCache();
        private Optional<Path> packages =
                Packages.environment("PAWL_BAILEYS_PACKAGES").map(Path::of);
        private JsonObject socket = JsonObject.EMPTY;
        private Duration loginTimeout = Duration.ofSeconds(90);
        private Duration logoutTimeout = Duration.ofSeconds(20);
        private String logLevel = "warn";
        private boolean remembering = true;
        private final Set<Mend> mends = EnumSet.allOf(Mend.class);

        private Builder() {}

        /** Another program than the {@code node} on the PATH. */
        public Builder node(Path program) {
            node = Optional.of(program);
            return this;
        }

        /** Arguments of Node itself, such as {@code --max-old-space-size=512}. They come after ours, and count. */
        public Builder nodeArguments(List<String> arguments) {
            nodeArguments = List.copyOf(arguments);
            return this;
        }

        /** More variables for the environment of Node. */
        public Builder environment(Map<String, String> variables) {
            environment = Map.copyOf(variables);
            return this;
        }

        /** Another directory for what has to be on disk than that of the user's caches. */
        public Builder cache(Path directory) {
            cache = directory;
            return this;
        }

        /** A directory with Baileys in its {@code node_modules}, in the pinned version; nothing is installed then. */
        public Builder packages(Path directory) {
            packages = Optional.of(directory);
            return this;
        }

        /**
         * Options for {@code makeWASocket} that are JSON, such as {@code {"syncFullHistory": false}}. What this library
         * sets itself wins.
         */
        public Builder socketOptions(JsonObject options) {
            socket = options;
            return this;
        }

        /** How long a login may take until there is a QR code or the server let us in; the link closes with 408 then. */
        public Builder loginTimeout(Duration longest) {
            loginTimeout = longest;
            return this;
        }

        /**
         * How long the server may take to confirm that it unlinked this device. After it the logout fails: the device may
         * be linked still, and nothing is cleared.
         */
        public Builder logoutTimeout(Duration longest) {
            logoutTimeout = longest;
            return this;
        }

        /** From which level on Baileys' own log is passed on, at our level {@code debug}; {@code silent} for none. */
        public Builder logLevel(String level) {
            logLevel = level;
            return this;
        }

        /** Switches a mend off. */
        public Builder without(Mend mend) {
            mends.remove(mend);
            return this;
        }

        /** For tests of what goes wrong while a record is read: each reading asks us, as each of plain Baileys reads a file. */
        Builder withoutRemembering() {
            remembering = false;
            return this;
        }

        /** Makes the transport. Nothing is started yet. */
        public BaileysTransport build() {
            return new BaileysTransport(copy());
        }

        private Builder copy() {
            Builder copy = new Builder();
            copy.node = node;
            copy.nodeArguments = nodeArguments;
            copy.environment = environment;
            copy.cache = cache;
            copy.packages = packages;
            copy.socket = socket;
            copy.loginTimeout = loginTimeout;
            copy.logoutTimeout = logoutTimeout;
            copy.logLevel = logLevel;
            copy.remembering = remembering;
            copy.mends.retainAll(mends);
            return copy;
        }

        private Path node() {
            return node.or(() -> Programs.find("node"))
                    .orElseThrow(() -> TransportException.permanent(
                            "there is no node on the PATH: install Node " + OLDEST_NODE + " or newer"));
        }

        private Optional<Path> packages() {
            return packages;
        }

        private JsonObject mends() {
            JsonObject.Builder switches = JsonObject.builder();
            for (Mend mend : Mend.values()) {
                switches.put(mend.option(), JsonBoolean.of(mends.contains(mend)));
            }
            return switches.build();
        }

        private JsonObject linkOptions() {
            return JsonObject.builder()
                    .put("socket", socket)
                    .put("mends", mends())
                    .put("remember", JsonBoolean.of(remembering))
                    .put("loginTimeoutMs", JsonNumber.of(loginTimeout.toMillis()))
                    .put("logoutTimeoutMs", JsonNumber.of(logoutTimeout.toMillis()))
                    .put("log", new JsonString(logLevel))
                    .build();
        }
    }
}

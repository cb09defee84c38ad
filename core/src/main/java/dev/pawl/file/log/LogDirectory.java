package dev.pawl.file.log;

import dev.pawl.backend.SessionName;
import dev.pawl.backend.UnavailableException;
import dev.pawl.file.Directories;
import dev.pawl.file.Disk;
import dev.pawl.file.SharedPlaces;
import dev.pawl.file.Workers;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One directory of logs as this process uses it: its sessions, of which a bounded number is awake, and its lock file.
 * All backends that are open on it share one of these.
 */
final class LogDirectory {

    /** The most sessions that are awake, each with two files. */
    private static final int AWAKE = 128;

    private static final Duration IDLE = Duration.ofSeconds(30);
    private static final Duration WATCHING = Duration.ofSeconds(5);
    private static final Duration PAUSE = Duration.ofMillis(5);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final SharedPlaces<LogDirectory> OPEN = new SharedPlaces<>();

    private final SharedPlaces.Place place;
    private final Upkeep upkeep;
    private final Locks locks;
    private final Map<SessionName, LogSession> sessions = new ConcurrentHashMap<>();
    private final Set<SessionName> awake = ConcurrentHashMap.newKeySet();
    private volatile boolean durable;
    private final Semaphore permits = new Semaphore(AWAKE);

    /** Whether somebody is going to look which of them are not used any more. */
    private final AtomicBoolean watched = new AtomicBoolean();

    private LogDirectory(SharedPlaces.Place place, Upkeep upkeep) {
        this.place = place;
        this.upkeep = upkeep;
        this.locks = new Locks(place.disk(), place.path());
    }

    /** Joins those who use a directory; the first of them says how it is looked after. */
    static LogDirectory join(Disk disk, Path path, Upkeep upkeep) throws IOException {
        return OPEN.join(disk, path, place -> new LogDirectory(place, upkeep));
    }

    /** Leaves it again; the last one sends all sessions to rest. */
    void leave() {
        if (OPEN.leave(place)) {
            try {
                sessions.values().stream().filter(LogSession::mustRest).forEach(session -> {
                    while (!session.rest()) {
                        disk().pause(PAUSE);
                    }
                });
            } finally {
                locks.close();
            }
        }
    }

    Disk disk() {
        return place.disk();
    }

    Path path() {
        return place.path();
    }

    Upkeep upkeep() {
        return upkeep;
    }

    Keeper keeper() {
        return upkeep.keeper();
    }

    Locks locks() {
        return locks;
    }

    Path log(SessionName session) {
        return path().resolve(LogNames.log(session));
    }

    Path file(String name) {
        return path().resolve(name);
    }

    LogSession session(SessionName name) {
        return sessions.computeIfAbsent(name, missing -> new LogSession(this, missing));
    }

    /**
     * Whether the directory is there.
     *
     * @param make whether to make it where it is missing
     */
    boolean exists(boolean make) throws IOException {
        if (disk().stat(path()).isPresent()) {
            return true;
        }
        if (make) {
            Workers.files(() -> {
                makeDurable();
                return true;
            });
        }
        return make;
    }

    /**
     * Makes sure that its own name is durable before the first log is made here: whoever made the directory may have
     * died before. On a thread of ours.
     */
    void makeDurable() throws IOException {
        if (!durable || disk().stat(path()).isEmpty()) {
            Directories.make(disk(), path());
            durable = true;
        }
    }

    /** Makes names in it durable. */
    void force(String purpose) throws IOException {
        disk().forceDirectory(path(), purpose);
    }

    /** The names in it; none when it is missing. */
    List<String> names() throws IOException {
        List<String> names = new ArrayList<>();
        disk().list(path(), names::add);
        return names;
    }

    /** The sessions that have a log, in order. */
    List<SessionName> logs() throws IOException {
        return names().stream()
                .map(LogNames::session)
                .flatMap(Optional::stream)
                .sorted()
                .toList();
    }

    /**
     * Waits until a session may be awake, sending others to rest.
     *
     * @throws UnavailableException when all of those are busy for 30 seconds
     */
    void admit(SessionName session) {
        Duration end = disk().uptime().plus(PATIENCE);
        while (!permits.tryAcquire()) {
            if (!sendToRest()) {
                if (disk().uptime().compareTo(end) > 0) {
                    throw UnavailableException.connectionFailed(AWAKE + " sessions of " + path() + " are in use for "
                            + PATIENCE.toSeconds() + " s without a pause: use fewer at a time, or several directories");
                }
                disk().pause(PAUSE);
            }
        }
        awake.add(session);
        beginWatching();
    }

    void dismiss(SessionName session) {
        if (awake.remove(session)) {
            permits.release();
        }
    }

    /** Whoever waits has a session of his own in his hands, so others are only tried. */
    private boolean sendToRest() {
        return unused(Duration.ZERO).stream().anyMatch(LogSession::rest);
    }

    /** The sessions that are awake and were not used for this long, the one that was used longest ago first. */
    private List<LogSession> unused(Duration atLeast) {
        record Unused(LogSession session, long nanos) {}
        long now = keeper().nanoTime();
        return awake.stream()
                .map(this::session)
                .map(session -> new Unused(session, now - session.used()))
                .filter(unused -> unused.nanos() >= atLeast.toNanos())
                .sorted(Comparator.comparingLong(Unused::nanos).reversed())
                .map(Unused::session)
                .toList();
    }

    private void beginWatching() {
        if (watched.compareAndSet(false, true)) {
            keeper().after(WATCHING, this::watch);
        }
    }

    private void watch() {
        try {
            unused(IDLE).forEach(LogSession::rest);
        } finally {
            watched.set(false);
            if (!awake.isEmpty()) {
                beginWatching();
            }
        }
    }
}

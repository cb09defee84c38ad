package dev.pawl.file.log;

import dev.pawl.backend.SessionName;
import dev.pawl.backend.UnavailableException;
import dev.pawl.file.Disk;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/**
 * The right to append to one log, among the processes that use it. It is kept over many commits, because getting it
 * takes longer than appending, and given up when nobody commits for a while or somebody else wants it.
 *
 * <p>Who waits locks a second byte, at which who has the right looks from time to time. Who gave it up to such a one
 * lets him in before trying again; without that, whoever runs already would always be first.
 *
 * <p><b>Thread-safety.</b> {@link #held} and {@link #wanted} at any time; the others by whoever has the session's turn.
 * <b>Interruption.</b> Neither disturbs nor is cleared by what is done here. At rest it holds nothing.
 */
final class SessionLock {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration PAUSE = Duration.ofMillis(3);

    /** How long somebody to whom the right was yielded may take to get it; he may have died or been stopped. */
    private static final Duration COURTESY = Duration.ofMillis(50);

    private final Disk disk;
    private final Locks locks;
    private final SessionName session;

    private volatile Optional<Disk.FileLock> lock = Optional.empty();

    /** Until when somebody else goes first, by the disk's clock. */
    private Optional<Duration> courteousUntil = Optional.empty();

    SessionLock(Disk disk, Locks locks, SessionName session) {
        this.disk = disk;
        this.locks = locks;
        this.session = session;
    }

    /** Whether this process has the right: costs nothing. */
    boolean held() {
        return lock.isPresent();
    }

    /**
     * Gets the right, waiting for whoever has it.
     *
     * @return whether it was not held before, so that others may have appended since
     * @throws UnavailableException when somebody has kept it for 30 seconds
     * @throws IOException when the lock file cannot be opened or asked
     */
    boolean take() throws IOException {
        if (held()) {
            return false;
        }
        Duration end = disk.uptime().plus(PATIENCE);
        Optional<Disk.FileLock> contender = Optional.empty();
        try {
            while (true) {
                boolean othersFirst = false;
                if (isCourteous()) {
                    contender = contender.isPresent() ? contender : locks.tryContender(session);
                    othersFirst = contender.isEmpty();
                }
                if (!othersFirst && tryNow()) {
                    return true;
                }
                if (contender.isEmpty() && !othersFirst) {
                    contender = locks.tryContender(session);
                }
                if (disk.uptime().compareTo(end) > 0) {
                    throw UnavailableException.connectionFailed("another process has been writing to session " + session
                            + " of " + locks.directory() + " for " + PATIENCE.toSeconds()
                            + " s: end it if it hangs, or try again when it is through");
                }
                disk.pause(PAUSE);
            }
        } finally {
            contender.ifPresent(Disk.FileLock::close);
        }
    }

    /**
     * Gets the right if it is free, without waiting.
     *
     * @return whether it is held now; who asked {@link #held} before knows whether others may have appended since
     * @throws IOException when the lock file cannot be opened or asked
     */
    boolean tryTake() throws IOException {
        return held() || (!(isCourteous() && contended()) && tryNow());
    }

    /** Gives the right up. Repeating it does nothing. */
    void release() {
        Optional<Disk.FileLock> given = lock;
        // First, so that nobody relies on it while another process may have it already.
        lock = Optional.empty();
        given.ifPresent(Disk.FileLock::close);
    }

    /**
     * Whether the right should be given up: somebody waits for it, or the lock file was removed or replaced, so that
     * somebody may have it too. Only while it is held.
     *
     * @throws IOException when the lock file cannot be opened or asked: the right is not worth keeping
     */
    boolean wanted() throws IOException {
        Optional<Disk.FileLock> current = lock;
        return current.isPresent() && (locks.lost(current.get()) || contended());
    }

    /** Gives the right up to who wants it, who goes first when it is wanted here again. */
    void giveWay() {
        courteousUntil = Optional.of(disk.uptime().plus(COURTESY));
        release();
    }

    private boolean tryNow() throws IOException {
        lock = locks.tryCommit(session);
        if (lock.isEmpty()) {
            return false;
        }
        courteousUntil = Optional.empty();
        return true;
    }

    private boolean isCourteous() {
        if (courteousUntil.isPresent() && disk.uptime().compareTo(courteousUntil.get()) >= 0) {
            courteousUntil = Optional.empty();
        }
        return courteousUntil.isPresent();
    }

    private boolean contended() throws IOException {
        Optional<Disk.FileLock> contender = locks.tryContender(session);
        contender.ifPresent(Disk.FileLock::close);
        return contender.isEmpty();
    }
}

package dev.pawl.lease;

import dev.pawl.backend.Backend;
import dev.pawl.backend.Batch;
import dev.pawl.backend.ClosedException;
import dev.pawl.backend.InDoubtException;
import dev.pawl.backend.Key;
import dev.pawl.backend.Row;
import dev.pawl.backend.SessionName;
import dev.pawl.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts up one row for as long as somebody holds something on a backend, and finishes what could not be done at once.
 *
 * <p>One daemon thread for each backend, so that a server that hangs stops no beats elsewhere. It is only ever
 * interrupted while it sleeps, never during I/O.
 */
final class Beater implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(Beater.class);

    private final Backend backend;
    private final Key key;
    private final ReentrantLock lock = new ReentrantLock();

    // all below under the lock
    private final List<Pending> pending = new ArrayList<>();
    /** Starts anywhere, so that a row that was restored from a backup hardly ever looks like the one before. */
    private long count = ThreadLocalRandom.current().nextLong(1L << 48);

    private int holders;
    private boolean rowLeft;
    private boolean failing;
    private LeaseTiming timing = LeaseTiming.STANDARD;
    private @Nullable Thread thread;
    private boolean sleeping;

    /** Something to be tried with every beat until it succeeded, and this many times at least. */
    private static final class Pending {
        private final BooleanSupplier attempt;
        private final Runnable after;
        private int rounds;

        Pending(BooleanSupplier attempt, int rounds, Runnable after) {
            this.attempt = attempt;
            this.rounds = rounds;
            this.after = after;
        }
    }

    Beater(Backend backend, Key key) {
        this.backend = backend;
        this.key = key;
    }

    void begin(LeaseTiming wanted) {
        lock.lock();
        try {
            if (holders == 0) {
                timing = wanted;
                try {
                    beat();
                } catch (InDoubtException e) {
                    // the next beat comes in time
                }
            }
            holders++;
            start();
        } finally {
            lock.unlock();
        }
    }

    void end() {
        lock.lock();
        try {
            holders--;
            if (holders == 0) {
                removeRow();
                wake();
            }
        } finally {
            lock.unlock();
        }
    }

    void later(LeaseTiming wanted, int rounds, BooleanSupplier attempt, Runnable after) {
        lock.lock();
        try {
            if (thread == null) {
                timing = wanted;
            }
            pending.add(new Pending(attempt, rounds, after));
            start();
        } finally {
            lock.unlock();
        }
    }

    private void start() {
        if (thread == null) {
            Thread started = new Thread(this, "pawl-beat");
            started.setDaemon(true);
            thread = started;
            started.start();
        }
    }

    /** Lets the thread end when it has nothing left to do. */
    private void wake() {
        Thread asleep = thread;
        if (asleep != null && sleeping && pending.isEmpty()) {
            asleep.interrupt();
        }
    }

    @Override
    public void run() {
        while (pause()) {
            for (Pending each : snapshot()) {
                if (!attempt(each)) {
                    break;
                }
            }
        }
    }

    /** Sleeps for one beat, then beats if somebody holds something. Returns whether there is anything left to do. */
    private boolean pause() {
        LeaseTiming current;
        lock.lock();
        try {
            if (holders == 0 && pending.isEmpty()) {
                thread = null;
                return false;
            }
            sleeping = true;
            current = timing;
        } finally {
            lock.unlock();
        }
        try {
            current.ticker().sleep(current.beat());
        } catch (InterruptedException e) {
            // woken to see that there is nothing left to do
        }
        lock.lock();
        try {
            sleeping = false;
            Thread.interrupted();
            if (holders > 0) {
                beatOrWarn();
            } else if (rowLeft) {
                removeRow();
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    private void beat() {
        count++;
        rowLeft = true;
        backend.commit(
                SessionName.PAWL,
                Batch.of(Row.of(
                        key, JsonObject.builder().put("beat", count).build().toBytes())));
    }

    private void beatOrWarn() {
        try {
            beat();
            failing = false;
        } catch (RuntimeException e) {
            // whatever it is: without this thread every session of this process would be given up
            if (!failing) {
                LOG.warn("cannot show that this process lives, others may take its sessions over: {}", e.getMessage());
            }
            failing = true;
        }
    }

    private void removeRow() {
        try {
            backend.commit(SessionName.PAWL, new Batch(List.of(), List.of(), List.of(key)));
            rowLeft = false;
        } catch (ClosedException e) {
            rowLeft = false;
        } catch (RuntimeException e) {
            LOG.debug("the beat row stays for now: {}", e.getMessage());
        }
    }

    private List<Pending> snapshot() {
        lock.lock();
        try {
            return List.copyOf(pending);
        } finally {
            lock.unlock();
        }
    }

    /** Returns false when the store cannot be reached, so that the others of this round would only cost time. */
    private boolean attempt(Pending each) {
        boolean done;
        try {
            each.rounds--;
            done = each.attempt.getAsBoolean() && each.rounds <= 0;
        } catch (ClosedException e) {
            done = true;
        } catch (RuntimeException e) {
            LOG.debug("a release has to wait: {}", e.getMessage());
            return false;
        }
        if (done) {
            lock.lock();
            try {
                pending.remove(each);
            } finally {
                lock.unlock();
            }
            each.after.run();
        }
        return true;
    }
}

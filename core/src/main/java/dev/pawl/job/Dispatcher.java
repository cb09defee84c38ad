package dev.pawl.job;

import dev.pawl.backend.ClosedException;
import dev.pawl.job.Delivery.Claim;
import dev.pawl.job.Delivery.Look;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes turns between sessions: one thread looks for the job of whichever is to be looked at first, others send what it
 * found. It waits by the clock of the machine, never longer than a look says. When it is behind, because a look takes its time where
 * the store is far away, others help it to look until it is not.
 *
 * <p><b>Thread-safety.</b> All methods may be called from many threads.
 */
final class Dispatcher {

    private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);

    /** How long a session rests at least whose store failed. */
    private static final long REST = Duration.ofSeconds(1).toNanos();

    /** How long at most, however seldom it is looked at otherwise: its jobs become due meanwhile. */
    private static final long LONGEST_REST = Duration.ofSeconds(10).toNanos();

    private static final int MOST_DOUBLINGS = 5;

    /** How many threads look at once, at most. */
    private static final int LOOKERS = 8;

    /** How late a look has to be for another thread to help. */
    private static final long LATE = Duration.ofMillis(5).toNanos();

    private final RunnerOptions options;
    private final ThreadPoolExecutor senders;
    private final Thread looker = new Thread(this::run, "pawl-jobs");
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    // all below under the lock
    private final Map<Place, Turn> turns = new HashMap<>();
    private final PriorityQueue<Turn> idle = new PriorityQueue<>((one, other) -> Long.signum(one.at - other.at));
    private int sending;

    /** How many are being looked at, for each of which something may have to be sent. */
    private int looking;

    /** How many threads look, or wait for what is to be looked at. */
    private int lookers = 1;

    private boolean stopped;
    private boolean ended;

    /** When a session is looked at next. */
    private static final class Turn {
        private final Place place;

        /** Of the thread that looks at it. */
        private int failures;

        // under the lock of the dispatcher
        private long at;
        private boolean woken;

        Turn(Place place) {
            this.place = place;
        }

        /** How long to rest after one more failure, in nanoseconds. */
        private long fail(long longest) {
            failures = Math.min(failures + 1, MOST_DOUBLINGS);
            return Math.min(longest, REST << (failures - 1));
        }
    }

    /** Begins, without sessions. */
    Dispatcher(RunnerOptions options) {
        this(options, work -> {
            Thread thread = new Thread(work, "pawl-send");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** The same with threads of somebody else's. */
    Dispatcher(RunnerOptions options, ThreadFactory threads) {
        this.options = options;
        // there are never more than the options say, because nothing is claimed for more
        this.senders =
                new ThreadPoolExecutor(0, Integer.MAX_VALUE, 30, TimeUnit.SECONDS, new SynchronousQueue<>(), threads);
        looker.setDaemon(true);
        looker.start();
    }

    void add(Place place) {
        locked(() -> {
            Turn turn = new Turn(place);
            turns.put(place, turn);
            rest(turn, 0);
        });
    }

    /** Looks at a session no more. */
    void remove(Place place) {
        locked(() -> Optional.ofNullable(turns.remove(place)).ifPresent(idle::remove));
    }

    /** Something may be due earlier than it was. */
    void wake(Place place) {
        locked(() -> Optional.ofNullable(turns.get(place)).ifPresent(turn -> {
            turn.woken = true;
            if (idle.remove(turn)) {
                rest(turn, 0);
            }
        }));
    }

    /** Looks for nothing more. Does not wait. */
    void stop() {
        locked(() -> {
            stopped = true;
            changed.signalAll();
        });
    }

    /**
     * Waits until it looks for nothing more. Not for a thread of its own.
     *
     * @param longest in nanoseconds
     * @return whether that is so
     */
    boolean awaitEnd(long longest) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = longest;
            while (!ended && left > 0) {
                left = changed.awaitNanos(left);
            }
            return ended;
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        lookUntil(() -> next(true));
    }

    /** Looks as long as there is something to look at. */
    private void help() {
        lookUntil(() -> next(false));
    }

    private void lookUntil(Supplier<Optional<Turn>> next) {
        try {
            for (Optional<Turn> turn = next.get(); turn.isPresent(); turn = next.get()) {
                look(turn.get());
            }
        } finally {
            leave();
        }
    }

    /** One thread less that looks. The last one hands over what it has found before nothing is sent any more. */
    private void leave() {
        locked(() -> {
            lookers--;
            if (lookers == 0) {
                senders.shutdown();
                ended = true;
                changed.signalAll();
            }
        });
    }

    /**
     * A session whose turn it is; empty when this was stopped.
     *
     * @param waits whether for one, else it is empty when there is none now
     */
    private Optional<Turn> next(boolean waits) {
        boolean behind = false;
        lock.lock();
        try {
            while (!stopped) {
                boolean free = sending + looking < options.concurrency();
                long wait = free && !idle.isEmpty() ? idle.element().at - System.nanoTime() : Long.MAX_VALUE;
                if (wait <= 0) {
                    Turn turn = idle.remove();
                    turn.woken = false;
                    looking++;
                    behind = wait < -LATE && !idle.isEmpty() && lookers < LOOKERS;
                    lookers += behind ? 1 : 0;
                    return Optional.of(turn);
                }
                if (!waits) {
                    return Optional.empty();
                }
                try {
                    changed.awaitNanos(wait);
                } catch (InterruptedException e) {
                    // nobody has reason to; whoever wants this to end stops it
                    LOG.debug("the thread that looks for jobs was interrupted");
                }
            }
            return Optional.empty();
        } finally {
            lock.unlock();
            if (behind) {
                getHelp();
            }
        }
    }

    private void getHelp() {
        try {
            senders.execute(this::help);
        } catch (RuntimeException | Error e) {
            LOG.debug("there is no thread to be had that would help to look for jobs", e);
            leave();
        }
    }

    private void look(Turn turn) {
        if (!turn.place.take()) {
            looked();
            return;
        }
        long pause = REST;
        try {
            Look look = turn.place.look();
            pause = look.pause();
            turn.failures = 0;
            if (look.claim().isPresent()) {
                Claim claim = look.claim().get();
                handOver(turn, claim);
                Thread.interrupted();
                looked();
                return;
            }
        } catch (ClosedException e) {
            LOG.debug("no more jobs of session {}: {}", turn.place.store().session(), e.getMessage());
            remove(turn.place);
            turn.place.remove();
        } catch (RuntimeException | Error e) {
            // whatever it is: without this thread nothing would be sent any more
            pause = turn.fail(
                    Math.max(REST, Math.min(LONGEST_REST, options.pollEvery().toNanos())));
            if (turn.failures == 1) {
                turn.place.trouble(e);
            }
        }
        turn.place.release();
        // who was interrupted while at work for one session is not in the next
        Thread.interrupted();
        long rest = pause;
        locked(() -> rest(turn, rest));
        looked();
    }

    private void looked() {
        locked(() -> {
            looking--;
            changed.signalAll();
        });
    }

    /** Lets another thread send it. Where there is none to be had, it is as if this process had died with the claim. */
    private void handOver(Turn turn, Claim claim) {
        boolean sent = false;
        turn.place.handOver();
        locked(() -> sending++);
        try {
            senders.execute(() -> send(turn, claim));
            sent = true;
        } finally {
            if (!sent) {
                turn.place.abandon(claim);
                locked(() -> sending--);
            }
        }
    }

    private void send(Turn turn, Claim claim) {
        turn.place.goOn();
        try {
            turn.place.send(claim);
        } finally {
            turn.place.release();
            // so that the next job of this thread begins without it
            Thread.interrupted();
            locked(() -> {
                sending--;
                rest(turn, 0);
            });
        }
    }

    /** Under the lock: looks again after so long. */
    private void rest(Turn turn, long pause) {
        if (turns.containsKey(turn.place) && !stopped) {
            turn.at = System.nanoTime() + (turn.woken ? 0 : Math.min(pause, Long.MAX_VALUE / 2));
            idle.add(turn);
        }
        changed.signalAll();
    }

    private void locked(Runnable action) {
        lock.lock();
        try {
            action.run();
        } finally {
            lock.unlock();
        }
    }
}

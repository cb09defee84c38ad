package dev.pawl.job;

import dev.pawl.backend.ClosedException;
import dev.pawl.job.Delivery.Claim;
import dev.pawl.job.Delivery.Look;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes turns between sessions: one thread looks for the job of whichever is to be looked at first, others send what it
 * found. It waits by the clock of the machine, never longer than a look says.
 *
 * <p><b>Thread-safety.</b> All methods may be called from many threads.
 */
final class Dispatcher {

    private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);

    /** How long a session rests at least whose store failed. */
    private static final long REST = Duration.ofSeconds(1).toNanos();

    private final RunnerOptions options;
    private final BiConsumer<Place, Claim> sending;
    private final ThreadPoolExecutor senders;
    private final Thread looker = new Thread(this::run, "pawl-jobs");
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    // all below under the lock
    private final PriorityQueue<Place> idle = new PriorityQueue<>((one, other) -> Long.signum(one.at - other.at));
    private final Set<Thread> sendingNow = new HashSet<>();
    private boolean stopped;
    private boolean ended;

    /** One session among others. */
    static final class Place {
        private final Delivery delivery;
        private final JobSender sender;

        /** Of the thread that looks. */
        private boolean failing;

        // under the lock of the dispatcher
        private long at;
        private boolean woken;
        private boolean removed;
        private Optional<Thread> usedBy = Optional.empty();

        Place(Delivery delivery, JobSender sender) {
            this.delivery = delivery;
            this.sender = sender;
        }

        Delivery delivery() {
            return delivery;
        }

        JobSender sender() {
            return sender;
        }
    }

    /**
     * Begins, without sessions.
     *
     * @param sending sends a job and notes what became of it
     */
    Dispatcher(RunnerOptions options, BiConsumer<Place, Claim> sending) {
        this.options = options;
        this.sending = sending;
        // there are never more than the options say, because nothing is claimed for more
        this.senders =
                new ThreadPoolExecutor(0, Integer.MAX_VALUE, 30, TimeUnit.SECONDS, new SynchronousQueue<>(), work -> {
                    Thread thread = new Thread(work, "pawl-send");
                    thread.setDaemon(true);
                    return thread;
                });
        looker.setDaemon(true);
        looker.start();
    }

    void add(Place place) {
        locked(() -> rest(place, 0));
    }

    /** Looks at a session no more, after the job in flight. */
    void remove(Place place) {
        locked(() -> {
            place.removed = true;
            idle.remove(place);
            while (place.usedBy
                    .filter(thread -> thread != Thread.currentThread())
                    .isPresent()) {
                changed.awaitUninterruptibly();
            }
        });
    }

    /** Something may be due earlier than it was. */
    void wake(Place place) {
        locked(() -> {
            place.woken = true;
            if (idle.remove(place)) {
                rest(place, 0);
            }
        });
    }

    /**
     * Looks for nothing more and waits for what is in flight.
     *
     * @param longest in nanoseconds; who is still sending then is interrupted
     * @return whether all is through
     */
    boolean stop(long longest) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            stopped = true;
            changed.signalAll();
            long left = longest;
            while (!(ended && sendingNow.isEmpty()) && left > 0) {
                left = changed.awaitNanos(left);
            }
            sendingNow.forEach(Thread::interrupt);
            return ended && sendingNow.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        try {
            Optional<Place> place = next();
            while (place.isPresent()) {
                look(place.get());
                place = next();
            }
        } finally {
            locked(() -> {
                ended = true;
                changed.signalAll();
            });
        }
    }

    /** Waits for a session whose turn it is; empty when this was stopped. */
    private Optional<Place> next() {
        lock.lock();
        try {
            while (!stopped) {
                boolean free = sendingNow.size() < options.concurrency();
                long wait = free && !idle.isEmpty() ? idle.element().at - System.nanoTime() : Long.MAX_VALUE;
                if (wait <= 0) {
                    Place place = idle.remove();
                    place.woken = false;
                    place.usedBy = Optional.of(looker);
                    return Optional.of(place);
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
        }
    }

    private void look(Place place) {
        long pause = REST;
        try {
            Look look = place.delivery.look();
            pause = look.pause();
            place.failing = false;
            if (look.claim().isPresent()) {
                Claim claim = look.claim().get();
                Thread starting = Thread.currentThread();
                locked(() -> sendingNow.add(starting));
                senders.execute(() -> send(place, claim, starting));
                return;
            }
        } catch (ClosedException e) {
            LOG.debug("no more jobs of session {}: {}", place.delivery.store().session(), e.getMessage());
            locked(() -> place.removed = true);
        } catch (RuntimeException | Error e) {
            // whatever it is: without this thread nothing would be sent any more
            pause = Math.max(REST, options.pollEvery().toNanos());
            if (!place.failing) {
                place.failing = true;
                tell(place, e);
            }
        }
        long rest = pause;
        locked(() -> rest(place, rest));
    }

    private void tell(Place place, Throwable failure) {
        if (failure instanceof RuntimeException exception) {
            options.tell(new JobEvent.Trouble(place.delivery.store().session(), exception));
        } else {
            LOG.error("while looking for jobs", failure);
        }
    }

    private void send(Place place, Claim claim, Thread starting) {
        Thread thread = Thread.currentThread();
        locked(() -> {
            sendingNow.remove(starting);
            sendingNow.add(thread);
            place.usedBy = Optional.of(thread);
        });
        try {
            sending.accept(place, claim);
        } finally {
            locked(() -> {
                sendingNow.remove(thread);
                // so that the next job of this thread begins without it
                Thread.interrupted();
                rest(place, 0);
            });
        }
    }

    /** Under the lock: looks again after so long. */
    private void rest(Place place, long pause) {
        place.usedBy = Optional.empty();
        if (!place.removed && !stopped) {
            place.at = System.nanoTime() + (place.woken ? 0 : Math.min(pause, Long.MAX_VALUE / 2));
            idle.add(place);
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

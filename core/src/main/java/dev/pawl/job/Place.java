package dev.pawl.job;

import dev.pawl.job.Delivery.Claim;
import dev.pawl.job.Delivery.Look;
import dev.pawl.lease.Beat;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One session that a runner sends for. One thread at a time is at work for it; it shows that this process lives until it is
 * removed and nobody is at work for it any more.
 *
 * <p><b>Thread-safety.</b> All methods may be called from many threads.
 */
final class Place {

    private final RunnerOptions options;
    private final JobStore store;
    private final JobSender sender;
    private final Beat beat;
    private final Reports reports;
    private final Delivery delivery;
    private final Set<Thread> workers;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition free = lock.newCondition();

    /** Written under the lock, which is held while the last beat is removed: who only looks does not wait for that. */
    private volatile boolean taken;

    // all below under the lock
    private boolean removed;
    private boolean hurried;
    /** Who is at work; between two threads nobody. */
    private Optional<Thread> worker = Optional.empty();

    /**
     * Begins to show that this process lives.
     *
     * @param workers gets the threads that are at work for any place of a runner
     * @throws dev.pawl.backend.UnavailableException when the store cannot be reached
     */
    Place(JobStore store, JobSender sender, RunnerOptions options, Set<Thread> workers) {
        this.store = store;
        this.sender = sender;
        this.options = options;
        this.workers = workers;
        this.beat = Beat.keep(store.backend(), options.timing());
        this.reports = new Reports(options, store.session());
        this.delivery = new Delivery(store, options, beat, reports);
    }

    JobStore store() {
        return store;
    }

    /** Tells whoever listens to this session that something went wrong. */
    void trouble(Throwable failure) {
        options.trouble(store.session(), failure);
    }

    /** The current thread goes to work for it; false when it was removed, or somebody else is at work. */
    boolean take() {
        lock.lock();
        try {
            if (removed || taken) {
                return false;
            }
            taken = true;
            begin();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Another thread goes on, which will {@link #goOn}. */
    void handOver() {
        lock.lock();
        try {
            stop();
        } finally {
            lock.unlock();
        }
    }

    /** The current thread goes on with what another handed over. */
    void goOn() {
        lock.lock();
        try {
            begin();
            if (hurried) {
                Thread.currentThread().interrupt();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Nobody is at work for it any more. */
    void release() {
        lock.lock();
        try {
            stop();
            taken = false;
            end();
            free.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void begin() {
        worker = Optional.of(Thread.currentThread());
        workers.add(Thread.currentThread());
    }

    private void stop() {
        worker.ifPresent(workers::remove);
        worker = Optional.empty();
    }

    /** Under the lock, so that who waits until nobody is at work finds the beat stopped as well. */
    private void end() {
        if (removed && !taken) {
            beat.close();
        }
    }

    /** Takes nothing more. Who is at work goes on until that is through. */
    void remove() {
        lock.lock();
        try {
            removed = true;
            end();
        } finally {
            lock.unlock();
        }
    }

    boolean isRemoved() {
        lock.lock();
        try {
            return removed;
        } finally {
            lock.unlock();
        }
    }

    boolean isTaken() {
        return taken;
    }

    /** As {@link StoreUser#awaitEnd}, for any thread but the one at work. */
    boolean awaitEnd(long nanos) throws InterruptedException {
        boolean through = false;
        lock.lock();
        try {
            long left = nanos;
            while (taken && left > 0) {
                left = free.awaitNanos(left);
            }
            through = !taken;
            return through;
        } finally {
            if (!through) {
                hurried = true;
                worker.ifPresent(Thread::interrupt);
            }
            lock.unlock();
        }
    }

    /** Sends what is due in this thread; returns how many jobs were taken. None when somebody else is at work. */
    int runDue() {
        if (!take()) {
            return 0;
        }
        try {
            int taken = 0;
            while (!isRemoved()) {
                Look look = look();
                if (look.claim().isPresent()) {
                    taken++;
                    send(look.claim().get());
                } else if (look.pause() > 0) {
                    break;
                }
            }
            return taken;
        } finally {
            release();
        }
    }

    /** Takes the job that is to be sent next. For the thread at work. */
    Look look() {
        return delivery.look();
    }

    /** Sends a job and notes what became of it. For the thread at work. */
    void send(Claim claim) {
        new Sending(store, sender, options, beat, claim, reports).run();
    }

    /** A job that was claimed is not sent after all. */
    void abandon(Claim claim) {
        beat.end(claim.owner());
    }
}

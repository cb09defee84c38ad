package dev.pawl.tck;

import dev.pawl.lease.Ticker;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A clock that tests set. Whoever waits by it does not wait: time jumps, and {@link #onSleep} may do something meanwhile.
 * Only the thread that beats really stands still, until {@link #letBeat}.
 */
public final class ManualTicker implements Ticker {

    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(20);

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private long now;
    private Runnable onSleep = () -> {};
    private @Nullable Thread beater;
    private boolean asleep;
    private int permits;

    /** A clock that stands at zero. */
    public ManualTicker() {}

    /** What happens each time somebody waits, after the time has jumped. */
    public void onSleep(Runnable action) {
        onSleep = action;
    }

    /** Lets time go by. */
    public void advance(Duration duration) {
        lock.lock();
        try {
            now += duration.toNanos();
        } finally {
            lock.unlock();
        }
    }

    /** How long this clock has run. */
    public Duration elapsed() {
        return Duration.ofNanos(nanos());
    }

    /** Lets the beating thread do one round, and returns when it has. */
    public void letBeat() {
        lock.lock();
        try {
            await("the beating thread does not come to rest", () -> asleep);
            permits++;
            asleep = false;
            changed.signalAll();
            await("the beating thread does not finish its round", () -> asleep || ended());
        } finally {
            lock.unlock();
        }
    }

    private boolean ended() {
        Thread thread = beater;
        return thread != null && !thread.isAlive();
    }

    private interface State {
        boolean reached();
    }

    private void await(String failure, State state) {
        long end = System.nanoTime() + PATIENCE;
        while (!state.reached()) {
            if (System.nanoTime() > end) {
                throw new AssertionError(failure);
            }
            try {
                // a thread that ends does not signal
                changed.await(2, TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                throw new AssertionError("interrupted", e);
            }
        }
    }

    @Override
    public long nanos() {
        lock.lock();
        try {
            return now;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void sleep(Duration duration) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        if (Thread.currentThread().getName().equals("pawl-beat")) {
            standStill();
        } else {
            advance(duration);
            onSleep.run();
        }
    }

    private void standStill() throws InterruptedException {
        lock.lock();
        try {
            beater = Thread.currentThread();
            asleep = true;
            changed.signalAll();
            while (permits == 0) {
                changed.await();
            }
            permits--;
        } finally {
            asleep = false;
            lock.unlock();
        }
    }
}

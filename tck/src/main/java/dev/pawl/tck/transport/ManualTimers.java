package dev.pawl.tck.transport;

import dev.pawl.Registration;
import dev.pawl.Timers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** A clock for a client that tests set: nothing happens later until {@link #advance} is called. */
public final class ManualTimers implements Timers {

    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(20);

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final List<Timer> timers = new ArrayList<>();
    private Duration now = Duration.ZERO;

    private record Timer(Duration at, Duration pause, Runnable action) {}

    /** A clock that stands at zero. */
    public ManualTimers() {}

    @Override
    public Registration after(Duration pause, Runnable action) {
        lock.lock();
        try {
            Timer timer = new Timer(now.plus(pause), pause, action);
            timers.add(timer);
            changed.signalAll();
            return () -> callOff(timer);
        } finally {
            lock.unlock();
        }
    }

    private void callOff(Timer timer) {
        lock.lock();
        try {
            timers.remove(timer);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Lets time go by; what is due runs in this thread, in the order it is due. */
    public void advance(Duration duration) {
        Duration end;
        lock.lock();
        try {
            end = now.plus(duration);
        } finally {
            lock.unlock();
        }
        for (Optional<Timer> due = due(end); due.isPresent(); due = due(end)) {
            due.get().action().run();
        }
    }

    private Optional<Timer> due(Duration end) {
        lock.lock();
        try {
            Optional<Timer> first = timers.stream()
                    .filter(timer -> timer.at().compareTo(end) <= 0)
                    .min(Comparator.comparing(Timer::at));
            first.ifPresent(timers::remove);
            now = first.map(Timer::at).orElse(end);
            return first;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until somebody waits for exactly this long, as {@link #await} does, and lets it go by. */
    public void pass(Duration pause) {
        await(pause);
        advance(pause);
    }

    /**
     * Waits until somebody waits for exactly this long.
     *
     * @throws AssertionError when nobody does within 20 seconds; it names what is waited for
     */
    public void await(Duration pause) {
        lock.lock();
        try {
            long end = System.nanoTime() + PATIENCE;
            while (timers.stream().noneMatch(timer -> timer.pause().equals(pause))) {
                long left = end - System.nanoTime();
                if (left <= 0) {
                    throw new AssertionError("nobody waits for " + pause + ", but for " + pauses());
                }
                changed.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted", e);
        } finally {
            lock.unlock();
        }
    }

    /** What is waited for now. */
    public List<Duration> pauses() {
        lock.lock();
        try {
            return timers.stream().map(Timer::pause).toList();
        } finally {
            lock.unlock();
        }
    }
}

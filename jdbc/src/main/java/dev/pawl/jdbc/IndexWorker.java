package dev.pawl.jdbc;

import dev.pawl.backend.ClosedException;
import dev.pawl.backend.Searching;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has changes of messages brought into an index, step by step, in a thread that is there only while there is something to
 * do. What it does not come to stays where the commits left it, for whoever opens the storage next.
 *
 * <p><b>Thread-safety.</b> Safe.
 */
final class IndexWorker implements AutoCloseable {

    /** The most changes of one step. */
    static final int STEP = 500;

    private static final Logger LOG = LoggerFactory.getLogger(IndexWorker.class);

    /**
     * Changes of single messages are gathered so long, since a step costs a commit, however few it takes. While commits
     * come one after another the index takes one step in this time: they are what somebody waits for.
     */
    private static final Duration GATHERING = Duration.ofMillis(100);

    /** When there was no commit for so long, they have come to an end. */
    private static final Duration QUIET = Duration.ofMillis(200);

    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

    private final String place;
    private final IntSupplier step;
    private final int most;
    private final ScheduledThreadPoolExecutor executor;
    private final AtomicBoolean scheduled = new AtomicBoolean();

    /** As far as this process knows: it does not see what others leave and take. */
    private final AtomicLong waiting = new AtomicLong();

    /** When there was a commit for the last time, by {@link System#nanoTime}. */
    private volatile long lastNoted = System.nanoTime() - QUIET.toNanos();

    /** Only used by the thread. */
    private Duration pause = FIRST_PAUSE;

    /**
     * Begins nothing yet.
     *
     * @param place what is indexed, for people
     * @param step takes some changes, the oldest first, and says how many; 0 when there are none
     */
    IndexWorker(String place, IntSupplier step) {
        this(place, step, Searching.MOST_WAITING);
    }

    /** Where committers help when more than this many wait. */
    IndexWorker(String place, IntSupplier step, int most) {
        this.place = place;
        this.step = step;
        this.most = most;
        this.executor = new ScheduledThreadPoolExecutor(1, work -> {
            Thread thread = new Thread(work, "pawl-search");
            thread.setDaemon(true);
            return thread;
        });
        executor.setKeepAliveTime(1, TimeUnit.SECONDS);
        executor.allowCoreThreadTimeOut(true);
        executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    /** There may be changes that somebody left. */
    void wake() {
        schedule(Duration.ZERO);
    }

    /** So many changes were committed just now. Helps when too many wait. */
    void noted(int changes) {
        if (changes == 0) {
            return;
        }
        lastNoted = System.nanoTime();
        long all = waiting.addAndGet(changes);
        schedule(GATHERING);
        try {
            while (all > most && take() > 0) {
                all = waiting.get();
            }
        } catch (RuntimeException e) {
            // What was committed is committed. The thread will come to the same and say so.
            LOG.debug("{}: could not help the index", place, e);
        }
    }

    /**
     * Takes this many changes; all that were there when somebody counted them, since the oldest come first.
     *
     * @return whether that was done within this time
     */
    boolean take(long changes, Duration longest) {
        long begun = System.nanoTime();
        long nanos = Duration.ofNanos(Long.MAX_VALUE).compareTo(longest) < 0 ? Long.MAX_VALUE : longest.toNanos();
        long left = changes;
        while (left > 0) {
            if (System.nanoTime() - begun >= nanos) {
                return false;
            }
            int taken = take();
            left = taken == 0 ? 0 : left - taken;
        }
        return true;
    }

    private int take() {
        int taken = step.getAsInt();
        waiting.updateAndGet(before -> taken == 0 ? 0 : Math.max(0, before - taken));
        return taken;
    }

    private void schedule(Duration delay) {
        if (scheduled.compareAndSet(false, true)) {
            try {
                ScheduledFuture<?> unused = executor.schedule(this::run, delay.toMillis(), TimeUnit.MILLISECONDS);
            } catch (RejectedExecutionException e) {
                // Closed: it stays where it is.
            }
        }
    }

    private void run() {
        // Whoever commits from now on has it run once more.
        scheduled.set(false);
        try {
            while (!executor.isShutdown() && take() == STEP) {
                if (isBusy()) {
                    schedule(GATHERING);
                    break;
                }
            }
            pause = FIRST_PAUSE;
        } catch (ClosedException e) {
            // So nobody needs it.
        } catch (RuntimeException e) {
            LOG.warn("{}: search lags behind, because its index could not be written; trying again", place, e);
            schedule(pause);
            Duration twice = pause.multipliedBy(2);
            pause = twice.compareTo(LONGEST_PAUSE) < 0 ? twice : LONGEST_PAUSE;
        }
    }

    /**
     * Whether there are commits all the time, and room for what they leave. Who knows of nothing that waits, and yet found
     * a whole step, takes what others left without a pause.
     */
    private boolean isBusy() {
        long known = waiting.get();
        return known > 0 && known < most / 2 && System.nanoTime() - lastNoted < QUIET.toNanos();
    }

    /** Ends after the step that is under way. */
    @Override
    public void close() {
        executor.shutdown();
        boolean interrupted = false;
        while (true) {
            try {
                if (executor.awaitTermination(1, TimeUnit.MINUTES)) {
                    break;
                }
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}

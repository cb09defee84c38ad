package dev.pawl.file.log;

import dev.pawl.file.Workers;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Has done later, or beside those who use a store, what nobody waits for. Tests take its place, and decide when that
 * is.
 */
interface Keeper {

    /** Does something once, after this time, on a thread that nobody interrupts. */
    void after(Duration delay, Runnable task);

    /** The time since some moment, in nanoseconds, on a clock that nobody sets. */
    long nanoTime();

    /** The one of this process: one thread that remembers; the work itself is done by {@link Workers}. */
    static Keeper ofProcess() {
        return OfProcess.INSTANCE;
    }

    /** See {@link #ofProcess}. */
    final class OfProcess implements Keeper {

        private static final OfProcess INSTANCE = new OfProcess();

        private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "pawl-keeper");
            thread.setDaemon(true);
            return thread;
        });

        private OfProcess() {}

        @Override
        public void after(Duration delay, Runnable task) {
            // What goes wrong in there goes to the handler of uncaught exceptions.
            Future<?> unused = clock.schedule(() -> Workers.start(task), delay.toNanos(), TimeUnit.NANOSECONDS);
        }

        @Override
        public long nanoTime() {
            return System.nanoTime();
        }
    }
}

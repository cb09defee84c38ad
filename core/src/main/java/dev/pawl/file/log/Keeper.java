package dev.pawl.file.log;

import dev.pawl.file.Workers;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** The one thread of the process that remembers what is to be done later; the work itself is done by {@link Workers}. */
final class Keeper {

    private static final ScheduledExecutorService CLOCK = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "pawl-keeper");
        thread.setDaemon(true);
        return thread;
    });

    private Keeper() {}

    /** Does something after this time, once. */
    static void after(Duration delay, Runnable task) {
        CLOCK.schedule(() -> Workers.start(task), delay.toNanos(), TimeUnit.NANOSECONDS);
    }
}

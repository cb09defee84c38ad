package dev.pawl;

import java.time.Duration;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Time as a client sees it. Tests bring their own. */
@FunctionalInterface
public interface Timers {

    /** The clock of this machine, with one thread for all clients. */
    Timers SYSTEM = new SystemTimers();

    /**
     * Has something short run when so much time has gone by.
     *
     * @return has it run no more, if it has not begun
     */
    Registration after(Duration pause, Runnable action);

    /** The clock of this machine. */
    final class SystemTimers implements Timers {

        private final ScheduledThreadPoolExecutor thread = new ScheduledThreadPoolExecutor(1, work -> {
            Thread timer = new Thread(work, "pawl-timer");
            timer.setDaemon(true);
            return timer;
        });

        private SystemTimers() {
            thread.setRemoveOnCancelPolicy(true);
        }

        @Override
        public Registration after(Duration pause, Runnable action) {
            var timer = thread.schedule(action, pause.toNanos(), TimeUnit.NANOSECONDS);
            return () -> timer.cancel(false);
        }
    }
}

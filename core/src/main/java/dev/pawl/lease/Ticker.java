package dev.pawl.lease;

import java.time.Duration;

/** Time as a lease sees it: a counter that only goes forward, and a way to let it go by. Tests bring their own. */
public interface Ticker {

    /** The clock of this machine. */
    Ticker SYSTEM = new Ticker() {
        @Override
        public long nanos() {
            return System.nanoTime();
        }

        @Override
        public void sleep(Duration duration) throws InterruptedException {
            Thread.sleep(duration.toMillis(), duration.toNanosPart() % 1_000_000);
        }
    };

    /** Nanoseconds since some moment; only differences mean something. */
    long nanos();

    /**
     * Returns when this much time has gone by.
     *
     * @throws InterruptedException when the thread was interrupted first
     */
    void sleep(Duration duration) throws InterruptedException;
}

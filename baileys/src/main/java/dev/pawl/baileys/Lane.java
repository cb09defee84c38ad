package dev.pawl.baileys;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;

/** Runs one piece of work after the other, in the order in which they came, on threads of somebody else. */
final class Lane {

    private final Executor threads;
    private final ReentrantLock lock = new ReentrantLock();
    private final Queue<Runnable> waiting = new ArrayDeque<>();
    private boolean busy;

    Lane(Executor threads) {
        this.threads = threads;
    }

    /** Has {@code work} done after all that came before. It does not throw. */
    void run(Runnable work) {
        lock.lock();
        try {
            waiting.add(work);
            if (busy) {
                return;
            }
            busy = true;
        } finally {
            lock.unlock();
        }
        threads.execute(this::work);
    }

    private void work() {
        while (true) {
            Runnable next;
            lock.lock();
            try {
                next = waiting.poll();
                if (next == null) {
                    busy = false;
                    return;
                }
            } finally {
                lock.unlock();
            }
            next.run();
        }
    }
}

package dev.pawl;

import dev.pawl.backend.SessionName;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The one thread on which the listeners of a client run as long as there is something to tell them, and what waits for it.
 *
 * <p>Who brings events waits for room. But while somebody waits for an answer over the link there is more room, and much more while
 * a listener does: it waits for something that comes in behind the very events that wait for it.
 */
final class ListenerQueue {

    static final int ROOM = 1_000;
    static final long ROOM_BYTES = 16L << 20;

    /** Instead, while somebody waits for an answer, such as a job for the server to confirm its message, which may take a minute. */
    static final int MORE_ROOM = 10_000;

    static final long MORE_ROOM_BYTES = 64L << 20;

    /** Instead, while a listener does. Without room for what comes before its answer it would wait in vain. */
    static final int MOST_ROOM = 100_000;

    static final long MOST_ROOM_BYTES = 256L << 20;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition news = lock.newCondition();
    private final Condition room = lock.newCondition();
    private final Condition ended = lock.newCondition();
    private final Deque<Task> waiting = new ArrayDeque<>();
    private final String name;

    // all under the lock

    /** Runs listeners, and ends when there was nothing to run for a while. */
    private Optional<Thread> thread = Optional.empty();

    private int events;
    private long bytes;
    private int answersAwaited;

    /** Of those, by the thread of the listeners. */
    private int answersAwaitedByListeners;

    private boolean closed;
    private boolean over;

    private record Task(Runnable work, long bytes) {}

    ListenerQueue(SessionName session) {
        name = "pawl-listeners-" + session;
    }

    /** Whether the calling thread is the one on which listeners run. */
    boolean isOwnThread() {
        lock.lock();
        try {
            return thread.equals(Optional.of(Thread.currentThread()));
        } finally {
            lock.unlock();
        }
    }

    /** Has something small run after what waits, whatever room there is. After the end it is dropped. */
    void add(Runnable work) {
        put(new Task(work, 0));
    }

    /** Has an event delivered after what waits, whatever room there is. After the end it is dropped. */
    void addEvent(Runnable work, long weight) {
        put(new Task(work, Math.max(1, weight)));
    }

    private void put(Task task) {
        lock.lock();
        try {
            if (closed) {
                return;
            }
            waiting.add(task);
            if (task.bytes > 0) {
                events++;
                bytes += task.bytes;
            }
            if (thread.isEmpty()) {
                begin();
            }
            news.signal();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits until there is room for an event. The thread on which listeners run never waits.
     *
     * @throws CancellationException when the thread is interrupted meanwhile, and stays so
     */
    void awaitRoom() {
        lock.lock();
        try {
            while (!closed && !hasRoom() && !isOwnThread()) {
                room.await();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted before there was room for an event: it was not taken");
        } finally {
            lock.unlock();
        }
    }

    private boolean hasRoom() {
        if (answersAwaitedByListeners > 0) {
            return events < MOST_ROOM && bytes < MOST_ROOM_BYTES;
        }
        boolean more = answersAwaited > 0;
        return events < (more ? MORE_ROOM : ROOM) && bytes < (more ? MORE_ROOM_BYTES : ROOM_BYTES);
    }

    /** The calling thread begins to wait for an answer over the link. */
    void beginAwaitingAnswer() {
        lock.lock();
        try {
            answersAwaited++;
            answersAwaitedByListeners += isOwnThread() ? 1 : 0;
            room.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** It waits no more. */
    void endAwaitingAnswer() {
        lock.lock();
        try {
            answersAwaited--;
            answersAwaitedByListeners -= isOwnThread() ? 1 : 0;
        } finally {
            lock.unlock();
        }
    }

    /** Something that waits. */
    interface Waiting<T, E extends Exception> {
        T run() throws InterruptedException, E;
    }

    /** Waits for something: when a listener does, that is an answer it waits for. */
    <T, E extends Exception> T awaiting(Waiting<T, E> waiting) throws InterruptedException, E {
        if (!isOwnThread()) {
            return waiting.run();
        }
        beginAwaitingAnswer();
        try {
            return waiting.run();
        } finally {
            endAwaitingAnswer();
        }
    }

    private void begin() {
        Thread made = new Thread(this::run, name);
        made.setDaemon(true);
        made.start();
        thread = Optional.of(made);
    }

    private void run() {
        boolean through = false;
        try {
            for (Optional<Task> task = next(); task.isPresent(); task = next()) {
                try {
                    task.get().work.run();
                } finally {
                    done(task.get());
                }
            }
            through = true;
        } finally {
            if (!through) {
                replace();
            }
        }
    }

    /** Something threw what nobody expects, such as an error of a class that is missing: another thread goes on. */
    private void replace() {
        lock.lock();
        try {
            thread = Optional.empty();
            if (waiting.isEmpty()) {
                endIfClosed();
            } else {
                begin();
            }
        } finally {
            lock.unlock();
        }
    }

    private Optional<Task> next() {
        lock.lock();
        try {
            long left = ClientThread.IDLE.toNanos();
            while (waiting.isEmpty() && !closed && left > 0) {
                try {
                    left = news.awaitNanos(left);
                } catch (InterruptedException e) {
                    // somebody came too late with it
                }
            }
            // whoever interrupted a listener meant that listener
            Thread.interrupted();
            Optional<Task> task = Optional.ofNullable(waiting.poll());
            if (task.isEmpty()) {
                thread = Optional.empty();
                endIfClosed();
            }
            return task;
        } finally {
            lock.unlock();
        }
    }

    private void endIfClosed() {
        if (closed && thread.isEmpty()) {
            over = true;
            ended.signalAll();
        }
    }

    private void done(Task task) {
        lock.lock();
        try {
            if (task.bytes > 0) {
                events--;
                bytes -= task.bytes;
                room.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Takes nothing more; what waits still runs. */
    void close() {
        lock.lock();
        try {
            closed = true;
            news.signalAll();
            room.signalAll();
            endIfClosed();
        } finally {
            lock.unlock();
        }
    }

    /**
     * After {@link #close}, waits until what waited has run.
     *
     * @return whether it has, within this time; false at once on the thread of the listeners
     */
    boolean awaitEnd(long nanos) throws InterruptedException {
        if (isOwnThread()) {
            return false;
        }
        lock.lockInterruptibly();
        try {
            for (long left = nanos; !over && left > 0; ) {
                left = ended.awaitNanos(left);
            }
            return over;
        } finally {
            lock.unlock();
        }
    }
}

package dev.pawl.message;

import dev.pawl.event.RawEvent;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Events between a source and the thread that stores them, in their order: as many and as heavy as memory allows. An
 * event counts until it is {@link #done}, also while it is being stored; who brings more waits.
 *
 * <p><b>Thread-safety.</b> Any number of threads put and wait; one takes.
 */
final class EventQueue {

    /** The most bytes of memory that events may take, unless a single one is heavier: 48 MiB. */
    static final long HEAVIEST = 48L << 20;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition room = lock.newCondition();
    private final Condition news = lock.newCondition();
    private final Condition progress = lock.newCondition();
    private final Deque<Entry> waiting = new ArrayDeque<>();
    /** The weights of what was taken and is not done. */
    private final Deque<Long> taken = new ArrayDeque<>();

    private final int most;
    private final long heaviest;
    private long weight;
    private long came;
    private long done;
    /** Nobody waits for others up to this one. */
    private long urgent;

    private int heldUp;
    private boolean closed;
    private boolean over;

    private record Entry(RawEvent event, long weight, long arrived) {}

    EventQueue(int most, long heaviest) {
        this.most = most;
        this.heaviest = heaviest;
    }

    /**
     * Takes an event over, once there is room for it.
     *
     * @param refusal what is thrown once the queue is closed
     * @throws CancellationException when the thread is interrupted while it waits: the event was not taken over, and
     *     the thread stays interrupted
     */
    void put(RawEvent event, Supplier<RuntimeException> refusal) {
        long heavy = event.weight();
        lock.lock();
        try {
            while (!closed && !hasRoomFor(heavy)) {
                heldUp++;
                news.signalAll();
                try {
                    room.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new CancellationException("interrupted before there was room for an event: it was not taken");
                } finally {
                    heldUp--;
                }
            }
            if (closed) {
                throw refusal.get();
            }
            add(event, heavy);
        } finally {
            lock.unlock();
        }
    }

    /** Takes over what another queue still held, whatever room there is. */
    void putAll(List<RawEvent> events) {
        lock.lock();
        try {
            events.forEach(event -> add(event, event.weight()));
        } finally {
            lock.unlock();
        }
    }

    private void add(RawEvent event, long heavy) {
        waiting.add(new Entry(event, heavy, System.nanoTime()));
        weight += heavy;
        came++;
        news.signalAll();
    }

    private boolean hasRoomFor(long heavy) {
        long held = came - done;
        return held == 0 || (held < most && weight + heavy <= heaviest);
    }

    /**
     * The next events, as soon as there are so many of them, or the first has waited so long for others, or more cannot
     * come, or somebody waits for them.
     *
     * @param notBefore for others they wait at least until then, by {@link System#nanoTime}
     * @return none when the queue is closed and empty
     */
    List<RawEvent> next(int batch, long longestWait, long notBefore) {
        lock.lock();
        try {
            long wait = untilReady(batch, longestWait, notBefore);
            while (wait > 0) {
                awaitNews(wait);
                wait = untilReady(batch, longestWait, notBefore);
            }
            List<RawEvent> events = new ArrayList<>(Math.min(batch, waiting.size()));
            for (Entry entry; events.size() < batch && (entry = waiting.poll()) != null; ) {
                events.add(entry.event());
                taken.add(entry.weight());
            }
            return events;
        } finally {
            lock.unlock();
        }
    }

    /** The same, which wait for nothing else. */
    List<RawEvent> next(int batch, long longestWait) {
        return next(batch, longestWait, System.nanoTime());
    }

    private long untilReady(int batch, long longestWait, long notBefore) {
        Entry first = waiting.peek();
        if (first == null) {
            return closed ? 0 : Long.MAX_VALUE;
        }
        boolean ready = closed || heldUp > 0 || waiting.size() >= batch || came - waiting.size() < urgent;
        long now = System.nanoTime();
        return ready ? 0 : Math.max(longestWait - (now - first.arrived()), notBefore - now);
    }

    /** Waits before something is tried again, unless the queue is closed. */
    void pause(long nanos) {
        long end = System.nanoTime() + nanos;
        lock.lock();
        try {
            for (long left = nanos; left > 0 && !closed; left = end - System.nanoTime()) {
                awaitNews(left);
            }
        } finally {
            lock.unlock();
        }
    }

    /** The thread that stores belongs to the binding: whoever interrupts it means nothing by that. */
    @SuppressWarnings("WaitNotInLoop") // whoever calls it is in one
    private void awaitNews(long nanos) {
        try {
            news.awaitNanos(nanos);
        } catch (InterruptedException e) {
            // go on
        }
    }

    /** The first of those that were taken need no room any more. */
    void done(int events) {
        lock.lock();
        try {
            for (int i = 0; i < events; i++) {
                weight -= taken.remove();
            }
            done += events;
            room.signalAll();
            progress.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Takes nothing over any more; what is there can still be taken out. */
    void close() {
        lock.lock();
        try {
            closed = true;
            room.signalAll();
            news.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Nobody takes anything out any more. */
    void end() {
        lock.lock();
        try {
            closed = true;
            over = true;
            room.signalAll();
            progress.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits until all that came before is done.
     *
     * @return whether it is
     */
    boolean awaitDone(long nanos) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long last = came;
            urgent = Math.max(urgent, last);
            news.signalAll();
            for (long left = nanos; done < last && !over && left > 0; ) {
                left = progress.awaitNanos(left);
            }
            return done >= last;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until {@link #end}. */
    void awaitEnd() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (!over) {
                progress.await();
            }
        } finally {
            lock.unlock();
        }
    }

    boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    /** What was never taken out. */
    List<RawEvent> left() {
        lock.lock();
        try {
            return waiting.stream().map(Entry::event).toList();
        } finally {
            lock.unlock();
        }
    }

    /** How many came and are not done. */
    int held() {
        lock.lock();
        try {
            return (int) (came - done);
        } finally {
            lock.unlock();
        }
    }

    /** How many are done. */
    long doneEvents() {
        lock.lock();
        try {
            return done;
        } finally {
            lock.unlock();
        }
    }
}

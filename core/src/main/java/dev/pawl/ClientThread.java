package dev.pawl;

import dev.pawl.backend.ClosedException;
import dev.pawl.backend.SessionName;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one thread on which a client decides, as long as there is something to decide, and what it is going to do later. */
final class ClientThread {

    private static final Logger LOG = LoggerFactory.getLogger(Client.class);

    /** For how long a thread without work is kept: a process may have very many clients that have nothing to decide. */
    static final Duration IDLE = Duration.ofSeconds(1);

    /** What is done later. One of each kind: a new one replaces the one before. */
    enum Later {
        /** The next attempt to connect. */
        ATTEMPT,
        /** Giving up an attempt that nobody answers. */
        ANSWER,
        /** Believing that a connection lasts. */
        STEADY,
        /** Looking whether the session still is ours. */
        WATCH
    }

    /** Something that is done later, unless it is called off first: also after its time has come. */
    private static final class Pending {
        private Registration timer = () -> {};
    }

    private final SessionName session;
    private final Timers clock;
    private final ExecutorService thread;

    /** The thread of now, or that of last. */
    private volatile Optional<Thread> own = Optional.empty();

    private final ReentrantLock lock = new ReentrantLock();

    /** The thread while it does something that may be interrupted. Under the lock. */
    private Optional<Thread> slow = Optional.empty();

    /** How many want something else than that. Under the lock. */
    private int hurrying;

    /** Of the thread. */
    private final Map<Later, Pending> pending = new EnumMap<>(Later.class);

    ClientThread(SessionName session, Timers clock) {
        this.session = session;
        this.clock = clock;
        ThreadPoolExecutor one = new ThreadPoolExecutor(
                1, 1, IDLE.toMillis(), TimeUnit.MILLISECONDS, new LinkedBlockingQueue<>(), work -> {
                    Thread made = new Thread(work, "pawl-client-" + session);
                    made.setDaemon(true);
                    own = Optional.of(made);
                    return made;
                });
        one.allowCoreThreadTimeOut(true);
        this.thread = one;
    }

    /** Whether the calling thread is the one. */
    boolean isOwn() {
        return own.equals(Optional.of(Thread.currentThread()));
    }

    /** Has something done after what is being done; nothing when the client is closed. */
    void post(Runnable work) {
        if (!took(work)) {
            LOG.debug("session {}: nothing is done any more, the client is closed", session);
        }
    }

    /** The same; the future is done when that is, or never will be. */
    CompletableFuture<Void> promise(Runnable work) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        boolean taken = took(() -> {
            try {
                work.run();
            } finally {
                done.complete(null);
            }
        });
        return taken ? done : CompletableFuture.completedFuture(null);
    }

    private boolean took(Runnable work) {
        try {
            thread.execute(work);
            return true;
        } catch (RejectedExecutionException e) {
            return false;
        }
    }

    /**
     * Has something done and waits for it, however long.
     *
     * @throws ClosedException when the client is closed
     */
    <T> T ask(Supplier<T> work) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        boolean taken = took(() -> {
            try {
                answer.complete(work.get());
            } catch (RuntimeException | Error e) {
                answer.completeExceptionally(e);
            }
        });
        if (!taken) {
            throw new ClosedException("the client of session " + session + " is closed");
        }
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return answer.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new IllegalStateException(e.getCause());
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /**
     * The same as {@link #ask}, in the place of what takes long: that is interrupted now, and does not begin before this is done.
     */
    <T> T askInHurry(Supplier<T> work) {
        locked(() -> {
            hurrying++;
            slow.ifPresent(Thread::interrupt);
        });
        return ask(() -> {
            locked(() -> hurrying--);
            return work.get();
        });
    }

    /** Something that may take long, and ends when it is interrupted. */
    interface Slow<T> {
        T run() throws InterruptedException;
    }

    /**
     * On the thread: does something that may take long.
     *
     * @throws InterruptedException when something else is wanted, which is done next
     */
    <T> T interruptibly(Slow<T> work) throws InterruptedException {
        locked(() -> {
            slow = Optional.of(Thread.currentThread());
            if (hurrying > 0) {
                Thread.currentThread().interrupt();
            }
        });
        try {
            if (Thread.interrupted()) {
                throw new InterruptedException("something else is wanted");
            }
            return work.run();
        } finally {
            locked(() -> slow = Optional.empty());
            // of somebody who came too late
            Thread.interrupted();
        }
    }

    private void locked(Runnable action) {
        lock.lock();
        try {
            action.run();
        } finally {
            lock.unlock();
        }
    }

    /** On the thread: has something done on it after a pause. */
    void later(Later what, Duration pause, Runnable work) {
        callOff(what);
        Pending one = new Pending();
        pending.put(what, one);
        one.timer = clock.after(
                pause,
                () -> post(() -> {
                    if (pending.remove(what, one)) {
                        work.run();
                    }
                }));
    }

    private void callOff(Later what) {
        Pending before = pending.remove(what);
        if (before != null) {
            before.timer.close();
        }
    }

    /** On the thread: nothing is done later. */
    void callOffAll() {
        pending.values().forEach(one -> one.timer.close());
        pending.clear();
    }

    /** Ends after what waits. */
    void close() {
        thread.shutdown();
    }
}

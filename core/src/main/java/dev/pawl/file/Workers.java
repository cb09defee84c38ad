package dev.pawl.file;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Threads that nobody outside can interrupt, shared by everything that writes files: an interrupt inside channel I/O
 * closes the channel, and a commit must not end half-way because its caller lost patience. They are daemons and go when
 * there is nothing to do.
 */
public final class Workers {

    private static final ExecutorService POOL =
            new ThreadPoolExecutor(0, Integer.MAX_VALUE, 5, TimeUnit.SECONDS, new SynchronousQueue<>(), Worker::new);

    private static final class Worker extends Thread {
        Worker(Runnable task) {
            super(task, "pawl-file");
            setDaemon(true);
        }
    }

    private Workers() {}

    /** Runs the task on another thread and does not wait. What it throws goes to the handler of uncaught exceptions. */
    public static void start(Runnable task) {
        POOL.execute(task);
    }

    /**
     * Runs the task on a thread of ours, which this one may be, and waits for it, however often this one is interrupted
     * meanwhile.
     *
     * @throws IllegalStateException when the task fails with a checked exception; unchecked ones are thrown as they are
     */
    public static <T> T call(Callable<T> task) {
        // Handing over takes longer than most tasks.
        return Thread.currentThread() instanceof Worker ? here(task) : onAnother(task);
    }

    private static <T> T here(Callable<T> task) {
        try {
            return task.call();
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw undeclared(e);
        }
    }

    private static <T> T onAnother(Callable<T> task) {
        Future<T> future = POOL.submit(task);
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return future.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            if (e.getCause() instanceof Error failure) {
                throw failure;
            }
            throw undeclared(e.getCause());
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static IllegalStateException undeclared(@Nullable Throwable cause) {
        return new IllegalStateException("a file task failed in a way it does not declare", cause);
    }

    /** Work on files. */
    public interface FileWork<T> {

        /** Does it. */
        T run() throws IOException;
    }

    /**
     * Runs work on files as {@link #call} does.
     *
     * @throws IOException what the work throws, as it is
     */
    public static <T> T files(FileWork<T> work) throws IOException {
        try {
            return call(() -> {
                try {
                    return work.run();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }
}

package dev.pawl.tck;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

/** Runs pieces of a test in threads of their own and brings their failures back. */
final class Threads {

    private static final long SECONDS = 60;

    /** As many threads as there is work at once. They are used again: making them takes longer than most pieces do. */
    private static final ExecutorService POOL = Executors.newCachedThreadPool(Threads::thread);

    private Threads() {}

    /** What the work returns in another thread. */
    static <T> T elsewhere(Callable<T> work) throws Exception {
        return together(List.of(work)).get(0);
    }

    /** Starts all the work at one moment and waits for all of it; the first failure is thrown. */
    static <T> List<T> together(List<Callable<T>> work) throws Exception {
        CountDownLatch start = new CountDownLatch(1);
        List<FutureTask<T>> tasks = new ArrayList<>();
        for (Callable<T> piece : work) {
            FutureTask<T> task = new FutureTask<>(() -> {
                start.await();
                return piece.call();
            });
            tasks.add(task);
            POOL.execute(task);
        }
        start.countDown();
        List<T> results = new ArrayList<>();
        for (FutureTask<T> task : tasks) {
            results.add(result(task));
        }
        return results;
    }

    /** Starts a thread of its own, which may be interrupted from outside at any time. */
    static Thread start(Runnable work) {
        Thread thread = thread(work);
        thread.start();
        return thread;
    }

    /** A thread that does not keep the process alive. */
    private static Thread thread(Runnable work) {
        Thread thread = new Thread(work, "tck");
        thread.setDaemon(true);
        return thread;
    }

    /** Waits for the result, not for ever. */
    static <T> T result(FutureTask<T> task) throws Exception {
        try {
            return task.get(SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof Error error) {
                throw error;
            }
            throw failed.getCause() instanceof Exception exception ? exception : failed;
        }
    }
}

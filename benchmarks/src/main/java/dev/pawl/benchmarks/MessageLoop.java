package dev.pawl.benchmarks;

import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/** Has writers write messages, each writer one after another on a thread of its own, until that many are written or time is up. */
final class MessageLoop {

    private final int count;
    private final long longest;
    private final long[] latencies;
    private final AtomicInteger next = new AtomicInteger();
    private long processor;
    private long begin;

    private MessageLoop(int count, long longest) {
        this.count = count;
        this.longest = longest;
        this.latencies = new long[count];
    }

    /** One writer. */
    interface Writer {
        /**
         * Writes a message.
         *
         * @param number which of all writers' messages, from 0
         * @return how long that took without getting it ready, in nanoseconds
         */
        long write(int number);
    }

    /**
     * What came of it.
     *
     * @param messages how many were written
     * @param nanos from the first to the end of the last
     * @param processor time of the whole process in between, in nanoseconds
     * @param latencies of each
     */
    record Times(int messages, long nanos, long processor, Latencies latencies) {}

    /** Writes at most {@code count} messages in at most {@code seconds} seconds. */
    static Times run(List<? extends Writer> writers, int count, int seconds) {
        return new MessageLoop(count, seconds * 1_000_000_000L).run(writers);
    }

    private Times run(List<? extends Writer> writers) {
        if (writers.size() == 1) {
            start();
            write(writers.get(0));
        } else {
            atOnce(writers);
        }
        long nanos = System.nanoTime() - begin;
        int messages = Math.min(count, next.get());
        return new Times(messages, nanos, processor() - processor, Latencies.of(Arrays.copyOf(latencies, messages)));
    }

    private void atOnce(List<? extends Writer> writers) {
        ExecutorService threads = Executors.newFixedThreadPool(writers.size());
        try {
            CyclicBarrier ready = new CyclicBarrier(writers.size(), this::start);
            List<Callable<Void>> loops = writers.stream()
                    .<Callable<Void>>map(writer -> () -> {
                        ready.await();
                        write(writer);
                        return null;
                    })
                    .toList();
            for (Future<Void> loop : threads.invokeAll(loops)) {
                loop.get();
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        } finally {
            threads.shutdownNow();
        }
    }

    private void start() {
        processor = processor();
        begin = System.nanoTime();
    }

    private void write(Writer writer) {
        while (System.nanoTime() - begin < longest) {
            int number = next.getAndIncrement();
            if (number >= count) {
                return;
            }
            latencies[number] = writer.write(number);
        }
    }

    private static long processor() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean system
                ? system.getProcessCpuTime()
                : 0;
    }
}

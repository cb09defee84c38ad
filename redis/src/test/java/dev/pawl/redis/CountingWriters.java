package dev.pawl.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.backend.Backend;
import dev.pawl.backend.Batch;
import dev.pawl.backend.Family;
import dev.pawl.backend.InDoubtException;
import dev.pawl.backend.Key;
import dev.pawl.backend.Row;
import dev.pawl.backend.UnavailableException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** Threads that commit new pairs of rows all the time, each counting up, and know what was acknowledged. */
final class CountingWriters implements AutoCloseable {

    private final Backend backend;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<AtomicInteger> acknowledged = new ArrayList<>();
    private final List<Future<?>> ends = new ArrayList<>();
    private final AtomicInteger refused = new AtomicInteger();
    private final AtomicInteger doubtful = new AtomicInteger();
    private volatile boolean enough;

    CountingWriters(Backend backend, int writers) {
        this.backend = backend;
        for (int writer = 0; writer < writers; writer++) {
            int number = writer;
            acknowledged.add(new AtomicInteger());
            ends.add(threads.submit(() -> write(number)));
        }
    }

    private void write(int writer) {
        AtomicInteger count = acknowledged.get(writer);
        while (!enough) {
            int next = count.get() + 1;
            try {
                backend.commit(Rows.MAIN, Batch.of(left(writer, next), right(writer, next)));
                count.set(next);
            } catch (UnavailableException notApplied) {
                refused.incrementAndGet();
                LockSupport.parkNanos(1_000_000);
            } catch (InDoubtException either) {
                // The same again does no harm.
                doubtful.incrementAndGet();
            }
        }
    }

    private static Row left(int writer, int number) {
        return Rows.key("left", writer + "-" + number, number);
    }

    private static Row right(int writer, int number) {
        return Rows.of(Family.JOB, "waiting", writer + "-" + number, number);
    }

    /** Waits until each had so many more acknowledged. */
    void awaitMore(int each) {
        List<Integer> wanted =
                acknowledged.stream().map(count -> count.get() + each).toList();
        for (int writer = 0; writer < wanted.size(); writer++) {
            while (acknowledged.get(writer).get() < wanted.get(writer)
                    && !ends.get(writer).isDone()) {
                LockSupport.parkNanos(1_000_000);
            }
        }
    }

    /**
     * Ends them, and looks at what is there: of each batch all or nothing.
     *
     * @return how many acknowledged batches are not there
     */
    int stopAndCountLost() throws ExecutionException, InterruptedException {
        enough = true;
        int lost = 0;
        for (int writer = 0; writer < ends.size(); writer++) {
            ends.get(writer).get();
            // One more may be there, of which nobody knows.
            for (int number = 1; number <= acknowledged.get(writer).get() + 1; number++) {
                Row left = left(writer, number);
                Row right = right(writer, number);
                Map<Key, Row> rows = backend.get(Rows.MAIN, List.of(left.key(), right.key()));
                if (!rows.isEmpty()) {
                    assertThat(rows).containsEntry(left.key(), left).containsEntry(right.key(), right);
                } else if (number <= acknowledged.get(writer).get()) {
                    lost++;
                }
            }
        }
        return lost;
    }

    /** What they met with. */
    @Override
    public String toString() {
        return acknowledged + " acknowledged, " + refused + " times not applied, " + doubtful + " times in doubt";
    }

    @Override
    public void close() {
        enough = true;
        threads.shutdownNow();
    }
}

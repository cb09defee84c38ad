package dev.pawl.file.log;

import dev.pawl.backend.Access;
import dev.pawl.backend.Durability;
import dev.pawl.file.Disk;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;
import java.util.PriorityQueue;

/**
 * Looks after native logs when a test says so and on its thread, so that every run is the same; and makes logs new that are
 * still small.
 *
 * <p><b>Thread-safety.</b> Time passes on one thread, and what others do meanwhile may leave something to be done later.
 */
public final class SteppedKeeper implements Keeper {

    /** Nobody waits for a new log: who would make it is the one who waits. */
    private final Upkeep upkeep = new Upkeep(this, 96 << 10, Long.MAX_VALUE / 2, 48 << 10, 32 << 10);

    private final PriorityQueue<Task> tasks =
            new PriorityQueue<>(Comparator.comparing(Task::due).thenComparing(Task::number));

    private Duration now = Duration.ZERO;
    private long number;

    private record Task(Duration due, long number, Runnable task) {}

    /** Opens a directory that this one looks after, unless another one does already. */
    public NativeBackend open(Path directory, Access access, Durability durability, Disk disk) {
        return NativeBackend.builder(directory)
                .access(access)
                .durability(durability)
                .disk(disk)
                .upkeep(upkeep)
                .open();
    }

    /** Lets time pass, and does what is to be done until then. */
    public void pass(Duration duration) {
        Duration end = now().plus(duration);
        for (Optional<Task> next = due(end); next.isPresent(); next = due(end)) {
            next.get().task.run();
        }
    }

    /** Goes on to the next that is to be done until then, or to the end where there is none. */
    private synchronized Optional<Task> due(Duration end) {
        Task next = tasks.peek();
        if (next == null || next.due.compareTo(end) > 0) {
            now = end;
            return Optional.empty();
        }
        now = next.due;
        return Optional.of(tasks.remove());
    }

    private synchronized Duration now() {
        return now;
    }

    @Override
    public synchronized void after(Duration delay, Runnable task) {
        tasks.add(new Task(now.plus(delay), number++, task));
    }

    @Override
    public long nanoTime() {
        return now().toNanos();
    }
}

package dev.pawl.tck.disk;

import dev.pawl.file.Disk.FileLock;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/** The locks that are held on a simulated disk, of whole files and of single bytes. Used under the lock of the disk. */
final class SimulatedLocks {

    private record Place(Path file, long position) {}

    private static final long WHOLE = -1;

    private final ReentrantLock disk;
    private final Map<Place, Object> holders = new HashMap<>();

    SimulatedLocks(ReentrantLock disk) {
        this.disk = disk;
    }

    Optional<FileLock> tryLock(Path file) {
        return tryLock(file, WHOLE);
    }

    Optional<FileLock> tryLock(Path file, long position) {
        Place place = new Place(file, position);
        Object holder = new Object();
        if (holders.putIfAbsent(place, holder) != null) {
            return Optional.empty();
        }
        return Optional.of(() -> {
            disk.lock();
            try {
                // After the end of its process somebody else may hold it.
                holders.remove(place, holder);
            } finally {
                disk.unlock();
            }
        });
    }

    /** Drops them all, as the end of the processes does. */
    void clear() {
        holders.clear();
    }
}

package dev.pawl.file;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

/**
 * What this process has open, once for each directory: however many backends are open on it, and however they spell
 * its path, they share one of these.
 *
 * <p><b>Thread-safety.</b> Safe.
 *
 * @param <T> what they share
 */
public final class SharedPlaces<T> {

    /**
     * A directory, which need not exist.
     *
     * @param disk where it is
     * @param path the one spelling of its path
     */
    public record Place(Disk disk, Path path) {}

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Place, Entry<T>> open = new HashMap<>();

    private static final class Entry<T> {
        private final T shared;
        private int users;

        Entry(T shared) {
            this.shared = shared;
        }
    }

    /** Nothing is open yet. */
    public SharedPlaces() {}

    /** Joins the users of a directory. The first one makes what they share. */
    public T join(Disk disk, Path path, Function<Place, T> make) throws IOException {
        Place place =
                new Place(disk, Directories.real(disk, path.toAbsolutePath().normalize()));
        lock.lock();
        try {
            Entry<T> entry = open.computeIfAbsent(place, first -> new Entry<>(make.apply(first)));
            entry.users++;
            return entry.shared;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Leaves them again.
     *
     * @return whether this was the last one; who comes now makes another one to share
     */
    public boolean leave(Place place) {
        lock.lock();
        try {
            Entry<T> entry = Objects.requireNonNull(open.get(place), "left more often than joined");
            if (--entry.users == 0) {
                open.remove(place);
                return true;
            }
            return false;
        } finally {
            lock.unlock();
        }
    }
}

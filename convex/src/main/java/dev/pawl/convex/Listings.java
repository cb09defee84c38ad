package dev.pawl.convex;

import dev.pawl.backend.Family;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/** Remembers what a listing began with, for its later pages. Those that nobody went on with are forgotten, the oldest first. */
final class Listings {

    private static final int MOST = 16;

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Place, Listing> known = new LinkedHashMap<>();

    /**
     * Where a listing goes on.
     *
     * @param after the position or the name that the page before ended with
     */
    record Place(String namespace, Family family, Object after) {}

    /** The listing that goes on here, if one does. */
    Optional<Listing> at(Place place) {
        lock.lock();
        try {
            return Optional.ofNullable(known.get(place));
        } finally {
            lock.unlock();
        }
    }

    /** Remembers that one goes on here. */
    void goesOn(Place place, Listing listing) {
        lock.lock();
        try {
            known.remove(place);
            known.put(place, listing);
            if (known.size() > MOST) {
                known.remove(known.keySet().iterator().next());
            }
        } finally {
            lock.unlock();
        }
    }
}

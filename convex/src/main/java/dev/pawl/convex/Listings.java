package dev.pawl.convex;

import dev.pawl.backend.Family;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/** Remembers what a listing began with, for its later pages. Those that nobody went on with are forgotten, the oldest first. */
final class Listings {

    private static final int MOST = 16;

    /** Later somebody begins anew at the same place. */
    private static final long NANOS = TimeUnit.MINUTES.toNanos(1);

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Place, Known> known = new LinkedHashMap<>();

    /**
     * Where a listing goes on.
     *
     * @param backwards where it comes from: an order between two stands elsewhere for each direction
     * @param after the position or the name that the page before ended with
     */
    record Place(String namespace, Family family, boolean backwards, Object after) {}

    private record Known(Listing listing, long since) {}

    /** The listing that goes on here, if one does. */
    Optional<Listing> at(Place place) {
        lock.lock();
        try {
            return Optional.ofNullable(known.get(place))
                    .filter(one -> System.nanoTime() - one.since() < NANOS)
                    .map(Known::listing);
        } finally {
            lock.unlock();
        }
    }

    /** Remembers that one goes on here. */
    void goesOn(Place place, Listing listing) {
        lock.lock();
        try {
            known.remove(place);
            known.put(place, new Known(listing, System.nanoTime()));
            if (known.size() > MOST) {
                known.remove(known.keySet().iterator().next());
            }
        } finally {
            lock.unlock();
        }
    }
}

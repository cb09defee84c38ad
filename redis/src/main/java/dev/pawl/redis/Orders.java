package dev.pawl.redis;

import dev.pawl.backend.Family;
import dev.pawl.backend.Position;
import dev.pawl.backend.Scan;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The order of rows where an index cannot be relied on and is not to be made anew: taken once for a listing, so that its
 * pages do not each put the whole in order.
 *
 * <p><b>Thread-safety.</b> Safe for any number of threads.
 */
final class Orders {

    /** So many positions are kept for listings that nobody goes on with, some 100 bytes each. */
    private static final int MOST_KEPT = 500_000;

    /**
     * What is listed.
     *
     * @param prefix of the session
     */
    record Listing(String prefix, Family family, Optional<String> partition) {}

    /**
     * A part of a partition, in order.
     *
     * @param more whether more of it comes behind, in the direction of the listing
     */
    record Part(List<Position> positions, boolean more) {}

    private final Map<Listing, Map<String, List<Position>>> kept = new LinkedHashMap<>();

    /** By partition, where this listing was begun: nothing in it when all indexes are right. */
    synchronized Optional<Map<String, List<Position>>> of(Listing listing) {
        return Optional.ofNullable(kept.get(listing)).map(HashMap::new);
    }

    /** For the pages that follow. */
    synchronized void keep(Listing listing, Map<String, List<Position>> orders) {
        kept.remove(listing);
        int size = size(orders);
        while (!kept.isEmpty()
                && size + kept.values().stream().mapToInt(Orders::size).sum() > MOST_KEPT) {
            kept.remove(kept.keySet().iterator().next());
        }
        kept.put(listing, Map.copyOf(orders));
    }

    synchronized void forget(Listing listing) {
        kept.remove(listing);
    }

    private static int size(Map<String, List<Position>> orders) {
        return 64 + orders.values().stream().mapToInt(List::size).sum();
    }

    /** The first of a partition that a listing goes over. */
    static Part part(List<Position> all, Scan scan, int most) {
        int from =
                scan.lower().map(bound -> index(all, bound, bound.inclusive())).orElse(0);
        int to =
                scan.upper().map(bound -> index(all, bound, !bound.inclusive())).orElse(all.size());
        if (to - from <= most) {
            return new Part(all.subList(from, Math.max(from, to)), false);
        }
        return new Part(scan.backwards() ? all.subList(to - most, to) : all.subList(from, from + most), true);
    }

    /** How many positions come before a bound, or with it as well. */
    private static int index(List<Position> all, Scan.Bound bound, boolean before) {
        int found = Collections.binarySearch(all, bound.position());
        if (found < 0) {
            return -found - 1;
        }
        return before ? found : found + 1;
    }
}

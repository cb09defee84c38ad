package dev.pawl.file;

import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Position;
import dev.pawl.backend.Scan;
import java.io.IOException;
import java.lang.ref.SoftReference;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The keys of a directory at rest, in order, so that each page of a long listing need not list and sort all names again.
 *
 * <p>No values, and nothing that could be out of date: it is used only while the directory and those in it have the
 * times of change that they had when they were listed, and made only when those were well past, so that no later change
 * can have the same ones.
 */
final class SortedKeys {

    /** Longer than the coarsest clock of a common file system ticks. */
    private static final Duration SETTLED = Duration.ofSeconds(3);

    private final Map<String, Instant> modified;
    private final NameIndex index;
    private final List<Listing.Candidate> candidates;

    private SortedKeys(Map<String, Instant> modified, NameIndex index, List<Listing.Candidate> candidates) {
        this.modified = modified;
        this.index = index;
        this.candidates = candidates;
    }

    /** The keys of a directory, or empty when names in it have just changed or are about to. */
    static Optional<SortedKeys> of(SharedDirectory directory, View view, Listing listing) throws IOException {
        Map<String, Instant> modified = modified(directory);
        if (view.isPromising() || modified.isEmpty()) {
            return Optional.empty();
        }
        SortedKeys known = directory.sortedKeys.get();
        if (known != null && known.modified.equals(modified) && known.index.equals(view.index())) {
            return Optional.of(known);
        }
        Instant now = directory.disk().now();
        if (Duration.between(Collections.max(modified.values()), now).compareTo(SETTLED) < 0) {
            return Optional.empty();
        }
        List<Listing.Candidate> candidates = new ArrayList<>();
        listing.rows(Family.KEY, (key, target) -> candidates.add(Listing.Candidate.of(key, target)));
        candidates.sort(Listing.ORDER);
        if (!modified(directory).equals(modified)) {
            return Optional.empty();
        }
        SortedKeys keys = new SortedKeys(modified, view.index(), candidates);
        directory.sortedKeys = new SoftReference<>(keys);
        return Optional.of(keys);
    }

    /** When names in each directory that records may stand in changed last; empty when there is none. */
    private static Map<String, Instant> modified(SharedDirectory directory) throws IOException {
        Map<String, Instant> modified = new HashMap<>();
        for (String place : directory.places()) {
            directory.disk().stat(directory.path(place)).ifPresent(stat -> modified.put(place, stat.modified()));
        }
        return modified;
    }

    /** The first keys of a scan in its direction, at most {@code limit}. */
    List<Listing.Candidate> first(Scan scan, int limit) {
        int from = scan.partition().map(this::startOf).orElse(0);
        int to = scan.partition().map(this::endOf).orElse(candidates.size());
        from = Math.max(
                from,
                scan.lower()
                        .map(bound -> before(scan, bound, !bound.inclusive()))
                        .orElse(0));
        to = Math.min(
                to,
                scan.upper()
                        .map(bound -> before(scan, bound, bound.inclusive()))
                        .orElse(candidates.size()));
        List<Listing.Candidate> first = new ArrayList<>();
        for (int i = 0; i < Math.min(limit, to - from); i++) {
            first.add(candidates.get(scan.backwards() ? to - 1 - i : from + i));
        }
        return first;
    }

    private int startOf(String partition) {
        return firstNot(candidate -> compare(candidate, partition) < 0);
    }

    private int endOf(String partition) {
        return firstNot(candidate -> compare(candidate, partition) <= 0);
    }

    private static int compare(Listing.Candidate candidate, String partition) {
        return Key.BYTE_ORDER.compare(candidate.key().partition(), partition);
    }

    /** How many keys stand before a bound, or before and at it. */
    private int before(Scan scan, Scan.Bound bound, boolean andAtIt) {
        Position position = bound.position();
        Position end = new Position(position.order(), scan.partition().orElse(position.partition()), position.id());
        return firstNot(candidate -> candidate.position().compareTo(end) < (andAtIt ? 1 : 0));
    }

    /** How many candidates at the front are so; those that are not come behind. */
    private int firstNot(Predicate<Listing.Candidate> isSo) {
        int low = 0;
        int high = candidates.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (isSo.test(candidates.get(middle))) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}

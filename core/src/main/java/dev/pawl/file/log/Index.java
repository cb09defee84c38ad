package dev.pawl.file.log;

import dev.pawl.backend.Backend;
import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Page;
import dev.pawl.backend.Partition;
import dev.pawl.backend.Position;
import dev.pawl.backend.Scan;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a log by their keys, each with the place of its value. What was listed once is kept sorted from then on.
 *
 * <p><b>Thread-safety.</b> None for changes; listing changes it too.
 */
final class Index implements Replay {

    /** What the frame around a row takes, roughly: for guessing how much of a log is still of use. */
    private static final int ROW_OVERHEAD = 64;

    private final Map<Family, Rows> families = new EnumMap<>(Family.class);
    private long liveBytes;

    /** The keys that were changed since somebody began to watch. */
    private Optional<Set<Key>> watched = Optional.empty();

    /** A row that was found, whose value has not been read yet. */
    record Found(Key key, Place place) {}

    /** The rows of a family. */
    private static final class Rows {
        final Map<String, Map<String, Place>> partitions = new HashMap<>();
        final Map<String, NavigableMap<Position, Place>> sortedPartitions = new HashMap<>();

        final ReentrantLock sorting = new ReentrantLock();

        @Nullable
        NavigableMap<Position, Place> sorted;

        @Nullable
        Place get(Key key) {
            Map<String, Place> ids = partitions.get(key.partition());
            return ids == null ? null : ids.get(key.id());
        }

        @Nullable
        Place put(Key key, Place place) {
            Place before = partitions
                    .computeIfAbsent(key.partition(), name -> new HashMap<>())
                    .put(key.id(), place);
            inSorted(key, rows -> {
                if (before != null) {
                    rows.remove(position(key, before));
                }
                rows.put(position(key, place), place);
            });
            return before;
        }

        @Nullable
        Place remove(Key key) {
            Map<String, Place> ids = partitions.get(key.partition());
            Place before = ids == null ? null : ids.remove(key.id());
            if (ids != null && before != null) {
                inSorted(key, rows -> rows.remove(position(key, before)));
                if (ids.isEmpty()) {
                    partitions.remove(key.partition());
                    sortedPartitions.remove(key.partition());
                }
            }
            return before;
        }

        private void inSorted(Key key, Consumer<NavigableMap<Position, Place>> change) {
            NavigableMap<Position, Place> all = sorted;
            if (all != null) {
                change.accept(all);
            }
            NavigableMap<Position, Place> ofPartition = sortedPartitions.get(key.partition());
            if (ofPartition != null) {
                change.accept(ofPartition);
            }
        }

        /** Readers come side by side, and the first one sorts. */
        NavigableMap<Position, Place> sorted(Optional<String> partition) {
            sorting.lock();
            try {
                return sortedAlone(partition);
            } finally {
                sorting.unlock();
            }
        }

        private NavigableMap<Position, Place> sortedAlone(Optional<String> partition) {
            if (partition.isPresent()) {
                String name = partition.get();
                return partitions.containsKey(name)
                        ? sortedPartitions.computeIfAbsent(name, only -> sort(Stream.of(only)))
                        : new TreeMap<>();
            }
            NavigableMap<Position, Place> all = sorted;
            if (all == null) {
                all = sort(partitions.keySet().stream());
                sorted = all;
            }
            return all;
        }

        private NavigableMap<Position, Place> sort(Stream<String> names) {
            NavigableMap<Position, Place> rows = new TreeMap<>();
            names.forEach(name -> Objects.requireNonNull(partitions.get(name))
                    .forEach((id, place) -> rows.put(new Position(place.order(), name, id), place)));
            return rows;
        }

        int count() {
            return partitions.values().stream().mapToInt(Map::size).sum();
        }

        private static Position position(Key key, Place place) {
            return new Position(place.order(), key.partition(), key.id());
        }
    }

    @Override
    public void put(Key key, Place place) {
        watched.ifPresent(keys -> keys.add(key));
        Place before =
                families.computeIfAbsent(key.family(), family -> new Rows()).put(key, place);
        liveBytes += bytes(key, place) - (before == null ? 0 : bytes(key, before));
    }

    @Override
    public void delete(Key key) {
        watched.ifPresent(keys -> keys.add(key));
        Rows rows = families.get(key.family());
        Place before = rows == null ? null : rows.remove(key);
        if (before != null) {
            liveBytes -= bytes(key, before);
        }
    }

    private static long bytes(Key key, Place place) {
        return ROW_OVERHEAD + key.partition().length() + key.id().length() + (long) place.length();
    }

    /** About how many bytes of a log these rows need. */
    long liveBytes() {
        return liveBytes;
    }

    /** Where the value of a row stands. */
    Optional<Place> find(Key key) {
        Rows rows = families.get(key.family());
        return rows == null ? Optional.empty() : Optional.ofNullable(rows.get(key));
    }

    /** Puts every row into a sink, in no particular order. */
    void replay(Replay sink) {
        families.forEach((family, rows) -> rows.partitions.forEach(
                (partition, ids) -> ids.forEach((id, place) -> sink.put(new Key(family, partition, id), place))));
    }

    /** All keys. */
    List<Key> keys() {
        List<Key> keys = new ArrayList<>();
        replay(new Replay() {
            @Override
            public void put(Key key, Place place) {
                keys.add(key);
            }

            @Override
            public void delete(Key key) {
                throw new IllegalStateException("an index holds rows only");
            }
        });
        return keys;
    }

    /** Some keys of a family, at most so many; none when there is none. */
    List<Key> keys(Family family, int limit) {
        Rows rows = families.get(family);
        return rows == null
                ? List.of()
                : rows.partitions.entrySet().stream()
                        .flatMap(partition -> partition.getValue().keySet().stream()
                                .map(id -> new Key(family, partition.getKey(), id)))
                        .limit(limit)
                        .toList();
    }

    /** All keys; from now on those that are changed are noted. */
    List<Key> watch() {
        watched = Optional.of(new HashSet<>());
        return keys();
    }

    /** The keys that were changed since this or {@link #watch} was called last; empty when nobody watches. */
    Optional<Set<Key>> changed() {
        Optional<Set<Key>> changed = watched;
        watched = watched.map(keys -> new HashSet<>());
        return changed;
    }

    /** Notes no more what is changed. */
    void unwatch() {
        watched = Optional.empty();
    }

    /** How many rows each family has; a family without rows is left out. */
    Map<Family, Integer> counts() {
        Map<Family, Integer> counts = new EnumMap<>(Family.class);
        families.forEach((family, rows) -> {
            int count = rows.count();
            if (count > 0) {
                counts.put(family, count);
            }
        });
        return counts;
    }

    /** A page of a scan, by the lengths of values that are not read yet. */
    Page<Found, Position> page(Scan scan) {
        Rows rows = families.get(scan.family());
        if (rows == null) {
            return Page.last(List.of());
        }
        List<Found> items = new ArrayList<>();
        long bytes = 0;
        Position last = Position.of(0);
        for (Map.Entry<Position, Place> entry :
                scan.part(rows.sorted(scan.partition())).entrySet()) {
            bytes += scan.keysOnly() ? 0 : entry.getValue().length();
            if (items.size() == scan.limit() || (bytes > Backend.PAGE_BYTES && !items.isEmpty())) {
                return new Page<>(items, Optional.of(last));
            }
            last = entry.getKey();
            items.add(new Found(new Key(scan.family(), last.partition(), last.id()), entry.getValue()));
        }
        return Page.last(items);
    }

    /** A page of the partitions of a family. */
    Page<Partition, String> partitions(Family family, Optional<String> after, int limit) {
        Rows rows = families.get(family);
        if (rows == null) {
            return Page.last(List.of());
        }
        List<String> names = rows.partitions.keySet().stream()
                .filter(name -> after.map(last -> Key.BYTE_ORDER.compare(name, last) > 0)
                        .orElse(true))
                .sorted(Key.BYTE_ORDER)
                .limit(limit + 1L)
                .toList();
        List<Partition> items = names.stream()
                .limit(limit)
                .map(name -> new Partition(
                        name,
                        OptionalLong.of(Objects.requireNonNull(rows.partitions.get(name))
                                .size())))
                .toList();
        return names.size() > limit ? new Page<>(items, Optional.of(names.get(limit - 1))) : Page.last(items);
    }
}

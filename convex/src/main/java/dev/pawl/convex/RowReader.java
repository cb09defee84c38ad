package dev.pawl.convex;

import dev.pawl.backend.Backend;
import dev.pawl.backend.Facets;
import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Page;
import dev.pawl.backend.Partition;
import dev.pawl.backend.Position;
import dev.pawl.backend.Row;
import dev.pawl.backend.Scan;
import dev.pawl.json.Bytes;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Reads rows. Those that zaileys wrote have no place in an index: who may write gives them theirs first, who may not has them
 * in order here, once for each listing.
 */
final class RowReader {

    /** How often rows are adopted for one listing, while somebody goes on writing them. */
    private static final int ADOPTIONS = 20;

    private final Table table;
    private final Optional<Adoption> adoption;
    private final Listings listings = new Listings();

    /**
     * Reads a table.
     *
     * @param adoption of who may write
     */
    RowReader(Table table, Optional<Adoption> adoption) {
        this.table = table;
        this.adoption = adoption;
    }

    Map<Key, Row> get(String namespace, Collection<Key> keys) {
        Map<String, Key> names = new LinkedHashMap<>();
        keys.forEach(key -> names.put(Names.of(key), key));
        Map<Key, Row> rows = new HashMap<>();
        table.get(namespace, List.copyOf(names.keySet())).forEach((name, stored) -> {
            Key key = names.get(name);
            if (key != null) {
                rows.put(key, new Row(key, Names.order(key, stored), Answers.value(stored), Facets.NONE));
            }
        });
        return rows;
    }

    Page<Row, Position> scan(String namespace, Scan scan) {
        if (isEmpty(scan)) {
            return Page.last(List.of());
        }
        Optional<Scan.Bound> start = scan.backwards() ? scan.upper() : scan.lower();
        Optional<Listing> known = start.flatMap(bound -> listings.at(place(namespace, scan, bound.position())));
        if (known.isPresent()) {
            return withTheirs(namespace, scan, known.get());
        }
        boolean up = !scan.backwards();
        for (int turn = 0; ; turn++) {
            Optional<Table.Rows> page = table.scan(namespace, scan, false);
            if (page.isPresent() && page.get().disordered().isEmpty()) {
                List<Row> rows = page.get().rows();
                return page.get().more()
                        ? new Page<>(rows, Optional.of(rows.get(rows.size() - 1).position()))
                        : Page.last(rows);
            }
            if (adoption.isEmpty() || turn == ADOPTIONS) {
                return withTheirs(namespace, scan, listing(namespace, scan, page.isPresent()));
            }
            page.ifPresentOrElse(
                    rows -> adoption.get().run(namespace, rows.disordered(), up),
                    () -> adoption.get().run(namespace, scan.family()));
        }
    }

    /** What a listing begins with: rows without a place, or all of them where an index has some in a wrong one. */
    private Listing listing(String namespace, Scan scan, boolean whole) {
        Family family = scan.family();
        return Listing.of(
                family,
                whole ? table.all(namespace, family) : table.foreign(namespace, family),
                !scan.backwards(),
                whole);
    }

    Page<Partition, String> partitions(String namespace, Family family, Optional<String> after, int limit) {
        Optional<Listing> known =
                after.flatMap(name -> listings.at(new Listings.Place(namespace, family, false, name)));
        Optional<Table.Partitions> page =
                known.isPresent() ? Optional.empty() : table.partitions(namespace, family, after, limit, false);
        for (int turn = 0; page.isEmpty() && known.isEmpty() && adoption.isPresent() && turn < ADOPTIONS; turn++) {
            adoption.get().run(namespace, family);
            page = table.partitions(namespace, family, after, limit, false);
        }
        if (page.isPresent()) {
            return partitions(page.get().names(), page.get().more());
        }
        Listing listing = known.orElseGet(() -> Listing.of(family, table.foreign(namespace, family), true, false));
        Table.Partitions own =
                table.partitions(namespace, family, after, limit, true).orElseThrow();
        TreeSet<String> names = new TreeSet<>(Key.BYTE_ORDER);
        names.addAll(listing.partitions());
        Optional<String> last =
                own.more() ? Optional.of(own.names().get(own.names().size() - 1)) : Optional.empty();
        names.removeIf(name -> after.filter(done -> Key.BYTE_ORDER.compare(name, done) <= 0)
                        .isPresent()
                || last.filter(end -> Key.BYTE_ORDER.compare(name, end) > 0).isPresent());
        names.addAll(own.names());
        List<String> some = names.stream().limit(limit).toList();
        boolean more = own.more() || names.size() > some.size();
        if (more) {
            listings.goesOn(new Listings.Place(namespace, family, false, some.get(some.size() - 1)), listing);
        }
        return partitions(some, more);
    }

    private static Page<Partition, String> partitions(List<String> names, boolean more) {
        List<Partition> partitions = names.stream()
                .map(name -> new Partition(name, OptionalLong.empty()))
                .toList();
        return more ? new Page<>(partitions, Optional.of(names.get(names.size() - 1))) : Page.last(partitions);
    }

    /** A page of rows that have a place and rows that zaileys wrote. */
    private Page<Row, Position> withTheirs(String namespace, Scan scan, Listing listing) {
        Table.Rows own = listing.whole()
                ? Table.Rows.NONE
                : table.scan(namespace, scan, true).orElseThrow();
        if (!own.disordered().isEmpty()) {
            return withTheirs(namespace, scan, listing(namespace, scan, true));
        }
        Comparator<Position> order = scan.backwards() ? Comparator.reverseOrder() : Comparator.naturalOrder();
        NavigableMap<Position, Optional<Row>> both = new TreeMap<>(order);
        own.rows().forEach(row -> both.put(row.position(), Optional.of(row)));
        Optional<Position> end = own.more() ? Optional.of(both.lastKey()) : Optional.empty();
        NavigableMap<Position, String> theirs = part(listing, scan);
        Map<Position, String> names = new HashMap<>();
        for (Map.Entry<Position, String> each : theirs.entrySet()) {
            boolean beyond =
                    end.filter(last -> order.compare(each.getKey(), last) > 0).isPresent();
            if (beyond || names.size() > scan.limit()) {
                break;
            }
            if (both.putIfAbsent(each.getKey(), Optional.empty()) == null) {
                names.put(each.getKey(), each.getValue());
            }
        }
        return page(namespace, scan, listing, both, names, own.more());
    }

    private Page<Row, Position> page(
            String namespace,
            Scan scan,
            Listing listing,
            NavigableMap<Position, Optional<Row>> both,
            Map<Position, String> names,
            boolean moreOwn) {
        List<Position> some = both.keySet().stream().limit(scan.limit()).toList();
        List<String> asked =
                some.stream().filter(names::containsKey).map(names::get).toList();
        Map<String, Stored> values = new HashMap<>();
        if (scan.keysOnly()) {
            asked.forEach(name -> values.put(name, new Stored(name, "", OptionalDouble.empty())));
        } else {
            values.putAll(table.values(namespace, asked));
        }
        List<Row> rows = new ArrayList<>();
        boolean more = moreOwn || both.size() > some.size();
        long bytes = 0;
        Optional<Position> last = Optional.empty();
        for (Position position : some) {
            Optional<Row> row = both.getOrDefault(position, Optional.empty())
                    .or(() -> Optional.ofNullable(values.get(names.getOrDefault(position, "")))
                            .map(stored -> row(scan, position, stored)));
            bytes += row.map(Row::value).map(Bytes::size).orElse(0);
            if (bytes > Backend.PAGE_BYTES && !rows.isEmpty()) {
                more = true;
                break;
            }
            row.ifPresent(rows::add);
            last = Optional.of(position);
        }
        if (!more || last.isEmpty()) {
            return Page.last(rows);
        }
        listings.goesOn(place(namespace, scan, last.get()), listing);
        return new Page<>(rows, last);
    }

    private static Row row(Scan scan, Position position, Stored stored) {
        Key key = new Key(scan.family(), position.partition(), position.id());
        return new Row(key, position.order(), scan.keysOnly() ? Bytes.EMPTY : Answers.value(stored), Facets.NONE);
    }

    private static Listings.Place place(String namespace, Scan scan, Position after) {
        return new Listings.Place(namespace, scan.family(), scan.backwards(), after);
    }

    private static NavigableMap<Position, String> part(Listing listing, Scan scan) {
        NavigableMap<Position, String> names = new TreeMap<>(listing.names());
        scan.partition()
                .ifPresent(only -> names.keySet()
                        .removeIf(position -> !position.partition().equals(only)));
        return scan.part(names);
    }

    private static boolean isEmpty(Scan scan) {
        if (scan.lower().isEmpty() || scan.upper().isEmpty()) {
            return false;
        }
        Scan.Bound lower = scan.lower().get();
        Scan.Bound upper = scan.upper().get();
        int compared = within(scan, lower.position()).compareTo(within(scan, upper.position()));
        return compared > 0 || (compared == 0 && !(lower.inclusive() && upper.inclusive()));
    }

    private static Position within(Scan scan, Position position) {
        return new Position(position.order(), scan.partition().orElse(position.partition()), position.id());
    }
}

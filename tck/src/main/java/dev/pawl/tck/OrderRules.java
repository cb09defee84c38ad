package dev.pawl.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.backend.Backend;
import dev.pawl.backend.Batch;
import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Page;
import dev.pawl.backend.Partition;
import dev.pawl.backend.Position;
import dev.pawl.backend.Row;
import dev.pawl.backend.Scan;
import dev.pawl.json.Bytes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** In which order rows and partitions are listed, between which bounds, and how big a page is: W06, W08, W09, W10. */
abstract class OrderRules extends ValueRules {

    /** Names whose order differs between UTF-8 bytes, UTF-16 code units, dictionaries and numbers. */
    private static final List<String> NAMES = List.of(
            "1",
            "10",
            "2",
            "A",
            "B",
            "_",
            "a",
            "a-",
            "ab",
            "b",
            "Z",
            "\u00c4",
            "\u00e4",
            "\u4e2d",
            "\ud7ff",
            "\ue000",
            "\uffee",
            "\ud83d\ude00",
            "\ud800\udc00",
            "ABC",
            "ABC1");

    @Test
    @DisplayName("W06 rows are listed by (order, partition, id), strings by their UTF-8 bytes, in both directions")
    void w06RowsAreInOrder() {
        List<Row> rows = new ArrayList<>();
        int n = 0;
        for (String id : NAMES) {
            rows.add(sortedRow(n++ % 3, "session", id + "|0"));
            rows.add(sortedRow(n++ % 3, "pre-key", id + "|0"));
        }
        NAMES.forEach(name -> rows.add(sortedRow(1, name, "1|0")));
        rows.removeIf(row -> !accepts(row));
        List<Seen> expected = inOrder(rows);
        for (int pass = 0; pass < 2; pass++) {
            assertThat(seen(list(Scan.of(sorted())))).isEqualTo(expected);
            assertThat(seen(list(Scan.of(sorted()).descending()))).isEqualTo(reversed(expected));
            for (String partition : List.of("session", "pre-key", "a", "none")) {
                List<Seen> ofPartition = expected.stream()
                        .filter(seen -> seen.key().partition().equals(partition))
                        .toList();
                assertThat(seen(list(Scan.of(sorted()).in(partition)))).isEqualTo(ofPartition);
                assertThat(seen(list(Scan.of(sorted()).in(partition).descending())))
                        .isEqualTo(reversed(ofPartition));
            }
            reopenIfStored();
        }
    }

    @Test
    @DisplayName("W06 orders from 0 to 2^53-1 are kept, and a row put again stands at its new order only")
    void w06OrdersAreKept() {
        List<Row> rows = new ArrayList<>(List.of(
                sortedRow(0, "session", "a|0"),
                sortedRow(1, "session", "b|0"),
                sortedRow(1L << 31, "session", "c|0"),
                sortedRow(1L << 32, "session", "d|0"),
                sortedRow(Row.MAX_ORDER - 1, "session", "e|0"),
                sortedRow(Row.MAX_ORDER, "session", "f|0")));
        Collections.reverse(rows);
        putAll(rows);
        assertThat(all(sorted())).isEqualTo(inOrder(rows));
        Row moved = sortedRow(5, "session", "f|0");
        put(moved);
        rows.set(0, moved);
        assertThat(all(sorted())).isEqualTo(inOrder(rows));
        assertThat(read(moved.key())).contains(seen(moved));
        reopenIfStored();
        assertThat(all(sorted())).isEqualTo(inOrder(rows));
    }

    @Test
    @DisplayName("W08 every pair of bounds, inclusive or not, at a row or between rows, gives exactly the rows between")
    void w08BoundsAreExact() {
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            rows.add(sortedRow(10L * (i / 5), i % 2 == 0 ? "pre-key" : "session", "id" + 2 * i));
        }
        putAll(rows);
        List<Seen> expected = inOrder(rows);
        List<Optional<Scan.Bound>> bounds = new ArrayList<>(List.of(Optional.empty()));
        for (Position position : positions(rows)) {
            bounds.add(Optional.of(new Scan.Bound(position, true)));
            bounds.add(Optional.of(new Scan.Bound(position, false)));
        }
        int step = subject.isSlow() ? 11 : 1;
        int turn = 0;
        for (Optional<Scan.Bound> lower : bounds) {
            for (Optional<Scan.Bound> upper : bounds) {
                if (turn++ % step == 0) {
                    for (Optional<String> partition :
                            List.of(Optional.<String>empty(), Optional.of("session"), Optional.of("none"))) {
                        Scan scan = new Scan(sorted(), partition, lower, upper, turn % 2 == 0, 100, false);
                        List<Seen> between = between(expected, scan);
                        assertThat(seen(backend.scan(MAIN, scan).items()))
                                .as("%s", scan)
                                .isEqualTo(scan.backwards() ? reversed(between) : between);
                    }
                }
            }
        }
    }

    @Test
    @DisplayName("W08 from, before and after build on bounds: from includes, before and after exclude")
    void w08FromBeforeAfter() {
        List<Row> rows =
                List.of(sortedRow(1, "session", "a"), sortedRow(1, "session", "b"), sortedRow(2, "session", "c"));
        putAll(rows);
        Position middle = rows.get(1).position();
        Scan scan = Scan.of(sorted());
        assertThat(seen(list(scan.from(middle)))).isEqualTo(seen(rows.subList(1, 3)));
        assertThat(seen(list(scan.before(middle)))).isEqualTo(seen(rows.subList(0, 1)));
        assertThat(seen(list(scan.after(middle)))).isEqualTo(seen(rows.subList(2, 3)));
        assertThat(seen(list(scan.descending().after(middle)))).isEqualTo(seen(rows.subList(0, 1)));
        assertThat(list(scan.from(middle).before(middle))).isEmpty();
        assertThat(list(scan.from(rows.get(2).position()).before(rows.get(0).position())))
                .as("bounds the wrong way round")
                .isEmpty();
        if (ordered().isPresent()) {
            assertThat(seen(list(scan.before(Position.of(2))))).isEqualTo(seen(rows.subList(0, 2)));
            assertThat(seen(list(scan.from(Position.of(2))))).isEqualTo(seen(rows.subList(2, 3)));
        }
    }

    @Test
    @DisplayName("W09 a page without values has the same rows in the same order, every value empty")
    void w09KeysOnly() {
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            rows.add(sortedRow(i / 4, i % 2 == 0 ? "session" : "pre-key", "id" + i));
        }
        putAll(rows);
        for (Scan scan : List.of(
                Scan.of(sorted()),
                Scan.of(sorted()).descending(),
                Scan.of(sorted()).in("session").limit(4))) {
            List<Row> without = list(scan.withoutValues());
            assertThat(without).allMatch(row -> row.value().size() == 0, "has an empty value");
            assertThat(without.stream().map(Row::position).toList())
                    .isEqualTo(list(scan).stream().map(Row::position).toList());
        }
    }

    @Test
    @DisplayName("W09 a page has at most 4 MiB of values, but always one row")
    void w09PageIsBounded() {
        Bytes third = Bytes.utf8("\"" + "x".repeat(1_500_000) + "\"");
        long most = backend.traits().limits().valueBytes();
        Bytes huge = Bytes.utf8("\"" + "y".repeat((int) Math.min(5_000_000, most - 2)) + "\"");
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            rows.add(Row.of(key("id" + i), i == 3 ? huge : third));
        }
        rows.forEach(this::put);
        for (boolean backwards : List.of(false, true)) {
            Scan scan = backwards ? Scan.of(plain()).descending() : Scan.of(plain());
            List<Key> keys = new ArrayList<>();
            Optional<Scan> next = Optional.of(scan);
            for (int pages = 0; next.isPresent() && pages < 50; pages++) {
                Page<Row, Position> page = backend.scan(MAIN, next.get());
                long bytes = page.items().stream()
                        .mapToLong(row -> row.value().size())
                        .sum();
                assertThat(page.items().size() == 1 || bytes <= Backend.PAGE_BYTES)
                        .as("a page of %s rows with %s bytes", page.items().size(), bytes)
                        .isTrue();
                page.items().forEach(row -> keys.add(row.key()));
                next = page.next().map(next.get()::after);
            }
            List<Key> expected = new ArrayList<>(rows.stream().map(Row::key).toList());
            if (backwards) {
                Collections.reverse(expected);
            }
            assertThat(keys).isEqualTo(expected);
        }
        assertThat(list(Scan.of(plain()).withoutValues())).hasSize(5);
    }

    @Test
    @DisplayName("W10 partitions are listed by their UTF-8 bytes, page by page, with exact counts and none empty")
    void w10Partitions() {
        TreeMap<String, Integer> expected = new TreeMap<>(UTF8);
        int n = 0;
        for (String name : NAMES) {
            int count = 1 + n++ % 3;
            List<Row> rows = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                rows.add(row(key(name, "id" + i), i));
            }
            if (rows.stream().allMatch(this::accepts)) {
                expected.put(name, count);
            } else {
                delete(rows.stream()
                        .map(Row::key)
                        .filter(key -> read(key).isPresent())
                        .toArray(Key[]::new));
            }
        }
        String emptied = expected.firstKey();
        delete(key(emptied, "id0"), key(emptied, "id1"), key(emptied, "id2"));
        expected.remove(emptied);
        delete(key("never", "x"));
        for (int limit : new int[] {1, 2, 3, 7, 100}) {
            List<Partition> listed = partitions(plain(), limit);
            assertThat(listed.stream().map(Partition::name).toList()).isEqualTo(List.copyOf(expected.keySet()));
            for (Partition partition : listed) {
                OptionalLong rows = partition.rows();
                assertThat(rows.isEmpty() || rows.getAsLong() == expected.getOrDefault(partition.name(), 0))
                        .as("%s rows of %s", rows, partition.name())
                        .isTrue();
            }
        }
        Page<Partition, String> behind = backend.partitions(MAIN, plain(), Optional.of(emptied), 100);
        assertThat(behind.items().stream().map(Partition::name).toList())
                .as("behind a partition that is gone")
                .isEqualTo(List.copyOf(expected.tailMap(emptied, false).keySet()));
        reopenIfStored();
        assertThat(partitions(plain(), 100)).hasSameSizeAs(expected.keySet());
    }

    @Test
    @DisplayName("W10 a family without rows has no partitions, one without partitions has the empty one")
    void w10NoPartitions() {
        for (Family family : backend.traits().families()) {
            assertThat(partitions(family, 10)).as("%s", family).isEmpty();
            put(row(anyKey(family), 1));
            assertThat(partitions(family, 10).stream().map(Partition::name).toList())
                    .containsExactly(anyKey(family).partition());
            backend.commit(MAIN, new Batch(List.of(), List.of(), List.of(anyKey(family))));
            assertThat(partitions(family, 10)).as("%s", family).isEmpty();
        }
    }

    /** All partitions, read with pages of this size. */
    final List<Partition> partitions(Family family, int limit) {
        List<Partition> partitions = new ArrayList<>();
        Optional<String> after = Optional.empty();
        for (int pages = 0; pages < 1000; pages++) {
            Page<Partition, String> page = backend.partitions(MAIN, family, after, limit);
            assertThat(page.items().size()).isLessThanOrEqualTo(limit);
            partitions.addAll(page.items());
            if (page.next().isEmpty()) {
                return partitions;
            }
            after = page.next();
        }
        throw new AssertionError("a listing of partitions without an end");
    }

    final List<Seen> inOrder(List<Row> rows) {
        return rows.stream().map(this::seen).sorted(IN_ORDER).toList();
    }

    static <T> List<T> reversed(List<T> list) {
        List<T> reversed = new ArrayList<>(list);
        Collections.reverse(reversed);
        return reversed;
    }

    private static List<Position> positions(List<Row> rows) {
        List<Position> positions =
                new ArrayList<>(List.of(Position.of(0), Position.of(10), Position.of(Row.MAX_ORDER)));
        for (int i = 0; i < rows.size(); i += 2) {
            Position at = rows.get(i).position();
            positions.add(at);
            positions.add(new Position(at.order(), at.partition(), at.id() + "0"));
            positions.add(new Position(at.order(), "q", at.id()));
        }
        return positions;
    }

    private static List<Seen> between(List<Seen> rows, Scan scan) {
        return rows.stream()
                .filter(row ->
                        scan.partition().map(row.key().partition()::equals).orElse(true))
                .filter(row -> scan.lower()
                        .map(bound -> beside(row, bound, scan) > (bound.inclusive() ? -1 : 0))
                        .orElse(true))
                .filter(row -> scan.upper()
                        .map(bound -> beside(row, bound, scan) < (bound.inclusive() ? 1 : 0))
                        .orElse(true))
                .toList();
    }

    /** Negative before the bound, 0 exactly there, positive behind it. In one partition only order and id count. */
    private static int beside(Seen row, Scan.Bound bound, Scan scan) {
        Position at = bound.position();
        String partition = scan.partition().orElse(at.partition());
        int beside = IN_ORDER.compare(row, new Seen(new Key(row.key().family(), partition, at.id()), at.order(), ""));
        return Integer.signum(beside);
    }
}

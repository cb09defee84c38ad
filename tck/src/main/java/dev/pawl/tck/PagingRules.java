package dev.pawl.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.backend.Batch;
import dev.pawl.backend.Key;
import dev.pawl.backend.Page;
import dev.pawl.backend.Position;
import dev.pawl.backend.Row;
import dev.pawl.backend.Scan;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Long listings: W07. */
abstract class PagingRules extends OrderRules {

    /** Rows of the long listings, in three partitions, up to 37 at one order. */
    static final int ROWS = 2_100;

    private static final int MOST_SIZE = 130;

    @Test
    @DisplayName("W07 at every page size from 1 to 130 more than 2,000 rows are listed once each, from both ends")
    void w07EveryPageSize() {
        List<Row> rows = rows(ROWS);
        putAll(rows);
        List<Seen> expected = inOrder(rows);
        List<Seen> ofPartition = expected.stream()
                .filter(seen -> seen.key().partition().equals("session"))
                .toList();
        for (boolean backwards : List.of(false, true)) {
            Scan scan = backwards ? Scan.of(sorted()).descending() : Scan.of(sorted());
            if (subject.isSlow()) {
                listWithChangingSizes(scan, backwards ? reversed(expected) : expected);
                listWithChangingSizes(scan.in("session"), backwards ? reversed(ofPartition) : ofPartition);
            } else {
                for (int size = 1; size <= MOST_SIZE; size++) {
                    assertSameRows(size, list(scan.limit(size)), backwards ? reversed(expected) : expected);
                    assertSameRows(
                            size,
                            list(scan.in("session").limit(size)),
                            backwards ? reversed(ofPartition) : ofPartition);
                }
            }
        }
        int exact = ofPartition.size();
        for (int size : new int[] {exact - 1, exact, exact + 1, ROWS, 10 * ROWS}) {
            assertSameRows(size, list(Scan.of(sorted()).in("session").limit(size)), ofPartition);
        }
    }

    @Test
    @DisplayName("W07 rows that are deleted and added between pages do not disturb; a cursor outlives its row")
    void w07ChangesBetweenPages() {
        for (boolean backwards : List.of(false, true)) {
            for (int size : new int[] {1, 7, 50}) {
                changeWhileListing(backwards, size);
                delete(list(Scan.of(sorted())).stream().map(Row::key).toArray(Key[]::new));
            }
        }
    }

    @Test
    @DisplayName("W07 a listing of what was emptied meanwhile ends")
    void w07EmptiedMeanwhile() {
        putAll(rows(20));
        Page<Row, Position> page = backend.scan(MAIN, Scan.of(sorted()).limit(5));
        delete(rows(20).stream().map(Row::key).toArray(Key[]::new));
        assertThat(page.next()).isPresent();
        assertThat(list(Scan.of(sorted()).limit(5).after(page.next().orElseThrow())))
                .isEmpty();
        Page<Row, Position> empty = backend.scan(MAIN, Scan.of(sorted()));
        assertThat(empty.items()).isEmpty();
        assertThat(empty.next()).isEmpty();
    }

    /** Rows with ties, three of four neighbours in different partitions. */
    private List<Row> rows(int count) {
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String partition =
                    List.of("session", "pre-key", "session", "lid-mapping").get(i % 4);
            rows.add(sortedRow(1_700_000_000L + i / 37, partition, "id" + i));
        }
        return rows;
    }

    private void listWithChangingSizes(Scan scan, List<Seen> expected) {
        int size = 1;
        while (size <= MOST_SIZE) {
            List<Row> rows = new ArrayList<>();
            Optional<Scan> next = Optional.of(scan);
            while (next.isPresent()) {
                Page<Row, Position> page = backend.scan(MAIN, next.get().limit(size));
                assertThat(page.items().size()).isLessThanOrEqualTo(size);
                size = size < MOST_SIZE || page.next().isEmpty() ? size + 1 : MOST_SIZE;
                assertThat(rows.size()).as("rows of one listing without an end").isLessThanOrEqualTo(ROWS);
                rows.addAll(page.items());
                next = page.next().map(next.get()::after);
            }
            assertSameRows(size, rows, expected);
        }
    }

    private void assertSameRows(int size, List<Row> listed, List<Seen> expected) {
        List<Seen> seen = seen(listed);
        if (!seen.equals(expected)) {
            assertThat(new HashSet<>(seen))
                    .as("rows listed at page size %s, without repetition", size)
                    .hasSize(expected.size());
            assertThat(seen).as("rows listed at page size %s", size).isEqualTo(expected);
        }
    }

    private void changeWhileListing(boolean backwards, int size) {
        Random random = new Random(size);
        Map<Key, Row> stored = new LinkedHashMap<>();
        rows(size == 1 ? 40 : subject.isSlow() ? 120 : 300).forEach(row -> stored.put(row.key(), row));
        putAll(List.copyOf(stored.values()));
        Set<Key> untouched = new HashSet<>(stored.keySet());
        Set<Key> deletedAhead = new HashSet<>();
        Set<Key> addedAhead = new HashSet<>();
        List<Row> listed = new ArrayList<>();
        Optional<Scan> next = Optional.of((backwards ? Scan.of(sorted()).descending() : Scan.of(sorted())).limit(size));
        for (int pages = 0; next.isPresent(); pages++) {
            assertThat(pages).as("pages of one listing without an end").isLessThan(1_000);
            Page<Row, Position> page = backend.scan(MAIN, next.get());
            listed.addAll(page.items());
            next = page.next().map(next.get()::after);
            if (next.isEmpty()) {
                break;
            }
            Position cursor = page.next().orElseThrow();
            List<Key> deletes = new ArrayList<>();
            // the row of the cursor, one that was listed before, and one that is still to come
            page.items().stream()
                    .map(Row::key)
                    .filter(k -> at(stored, k, cursor))
                    .forEach(deletes::add);
            listed.stream()
                    .map(Row::key)
                    .filter(stored::containsKey)
                    .filter(k -> !deletes.contains(k))
                    .skip(random.nextInt(listed.size()))
                    .findFirst()
                    .ifPresent(deletes::add);
            stored.values().stream()
                    .filter(row -> ahead(row.position(), cursor, backwards))
                    .filter(row -> !addedAhead.contains(row.key()))
                    .skip(random.nextInt(stored.size()))
                    .findFirst()
                    .ifPresent(row -> {
                        deletedAhead.add(row.key());
                        deletes.add(row.key());
                    });
            List<Row> puts = new ArrayList<>();
            Row added = sortedRow(1_700_000_000L + random.nextInt(9), "pre-key", "added" + pages);
            if (addedAhead.size() < 40) {
                puts.add(added);
                if (ahead(added.position(), cursor, backwards)) {
                    addedAhead.add(added.key());
                }
            }
            backend.commit(MAIN, new Batch(List.of(), puts, deletes));
            deletes.forEach(stored::remove);
            puts.forEach(row -> stored.put(row.key(), row));
            untouched.removeAll(deletes);
        }
        List<Key> keys = listed.stream().map(Row::key).toList();
        assertThat(keys).as("each row once").doesNotHaveDuplicates();
        assertThat(keys).as("rows that stayed put").containsAll(untouched);
        assertThat(keys).as("rows deleted before their page was read").doesNotContainAnyElementsOf(deletedAhead);
        assertThat(keys).as("rows added before their page was read").containsAll(addedAhead);
        List<Seen> order = seen(listed).stream().sorted(IN_ORDER).toList();
        assertThat(seen(listed)).isEqualTo(backwards ? reversed(order) : order);
    }

    private static boolean at(Map<Key, Row> stored, Key key, Position cursor) {
        return stored.containsKey(key) && stored.get(key).position().equals(cursor);
    }

    private static boolean ahead(Position position, Position cursor, boolean backwards) {
        int order = position.compareTo(cursor);
        return backwards ? order < 0 : order > 0;
    }
}

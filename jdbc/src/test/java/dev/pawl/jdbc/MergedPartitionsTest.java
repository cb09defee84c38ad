package dev.pawl.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.backend.Backend;
import dev.pawl.backend.Batch;
import dev.pawl.backend.Facets;
import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Page;
import dev.pawl.backend.Position;
import dev.pawl.backend.Row;
import dev.pawl.backend.Scan;
import dev.pawl.backend.SessionName;
import dev.pawl.json.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MergedPartitionsTest {

    private static final SessionName SESSION = SessionName.of("s");
    private static final List<String> CHATS = List.of("a", "b", "bé", "z", "\uD83D\uDE00", "\uFFFD");

    private final Backend backend = SqliteBackend.inMemory();
    private final TreeMap<Position, Row> all = new TreeMap<>();

    @BeforeEach
    void fill() {
        Random random = new Random(7);
        for (int i = 0; i < 400; i++) {
            String chat = CHATS.get(random.nextInt(CHATS.size()));
            Key key = new Key(Family.MESSAGE, chat, "m" + i);
            Row row = new Row(key, random.nextInt(12), Bytes.utf8("{\"n\":" + i + "}"), Facets.NONE);
            all.put(row.position(), row);
        }
        backend.commit(SESSION, Batch.of(all.values().toArray(Row[]::new)));
        backend.commit(
                SessionName.of("other"),
                Batch.of(new Row(new Key(Family.MESSAGE, "a", "x"), 3, Bytes.utf8("{}"), Facets.NONE)));
    }

    @AfterEach
    void close() {
        backend.close();
    }

    @Test
    void pagesOfEverySizeHoldAllMessagesInOneOrder() {
        for (int limit : List.of(1, 7, 16, 17, 100, 399, 400, 1000, Integer.MAX_VALUE)) {
            assertIsRight(Scan.of(Family.MESSAGE).limit(limit));
            assertIsRight(Scan.of(Family.MESSAGE).limit(limit).descending());
        }
    }

    @Test
    void endsStandAnywhere() {
        List<Position> ends = new ArrayList<>();
        for (int i = 0; i < 400; i += 23) {
            ends.add(all.keySet().stream().skip(i).findFirst().orElseThrow());
        }
        ends.addAll(List.of(
                Position.of(0),
                Position.of(5),
                Position.of(99),
                new Position(5, "b", ""),
                new Position(5, "c", "m1"),
                new Position(Row.MAX_ORDER, "z", "z"),
                new Position(Long.MAX_VALUE, "z", "z")));
        for (Position end : ends) {
            for (Scan scan : List.of(
                    Scan.of(Family.MESSAGE).from(end),
                    Scan.of(Family.MESSAGE).before(end),
                    Scan.of(Family.MESSAGE).after(end),
                    Scan.of(Family.MESSAGE).from(end).before(ends.get(9)),
                    Scan.of(Family.MESSAGE).descending().after(end),
                    Scan.of(Family.MESSAGE).descending().from(end))) {
                assertIsRight(scan.limit(50));
            }
        }
    }

    private void assertIsRight(Scan scan) {
        List<Row> expected = List.copyOf(scan.part(all).values());
        List<Row> found = new ArrayList<>();
        Optional<Scan> next = Optional.of(scan);
        while (next.isPresent()) {
            Page<Row, Position> page = backend.scan(SESSION, next.get());
            assertThat(page.items()).hasSizeLessThanOrEqualTo(scan.limit());
            found.addAll(page.items());
            next = page.next().map(scan::after);
        }
        assertThat(found).as(scan.toString()).isEqualTo(expected);
    }

    @Test
    void keysOnlyAreReadWithoutValues() {
        Page<Row, Position> page =
                backend.scan(SESSION, Scan.of(Family.MESSAGE).limit(1000).withoutValues());

        assertThat(page.items())
                .hasSize(400)
                .allSatisfy(row -> assertThat(row.value()).isEqualTo(Bytes.EMPTY));
    }
}

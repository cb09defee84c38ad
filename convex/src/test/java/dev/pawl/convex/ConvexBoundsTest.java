package dev.pawl.convex;

import static dev.pawl.convex.Rows.MAIN;
import static dev.pawl.convex.Rows.count;
import static dev.pawl.convex.Rows.ids;
import static dev.pawl.convex.Rows.letters;
import static dev.pawl.convex.Rows.list;
import static dev.pawl.convex.Rows.message;
import static dev.pawl.convex.Rows.number;
import static dev.pawl.convex.Rows.stored;
import static dev.pawl.convex.Rows.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.auth.AuthStore;
import dev.pawl.auth.KeyType;
import dev.pawl.auth.Updates;
import dev.pawl.backend.Backend;
import dev.pawl.backend.Batch;
import dev.pawl.backend.Check;
import dev.pawl.backend.ConflictException;
import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Position;
import dev.pawl.backend.Row;
import dev.pawl.backend.Scan;
import dev.pawl.backend.UnsupportedException;
import dev.pawl.event.Event;
import dev.pawl.event.RawEvent;
import dev.pawl.json.Bytes;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonValue;
import dev.pawl.message.MessageStore;
import dev.pawl.message.PageRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How many calls things take, how many documents each reads, and that none goes over what Convex allows. */
@Timeout(60)
final class ConvexBoundsTest {

    private static final String CHAT = "628@s.whatsapp.net";

    private LocalConvex convex;
    private Backend backend;

    @BeforeEach
    void open() {
        convex = LocalConvex.start();
        backend = convex.backend("shop").open();
    }

    @AfterEach
    void close() {
        backend.close();
        convex.close();
    }

    private void fill(int count, int letters) {
        Bytes value = letters(letters);
        int most = Math.max(1, Math.min(2_000, (3 << 20) / letters));
        for (int n = 0; n < count; n += most) {
            List<Row> rows = IntStream.range(n, Math.min(count, n + most))
                    .mapToObj(i -> message(CHAT, String.format("M%06d|0", i), i / 3, value))
                    .toList();
            backend.commit(MAIN, new Batch(List.of(), rows, List.of()));
        }
        convex.calls();
    }

    private static long mutations(List<JsonObject> calls) {
        return calls.stream()
                .filter(call -> number(call, "documentsWritten") > 0)
                .count();
    }

    @Test
    void aPageReadsItsRowsAndOneMoreWhateverElseIsThere() {
        fill(6_000, 30);
        for (Scan scan : List.of(
                Scan.of(Family.MESSAGE).limit(25),
                Scan.of(Family.MESSAGE).in(CHAT).limit(25).descending(),
                Scan.of(Family.MESSAGE).in(CHAT).limit(25).withoutValues())) {
            for (Scan each :
                    List.of(scan, scan.after(new Position(1_000, CHAT, "M003001|0")), scan.from(Position.of(500)))) {
                assertThat(backend.scan(MAIN, each).items()).hasSize(25);
                List<JsonObject> calls = convex.calls();
                assertThat(calls).hasSize(1);
                assertThat(number(calls.get(0), "documentsRead")).isLessThanOrEqualTo(26);
            }
        }
        assertThat(backend.partitions(MAIN, Family.MESSAGE, Optional.empty(), 10)
                        .items())
                .hasSize(1);
        assertThat(number(convex.calls().get(0), "documentsRead")).isEqualTo(1);
    }

    @Test
    void aMessageTakesOneMutationOfTheAuthStore() {
        try (AuthStore store = AuthStore.open(backend, MAIN)) {
            store.saveCredentials(store.createCredentials());
            convex.calls();
            for (int n = 0; n < 10; n++) {
                store.write(Updates.none()
                        .put(KeyType.json("session"), "628." + n, JsonValue.parse("{\"v\":1}"))
                        .delete(KeyType.PRE_KEY, "" + n));
            }
            List<JsonObject> calls = convex.calls();
            assertThat(count(calls, "pawl:commit")).isEqualTo(10);
            assertThat(mutations(calls)).isEqualTo(10);
        }
    }

    @Test
    void anEventOfAThousandMessagesTakesOneMutation() {
        StringBuilder messages = new StringBuilder();
        for (int n = 0; n < 1_000; n++) {
            messages.append(n == 0 ? "" : ",")
                    .append("{\"key\":{\"remoteJid\":\"")
                    .append(n % 50)
                    .append("@s.whatsapp.net\",\"fromMe\":false,\"id\":\"M")
                    .append(n)
                    .append("\"},\"messageTimestamp\":")
                    .append(1_760_000_000 + n)
                    .append(",\"message\":{\"conversation\":\"hello\"}}");
        }
        Event event = Event.of(RawEvent.parse(Bytes.utf8(
                "{\"event\":\"messages.upsert\",\"data\":{\"type\":\"append\",\"messages\":[" + messages + "]}}")));
        try (MessageStore store = MessageStore.open(backend, MAIN)) {
            store.apply(List.of());
            convex.calls();
            store.apply(List.of(event));
            List<JsonObject> calls = convex.calls();
            assertThat(count(calls, "pawl:commit")).isEqualTo(1);
            assertThat(store.messages("7@s.whatsapp.net", PageRequest.newest()).items())
                    .hasSize(20);
        }
    }

    @Test
    void longValuesAreKeptAndTheirPartsGoWithThem() {
        Bytes two = Bytes.utf8("\"" + "\ud83d\ude00".repeat(400_001) + "\"");
        Key key = Key.ofKey("pre-key", "long");
        for (Bytes value :
                List.of(letters(65_534), letters(65_535), letters(249_999), letters(750_000), two, letters(3))) {
            backend.commit(MAIN, Batch.of(Row.of(key, value)));
            assertThat(stored(backend, key).map(value::equals)).contains(true);
            backend.commit(MAIN, new Batch(List.of(Check.exact(key, value)), List.of(), List.of()));
            assertThatThrownBy(() ->
                            backend.commit(MAIN, Batch.EMPTY.with(Check.exact(key, value("x".repeat(70_000))))))
                    .isInstanceOf(ConflictException.class);
        }
        backend.commit(MAIN, new Batch(List.of(), List.of(), List.of(key)));
        assertThat(convex.documents()).as("of rows and parts").isZero();
    }

    @Test
    void aBatchThatDropsMoreThanOneFunctionReadsLeavesNothing() {
        List<Key> keys = new ArrayList<>();
        for (int n = 0; n < 9; n++) {
            Row row = message(CHAT, "M" + n, n, letters(2_500_000));
            keys.add(row.key());
            backend.commit(MAIN, Batch.of(row));
        }
        assertThat(list(backend, Scan.of(Family.MESSAGE).in(CHAT))).hasSize(9);
        assertThat(backend.get(MAIN, keys)).hasSize(9);
        backend.commit(MAIN, new Batch(List.of(), List.of(), keys));
        assertThat(convex.documents()).isZero();
    }

    @Test
    void aBatchOfManyLongRowsIsAppliedThoughItReadsTooMuch() {
        fill(300, 60_000);
        List<Key> keys = IntStream.range(0, 300)
                .mapToObj(n -> new Key(Family.MESSAGE, CHAT, String.format("M%06d|0", n)))
                .toList();
        backend.commit(MAIN, new Batch(List.of(), List.of(Rows.row("1", "a")), keys));
        assertThat(list(backend, Scan.of(Family.MESSAGE))).isEmpty();
        assertThat(stored(backend, Rows.key("1"))).contains(value("a"));
        assertThat(count(convex.calls(), "pawl:spill")).isPositive();
        backend.erase(MAIN, Set.of(Family.MESSAGE, Family.KEY), List.of());
        assertThat(convex.documents()).isZero();
    }

    @Test
    void pagesOfLongRowsAreShorterAndComplete() {
        fill(400, 60_000);
        assertThat(ids(list(backend, Scan.of(Family.MESSAGE).limit(1_000).withoutValues())))
                .hasSize(400);
        assertThat(backend.scan(MAIN, Scan.of(Family.MESSAGE).limit(1_000)).items())
                .hasSizeBetween(60, 70);
        convex.calls();
        backend.erase(MAIN, Set.of(Family.MESSAGE), List.of());
        assertThat(count(convex.calls(), "pawl:erase")).isLessThan(12);
        assertThat(convex.documents()).isZero();
    }

    @Test
    void whatIsTooMuchIsRefusedBeforeAnythingIsSent() {
        convex.calls();
        assertThatThrownBy(() -> backend.commit(MAIN, Batch.of(Row.of(Rows.key("1"), letters((3 << 20) - 1)))))
                .isInstanceOf(UnsupportedException.class);
        assertThatThrownBy(() -> backend.commit(MAIN, Batch.of(Rows.row("x".repeat(20_000), "a"))))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining("a name of 20015 bytes in KEY");
        assertThatThrownBy(() -> backend.commit(MAIN, Batch.of(Row.of(Rows.key("1"), Bytes.copyOf(new byte[] {
                    '"', (byte) 0xff, '"'
                })))))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining("no text in UTF-8");
        assertThat(convex.calls()).extracting(Rows::path).isEmpty();
    }
}

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
import dev.pawl.auth.Credentials;
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
import dev.pawl.backend.UnavailableException;
import dev.pawl.backend.UnsupportedException;
import dev.pawl.event.Event;
import dev.pawl.event.RawEvent;
import dev.pawl.json.Bytes;
import dev.pawl.json.JsonNumber;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonValue;
import dev.pawl.lease.LeaseTiming;
import dev.pawl.lease.Ticker;
import dev.pawl.message.MessageStore;
import dev.pawl.message.PageRequest;
import java.time.Duration;
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

    /** Beats are calls too, and come with the time that a test takes. */
    private static final LeaseTiming NO_BEATS =
            new LeaseTiming(Duration.ofHours(1), Duration.ofHours(2), Ticker.SYSTEM);

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

    private static List<Key> filled(int count) {
        return IntStream.range(0, count)
                .mapToObj(n -> new Key(Family.MESSAGE, CHAT, String.format("M%06d|0", n)))
                .toList();
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
        try (AuthStore store = AuthStore.opening(backend, MAIN).timing(NO_BEATS).open()) {
            store.saveCredentials(store.createCredentials());
            convex.calls();
            for (int n = 0; n < 10; n++) {
                Credentials credentials = store.credentials().orElseThrow();
                store.write(Updates.none()
                        .put(KeyType.json("session"), "628." + n, JsonValue.parse("{\"v\":1}"))
                        .delete(KeyType.PRE_KEY, "" + n)
                        .credentials(credentials.with("nextPreKeyId", JsonNumber.of(813 + n))));
            }
            List<JsonObject> calls = convex.calls();
            assertThat(count(calls, "pawl:commit")).isEqualTo(10);
            assertThat(mutations(calls)).isEqualTo(10);
            assertThat(store.credentials().orElseThrow().json().get("nextPreKeyId"))
                    .contains(JsonNumber.of(822));
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
        try (MessageStore store =
                MessageStore.opening(backend, MAIN).timing(NO_BEATS).open()) {
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
                List.of(letters(700_000), letters(999_000), letters(1_000_000), letters(2_900_000), two, letters(3))) {
            backend.commit(MAIN, Batch.of(Row.of(key, value)));
            assertThat(stored(backend, key).map(value::equals)).contains(true);
            backend.commit(MAIN, new Batch(List.of(Check.exact(key, value)), List.of(), List.of()));
            assertThatThrownBy(() ->
                            backend.commit(MAIN, Batch.EMPTY.with(Check.exact(key, value("x".repeat(1_100_000))))))
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

    /** As long as a document can hold it zaileys reads a value too. */
    @Test
    void onlyWhatNoDocumentHoldsIsInParts() {
        Key key = Key.ofKey("sender-key", "1");
        backend.commit(MAIN, Batch.of(Row.of(key, letters(999_000))));
        assertThat(convex.documents()).isEqualTo(1);
        backend.commit(MAIN, Batch.of(Row.of(key, letters(1_000_000))));
        assertThat(convex.documents()).isEqualTo(1 + 5);
        backend.commit(MAIN, Batch.of(Row.of(Key.ofKey("sender-key", "x".repeat(16_000)), letters(990_000))));
        assertThat(convex.documents()).as("the name counts as well").isEqualTo(6 + 5);
    }

    @Test
    void aBatchThatFailsForAnotherReasonLeavesItsRowsAsTheyAre() {
        fill(100, 60_000);
        String failed = "{\"status\":\"error\",\"errorMessage\":\"[Request ID: 00ff] Server Error\"}";
        convex.faults(
                Fault.status("pawl:commit", 560).toBuilder().put("text", failed).build());
        List<Key> keys = filled(100);
        assertThatThrownBy(() -> backend.commit(MAIN, new Batch(List.of(), List.of(), keys)))
                .isInstanceOf(UnavailableException.class)
                .hasMessageContaining("request 00ff");
        assertThat(count(convex.calls(), "pawl:spill")).isZero();
        assertThat(convex.documents()).isEqualTo(100);
        backend.commit(MAIN, new Batch(List.of(), List.of(), keys));
        assertThat(convex.documents()).isZero();
    }

    @Test
    void aBatchAroundTheLimitIsAppliedWithOrWithoutCutting() {
        for (int rows : new int[] {100, 110, 260}) {
            fill(rows, 60_000);
            backend.commit(MAIN, new Batch(List.of(), List.of(), filled(rows)));
            List<JsonObject> calls = convex.calls();
            assertThat(count(calls, "pawl:spill") > 0).as("%s rows", rows).isEqualTo(rows > 104);
            assertThat(calls).allMatch(call -> number(call, "bytesRead") <= 15 << 20, "within the limit of bytes");
            assertThat(convex.documents()).isZero();
        }
    }

    @Test
    void aCheckThatFailsCutsNothing() {
        fill(300, 60_000);
        List<Key> keys = filled(300);
        assertThatThrownBy(() -> backend.commit(
                        MAIN, new Batch(List.of(Check.exact(Rows.key("1"), value("a"))), List.of(), keys)))
                .isInstanceOf(ConflictException.class);
        assertThat(convex.documents()).isEqualTo(300);
    }

    @Test
    void manyLongValuesAreRemovedInStepsThatAreNotOneForEach() {
        List<Key> keys = new ArrayList<>();
        for (int n = 0; n < 36; n++) {
            Row row = message(CHAT, "M" + n, n, letters(1_000_000));
            keys.add(row.key());
            backend.commit(MAIN, Batch.of(row));
        }
        List<Key> half = keys.subList(0, 18);
        convex.calls();
        backend.commit(MAIN, new Batch(List.of(), List.of(), half));
        List<JsonObject> calls = convex.calls();
        assertThat(convex.documents()).isEqualTo(18 * 6);
        backend.erase(MAIN, Set.of(Family.MESSAGE), List.of());
        calls.addAll(convex.calls());
        assertThat(convex.documents()).isZero();
        assertThat(count(calls, "pawl:sweep")).isBetween(2L, 5L);
        assertThat(count(calls, "pawl:erase")).isBetween(3L, 5L);
        assertThat(calls).allMatch(call -> number(call, "bytesRead") <= 14 << 20, "within the limit of bytes");
    }

    @Test
    void namesCountInWhatABatchAndAPageHold() {
        List<Row> rows = IntStream.range(0, 600)
                .mapToObj(n -> Rows.row(n + "x".repeat(15_000), "a"))
                .toList();
        convex.calls();
        assertThatThrownBy(() -> backend.commit(MAIN, new Batch(List.of(), rows, List.of())))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining("with its names");
        assertThatThrownBy(() -> backend.commit(
                        MAIN,
                        new Batch(
                                List.of(),
                                List.of(),
                                rows.stream().map(Row::key).toList())))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining("with its names");
        assertThat(convex.calls()).isEmpty();
        for (int n = 0; n < 600; n += 200) {
            backend.commit(MAIN, new Batch(List.of(), rows.subList(n, n + 200), List.of()));
        }
        convex.calls();
        assertThat(list(backend, Scan.of(Family.KEY).limit(1_000))).hasSize(600);
        assertThat(list(backend, Scan.of(Family.KEY).limit(1_000).withoutValues()))
                .hasSize(600);
        assertThat(backend.get(MAIN, rows.stream().map(Row::key).toList())).hasSize(600);
        assertThat(convex.calls())
                .hasSizeBetween(9, 16)
                .allMatch(call -> number(call, "bytesRead") <= 8 << 20, "bounded");
    }

    @Test
    void aGetReadsAsMuchAsOneFunctionMayAndThenTheRest() {
        List<Key> keys = new ArrayList<>();
        for (int n = 0; n < 12; n++) {
            Row row = message(CHAT, "M" + n, n, letters(n % 3 == 0 ? 2_500_000 : 900_000));
            keys.add(row.key());
            backend.commit(MAIN, Batch.of(row));
        }
        keys.add(new Key(Family.MESSAGE, CHAT, "missing"));
        convex.calls();
        assertThat(backend.get(MAIN, keys)).hasSize(12);
        assertThat(convex.calls())
                .hasSizeBetween(3, 6)
                .allMatch(call -> number(call, "bytesRead") <= 15 << 20, "within the limit");
    }

    @Test
    void aBatchOfManyLongRowsIsAppliedThoughItReadsTooMuch() {
        fill(300, 60_000);
        List<Key> keys = filled(300);
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
        convex.calls();
        assertThat(backend.scan(MAIN, Scan.of(Family.MESSAGE).limit(1_000)).items())
                .hasSizeBetween(60, 70);
        List<JsonObject> calls = convex.calls();
        assertThat(calls).hasSize(1);
        assertThat(number(calls.get(0), "bytesRead")).as("of a page and a row").isLessThan((4 << 20) + 70_000);
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

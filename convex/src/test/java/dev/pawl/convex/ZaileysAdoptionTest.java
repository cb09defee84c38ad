package dev.pawl.convex;

import static dev.pawl.convex.Rows.MAIN;
import static dev.pawl.convex.Rows.count;
import static dev.pawl.convex.Rows.ids;
import static dev.pawl.convex.Rows.letters;
import static dev.pawl.convex.Rows.list;
import static dev.pawl.convex.Rows.row;
import static dev.pawl.convex.Rows.stored;
import static dev.pawl.convex.Rows.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.backend.Access;
import dev.pawl.backend.Backend;
import dev.pawl.backend.Batch;
import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Row;
import dev.pawl.backend.Scan;
import dev.pawl.backend.UnavailableException;
import dev.pawl.json.Bytes;
import dev.pawl.json.JsonArray;
import dev.pawl.json.JsonNumber;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonString;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What goes wrong while rows that zaileys wrote get their places: orders that are none, writers meanwhile, values in parts. */
@Timeout(60)
final class ZaileysAdoptionTest {

    private static final String CHAT = "628@s.whatsapp.net";
    private static final Scan MESSAGES = Scan.of(Family.MESSAGE);

    private LocalConvex convex;

    @BeforeEach
    void start() {
        convex = LocalConvex.withBoth();
    }

    @AfterEach
    void stop() {
        convex.close();
    }

    private Backend open() {
        return convex.backend("bot").open();
    }

    private static JsonObject item(String key, String value) {
        return JsonObject.builder().put("key", key).put("value", value).build();
    }

    private static JsonObject message(String id, double sortKey) {
        return item("msg:" + CHAT + ":" + id, "{}").with("sortKey", JsonNumber.of(sortKey));
    }

    /** A number that JSON has not, as its eight bytes. */
    private static JsonObject message(String id, String bytes) {
        return item("msg:" + CHAT + ":" + id, "{}")
                .with("sortKey", JsonObject.builder().put("$float", bytes).build());
    }

    private static JsonObject setting(JsonObject... items) {
        return JsonObject.builder()
                .put("namespace", "bot")
                .put("items", JsonArray.of(items))
                .build();
    }

    private void set(JsonObject... items) {
        assertThat(convex.call("mutation", "zaileys:set", setting(items)).get("status"))
                .contains(new JsonString("success"));
    }

    @Test
    void anOrderOfMinusZeroIsPutRightOnce() {
        set(message("A|0", "AAAAAAAAAIA="), message("B|0", 0));
        try (Backend backend = open()) {
            convex.calls();
            assertThat(list(backend, MESSAGES)).extracting(Row::order).containsExactly(0L, 0L);
            assertThat(count(convex.calls(), "pawl:adopt")).isEqualTo(1);
            assertThat(ids(list(backend, MESSAGES.limit(1)))).containsExactly("A|0", "B|0");
            // And where Pawl wrote the row before.
            set(message("B|0", "AAAAAAAAAIA="));
            assertThat(ids(list(backend, MESSAGES.limit(1)))).containsExactly("A|0", "B|0");
        }
    }

    @Test
    void aRowThatIsWrittenWhileItIsAdoptedGetsThePlaceThatItHasThen() {
        set(message("A|0", 5), message("B|0", 6), item("chat:1@g.us", "{\"conversationTimestamp\":5}"));
        try (Backend backend = open()) {
            convex.faults(Fault.first(
                    "pawl:adopt",
                    "mutation",
                    "zaileys:set",
                    setting(message("A|0", 9), item("chat:1@g.us", "{\"conversationTimestamp\":50}"))));
            assertThat(ids(list(backend, MESSAGES))).containsExactly("B|0", "A|0");
            assertThat(list(backend, MESSAGES)).extracting(Row::order).containsExactly(6L, 9L);
            assertThat(list(backend, Scan.of(Family.CHAT)))
                    .extracting(Row::order)
                    .containsExactly(50L);
        }
    }

    @Test
    void whoGoesOnWritingForEverDoesNotKeepAListingForEver() {
        set(item("chat:1@g.us", "{\"conversationTimestamp\":5}"));
        try (Backend backend = open()) {
            List<JsonObject> faults = new ArrayList<>();
            for (int n = 0; n < 30; n++) {
                faults.add(Fault.first(
                        "pawl:adopt",
                        "mutation",
                        "zaileys:set",
                        setting(item("chat:1@g.us", "{\"conversationTimestamp\":" + (6 + n) + "}"))));
            }
            convex.faults(faults.toArray(JsonObject[]::new));
            assertThatThrownBy(() -> list(backend, Scan.of(Family.CHAT)))
                    .isInstanceOf(UnavailableException.class)
                    .hasMessageContaining("again and again");
            convex.faults();
            assertThat(list(backend, Scan.of(Family.CHAT))).hasSize(1);
        }
    }

    /** Orders between two others, which the index has elsewhere than where such a row is then. */
    @Test
    void anyNumberOfRowsWithOrdersThatAreNoneArePagedExactly() {
        List<JsonObject> items = new ArrayList<>();
        for (int n = 0; n < 90; n++) {
            String id = String.format("M%02d|0", n * 37 % 90);
            items.add(n == 7 ? message(id, "AAAAAAAA+H8=") : message(id, n % 3 == 0 ? n / 6 : n / 6 + 0.5));
        }
        for (int limit : new int[] {1, 7, 40, 1_000}) {
            for (boolean backwards : new boolean[] {false, true}) {
                for (Access access : Access.values()) {
                    Scan scan = backwards ? MESSAGES.limit(limit).descending() : MESSAGES.limit(limit);
                    set(items.toArray(JsonObject[]::new));
                    try (Backend all = open()) {
                        // Whatever it wrote before has its columns, as the index of the family wants it.
                        list(all, MESSAGES);
                    }
                    set(items.toArray(JsonObject[]::new));
                    try (Backend backend = convex.backend("bot").access(access).open()) {
                        List<Row> rows = list(backend, scan);
                        assertThat(rows).extracting(Row::key).hasSize(90).doesNotHaveDuplicates();
                        List<Row> sorted = new ArrayList<>(rows);
                        sorted.sort((one, other) -> one.position().compareTo(other.position()));
                        if (backwards) {
                            Collections.reverse(sorted);
                        }
                        assertThat(rows)
                                .as("%s %s %s", limit, backwards, access)
                                .isEqualTo(sorted);
                    }
                }
            }
        }
    }

    @Test
    void adoptingCutsNoValueSoThatZaileysStillReadsIt() {
        String long1 = letters(900_000).utf8();
        set(item("msg:" + CHAT + ":A|0", long1).with("sortKey", JsonNumber.of(1)));
        try (Backend backend = open()) {
            assertThat(list(backend, MESSAGES)).hasSize(1);
        }
        assertThat(convex.documents()).isEqualTo(1);
        assertThat(convex.rows().get(0)).contains("\"family\":\"message\"").contains("xxxx");
    }

    /** Beside its value there is no room for what is Pawl's. */
    @Test
    void aDocumentThatZaileysFilledIsAdoptedWithItsValueInParts() {
        set(message("B|0", 2));
        int letters = (1 << 20) - 100;
        while (convex.call("mutation", "zaileys:set", setting(filled(letters)))
                .get("status")
                .equals(Optional.of(new JsonString("error")))) {
            letters -= 8;
        }
        try (Backend backend = open()) {
            assertThat(ids(list(backend, MESSAGES.limit(1)))).containsExactly("A|0", "B|0");
            assertThat(stored(backend, new Key(Family.MESSAGE, CHAT, "A|0")).map(letters(letters)::equals))
                    .contains(true);
            assertThat(convex.documents()).as("two rows and five parts").isEqualTo(7);
            backend.erase(MAIN, Set.of(Family.MESSAGE), List.of());
            assertThat(convex.documents()).isZero();
        }
    }

    private static JsonObject filled(int letters) {
        return item("msg:" + CHAT + ":A|0", letters(letters).utf8()).with("sortKey", JsonNumber.of(1));
    }

    @Test
    void partsThatARowHadBeforeZaileysWroteItGoWhenItIsAdopted() {
        try (Backend backend = open()) {
            List<JsonObject> items = new ArrayList<>();
            for (int n = 0; n < 6; n++) {
                backend.commit(MAIN, Batch.of(Row.of(Key.of(Family.CHAT, n + "@g.us"), n, letters(1_100_000))));
                items.add(item("chat:" + n + "@g.us", "{\"conversationTimestamp\":1}"));
            }
            assertThat(convex.documents()).isEqualTo(6 * 6);
            set(items.toArray(JsonObject[]::new));
            assertThat(list(backend, Scan.of(Family.CHAT))).hasSize(6);
            assertThat(convex.documents()).as("of rows, parts and garbage").isEqualTo(6);
        }
    }

    @Test
    void partsGoWithRowsThatWereCutBeforeTheyWereAdopted() {
        List<JsonObject> documents = new ArrayList<>();
        for (int n = 0; n < 3; n++) {
            documents.add(JsonObject.builder()
                    .put("namespace", "bot")
                    .put("key", "msg:" + CHAT + ":C" + n + "|0")
                    .put("value", "")
                    .put("sortKey", n)
                    .put("parts", 1)
                    .put("stamp", "old" + n)
                    .put("size", 4)
                    .build());
            documents.add(JsonObject.builder()
                    .put("namespace", "bot")
                    .put("key", "pawl:part:old" + n + ":00")
                    .put("value", "\"xx\"")
                    .put("sortKey", 0)
                    .put("family", "part")
                    .put("partition", "other")
                    .put("id", "old" + n + ":00")
                    .build());
        }
        for (boolean adopted : new boolean[] {false, true}) {
            convex.insert(documents);
            try (Backend backend = open()) {
                if (adopted) {
                    assertThat(list(backend, MESSAGES))
                            .hasSize(3)
                            .allMatch(row -> row.value().equals(value("xx")), "has its value");
                }
                backend.erase(MAIN, Set.of(Family.MESSAGE), List.of());
                assertThat(convex.rows()).isEmpty();
            }
        }
    }

    @Test
    void rowsThatABatchCutAndThenDidNotDeleteAreErasedWithTheirParts() {
        JsonObject[] items = IntStream.range(0, 60)
                .mapToObj(n -> item(
                                "msg:" + CHAT + ":M" + n + "|0",
                                letters(200_000).utf8())
                        .with("sortKey", JsonNumber.of(n)))
                .toArray(JsonObject[]::new);
        for (int n = 0; n < 60; n += 20) {
            set(List.of(items).subList(n, n + 20).toArray(JsonObject[]::new));
        }
        try (Backend backend = open()) {
            List<Key> keys = IntStream.range(0, 60)
                    .mapToObj(n -> new Key(Family.MESSAGE, CHAT, "M" + n + "|0"))
                    .toList();
            convex.faults(Fault.after(1, Fault.status("pawl:commit", 400)));
            assertThatThrownBy(() -> backend.commit(MAIN, new Batch(List.of(), List.of(row("1", "a")), keys)))
                    .isInstanceOf(UnavailableException.class);
            assertThat(convex.documents()).isEqualTo(120);
            assertThat(stored(backend, keys.get(7)).map(letters(200_000)::equals))
                    .contains(true);
            assertThat(list(backend, MESSAGES)).hasSize(60);
            backend.erase(MAIN, Set.of(Family.MESSAGE), List.of());
            assertThat(convex.documents()).isZero();
        }
    }

    @Test
    void partsThatNobodyHasAnyMoreAreErasedWithTheirFamily() {
        try (Backend backend = open()) {
            backend.commit(MAIN, Batch.of(Row.of(Key.ofKey("session", "1"), letters(1_100_000))));
            assertThat(convex.call(
                                    "mutation",
                                    "zaileys:del",
                                    JsonObject.builder()
                                            .put("namespace", "bot")
                                            .put("keys", JsonArray.of(new JsonString("signal:session:1")))
                                            .build())
                            .get("status"))
                    .contains(new JsonString("success"));
            assertThat(convex.documents()).isEqualTo(5);
            backend.commit(MAIN, Batch.of(Row.of(Key.of(Family.CHAT, "1@g.us"), 1, Bytes.utf8("{}"))));
            backend.erase(MAIN, Set.of(Family.KEY), List.of());
            assertThat(convex.documents()).isEqualTo(1);
        }
    }
}

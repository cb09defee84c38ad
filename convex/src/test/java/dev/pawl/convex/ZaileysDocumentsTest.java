package dev.pawl.convex;

import static dev.pawl.convex.Rows.MAIN;
import static dev.pawl.convex.Rows.count;
import static dev.pawl.convex.Rows.ids;
import static dev.pawl.convex.Rows.letters;
import static dev.pawl.convex.Rows.list;
import static dev.pawl.convex.Rows.message;
import static dev.pawl.convex.Rows.path;
import static dev.pawl.convex.Rows.stored;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.backend.Access;
import dev.pawl.backend.Backend;
import dev.pawl.backend.Batch;
import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.MemoryBackend;
import dev.pawl.backend.Page;
import dev.pawl.backend.Partition;
import dev.pawl.backend.Row;
import dev.pawl.backend.Scan;
import dev.pawl.backend.SessionName;
import dev.pawl.backend.UnavailableException;
import dev.pawl.backend.UnsupportedException;
import dev.pawl.json.Bytes;
import dev.pawl.json.JsonArray;
import dev.pawl.json.JsonNumber;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonString;
import dev.pawl.migrate.Migration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Documents that functions of zaileys wrote: read where they stand, in order, adopted by whoever may write. */
@Timeout(60)
final class ZaileysDocumentsTest {

    private static final String CHAT = "628:12@s.whatsapp.net";
    private static final Key EDITED = new Key(Family.MESSAGE, CHAT, "M3|0");

    private static JsonObject item(String key, String value) {
        return JsonObject.builder().put("key", key).put("value", value).build();
    }

    private static JsonObject item(String key, String value, double sortKey) {
        return item(key, value).with("sortKey", JsonNumber.of(sortKey));
    }

    private static void set(LocalConvex convex, String namespace, List<JsonObject> items) {
        JsonObject answer = convex.call(
                "mutation",
                "zaileys:set",
                JsonObject.builder()
                        .put("namespace", namespace)
                        .put("items", JsonArray.copyOf(items))
                        .build());
        assertThat(answer.get("status")).contains(new JsonString("success"));
    }

    /** What a bot of zaileys leaves behind. */
    private static void fill(LocalConvex convex, String namespace) {
        List<JsonObject> items = new ArrayList<>(List.of(
                item("creds", "{\"noiseKey\":1}"),
                item("signal:pre-key:1", "{\"a\":1}"),
                item("signal:sender-key:1@g.us::2::3", "{}"),
                item("chat:1@g.us", "{\"id\":\"1@g.us\",\"conversationTimestamp\":{\"low\":50,\"high\":0}}"),
                item("chat:2@g.us", "{\"id\":\"2@g.us\",\"conversationTimestamp\":\"40\"}"),
                item("chat:3@g.us", "{\"id\":\"3@g.us\"}"),
                item("contact:1@lid", "{\"id\":\"1@lid\"}"),
                item("presence:1@lid", "{\"lastKnownPresence\":\"available\"}"),
                item("job:j1", "{\"id\":\"j1\"}", 1_700_000_000_123d),
                item("something:else", "of another program")));
        for (int n = 0; n < 7; n++) {
            items.add(item("msg:" + CHAT + ":M" + n + "|0", "{\"n\":" + n + "}", n / 2));
        }
        items.add(item("msg:1@g.us:G|1", "{}", 2));
        set(convex, namespace, items);
    }

    private static void assertReads(Backend backend) {
        assertThat(stored(backend, Key.CREDENTIALS)).contains(Bytes.utf8("{\"noiseKey\":1}"));
        assertThat(stored(backend, Key.ofKey("sender-key", "1@g.us::2::3"))).contains(Bytes.utf8("{}"));
        assertThat(backend.get(MAIN, EDITED).map(Row::order)).contains(1L);
        assertThat(backend.get(MAIN, Key.of(Family.CHAT, "1@g.us")).map(Row::order))
                .contains(50L);
        for (int limit : new int[] {1, 2, 3, 100}) {
            Scan chat = Scan.of(Family.MESSAGE).in(CHAT).limit(limit);
            assertThat(ids(list(backend, chat)))
                    .containsExactly("M0|0", "M1|0", "M2|0", "M3|0", "M4|0", "M5|0", "M6|0");
            assertThat(ids(list(backend, chat.descending())))
                    .containsExactly("M6|0", "M5|0", "M4|0", "M3|0", "M2|0", "M1|0", "M0|0");
            assertThat(ids(list(backend, Scan.of(Family.MESSAGE).limit(limit))))
                    .containsExactly("M0|0", "M1|0", "M2|0", "M3|0", "G|1", "M4|0", "M5|0", "M6|0");
            assertThat(ids(list(backend, Scan.of(Family.CHAT).limit(limit))))
                    .containsExactly("3@g.us", "2@g.us", "1@g.us");
            assertThat(names(backend, Family.MESSAGE, limit)).containsExactly("1@g.us", CHAT);
            assertThat(names(backend, Family.KEY, limit)).containsExactly("pre-key", "sender-key");
        }
        assertThat(list(backend, Scan.of(Family.JOB).in("waiting")))
                .extracting(Row::order)
                .containsExactly(1_700_000_000_123L);
        assertThat(list(backend, Scan.of(Family.PRESENCE).in("1@lid"))).hasSize(1);
        assertThat(list(backend, Scan.of(Family.CONTACT).withoutValues()))
                .extracting(Row::value)
                .containsExactly(Bytes.EMPTY);
        assertThat(backend.sessions(Set.of(Family.KEY), Optional.empty(), 10).items())
                .containsExactly(MAIN);
        assertThat(backend.inspect(MAIN).remarks())
                .anyMatch(remark -> remark.text().contains("remove zaileys.ts"));
    }

    private static List<String> names(Backend backend, Family family, int limit) {
        return Page.stream((Optional<String> after) -> backend.partitions(MAIN, family, after, limit))
                .map(Partition::name)
                .toList();
    }

    @Test
    void whoOnlyReadsHasThemInOrderAndChangesNothing() {
        try (LocalConvex convex = LocalConvex.withBoth()) {
            fill(convex, "bot");
            convex.calls();
            try (Backend reader = convex.backend("bot").access(Access.READ_ONLY).open()) {
                assertReads(reader);
            }
            assertThat(convex.calls()).allMatch(call -> Rows.number(call, "documentsWritten") == 0, "writes nothing");
        }
    }

    @Test
    void throughFunctionsOfZaileysAloneAllIsReadAndNothingWritten() {
        try (LocalConvex convex = LocalConvex.ofZaileys()) {
            fill(convex, "bot");
            convex.calls();
            try (Backend backend = convex.backend("bot").functionsOfZaileys().open()) {
                assertReads(backend);
                assertThatThrownBy(() -> backend.commit(MAIN, Batch.of(Rows.row("1", "a"))))
                        .isInstanceOf(UnsupportedException.class)
                        .hasMessageContaining("neither checks nor an atomic commit");
                assertThatThrownBy(() -> backend.erase(MAIN, Set.of(Family.KEY), List.of()))
                        .isInstanceOf(UnsupportedException.class);
            }
            assertThat(convex.calls())
                    .extracting(Rows::path)
                    .isSubsetOf("zaileys:get", "zaileys:list")
                    .isNotEmpty();
            assertThatThrownBy(
                            () -> convex.backend("empty").functionsOfZaileys().open())
                    .isInstanceOf(UnavailableException.class)
                    .hasMessageContaining("there is nothing in the namespace empty");
        }
    }

    @Test
    void throughFunctionsOfZaileysALongListingTakesACallForAPageAndNotForAMessage() {
        try (LocalConvex convex = LocalConvex.ofZaileys()) {
            List<JsonObject> items = new ArrayList<>();
            for (int n = 0; n < 900; n++) {
                items.add(item("msg:" + CHAT + ":M" + n + "|0", "{}", n));
            }
            set(convex, "bot", items);
            try (Backend backend = convex.backend("bot").functionsOfZaileys().open()) {
                convex.calls();
                assertThat(list(backend, Scan.of(Family.MESSAGE).limit(300))).hasSize(900);
                assertThat(convex.calls()).hasSizeLessThanOrEqualTo(5);
                assertThat(list(backend, Scan.of(Family.MESSAGE).limit(300).withoutValues()))
                        .hasSize(900);
                assertThat(convex.calls()).hasSizeLessThanOrEqualTo(2);
                List<Key> keys = list(backend, Scan.of(Family.MESSAGE).withoutValues()).stream()
                        .map(Row::key)
                        .toList();
                convex.calls();
                assertThat(backend.get(MAIN, keys).values())
                        .hasSize(900)
                        .allMatch(row -> row.key().id().equals("M" + row.order() + "|0"), "stands where it does");
                assertThat(convex.calls()).hasSize(1);
                assertThat(backend.get(MAIN, keys.subList(7, 9))).hasSize(2);
                assertThat(convex.calls()).hasSize(2);
            }
        }
    }

    @Test
    void whatOnlyPawlWritesIsReadThroughFunctionsOfZaileysToo() {
        try (LocalConvex convex = LocalConvex.withBoth()) {
            Row group = Row.of(Key.of(Family.GROUP, "1@g.us"), Bytes.utf8("{\"a\":1}"));
            Row key = Row.of(Key.ofKey("a:type", "1"), Bytes.utf8("\"k\""));
            Row done = Row.of(new Key(Family.JOB, "done", "7"), 9, Bytes.utf8("{\"id\":\"7\"}"));
            try (Backend backend = convex.backend("bot").open()) {
                backend.commit(MAIN, Batch.of(group, key, done));
            }
            try (Backend five = convex.backend("bot").functionsOfZaileys().open()) {
                for (Row row : List.of(group, key, done)) {
                    assertThat(list(five, Scan.of(row.key().family()))).containsExactly(row);
                    assertThat(five.get(MAIN, row.key())).contains(row);
                }
                assertThat(five.sessions(Set.of(Family.GROUP), Optional.empty(), 10)
                                .items())
                        .containsExactly(MAIN);
            }
        }
    }

    @Test
    void aValueInPartsIsRefusedThroughFunctionsOfZaileys() {
        try (LocalConvex convex = LocalConvex.withBoth()) {
            Key cut = new Key(Family.MESSAGE, CHAT, "L|0");
            Key session = Key.ofKey("session", "1");
            try (Backend backend = convex.backend("bot").open()) {
                backend.commit(
                        MAIN,
                        Batch.of(
                                Row.of(cut, 7, letters(1_200_000)),
                                Row.of(session, letters(1_200_000)),
                                message(CHAT, "A|0", 8, letters(3))));
            }
            try (Backend five = convex.backend("bot").functionsOfZaileys().open();
                    MemoryBackend target = new MemoryBackend()) {
                for (Key key : List.of(cut, session)) {
                    assertThatThrownBy(() -> five.get(MAIN, key))
                            .isInstanceOf(UnsupportedException.class)
                            .hasMessageContaining(Names.of(key))
                            .hasMessageContaining("in parts");
                    assertThatThrownBy(() -> list(five, Scan.of(key.family())))
                            .isInstanceOf(UnsupportedException.class)
                            .hasMessageContaining(Names.of(key));
                }
                assertThat(ids(list(five, Scan.of(Family.MESSAGE).withoutValues())))
                        .containsExactly("L|0", "A|0");
                assertThat(five.get(MAIN, new Key(Family.MESSAGE, CHAT, "A|0"))).isPresent();
                assertThatThrownBy(() ->
                                Migration.from(five, MAIN).to(target, MAIN).run())
                        .isInstanceOf(UnsupportedException.class)
                        .hasMessageContaining("in parts");
            }
        }
    }

    @Test
    void aListThatIsTooLongForFunctionsOfZaileysIsReadInPieces() {
        try (LocalConvex convex = LocalConvex.ofZaileys()) {
            Bytes long1 = letters(900_000);
            for (int n = 0; n < 20; n++) {
                String chat = "62" + n % 2 + "@s.whatsapp.net";
                set(convex, "bot", List.of(item("msg:" + chat + ":M" + n + "|0", long1.utf8(), n)));
            }
            JsonObject all = JsonObject.builder()
                    .put("namespace", "bot")
                    .put("prefix", "msg:")
                    .put("limit", 1)
                    .build();
            assertThat(convex.call("query", "zaileys:list", all).get("status")).contains(new JsonString("error"));
            try (Backend backend = convex.backend("bot").functionsOfZaileys().open()) {
                assertThat(list(backend, Scan.of(Family.MESSAGE).limit(7)))
                        .hasSize(20)
                        .isSortedAccordingTo((one, other) -> Long.compare(one.order(), other.order()))
                        .allMatch(row -> row.value().equals(long1), "has its value");
            }
        }
    }

    /** The functions offer nothing that finds such a name behind a list that is too long for them, but by itself. */
    @Test
    void whereAListIsReadInPiecesItIsSaidWhatMayBeMissing() {
        try (LocalConvex convex = LocalConvex.ofZaileys()) {
            Key unseen = Key.of(Family.CONTACT, "\u00e9@lid");
            set(convex, "bot", List.of(item("creds", "{}"), item("contact:\u00e9@lid", "{}")));
            set(convex, "bot", List.of(item("contact:\u0001@lid", "{}"), item("contact:\u007f@lid", "{}")));
            try (Backend before = convex.backend("bot").functionsOfZaileys().open()) {
                assertThat(list(before, Scan.of(Family.CONTACT))).hasSize(3);
                assertThat(before.inspect(MAIN).remarks()).hasSize(1);
            }
            for (int n = 0; n < 18; n++) {
                String name = "contact:" + (char) ('A' + n) + "@lid";
                set(convex, "bot", List.of(item(name, letters(1_000_000).utf8())));
            }
            try (Backend looking = convex.backend("bot").functionsOfZaileys().open()) {
                assertThat(looking.inspect(MAIN).remarks())
                        .anyMatch(remark -> remark.text().contains("outside ASCII may be missing"));
            }
            try (Backend backend = convex.backend("bot").functionsOfZaileys().open();
                    HeardLog log = new HeardLog()) {
                for (int n = 0; n < 2; n++) {
                    assertThat(list(backend, Scan.of(Family.CONTACT).withoutValues()))
                            .hasSize(20)
                            .extracting(Row::key)
                            .doesNotContain(unseen);
                }
                assertThat(log.lines()).singleElement().asString().contains("namespace bot", "is read in pieces");
                assertThat(backend.get(MAIN, unseen)).isPresent();
                assertThat(backend.inspect(MAIN).remarks()).hasSize(2);
            }
        }
    }

    @Test
    void whoWritesAdoptsThemOnceAndListsByIndexFromThenOn() {
        try (LocalConvex convex = LocalConvex.withBoth()) {
            fill(convex, "bot");
            try (Backend backend = convex.backend("bot").open()) {
                convex.calls();
                assertReads(backend);
                assertThat(count(convex.calls(), "pawl:adopt")).isEqualTo(1);
                assertReads(backend);
                List<JsonObject> calls = convex.calls();
                assertThat(calls).extracting(Rows::path).doesNotContain("pawl:adopt", "pawl:foreign");
                assertThat(calls)
                        .filteredOn(call -> path(call).equals("pawl:scan"))
                        .allMatch(call -> Rows.number(call, "documentsRead") <= 8, "reads its page and one more");
            }
            try (Backend reader = convex.backend("bot").access(Access.READ_ONLY).open()) {
                assertReads(reader);
            }
        }
    }

    @Test
    void whatZaileysWritesAgainIsSeenWhereItStandsNow() {
        try (LocalConvex convex = LocalConvex.withBoth()) {
            try (Backend backend = convex.backend("bot").open();
                    Backend reader = convex.backend("bot").open()) {
                backend.commit(
                        MAIN,
                        Batch.of(
                                message(CHAT, "A|0", 10, letters(100_000)),
                                message(CHAT, "B|0", 11, letters(3)),
                                Row.of(Key.of(Family.CHAT, "1@g.us"), 90, Bytes.utf8("{}"))));
                set(
                        convex,
                        "bot",
                        List.of(
                                item("msg:" + CHAT + ":A|0", "{\"again\":1}", 12),
                                item("msg:" + CHAT + ":C|0", "{}", -1),
                                item("msg:" + CHAT + ":D|0", "{}", 10.5),
                                item("chat:1@g.us", "{\"conversationTimestamp\":5}")));
                for (Backend each : List.of(backend, reader)) {
                    assertThat(ids(list(each, Scan.of(Family.MESSAGE).in(CHAT))))
                            .containsExactly("C|0", "D|0", "B|0", "A|0");
                    assertThat(list(each, Scan.of(Family.CHAT)))
                            .extracting(Row::order)
                            .containsExactly(5L);
                    assertThat(stored(each, new Key(Family.MESSAGE, CHAT, "A|0")))
                            .contains(Bytes.utf8("{\"again\":1}"));
                }
                JsonObject noNumber =
                        JsonObject.builder().put("$float", "AAAAAAAA+H8=").build();
                set(
                        convex,
                        "bot",
                        List.of(
                                item("msg:" + CHAT + ":A|0", "{}", 10.7),
                                item("msg:" + CHAT + ":B|0", "{}").with("sortKey", noNumber)));
                assertThat(ids(list(backend, Scan.of(Family.MESSAGE).in(CHAT).limit(1))))
                        .containsExactly("B|0", "C|0", "D|0", "A|0");
                backend.erase(MAIN, Set.of(Family.MESSAGE, Family.CHAT), List.of());
                assertThat(backend.sessions(Set.of(Family.values()), Optional.empty(), 10)
                                .items())
                        .isEmpty();
            }
        }
    }

    @Test
    void erasingTakesWhatNobodyAdopted() {
        try (LocalConvex convex = LocalConvex.withBoth()) {
            fill(convex, "bot");
            fill(convex, "bot/other");
            try (Backend backend = convex.backend("bot").open()) {
                backend.erase(MAIN, Set.of(Family.CREDENTIALS, Family.KEY, Family.MESSAGE, Family.CHAT), List.of());
                assertThat(stored(backend, Key.CREDENTIALS)).isEmpty();
                assertThat(list(backend, Scan.of(Family.MESSAGE))).isEmpty();
                assertThat(list(backend, Scan.of(Family.CONTACT))).hasSize(1);
                assertThat(backend.sessions(Set.of(Family.KEY), Optional.empty(), 10)
                                .items())
                        .containsExactly(SessionName.of("other"));
            }
        }
    }
}

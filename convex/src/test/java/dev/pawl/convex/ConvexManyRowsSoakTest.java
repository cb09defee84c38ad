package dev.pawl.convex;

import static dev.pawl.convex.Rows.MAIN;
import static dev.pawl.convex.Rows.count;
import static dev.pawl.convex.Rows.message;
import static dev.pawl.convex.Rows.number;
import static dev.pawl.convex.Rows.path;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.backend.Backend;
import dev.pawl.backend.Batch;
import dev.pawl.backend.Family;
import dev.pawl.backend.Page;
import dev.pawl.backend.Position;
import dev.pawl.backend.Row;
import dev.pawl.backend.Scan;
import dev.pawl.json.Bytes;
import dev.pawl.json.JsonArray;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonString;
import dev.pawl.json.JsonValue;
import dev.pawl.message.MessageStore;
import dev.pawl.message.Retention;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A hundred thousand rows in one namespace: pages, pruning and erasing stay within what Convex allows, and zaileys' functions do not. */
@Timeout(900)
final class ConvexManyRowsSoakTest {

    private static final int ROWS = 100_000;
    private static final int CHATS = 10;

    private static String chat(int n) {
        return "62800" + n % CHATS + "@s.whatsapp.net";
    }

    private static Row row(int n) {
        String id = "3EB0" + n;
        return message(
                chat(n),
                id + "|0",
                1_700_000_000L + n / 7,
                Bytes.utf8("{\"key\":{\"remoteJid\":\"" + chat(n) + "\",\"fromMe\":false,\"id\":\"" + id
                        + "\"},\"messageTimestamp\":" + (1_700_000_000L + n / 7) + ",\"message\":{\"conversation\":\""
                        + "x".repeat(150) + "\"}}"));
    }

    private static void fill(Backend backend) {
        for (int n = 0; n < ROWS; n += 2_000) {
            List<Row> rows = new ArrayList<>();
            for (int i = n; i < n + 2_000; i++) {
                rows.add(row(i));
            }
            backend.commit(MAIN, new Batch(List.of(), rows, List.of()));
        }
    }

    private static JsonObject list(LocalConvex convex) {
        return convex.call(
                "query",
                "zaileys:list",
                JsonObject.builder()
                        .put("namespace", "shop")
                        .put("prefix", "msg:")
                        .put("limit", 1)
                        .build());
    }

    @Test
    void aHundredThousandRowsArePagedPrunedAndErased() {
        try (LocalConvex convex = LocalConvex.withBoth();
                Backend backend = convex.backend("shop").open()) {
            fill(backend);
            assertThat(list(convex).get("status")).contains(new JsonString("error"));
            convex.calls();

            Scan scan = Scan.of(Family.MESSAGE).limit(1_000);
            long rows = Page.stream((Optional<Position> after) ->
                            backend.scan(MAIN, after.map(scan::after).orElse(scan)))
                    .map(Row::key)
                    .distinct()
                    .count();
            assertThat(rows).isEqualTo(ROWS);
            List<JsonObject> calls = convex.calls();
            assertThat(calls)
                    .hasSizeBetween(100, 101)
                    .allMatch(call -> number(call, "documentsRead") <= 1_001, "bounded");

            try (MessageStore store = MessageStore.open(backend, MAIN)) {
                store.prune(Retention.EVERYTHING.withNewest(2_000));
            }
            calls = convex.calls();
            assertThat(convex.documents()).isBetween(CHATS * 2_000L, CHATS * 2_000L + 100);
            assertThat(calls)
                    .allMatch(call -> number(call, "documentsRead") <= 10_000, "within the limit of documents")
                    .allMatch(call -> number(call, "bytesRead") <= 8 << 20, "within half of the limit of bytes");

            backend.erase(MAIN, Set.of(Family.MESSAGE, Family.CHAT), List.of());
            assertThat(Page.stream((Optional<Position> after) ->
                            backend.scan(MAIN, after.map(scan::after).orElse(scan))))
                    .isEmpty();
            assertThat(count(convex.calls(), "pawl:erase")).isBetween(40L, 60L);
        }
    }

    @Test
    void aHundredThousandRowsOfZaileysAreAdopted() {
        try (LocalConvex convex = LocalConvex.withBoth()) {
            for (int n = 0; n < ROWS; n += 1_000) {
                List<JsonValue> items = new ArrayList<>();
                for (int i = n; i < n + 1_000; i++) {
                    Row row = row(i);
                    items.add(JsonObject.builder()
                            .put("key", Names.of(row.key()))
                            .put("value", row.value().utf8())
                            .put("sortKey", row.order())
                            .build());
                }
                JsonObject set = JsonObject.builder()
                        .put("namespace", "shop")
                        .put("items", JsonArray.copyOf(items))
                        .build();
                assertThat(convex.call("mutation", "zaileys:set", set).get("status"))
                        .contains(new JsonString("success"));
            }
            convex.calls();
            try (Backend backend = convex.backend("shop").open()) {
                assertThat(backend.scan(
                                        MAIN,
                                        Scan.of(Family.MESSAGE)
                                                .in(chat(3))
                                                .descending()
                                                .limit(10))
                                .items())
                        .hasSize(10);
                assertThat(convex.calls())
                        .filteredOn(call ->
                                path(call).equals("pawl:adopt") || path(call).equals("pawl:foreign"))
                        .hasSizeBetween(2_000, 2_010)
                        .allMatch(call -> number(call, "documentsRead") <= 200, "bounded");
            }
        }
    }
}

package dev.pawl.interop;

import static dev.pawl.interop.ZaileysSample.CHAT;
import static dev.pawl.interop.ZaileysSample.MAIN;
import static dev.pawl.interop.ZaileysSample.credentials;
import static dev.pawl.interop.ZaileysSample.message;
import static dev.pawl.interop.ZaileysSample.messageIds;
import static dev.pawl.interop.ZaileysSample.reading;
import static dev.pawl.interop.ZaileysSample.row;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.auth.AuthStore;
import dev.pawl.auth.KeyType;
import dev.pawl.auth.Updates;
import dev.pawl.backend.Backend;
import dev.pawl.backend.Batch;
import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Row;
import dev.pawl.backend.Scan;
import dev.pawl.convex.ConvexBackend;
import dev.pawl.convex.LocalConvex;
import dev.pawl.event.Event;
import dev.pawl.event.RawEvent;
import dev.pawl.json.Bytes;
import dev.pawl.json.JsonArray;
import dev.pawl.json.JsonNumber;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonString;
import dev.pawl.json.JsonValue;
import dev.pawl.lease.LeaseTiming;
import dev.pawl.lease.Ticker;
import dev.pawl.message.MessageStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What Pawl and real zaileys cost on the same deployment: calls, and documents that they read and write. The format shows the table. */
final class ConvexCostTest {

    private static final int MESSAGES = 100;
    private static final int CHAT_LENGTH = 1_500;

    /** Beats are calls too, and come with the time that a test takes. */
    private static final LeaseTiming NO_BEATS =
            new LeaseTiming(Duration.ofHours(1), Duration.ofHours(2), Ticker.SYSTEM);

    private LocalConvex convex;

    @BeforeEach
    void start() {
        convex = LocalConvex.withBoth();
    }

    @AfterEach
    void stop() {
        convex.close();
    }

    /** What was called since this was asked last. */
    private record Cost(long mutations, long queries, long read, long written) {

        static Cost of(LocalConvex convex) {
            long mutations = 0;
            long queries = 0;
            long read = 0;
            long written = 0;
            for (JsonObject call : convex.calls()) {
                boolean mutation = call.get("kind").equals(Optional.of(new JsonString("mutation")));
                mutations += mutation ? 1 : 0;
                queries += mutation ? 0 : 1;
                read += number(call, "documentsRead");
                written += number(call, "documentsWritten");
            }
            return new Cost(mutations, queries, read, written);
        }

        private static long number(JsonObject call, String member) {
            return ((JsonNumber) call.get(member).orElseThrow()).longValue();
        }

        /** As cells of a table. */
        @Override
        public String toString() {
            return String.format(Locale.ROOT, "%,d | %,d | %,d | %,d", mutations, queries, read, written);
        }
    }

    private static void assertDocumented(String workload, Cost pawl, Cost zaileys) throws IOException {
        assertThat(Files.readString(Path.of("../docs/format/convex.md")).lines().filter(line -> line.startsWith("|")))
                .containsSequence("| " + workload + " | Pawl | " + pawl + " |", "| | zaileys | " + zaileys + " |");
    }

    @Test
    void aMessageTakesOneMutation() throws IOException {
        Cost pawl;
        try (Backend backend = convex.backend("ours").open();
                AuthStore store =
                        AuthStore.opening(backend, MAIN).timing(NO_BEATS).open()) {
            store.createCredentials();
            convex.calls();
            for (int n = 0; n < MESSAGES; n++) {
                Updates updates = Updates.none()
                        .put(
                                KeyType.json("session"),
                                "628" + n % 7 + ".0",
                                JsonObject.builder().put("n", n).build());
                store.write(
                        n % 10 < 9
                                ? updates
                                : updates.delete(KeyType.PRE_KEY, "" + n)
                                        .credentials(JsonObject.builder()
                                                .put("nextPreKeyId", n)
                                                .build()));
            }
            pawl = Cost.of(convex);
        }
        assertThat(pawl.mutations()).isEqualTo(MESSAGES);
        // Closing gives the lease back.
        convex.calls();
        Zaileys.onConvex(convex.url(), "theirs")
                .ask(
                        "live",
                        JsonObject.builder()
                                .put("messages", MESSAGES)
                                .put("creds", JsonValue.parse(credentials(1)))
                                .build());
        Cost zaileys = Cost.of(convex);
        assertThat(zaileys.mutations()).isEqualTo(MESSAGES + 2 * MESSAGES / 10);
        assertDocumented("100 messages of a session, every tenth with a pre-key and credentials (W2)", pawl, zaileys);
    }

    @Test
    void anEventTakesOneMutationHoweverManyMessagesItHas() throws IOException {
        List<String> messages = IntStream.range(0, MESSAGES)
                .mapToObj(n -> message(CHAT, "M" + n, false, 1_760_000_000L + n))
                .toList();
        Event event = Event.of(RawEvent.parse(Bytes.utf8(messages.stream()
                .collect(Collectors.joining(
                        ",", "{\"event\":\"messages.upsert\",\"data\":{\"type\":\"append\",\"messages\":[", "]}}")))));
        Cost pawl;
        try (Backend backend = convex.backend("ours").open();
                MessageStore store =
                        MessageStore.opening(backend, MAIN).timing(NO_BEATS).open()) {
            store.apply(List.of());
            convex.calls();
            store.apply(List.of(event));
            pawl = Cost.of(convex);
        }
        assertThat(pawl.mutations()).isEqualTo(1);
        convex.calls();
        Zaileys.onConvex(convex.url(), "theirs")
                .ask(
                        "fill",
                        JsonObject.builder()
                                .put(
                                        "messages",
                                        JsonArray.copyOf(messages.stream()
                                                .map(JsonValue::parse)
                                                .toList()))
                                .build());
        Cost zaileys = Cost.of(convex);
        assertThat(zaileys.mutations()).isEqualTo(MESSAGES);
        assertDocumented("an event of 100 messages (W4)", pawl, zaileys);
    }

    @Test
    void aPageReadsWhatItShowsAndThatOfZaileysTheWholeChat() throws IOException {
        try (ConvexBackend backend = convex.backend("both").open()) {
            List<Row> rows = new ArrayList<>();
            for (int n = 0; n < CHAT_LENGTH; n++) {
                rows.add(row(new Key(Family.MESSAGE, CHAT, "M" + n + "|0"), n, message(CHAT, "M" + n, false, n)));
            }
            backend.commit(MAIN, Batch.of(rows.toArray(Row[]::new)));
            convex.calls();
            assertThat(backend.scan(
                                    MAIN,
                                    Scan.of(Family.MESSAGE)
                                            .in(CHAT)
                                            .descending()
                                            .limit(50))
                            .items())
                    .hasSize(50);
            Cost pawl = Cost.of(convex);
            assertThat(pawl.read()).isEqualTo(51);

            JsonObject arguments = JsonObject.builder()
                    .put("namespace", "both")
                    .put("prefix", "msg:" + CHAT + ":")
                    .put("limit", 50)
                    .build();
            assertThat(messageIds(Zaileys.onConvex(convex.url(), "both")
                            .read(reading().toBuilder()
                                    .put("signal", JsonObject.EMPTY)
                                    .put("presence", JsonArray.EMPTY)
                                    .put("limit", 50)
                                    .build())))
                    .hasSize(50);
            // Beside the page it lists chats and contacts, which is not compared.
            convex.calls();
            Zaileys.onConvex(convex.url(), "both")
                    .ask(
                            "raw",
                            JsonObject.builder()
                                    .put("kind", "query")
                                    .put("function", "zaileys:list")
                                    .put("args", arguments)
                                    .build());
            Cost zaileys = Cost.of(convex);
            assertThat(zaileys.read()).isEqualTo(CHAT_LENGTH);
            assertDocumented("the newest 50 of a chat of 1,500 (W5)", pawl, zaileys);
        }
    }
}

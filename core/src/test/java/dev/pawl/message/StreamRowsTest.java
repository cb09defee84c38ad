package dev.pawl.message;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.backend.Backend;
import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.MemoryBackend;
import dev.pawl.backend.Page;
import dev.pawl.backend.Partition;
import dev.pawl.backend.Position;
import dev.pawl.backend.Row;
import dev.pawl.backend.Scan;
import dev.pawl.backend.SessionName;
import dev.pawl.event.Event;
import dev.pawl.event.ProtoJson;
import dev.pawl.event.RawEvent;
import dev.pawl.json.Bytes;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What real Baileys emitted becomes the rows that were written down by hand beside it. */
class StreamRowsTest {

    private static final SessionName SESSION = SessionName.of("stream");

    /** All that is the same after a replay; who was seen where is not. */
    private static final Set<Family> LASTING = EnumSet.of(
            Family.MESSAGE,
            Family.CHAT,
            Family.CONTACT,
            Family.GROUP,
            Family.LABEL,
            Family.ALIAS,
            Family.EXPIRY,
            Family.SET_ASIDE);

    static List<Path> streams() throws IOException {
        return BaileysStreamsTest.streams();
    }

    private static List<Event> events(Path stream) throws IOException {
        return Files.readAllLines(stream).stream()
                .map(line -> Event.of(RawEvent.parse(Bytes.utf8(line))))
                .toList();
    }

    private static Map<String, String> expected(Path stream) throws IOException {
        Map<String, String> rows = new TreeMap<>();
        Path beside = stream.resolveSibling(stream.getFileName().toString().replace(".jsonl", ".rows.jsonl"));
        for (String line : Files.readAllLines(beside)) {
            JsonObject row = (JsonObject) JsonValue.parse(line);
            Family family = Family.valueOf(ProtoJson.text(row, "family").orElseThrow());
            String partition = ProtoJson.text(row, "partition").orElse("");
            String id = ProtoJson.text(row, "id").orElseThrow();
            String value = row.get("value").orElseThrow().toText();
            rows.put(name(new Key(family, partition, id)), ordered(ProtoJson.integer(row, "order"), value));
        }
        return rows;
    }

    private static String name(Key key) {
        return key.family() + " " + key.partition() + " " + key.id();
    }

    private static String ordered(OptionalLong order, String value) {
        return (order.isPresent() ? order.getAsLong() + " " : "") + value;
    }

    /** With the order where it says something that the stream knows, and not when it was applied. */
    private static Map<String, String> rows(Backend backend, Set<Family> families, UnaryOperator<JsonValue> seen) {
        Map<String, String> rows = new TreeMap<>();
        for (Family family : families) {
            Page.stream((Optional<String> after) -> backend.partitions(SESSION, family, after, 100))
                    .map(Partition::name)
                    .flatMap(partition -> Page.stream(
                            (Optional<Position> after) -> backend.scan(SESSION, scan(family, partition, after))))
                    .forEach(row -> rows.put(name(row.key()), text(row, seen)));
        }
        return rows;
    }

    private static Scan scan(Family family, String partition, Optional<Position> after) {
        Scan scan = Scan.of(family).in(partition);
        return after.isPresent() ? scan.after(after.get()) : scan;
    }

    private static String text(Row row, UnaryOperator<JsonValue> seen) {
        boolean ordered = Set.of(Family.MESSAGE, Family.CHAT, Family.EXPIRY)
                .contains(row.key().family());
        OptionalLong order = ordered ? OptionalLong.of(row.order()) : OptionalLong.empty();
        return ordered(order, seen.apply(JsonValue.parse(row.value())).toText());
    }

    private static JsonValue withoutUnread(JsonValue value) {
        return value instanceof JsonObject object && object.get("unreadCount").isPresent()
                ? object.without("unreadCount")
                : value;
    }

    private static void apply(Backend backend, List<Event> events) {
        try (MessageStore store = MessageStore.open(backend, SESSION)) {
            events.forEach(event -> store.apply(List.of(event)));
        }
    }

    @ParameterizedTest
    @MethodSource("streams")
    void aStreamMakesTheRowsThatTheRulesSay(Path stream) throws IOException {
        try (MemoryBackend backend = new MemoryBackend()) {
            apply(backend, events(stream));

            assertThat(rows(backend, EnumSet.complementOf(EnumSet.of(Family.LEASE)), value -> value))
                    .isEqualTo(expected(stream));
        }
    }

    @ParameterizedTest
    @MethodSource("streams")
    void theSameStreamAgainChangesNothingButWhatIsCounted(Path stream) throws IOException {
        List<Event> events = events(stream);
        try (MemoryBackend backend = new MemoryBackend()) {
            apply(backend, events);
            Map<String, String> once = rows(backend, LASTING, StreamRowsTest::withoutUnread);

            List<Map<String, String>> again = new ArrayList<>();
            for (int from = 0; from < events.size(); from++) {
                apply(backend, events.subList(from, events.size()));
                again.add(rows(backend, LASTING, StreamRowsTest::withoutUnread));
            }

            for (int from = 0; from < events.size(); from++) {
                assertThat(again.get(from)).as("from event " + from).isEqualTo(once);
            }
        }
    }
}

package dev.pawl.message;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.backend.Family;
import dev.pawl.event.ProtoJson;
import dev.pawl.event.RawEvent;
import dev.pawl.json.JsonArray;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonString;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The rules of messages make the rows that the examples show, without any store. */
class MessageRuleExamplesTest {

    static List<JsonObject> examples() throws IOException {
        return RuleExamplesTest.examples().stream()
                .filter(example ->
                        ((JsonArray) example.get("of").orElseThrow()).values().contains(new JsonString("MESSAGE")))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("examples")
    void theRowsAreTheExamplesByteForByte(JsonObject example) {
        TinyHistory history = new TinyHistory().apply(events(example));

        assertThat(rows(history)).isEqualTo(expected(example));
    }

    @ParameterizedTest
    @MethodSource("examples")
    void everySuffixAgainComesToTheSame(JsonObject example) {
        List<RawEvent> events = events(example);
        TinyHistory history = new TinyHistory();
        history.apply(events);

        for (int from = 0; from <= events.size(); from++) {
            history.apply(events.subList(from, events.size()));
            assertThat(rows(history)).as("from %d", from).isEqualTo(expected(example));
        }
    }

    private static List<RawEvent> events(JsonObject example) {
        return ProtoJson.objects(example, "events").stream()
                .map(line -> RawEvent.parse(line.toBytes()))
                .toList();
    }

    private static Map<String, String> rows(TinyHistory history) {
        Map<String, String> rows = new TreeMap<>();
        history.rows.forEach((key, json) -> rows.put(
                key.partition() + " " + key.id() + " "
                        + MessageTimes.place(json).orElse(-1),
                json.toBytes().utf8()));
        return rows;
    }

    private static Map<String, String> expected(JsonObject example) {
        Map<String, String> rows = new TreeMap<>();
        for (JsonObject row : ProtoJson.objects(example, "rows")) {
            if (ProtoJson.text(row, "family").orElseThrow().equals(Family.MESSAGE.name())) {
                rows.put(
                        ProtoJson.text(row, "partition").orElseThrow() + " "
                                + ProtoJson.text(row, "id").orElseThrow() + " "
                                + ProtoJson.integer(row, "order").orElseThrow(),
                        ProtoJson.object(row, "value").orElseThrow().toBytes().utf8());
            }
        }
        return rows;
    }
}

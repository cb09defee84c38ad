package dev.pawl.message;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.backend.Family;
import dev.pawl.event.Event;
import dev.pawl.event.InvalidEventException;
import dev.pawl.event.ProtoJson;
import dev.pawl.event.RawEvent;
import dev.pawl.json.JsonArray;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonString;
import dev.pawl.json.JsonValue;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The examples of {@code docs/message-rules.md}, one a line: events, and all rows of the families in {@code of} that
 * they make in an empty store. What applies events is tested with them; here, that they are what the document says they
 * are.
 */
class RuleExamplesTest {

    private static final Pattern RULE = Pattern.compile("(?m)^\\| ([A-Z]\\d+) \\|");

    /** What these say is no row: principles, reads, failures, open questions. */
    private static final Set<String> WITHOUT_ROWS = Set.of("A8", "A9", "I8", "M12", "R6", "S2", "T3", "W3", "W4", "X7");

    static List<JsonObject> examples() throws IOException {
        try (var in = Objects.requireNonNull(RuleExamplesTest.class.getResourceAsStream("rule-examples.jsonl"))) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return text.lines().map(line -> (JsonObject) JsonValue.parse(line)).toList();
        }
    }

    @ParameterizedTest
    @MethodSource("examples")
    void itsEventsAreEventsUnlessItIsAboutThoseThatAreNone(JsonObject example) {
        boolean poison = texts(example, "rules").anyMatch("I7"::equals);
        boolean unreadable = false;
        for (JsonObject line : ProtoJson.objects(example, "events")) {
            for (RawEvent part : RawEvent.parse(line.toBytes()).split()) {
                unreadable |= read(part).isEmpty();
            }
        }

        assertThat(unreadable).isEqualTo(poison);
    }

    @ParameterizedTest
    @MethodSource("examples")
    void itsRowsAreOfTheFamiliesItTellsOf(JsonObject example) {
        Set<Family> of = new TreeSet<>(texts(example, "of").map(Family::valueOf).toList());

        for (JsonObject row : ProtoJson.objects(example, "rows")) {
            Family family = Family.valueOf(ProtoJson.text(row, "family").orElseThrow());
            assertThat(of).contains(family);
            assertThat(ProtoJson.text(row, "id")).isPresent();
            if (family == Family.MESSAGE) {
                assertThat(MessageRowId.parse(ProtoJson.text(row, "id").orElseThrow()))
                        .isPresent();
                assertThat(WaMessage.of(ProtoJson.object(row, "value").orElseThrow())
                                .kind())
                        .isNotNull();
            }
        }
    }

    @Test
    void everyRuleThatMakesRowsHasOne() throws IOException {
        String document = Files.readString(Path.of("..", "docs", "message-rules.md"));
        Set<String> rules = new TreeSet<>(RULE.matcher(document)
                .results()
                .map(found -> found.group(1))
                .filter(rule -> !rule.startsWith("P") && !rule.startsWith("Q"))
                .toList());
        Set<String> shown = new TreeSet<>(
                examples().stream().flatMap(example -> texts(example, "rules")).toList());
        shown.addAll(WITHOUT_ROWS);

        assertThat(shown).isEqualTo(rules);
    }

    private static Optional<Event> read(RawEvent event) {
        try {
            return Optional.of(Event.of(event));
        } catch (InvalidEventException e) {
            return Optional.empty();
        }
    }

    private static Stream<String> texts(JsonObject object, String name) {
        return ((JsonArray) object.get(name).orElseThrow())
                .values().stream().map(value -> ((JsonString) value).value());
    }
}

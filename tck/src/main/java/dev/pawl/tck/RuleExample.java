package dev.pawl.tck;

import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Row;
import dev.pawl.event.Event;
import dev.pawl.event.InvalidEventException;
import dev.pawl.event.ProtoJson;
import dev.pawl.event.RawEvent;
import dev.pawl.json.JsonArray;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonString;
import dev.pawl.json.JsonValue;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BinaryOperator;

/**
 * One example of the rules of {@code docs/message-rules.md}: events, and all rows of some families that they make in an
 * empty store whose clock stands at {@link #NOW}.
 *
 * @param json a line of {@code rule-examples.jsonl}
 */
record RuleExample(JsonObject json) {

    /** The second that the examples happen in. */
    static final long NOW = 1760001000;

    static List<RuleExample> all() {
        try (InputStream in = Objects.requireNonNull(RuleExample.class.getResourceAsStream("rule-examples.jsonl"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .map(line -> new RuleExample((JsonObject) JsonValue.parse(line)))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The same example in which the person of this phone number is known by this LID, with whatever device. */
    RuleExample underLid(String phoneNumber, String lid) {
        String text = json.toText().replaceAll(phoneNumber + "(:\\d+)?@s\\.whatsapp\\.net", lid + "$1@lid");
        return new RuleExample((JsonObject) JsonValue.parse(text));
    }

    String title() {
        return String.join(" ", texts("rules")) + " "
                + ProtoJson.text(json, "title").orElseThrow();
    }

    boolean isAbout(String rule) {
        return texts("rules").contains(rule);
    }

    private List<String> texts(String name) {
        List<String> texts = new ArrayList<>();
        ((JsonArray) json.get(name).orElseThrow()).forEach(each -> texts.add(((JsonString) each).value()));
        return texts;
    }

    /** The families that it tells all rows of. */
    Set<Family> families() {
        Set<Family> families = EnumSet.noneOf(Family.class);
        texts("of").forEach(name -> families.add(Family.valueOf(name)));
        return families;
    }

    /** Its events; of one that cannot be read those items that can. */
    List<Event> events() {
        List<Event> events = new ArrayList<>();
        for (JsonObject each : ProtoJson.objects(json, "events")) {
            RawEvent raw = RawEvent.parse(each.toBytes());
            Optional<Event> whole = read(raw);
            if (whole.isPresent()) {
                events.add(whole.get());
            } else {
                raw.split().forEach(part -> read(part).ifPresent(events::add));
            }
        }
        return List.copyOf(events);
    }

    private static Optional<Event> read(RawEvent raw) {
        try {
            return Optional.of(Event.of(raw));
        } catch (InvalidEventException e) {
            return Optional.empty();
        }
    }

    /** Its rows as lines to compare: the key, the order where the example tells it, the value. */
    Map<Key, String> expected(BinaryOperator<String> kept) {
        Map<Key, String> lines = new TreeMap<>(BY_TEXT);
        for (JsonObject row : ProtoJson.objects(json, "rows")) {
            Key key = key(row);
            OptionalLong order = ProtoJson.integer(row, "order");
            String value = row.get("value").orElseThrow().toText();
            lines.put(
                    key,
                    (order.isPresent() ? order.getAsLong() : "any") + " "
                            + kept.apply(key.family().name(), value));
        }
        return lines;
    }

    /** Stored rows as such lines, without the orders that the example does not tell. */
    Map<Key, String> actual(Map<Key, Row> rows, BinaryOperator<String> kept) {
        Map<Key, Boolean> ordered = new TreeMap<>(BY_TEXT);
        for (JsonObject row : ProtoJson.objects(json, "rows")) {
            ordered.put(key(row), ProtoJson.integer(row, "order").isPresent());
        }
        Map<Key, String> lines = new TreeMap<>(BY_TEXT);
        rows.forEach((key, row) -> {
            if (families().contains(key.family())) {
                String order = ordered.getOrDefault(key, true) ? Long.toString(row.order()) : "any";
                lines.put(
                        key,
                        order + " "
                                + kept.apply(key.family().name(), row.value().utf8()));
            }
        });
        return lines;
    }

    private static final java.util.Comparator<Key> BY_TEXT = java.util.Comparator.comparing(
                    (Key key) -> key.family().name())
            .thenComparing(Key::partition)
            .thenComparing(Key::id);

    private static Key key(JsonObject row) {
        return new Key(
                Family.valueOf(ProtoJson.text(row, "family").orElseThrow()),
                ProtoJson.text(row, "partition").orElse(""),
                ProtoJson.text(row, "id").orElseThrow());
    }
}

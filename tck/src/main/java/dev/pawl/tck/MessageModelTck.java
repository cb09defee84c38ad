package dev.pawl.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Row;
import dev.pawl.event.Event;
import dev.pawl.json.JsonArray;
import dev.pawl.json.JsonNull;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonValue;
import dev.pawl.tck.HistoryFact.Telling;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * Random histories on a backend, compared with a model of what they come to: P2, P3 and P8 of
 * {@code docs/message-rules.md}. Each history is reproducible by its number.
 */
public abstract class MessageModelTck extends MessageFixture {

    private static final int FACTS = 40;

    /** For subclasses. */
    protected MessageModelTck() {}

    @Override
    protected abstract Subject subject(Path directory);

    /** How many histories are tried. */
    protected abstract int histories();

    @Test
    @DisplayName("N01 what is said in any order comes to what a model makes of it")
    void n01Model() {
        for (int number = 0; number < histories(); number++) {
            Random random = begin(number);
            List<HistoryFact> facts = HistoryFact.some(random, 1 + random.nextInt(FACTS), Telling.ALL);
            facts.forEach(fact -> apply(fact.event()));

            HistoryModel model = new HistoryModel(facts);
            try {
                model.check(store, random);
                model.checkLists(store, rows(), random);
                String all = text(rows(), false).toString();
                model.forgotten().forEach(words -> assertThat(all).doesNotContain(words));
            } catch (AssertionError e) {
                throw failure(number, facts, e);
            }
        }
    }

    @Test
    @DisplayName(
            "N02 it makes no difference in which commits it is said, nor whether the store is opened again between")
    void n02Batches() {
        for (int number = 0; number < histories(); number++) {
            Random random = begin(number);
            List<HistoryFact> facts = HistoryFact.some(random, 1 + random.nextInt(FACTS), Telling.ALL);
            List<Event> events = facts.stream().map(HistoryFact::event).toList();
            events.forEach(this::apply);
            Map<String, String> expected = text(rows(), false);

            begin(number);
            store.apply(events);
            compare(number, facts, text(rows(), false), expected);

            begin(number);
            for (int from = 0; from < events.size(); ) {
                int to = Math.min(events.size(), from + 1 + random.nextInt(FACTS / 2));
                store.apply(events.subList(from, to));
                from = to;
                if (random.nextInt(4) == 0) {
                    reopen();
                }
            }
            compare(number, facts, text(rows(), false), expected);
        }
    }

    @Test
    @DisplayName("N03 from wherever it is said again, the end is the same, but for what is unread")
    void n03Again() {
        for (int number = 0; number < histories(); number++) {
            Random random = begin(number);
            List<HistoryFact> facts = HistoryFact.some(random, 1 + random.nextInt(FACTS / 2), Telling.AGAIN);
            List<Event> events = facts.stream().map(HistoryFact::event).toList();
            events.forEach(this::apply);
            Map<String, String> expected = text(rows(), true);
            for (int from = 0; from < events.size(); from++) {
                List<Event> suffix = events.subList(from, events.size());
                if (random.nextBoolean()) {
                    store.apply(suffix);
                } else {
                    suffix.forEach(this::apply);
                }
                compare(number, facts, text(rows(), true), expected);
            }
        }
    }

    @Test
    @DisplayName(
            "N04 whenever it is learnt who is who, what was said under either address comes to the same for who reads")
    void n04LearntLater() {
        for (int number = 0; number < histories(); number++) {
            Random random = new Random(number);
            List<HistoryFact> facts = HistoryFact.some(random, 1 + random.nextInt(FACTS), Telling.ANY_ORDER);
            List<Event> events =
                    new ArrayList<>(facts.stream().map(HistoryFact::event).toList());
            int learnt = random.nextInt(events.size() + 1);
            events.add(learnt, pair(BUDI_LID, BUDI));
            HistoryModel model = new HistoryModel(facts);
            String when = "one by one";
            try {
                store.clear();
                events.forEach(this::apply);
                check(model, random);
                when = "again";
                store.apply(events.subList(random.nextInt(events.size()), events.size()));
                check(model, random);
                when = "at once";
                store.clear();
                store.apply(events);
                check(model, random);
            } catch (AssertionError e) {
                throw failure(
                        number,
                        facts,
                        new AssertionError(when + ", learnt before event " + learnt + ": " + e.getMessage(), e));
            }
        }
    }

    private void check(HistoryModel model, Random random) {
        model.check(store, random);
        String all = text(rows(), false).toString();
        model.forgotten().forEach(words -> assertThat(all).doesNotContain(words));
    }

    private Random begin(int number) {
        store.clear();
        apply(pair(BUDI_LID, BUDI));
        return new Random(number);
    }

    private static void compare(
            int number, List<HistoryFact> facts, Map<String, String> actual, Map<String, String> expected) {
        try {
            assertThat(actual).isEqualTo(expected);
        } catch (AssertionError e) {
            throw failure(number, facts, e);
        }
    }

    private static AssertionError failure(int number, List<HistoryFact> facts, AssertionError cause) {
        return new AssertionError("history " + number + " of " + facts + ": " + cause.getMessage(), cause);
    }

    /** Rows as texts by name, with their places; without what a repetition may change, if that is wished. */
    private static Map<String, String> text(Map<Key, Row> rows, boolean repeated) {
        Map<String, String> texts = new TreeMap<>();
        rows.forEach((key, row) -> {
            JsonValue value = JsonValue.parse(row.value());
            String text =
                    repeated && value instanceof JsonObject object ? lasting(key.family(), object) : value.toText();
            texts.put(key.family() + " " + key.partition() + " " + key.id(), row.order() + " " + text);
        });
        return texts;
    }

    /** What a repetition leaves of a row: who is unread may change, and in which order the people of a group stand. */
    private static String lasting(Family family, JsonObject row) {
        if (family == Family.CHAT) {
            return JsonMeaning.of(row.without("unreadCount"));
        }
        List<String> people = new ArrayList<>();
        if (family == Family.GROUP && row.get("participants").orElse(JsonNull.NULL) instanceof JsonArray list) {
            list.forEach(person -> people.add(person.toText()));
            people.sort(null);
            return people + " " + row.without("participants").toText();
        }
        return row.toText();
    }
}

package dev.pawl.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.SessionName;
import dev.pawl.event.Event;
import dev.pawl.message.MessageStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.BinaryOperator;
import java.util.function.Predicate;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * Each example of the rules, in every way in which its events can come: M01 to M05. Where each row costs much, every
 * example comes one by one and in one of the other ways.
 */
abstract class MessageExampleRules extends MessageFixture {

    /** The user part of a LID that no example has. */
    private static final String SOMEBODY = "33344455566677";

    private static boolean learnsWhoIsWho(RuleExample example) {
        String text = example.json().toText();
        return text.contains("lid-mapping")
                || text.contains("Alt\"")
                || text.contains("\"lid\"")
                || text.contains("phoneNumber")
                || text.contains("pnJid")
                || text.contains("lidJid")
                || text.contains("lidPnMappings");
    }

    @Test
    @DisplayName("M01 the events of an example one by one make its rows")
    void m01OneByOne() {
        hold(example -> true, (example, into) -> example.events().forEach(event -> into.apply(List.of(event))));
    }

    @Test
    @DisplayName("M02 the events of an example in one apply make its rows")
    void m02Together() {
        // of chats under two addresses nobody can know, once both are one, what was said later (Q7)
        hold(
                some(0).and(example -> !example.isAbout("A7") && !example.isAbout("I5")),
                (example, into) -> into.apply(example.events()));
    }

    @Test
    @DisplayName("M03 the events of an example twice over make its rows")
    void m03Twice() {
        hold(some(1).and(MessageExampleRules::canBeRepeated), (example, into) -> {
            example.events().forEach(event -> into.apply(List.of(event)));
            example.events().forEach(event -> into.apply(List.of(event)));
        });
    }

    @Test
    @DisplayName("M04 the events of an example, and then every suffix of them again, make its rows")
    void m04Suffixes() {
        hold(some(2).and(MessageExampleRules::canBeRepeated), (example, into) -> {
            List<Event> events = example.events();
            events.forEach(event -> into.apply(List.of(event)));
            for (int from = events.size() - 1; from > 0; from--) {
                into.apply(events.subList(from, events.size()));
            }
        });
    }

    @Test
    @DisplayName("M05 the events of an example under LIDs make its rows under them")
    void m05UnderLids() {
        Predicate<RuleExample> plain = some(3).and(example -> !learnsWhoIsWho(example));
        List<RuleExample> exchanged = RuleExample.all().stream()
                .filter(plain)
                .map(example -> example.underLid("6281111111111", SOMEBODY))
                .toList();
        hold(exchanged, (example, into) -> example.events().forEach(event -> into.apply(List.of(event))));
    }

    /** All examples, or of four parts of them this one. */
    private Predicate<RuleExample> some(int part) {
        return example -> !subject.isSlow() || Math.floorMod(example.title().hashCode(), 4) == part;
    }

    /** Unread counts come as differences, which are the one thing that a replay changes. */
    private static boolean canBeRepeated(RuleExample example) {
        return !example.json().toText().contains("unreadCount");
    }

    private void hold(Predicate<RuleExample> which, BiConsumer<RuleExample, MessageStore> applying) {
        hold(RuleExample.all().stream().filter(which).toList(), applying);
    }

    private void hold(List<RuleExample> examples, BiConsumer<RuleExample, MessageStore> applying) {
        List<String> wrong = new ArrayList<>();
        BinaryOperator<String> kept = (family, text) -> kept(Family.valueOf(family), text);
        boolean many = backend.traits().manySessions();
        int number = 0;
        for (RuleExample example : examples) {
            SessionName session = many ? SessionName.of("example-" + number++) : MAIN;
            MessageStore own = many ? open(session) : store;
            try {
                applying.accept(example, own);
                Map<Key, String> expected = example.expected(kept);
                Map<Key, String> actual = example.actual(rows(session), kept);
                if (!actual.equals(expected)) {
                    wrong.add(example.title() + "\n  expected " + expected + "\n  but is   " + actual);
                }
            } catch (RuntimeException e) {
                wrong.add(example.title() + "\n  throws " + e + " at " + at(e));
            }
            if (many) {
                own.close();
            } else {
                own.clear();
            }
        }
        assertThat(String.join("\n", wrong))
                .as("%d of %d examples", wrong.size(), examples.size())
                .isEmpty();
    }

    private static String at(RuntimeException e) {
        return e.getStackTrace().length == 0 ? "" : e.getStackTrace()[0].toString();
    }
}

package dev.pawl.baileys;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.json.JsonArray;
import dev.pawl.json.JsonString;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * What the stand-in met that it does not know, such as a query that it has no answer for, or could not deal with. A test in
 * which that happens tries something else than it says, so there is to be none but what it provokes.
 */
final class Surprises {

    private final List<String> expected = new CopyOnWriteArrayList<>();

    /** One of which this is said is to come. */
    void expect(String part) {
        expected.add(part);
    }

    /** Fails if there are others, or not those that are to come; begins anew with both. */
    void check(StandInPipe pipe) {
        JsonArray answer = (JsonArray) pipe.call("surprises", WhatsAppStandIn.args());
        List<String> all = answer.values().stream()
                .map(text -> ((JsonString) text).value())
                .toList();
        List<String> parts = List.copyOf(expected);
        expected.clear();
        assertThat(all)
                .as("what the stand-in met and does not know")
                .allMatch(one -> parts.stream().anyMatch(one::contains));
        assertThat(parts)
                .as("what it was to meet")
                .allMatch(part -> all.stream().anyMatch(one -> one.contains(part)));
    }
}

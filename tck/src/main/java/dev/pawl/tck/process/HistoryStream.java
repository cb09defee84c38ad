package dev.pawl.tck.process;

import dev.pawl.backend.Backend;
import dev.pawl.backend.Family;
import dev.pawl.backend.MemoryBackend;
import dev.pawl.backend.Page;
import dev.pawl.backend.Partition;
import dev.pawl.backend.Position;
import dev.pawl.backend.Row;
import dev.pawl.backend.Scan;
import dev.pawl.backend.SessionName;
import dev.pawl.event.Event;
import dev.pawl.event.RawEvent;
import dev.pawl.json.Bytes;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonString;
import dev.pawl.json.JsonValue;
import dev.pawl.message.MessageStore;
import dev.pawl.tck.JsonMeaning;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * A long stream of events: everything that real Baileys emitted in some scenes, several times over, each time among other
 * people, mixed so that each scene keeps its order. The same numbers make the same stream in every process.
 *
 * @param seed of how they are mixed
 * @param times how often each scene happens
 */
public record HistoryStream(long seed, int times) {

    /** The session that it is the history of. */
    public static final SessionName SESSION = SessionName.DEFAULT;

    private static final List<String> SCENES = List.of(
            "edits", "groups", "history", "phone", "placeholders", "polls", "reactions", "revokes", "sends", "talk");

    private static final Pattern LID = Pattern.compile("(\\d+)@lid");

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

    /** The events, in their order. */
    public List<RawEvent> events() {
        List<Deque<RawEvent>> scenes = new ArrayList<>();
        for (int time = 0; time < times; time++) {
            for (String scene : SCENES) {
                scenes.add(scene(scene, scenes.size()));
                scenes.add(scene(scene + "-buffered", scenes.size()));
            }
        }
        Random random = new Random(seed);
        List<RawEvent> events = new ArrayList<>();
        while (!scenes.isEmpty()) {
            Deque<RawEvent> scene = scenes.get(random.nextInt(scenes.size()));
            events.add(scene.remove());
            scenes.removeIf(Deque::isEmpty);
        }
        return List.copyOf(events);
    }

    private static Deque<RawEvent> scene(String name, int number) {
        Deque<RawEvent> events = new ArrayDeque<>();
        try (InputStream in = HistoryStream.class.getResourceAsStream("/dev/pawl/tck/streams/" + name + ".jsonl")) {
            new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .map(line -> line.replaceAll(
                            "(\\d{5,})(:\\d+)?@(lid|s\\.whatsapp\\.net|g\\.us)", "$1" + (100 + number) + "$2@$3"))
                    .forEach(line -> events.add(RawEvent.parse(Bytes.utf8(line))));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return events;
    }

    /** The rows that events make when each comes once. */
    public static Map<String, String> rowsOf(List<RawEvent> events, Counts counts) {
        try (MemoryBackend backend = new MemoryBackend()) {
            try (MessageStore store = MessageStore.open(backend, SESSION)) {
                store.apply(events.stream().map(Event::of).toList());
            }
            return rows(backend, counts);
        }
    }

    /** Whether rows are told with what is counted, which a replay counts again. */
    public enum Counts {
        /** With it. */
        TOLD,
        /** Without it. */
        LEFT_OUT
    }

    /**
     * The rows of a store that are the same whenever the same has happened, as lines by their keys. Somebody who is named
     * by an address is named by his phone number here: by which one he was known when an event was stored depends on which
     * events were stored with it.
     */
    public static Map<String, String> rows(Backend backend, Counts counts) {
        Map<String, String> rows = new TreeMap<>();
        for (Family family : LASTING) {
            Page.stream((Optional<String> after) -> backend.partitions(SESSION, family, after, 100))
                    .map(Partition::name)
                    .flatMap(partition -> Page.stream(
                            (Optional<Position> after) -> backend.scan(SESSION, scan(family, partition, after))))
                    .forEach(row -> rows.put(row.key().toString(), text(row, counts)));
        }
        Map<String, String> phoneNumbers = new HashMap<>();
        Page.stream((Optional<Position> after) -> backend.scan(SESSION, scan(Family.ALIAS, "lid", after)))
                .forEach(row -> phoneNumbers.put(row.key().id(), ((JsonString) JsonValue.parse(row.value())).value()));
        rows.replaceAll((key, text) -> withPhoneNumbers(text, phoneNumbers));
        return rows;
    }

    /** What is not the same in two stores: of each such row how it is and how it should be. */
    public static Map<String, List<String>> differences(Map<String, String> rows, Map<String, String> wanted) {
        Map<String, List<String>> differences = new TreeMap<>();
        Set<String> keys = new TreeSet<>(rows.keySet());
        keys.addAll(wanted.keySet());
        for (String key : keys) {
            String is = rows.getOrDefault(key, "nothing");
            String should = wanted.getOrDefault(key, "nothing");
            if (!is.equals(should)) {
                differences.put(key, List.of(is, should));
            }
        }
        return differences;
    }

    private static String withPhoneNumbers(String text, Map<String, String> phoneNumbers) {
        return LID.matcher(text).replaceAll(found -> {
            String phoneNumber = phoneNumbers.get(found.group(1));
            return phoneNumber == null ? found.group() : phoneNumber + "@s.whatsapp.net";
        });
    }

    private static Scan scan(Family family, String partition, Optional<Position> after) {
        Scan scan = Scan.of(family).in(partition);
        return after.isPresent() ? scan.after(after.get()) : scan;
    }

    /** With the order where it says something that the stream knows, and not when it was applied. */
    private static String text(Row row, Counts counts) {
        Family family = row.key().family();
        boolean ordered = family == Family.MESSAGE || family == Family.CHAT || family == Family.EXPIRY;
        JsonValue value = JsonValue.parse(row.value());
        boolean without = counts == Counts.LEFT_OUT
                && value instanceof JsonObject json
                && json.get("unreadCount").isPresent();
        return (ordered ? row.order() + " " : "")
                + JsonMeaning.of(without ? ((JsonObject) value).without("unreadCount") : value);
    }
}

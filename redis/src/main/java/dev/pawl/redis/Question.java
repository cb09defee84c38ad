package dev.pawl.redis;

import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What {@code get.lua} is asked: for rows one by one, and for those that are in one hash together. */
final class Question {

    private final SessionKeys names;
    private final Map<String, Integer> numbers = new LinkedHashMap<>();
    private final List<Key> asked = new ArrayList<>();
    private final List<byte[]> arguments = new ArrayList<>();

    /** Rows of hashes, by family and partition. */
    private final Map<Place, List<Key>> together = new HashMap<>();

    private boolean onlyStrings = true;

    private record Place(Family family, String partition) {}

    /** About rows of the session with these keys. */
    Question(SessionKeys names) {
        this.names = names;
        arguments.add(Text.bytes("s"));
    }

    /** Asks for a row as well, if one of this key can be here. */
    void add(Key key) {
        FamilyKeys family = FamilyKeys.of(key.family());
        if (!family.canHold(key)) {
            return;
        }
        boolean string = family.isString(key.partition());
        if (!string && onlyStrings) {
            onlyStrings = false;
            arguments.set(0, Text.bytes(""));
            asked.forEach(each -> arguments.addAll(List.of(Text.bytes("s"), number(names.string(each)))));
        }
        // zaileys knows presence by participant only, as it is in a chat with just him.
        boolean shared = key.family() == Family.PRESENCE && key.partition().equals(key.id());
        if (string || shared || key.family() == Family.CHAT) {
            asked.add(key);
            ask(family, key, shared);
        } else {
            together.computeIfAbsent(new Place(key.family(), key.partition()), any -> new ArrayList<>())
                    .add(key);
        }
    }

    private void ask(FamilyKeys family, Key key, boolean shared) {
        if (family.isString(key.partition())) {
            byte[] number = number(names.string(key));
            if (!onlyStrings) {
                arguments.add(Text.bytes("s"));
                arguments.add(number);
            }
            return;
        }
        arguments.add(Text.bytes(shared ? "p" : "c"));
        arguments.add(number(names.data(key.family(), key.partition())));
        arguments.add(Text.bytes(key.id()));
        arguments.add(number(names.order(key.family(), key.partition())));
        arguments.add(Text.bytes(family.timeMember()));
        if (shared) {
            arguments.add(number(names.presence(key.id())));
            arguments.add(number(names.presenceDigests()));
        } else {
            arguments.add(number(names.chatDigests()));
        }
    }

    /** Nothing is added any more. */
    void end() {
        together.forEach((place, keys) -> {
            arguments.add(Text.bytes("m"));
            arguments.add(number(names.data(place.family(), place.partition())));
            arguments.add(number(names.order(place.family(), place.partition())));
            arguments.add(Text.bytes(FamilyKeys.of(place.family()).timeMember()));
            arguments.add(Text.bytes(keys.size()));
            keys.forEach(key -> arguments.add(Text.bytes(key.id())));
            asked.addAll(keys);
        });
    }

    private byte[] number(String key) {
        return Text.bytes(numbers.computeIfAbsent(key, name -> numbers.size() + 1));
    }

    /** Whether it asks for nothing. */
    boolean isEmpty() {
        return asked.isEmpty() && together.isEmpty();
    }

    /** The rows in the order in which they are answered. */
    List<Key> asked() {
        return asked;
    }

    /** The keys of the script. */
    List<byte[]> keys() {
        return numbers.keySet().stream().map(Text::bytes).toList();
    }

    /** Its arguments. */
    List<byte[]> arguments() {
        return arguments;
    }
}

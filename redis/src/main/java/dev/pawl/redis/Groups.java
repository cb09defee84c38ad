package dev.pawl.redis;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** What goes into each key that holds many things, or out of it, each by one command. */
final class Groups {

    /** The score of what is in no order. */
    static final byte[] ZERO = Text.bytes("0");

    /** Before the name of a key that is an index. */
    private static final String INDEX = "index ";

    private final Map<String, Group> all = new LinkedHashMap<>();

    /** What one command takes, or a few when it is very much. */
    static final class Group {
        private final String letter;
        private final String key;
        private final boolean index;
        private final List<byte[]> words = new ArrayList<>();
        private final Set<String> names = new HashSet<>();
        private int count;

        private Group(String letter, String key, boolean index) {
            this.letter = letter;
            this.key = key;
            this.index = index;
        }

        void add(byte[]... more) {
            words.addAll(List.of(more));
            count++;
        }

        /** Adds a name to an index of names, unless that was done. */
        void name(String name) {
            if (names.add(name)) {
                add(ZERO, Text.bytes(name));
            }
        }

        /** Whether it is looked for: a single one in an index, since usually that is there. */
        boolean isLookedFor() {
            return index && count == 1;
        }

        String letter() {
            return letter;
        }

        String key() {
            return key;
        }

        List<byte[]> words() {
            return words;
        }

        /** The letter of the type that the key has. */
        char type() {
            return switch (letter) {
                case "a", "A" -> 't';
                case "z", "Z" -> 'z';
                default -> 'h';
            };
        }
    }

    /** What a command of this letter does to a key. */
    Group group(String letter, String key) {
        return all.computeIfAbsent(letter + key, any -> new Group(letter, key, false));
    }

    /**
     * What goes into an index. A single one is looked for; of many, most are new, and looking would only be in the way.
     */
    Group index(String letter, String key) {
        return all.computeIfAbsent(INDEX + key, any -> new Group(letter, key, true));
    }

    /** Hands on those in which there is something. */
    void forEach(Consumer<Group> action) {
        all.values().stream().filter(group -> group.count > 0).forEach(action);
    }
}

package dev.pawl.json;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A JSON object: named members in an order that is kept.
 *
 * <p>Members that were read stand in the order of the text. A member that is added goes where JavaScript puts a new
 * property: a name that is an array index ({@code "0"} to {@code "4294967294"} in canonical digits) before all other
 * names, ascending among its like; any other name last. Replacing a member keeps its place. No name is special, not even
 * {@code __proto__}.
 *
 * <p>Looking a name up takes constant time in a large object.
 */
public final class JsonObject implements JsonValue {
    /** The object without members. */
    public static final JsonObject EMPTY = new JsonObject(new String[0], new JsonValue[0], 1);

    /** Up to this many members, comparing one name after the other is faster than hashing. */
    static final int SMALL = 16;

    private final String[] names;
    private final JsonValue[] values;
    private final int height;

    /**
     * Whether each name, and each string that is a value, is known to consist of ASCII characters that need no escape.
     * Learnt by reading or writing; a thread that does not see that yet learns it again.
     */
    private boolean plain;

    /** Where each name stands, made when a large object is first searched. */
    private volatile @Nullable Map<String, Integer> places;

    /** Trusts its caller that names are distinct, that nobody else changes the arrays and that the height is right. */
    JsonObject(String[] names, JsonValue[] values, int height) {
        this.names = names;
        this.values = values;
        this.height = height;
    }

    /** Returns a builder without members. */
    public static Builder builder() {
        return new Builder(EMPTY);
    }

    /** Returns a builder that starts with the members of this object. */
    public Builder toBuilder() {
        return new Builder(this);
    }

    /** The value of the member {@code name}, empty when there is no such member. */
    public Optional<JsonValue> get(String name) {
        int place = find(name);
        return place < 0 ? Optional.empty() : Optional.of(values[place]);
    }

    /** The names of the members in their order, as a list that cannot be changed. */
    public List<String> names() {
        return Collections.unmodifiableList(Arrays.asList(names));
    }

    /** The number of members. */
    public int size() {
        return names.length;
    }

    /** Gives every member to {@code action}, in order. */
    public void forEach(BiConsumer<? super String, ? super JsonValue> action) {
        for (int i = 0; i < names.length; i++) {
            action.accept(names[i], values[i]);
        }
    }

    /**
     * Returns a copy in which the member {@code name} has this value: in its old place, or as a new member. Takes time
     * in proportion to the size; use {@link #toBuilder()} for many changes.
     *
     * @throws JsonException when the object would be nested deeper than {@value JsonValue#MAX_DEPTH}
     */
    public JsonObject with(String name, JsonValue value) {
        requireNonNull(value, "value");
        int place = find(name);
        if (place >= 0) {
            JsonValue[] changed = values.clone();
            changed[place] = value;
            return new JsonObject(names, changed, Height.above(changed));
        }
        return insert(placeOf(name), name, value);
    }

    /** Returns a copy without the member {@code name}; this object when it has none. */
    public JsonObject without(String name) {
        int place = find(name);
        if (place < 0) {
            return this;
        }
        int last = names.length - 1;
        String[] fewerNames = Arrays.copyOf(names, last);
        JsonValue[] fewerValues = Arrays.copyOf(values, last);
        System.arraycopy(names, place + 1, fewerNames, place, last - place);
        System.arraycopy(values, place + 1, fewerValues, place, last - place);
        return own(fewerNames, fewerValues);
    }

    private static JsonObject own(String[] names, JsonValue[] values) {
        return names.length == 0 ? EMPTY : new JsonObject(names, values, Height.above(values));
    }

    private JsonObject insert(int place, String name, JsonValue value) {
        int size = names.length;
        String[] moreNames = Arrays.copyOf(names, size + 1);
        JsonValue[] moreValues = Arrays.copyOf(values, size + 1);
        System.arraycopy(names, place, moreNames, place + 1, size - place);
        System.arraycopy(values, place, moreValues, place + 1, size - place);
        moreNames[place] = name;
        moreValues[place] = value;
        return own(moreNames, moreValues);
    }

    /** Where a member that does not exist yet goes. */
    private int placeOf(String name) {
        long index = ArrayIndex.of(name);
        if (index < 0) {
            return names.length;
        }
        int place = 0;
        long before = -1;
        while (place < names.length) {
            long here = ArrayIndex.of(names[place]);
            // a text that no JavaScript wrote may have indices anywhere: only its ascending head counts
            if (here <= before || here > index) {
                break;
            }
            before = here;
            place++;
        }
        return place;
    }

    private int find(String name) {
        if (names.length > SMALL) {
            return places().getOrDefault(name, -1);
        }
        for (int i = 0; i < names.length; i++) {
            if (names[i].equals(name)) {
                return i;
            }
        }
        requireNonNull(name, "name");
        return -1;
    }

    private Map<String, Integer> places() {
        Map<String, Integer> known = places;
        if (known == null) {
            known = new HashMap<>(names.length * 2);
            for (int i = 0; i < names.length; i++) {
                known.put(names[i], i);
            }
            places = known;
        }
        return known;
    }

    /** The name of the member at {@code place}. */
    String nameAt(int place) {
        return names[place];
    }

    /** The value of the member at {@code place}. */
    JsonValue valueAt(int place) {
        return values[place];
    }

    /** Whether all names and strings in it are known to be written as they are, a byte for each character. */
    boolean isPlain() {
        return plain;
    }

    /** Notes that they are. */
    JsonObject knownAsPlain() {
        plain = true;
        return this;
    }

    /** How deep arrays and objects are nested in this one, itself included. */
    int height() {
        return height;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof JsonObject object
                && Arrays.equals(names, object.names)
                && Arrays.equals(values, object.values);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(names) + Arrays.hashCode(values);
    }

    /** Returns the kind and the number of members, never their names or values. */
    @Override
    public String toString() {
        return "JsonObject[" + names.length + "]";
    }

    /**
     * Collects members and makes a {@link JsonObject}; each member goes where {@link JsonObject#with} would put it.
     *
     * <p><b>Thread-safety.</b> None; the objects it makes are immutable.
     */
    public static final class Builder {
        private final Map<String, JsonValue> members = new LinkedHashMap<>();

        /** Added members whose names are array indices: they are put among the first members at the end. */
        private final TreeMap<Long, JsonValue> indexed = new TreeMap<>();

        private Builder(JsonObject start) {
            start.forEach(members::put);
        }

        /** Sets the member {@code name}: in its old place when there is one, else as a new member. */
        public Builder put(String name, JsonValue value) {
            requireNonNull(value, "value");
            long index = ArrayIndex.of(name);
            if (index >= 0 && !members.containsKey(name)) {
                indexed.put(index, value);
            } else {
                members.put(name, value);
            }
            return this;
        }

        /** Sets the member {@code name} to a string. */
        public Builder put(String name, String value) {
            return put(name, new JsonString(value));
        }

        /** Sets the member {@code name} to an integer. */
        public Builder put(String name, long value) {
            return put(name, JsonNumber.of(value));
        }

        /** Sets the member {@code name} to {@code true} or {@code false}. */
        public Builder put(String name, boolean value) {
            return put(name, JsonBoolean.of(value));
        }

        /** Sets the member {@code name} to bytes. */
        public Builder put(String name, Bytes value) {
            return put(name, new JsonBytes(value));
        }

        /** Takes the member {@code name} out, if there is one. */
        public Builder remove(String name) {
            members.remove(name);
            long index = ArrayIndex.of(name);
            if (index >= 0) {
                indexed.remove(index);
            }
            return this;
        }

        /**
         * Returns the object; the builder can go on to be used.
         *
         * @throws JsonException when the object would be nested deeper than {@value JsonValue#MAX_DEPTH}
         */
        public JsonObject build() {
            Map<String, JsonValue> ordered = indexed.isEmpty() ? members : merged();
            return own(ordered.keySet().toArray(String[]::new), ordered.values().toArray(JsonValue[]::new));
        }

        private Map<String, JsonValue> merged() {
            Map<String, JsonValue> ordered = new LinkedHashMap<>();
            TreeMap<Long, JsonValue> left = new TreeMap<>(indexed);
            long before = -1;
            for (Map.Entry<String, JsonValue> member : members.entrySet()) {
                long here = ArrayIndex.of(member.getKey());
                boolean head = here > before;
                drain(head ? left.headMap(here) : left, ordered);
                before = head ? here : Long.MAX_VALUE;
                ordered.put(member.getKey(), member.getValue());
            }
            drain(left, ordered);
            return ordered;
        }

        private static void drain(Map<Long, JsonValue> from, Map<String, JsonValue> to) {
            from.forEach((index, value) -> to.put(Long.toString(index), value));
            from.clear();
        }
    }
}

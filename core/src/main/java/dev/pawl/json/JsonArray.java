package dev.pawl.json;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;

/** A JSON array. */
public final class JsonArray implements JsonValue, Iterable<JsonValue> {
    /** The array without elements. */
    public static final JsonArray EMPTY = new JsonArray(new JsonValue[0], 1);

    private final JsonValue[] elements;
    private final int height;

    /** Trusts its caller that nobody else holds {@code elements} and that {@code height} is right. */
    JsonArray(JsonValue[] elements, int height) {
        this.elements = elements;
        this.height = height;
    }

    private static JsonArray own(JsonValue[] elements) {
        return elements.length == 0 ? EMPTY : new JsonArray(elements, Height.above(elements));
    }

    /**
     * Returns an array of {@code values} in this order.
     *
     * @throws JsonException when the array would be nested deeper than {@value JsonValue#MAX_DEPTH}
     */
    public static JsonArray of(JsonValue... values) {
        return own(Arrays.copyOf(values, values.length, JsonValue[].class));
    }

    /**
     * Returns an array of {@code values} in their order; later changes of the list are not seen.
     *
     * @throws JsonException when the array would be nested deeper than {@value JsonValue#MAX_DEPTH}
     */
    public static JsonArray copyOf(List<? extends JsonValue> values) {
        return own(values.toArray(JsonValue[]::new));
    }

    /** The elements, as a list that cannot be changed. */
    public List<JsonValue> values() {
        return Collections.unmodifiableList(Arrays.asList(elements));
    }

    /** The number of elements. */
    public int size() {
        return elements.length;
    }

    /**
     * The element at {@code index}.
     *
     * @throws IndexOutOfBoundsException when {@code index} is negative or not below {@link #size()}
     */
    public JsonValue get(int index) {
        return elements[index];
    }

    /**
     * Returns a copy with {@code value} in place of the element at {@code index}.
     *
     * @throws IndexOutOfBoundsException when {@code index} is negative or not below {@link #size()}
     * @throws JsonException when the array would be nested deeper than {@value JsonValue#MAX_DEPTH}
     */
    public JsonArray with(int index, JsonValue value) {
        JsonValue[] copy = elements.clone();
        copy[index] = requireNonNull(value, "value");
        return own(copy);
    }

    /**
     * Returns a copy with {@code value} after the last element.
     *
     * @throws JsonException when the array would be nested deeper than {@value JsonValue#MAX_DEPTH}
     */
    public JsonArray plus(JsonValue value) {
        JsonValue[] copy = Arrays.copyOf(elements, elements.length + 1);
        copy[elements.length] = requireNonNull(value, "value");
        return own(copy);
    }

    @Override
    public Iterator<JsonValue> iterator() {
        return values().iterator();
    }

    /** How deep arrays and objects are nested in this one, itself included. */
    int height() {
        return height;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof JsonArray array && Arrays.equals(elements, array.elements);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(elements);
    }

    /** Returns the kind and the number of elements, never the elements. */
    @Override
    public String toString() {
        return "JsonArray[" + elements.length + "]";
    }
}

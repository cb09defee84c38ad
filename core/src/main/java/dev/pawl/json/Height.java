package dev.pawl.json;

import static java.util.Objects.requireNonNull;

/** How deep values are nested; the limit is kept where containers are made, so that walking them never overflows. */
final class Height {
    private Height() {}

    /**
     * The height of a container of {@code values}.
     *
     * @throws JsonException when it is above the limit
     */
    static int above(JsonValue[] values) {
        int height = 0;
        for (JsonValue value : values) {
            height = Math.max(height, of(requireNonNull(value, "value")));
        }
        if (height >= JsonValue.MAX_DEPTH) {
            throw new JsonException(JsonParser.TOO_DEEP, -1);
        }
        return height + 1;
    }

    private static int of(JsonValue value) {
        if (value instanceof JsonObject object) {
            return object.height();
        }
        return value instanceof JsonArray array ? array.height() : 0;
    }
}

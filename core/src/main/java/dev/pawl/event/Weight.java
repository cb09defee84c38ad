package dev.pawl.event;

import dev.pawl.json.JsonArray;
import dev.pawl.json.JsonBytes;
import dev.pawl.json.JsonNumber;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonString;
import dev.pawl.json.JsonValue;

/**
 * About how many bytes of memory events take: a chunk of history is worth thousands of messages, so how many events
 * wait says little about how much they hold.
 */
final class Weight {

    /** An object with its header and a field or two. */
    private static final long OBJECT = 24;

    /** A name, which values of one text mostly share, and two references. */
    private static final long MEMBER = 16;

    /** A text and the array in it, without its characters. */
    private static final long TEXT = 48;

    private Weight() {}

    static long of(RawEvent event) {
        return OBJECT + of(event.data());
    }

    private static long of(JsonValue value) {
        if (value instanceof JsonObject object) {
            Sum sum = new Sum(2 * OBJECT + MEMBER * object.size());
            object.forEach((name, member) -> sum.bytes += name.length() + of(member));
            return sum.bytes;
        }
        if (value instanceof JsonArray array) {
            long bytes = 2 * OBJECT;
            for (int i = 0; i < array.size(); i++) {
                bytes += of(array.get(i));
            }
            return bytes;
        }
        if (value instanceof JsonString text) {
            return TEXT + text.value().length();
        }
        if (value instanceof JsonBytes bytes) {
            return TEXT + bytes.value().size();
        }
        return value instanceof JsonNumber ? TEXT : 0;
    }

    private static final class Sum {
        private long bytes;

        Sum(long bytes) {
            this.bytes = bytes;
        }
    }
}

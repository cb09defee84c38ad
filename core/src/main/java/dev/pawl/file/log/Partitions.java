package dev.pawl.file.log;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The names of partitions that were met while a log is read: thousands of keys share a few of them, and so they share
 * the strings too. Remembers 256 at most, the latest of those that collide.
 */
final class Partitions {

    private static final int ROOM = 256;

    private final @Nullable String[] names = new @Nullable String[ROOM];
    private final byte[][] encoded = new byte[ROOM][];

    /** The name that these bytes are in UTF-8. */
    String name(byte[] content, int at, int length) throws MalformedException {
        if (length == 0) {
            return "";
        }
        int hash = 31 * (31 * length + content[at + length / 2]) + content[at + length - 1] + 17 * content[at];
        int slot = (hash ^ hash >>> 8) & (ROOM - 1);
        String known = names[slot];
        if (known != null && Arrays.equals(encoded[slot], 0, encoded[slot].length, content, at, at + length)) {
            return known;
        }
        String name = HeadCursor.text(content, at, length);
        names[slot] = name;
        encoded[slot] = Arrays.copyOfRange(content, at, at + length);
        return name;
    }
}

package dev.pawl.backend;

import java.util.Comparator;

/**
 * The address of a row in a session. Any string is a legal partition or id, also the empty one, as long as it has a UTF-8 form; two keys are the same only when all three parts are equal.
 *
 * <p>A backend that cannot keep two different keys apart refuses one of them with {@link UnsupportedException}; it never lets one stand for the other.
 *
 * @param family what kind of record this is
 * @param partition the group within the family, empty where the family has none
 * @param id the name within the partition, unescaped
 */
public record Key(Family family, String partition, String id) {

    /** Orders strings by their unsigned UTF-8 bytes, which is the order of code points and of every backend. */
    public static final Comparator<String> BYTE_ORDER = Key::compareCodePoints;

    /** The one row of the credentials. */
    public static final Key CREDENTIALS = new Key(Family.CREDENTIALS, "", "creds");

    /**
     * Checks that both strings have a UTF-8 form.
     *
     * @throws IllegalArgumentException when a string holds half of a surrogate pair
     */
    public Key {
        requireUtf8(partition, "partition");
        requireUtf8(id, "id");
    }

    /** The address of a Signal key record. */
    public static Key ofKey(String type, String id) {
        return new Key(Family.KEY, type, id);
    }

    /** The address of a row in a family that has no partitions. */
    public static Key of(Family family, String id) {
        return new Key(family, "", id);
    }

    private static void requireUtf8(String text, String what) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
            } else if (Character.isSurrogate(c)) {
                throw new IllegalArgumentException("the " + what + " of a key holds half of a surrogate pair at " + i);
            }
        }
    }

    private static int compareCodePoints(String left, String right) {
        int length = Math.min(left.length(), right.length());
        for (int i = 0; i < length; i++) {
            char a = left.charAt(i);
            char b = right.charAt(i);
            if (a != b) {
                // Characters outside the basic plane sort above all of it in UTF-8 but are written with surrogates,
                // which sort below U+E000 as code units.
                boolean aSurrogate = Character.isSurrogate(a);
                boolean bSurrogate = Character.isSurrogate(b);
                return aSurrogate == bSurrogate ? Character.compare(a, b) : aSurrogate ? 1 : -1;
            }
        }
        return Integer.compare(left.length(), right.length());
    }
}

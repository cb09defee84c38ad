package dev.pawl.message;

import dev.pawl.backend.Position;
import dev.pawl.json.Bytes;
import dev.pawl.json.JsonException;
import java.util.Base64;
import java.util.List;

/**
 * Where a search goes on, and how much it has read so far.
 *
 * @param read how many messages were looked at before
 * @param position the last of them
 */
record SearchCursor(int read, Position position) {

    private static final int PARTS = 5;

    /**
     * Reads what {@link #text} wrote.
     *
     * @throws IllegalArgumentException when it is no such text
     */
    static SearchCursor parse(String text) {
        List<String> parts = List.of(text.split("\\.", -1));
        try {
            if (parts.size() == PARTS && parts.get(0).equals("1")) {
                int read = Integer.parseInt(parts.get(1));
                long order = Long.parseLong(parts.get(2));
                if (read >= 0 && order >= 0) {
                    return new SearchCursor(read, new Position(order, decoded(parts.get(3)), decoded(parts.get(4))));
                }
            }
        } catch (IllegalArgumentException | JsonException e) {
            // the text is of the caller; the message below says what there is to say
        }
        throw new IllegalArgumentException("that is no cursor of a search: take one that a page came with");
    }

    /** The cursor as text, safe in shells and addresses. */
    String text() {
        return "1." + read + "." + position.order() + "." + encoded(position.partition()) + "."
                + encoded(position.id());
    }

    private static String encoded(String text) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(Bytes.utf8(text).toArray());
    }

    private static String decoded(String text) {
        return Bytes.wrap(Base64.getUrlDecoder().decode(text)).utf8();
    }
}

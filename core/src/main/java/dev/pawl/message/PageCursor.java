package dev.pawl.message;

import dev.pawl.backend.Position;
import dev.pawl.json.Bytes;
import dev.pawl.json.JsonException;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A place between two messages of a conversation, from which a page goes on in either direction.
 *
 * <p>It names no row but a place in the order, so it stays good when messages around it are added or go, and it is the
 * same place under both addresses of a conversation. As text it is safe in shells and addresses; what is in it may
 * change from version to version, and a text of an older one is refused.
 *
 * @param order the second of the message it stands at
 * @param row the row id of that message; among messages of one second, ids are ordered by their bytes
 */
public record PageCursor(long order, String row) {

    private static final Pattern TEXT = Pattern.compile("1\\.([0-9]{1,16})\\.([A-Za-z0-9_-]*)");

    /**
     * Reads what {@link #text} wrote.
     *
     * @throws IllegalArgumentException when it is no such text
     */
    public static PageCursor parse(String text) {
        Matcher parts = TEXT.matcher(text);
        try {
            if (parts.matches()) {
                Bytes row = Bytes.wrap(Base64.getUrlDecoder().decode(parts.group(2)));
                return new PageCursor(Long.parseLong(parts.group(1)), row.utf8());
            }
        } catch (IllegalArgumentException | JsonException e) {
            // the text is of the caller; the message below says what there is to say
        }
        throw new IllegalArgumentException("that is no cursor of this version: take one that a page came with");
    }

    /** The place of a row. */
    static PageCursor at(Position position) {
        return new PageCursor(position.order(), position.id());
    }

    /** The place in one of the partitions of the conversation. */
    Position position(String partition) {
        return new Position(order, partition, row);
    }

    /** The cursor as text. */
    public String text() {
        byte[] utf8 = Bytes.utf8(row).toArray();
        return "1." + order + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(utf8);
    }

    @Override
    public String toString() {
        return text();
    }
}

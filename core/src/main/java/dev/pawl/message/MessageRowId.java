package dev.pawl.message;

import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import java.util.Optional;

/**
 * The id of a row that holds a message: {@code <id>|<0 or 1>}, and {@code |<author>} behind that where another author
 * used the id first.
 *
 * <p>Read from the end, because peers choose ids and may put a bar into them, while authors are addresses and cannot.
 *
 * @param id the id of the message
 * @param fromMe whether we wrote it
 * @param author who wrote it, normalised; empty in the first row of an id
 */
record MessageRowId(String id, boolean fromMe, Optional<String> author) {

    private static final char BAR = '|';

    /** Checks that the text of it can be read back. */
    MessageRowId {
        author.ifPresent(jid -> {
            if (jid.indexOf(BAR) >= 0 || jid.indexOf('@') < 0) {
                throw new IllegalArgumentException("an author is an address, without a bar");
            }
        });
    }

    /** The first row of an id. */
    static MessageRowId bare(String id, boolean fromMe) {
        return new MessageRowId(id, fromMe, Optional.empty());
    }

    /** The row of another author. */
    MessageRowId of(String jid) {
        return new MessageRowId(id, fromMe, Optional.of(jid));
    }

    /**
     * Reads the id of a row.
     *
     * @return empty when it is not made as ours are
     */
    static Optional<MessageRowId> parse(String text) {
        int last = text.lastIndexOf(BAR);
        if (last < 0) {
            return Optional.empty();
        }
        String tail = text.substring(last + 1);
        if (isSide(tail)) {
            return Optional.of(bare(text.substring(0, last), tail.equals("1")));
        }
        int before = text.lastIndexOf(BAR, last - 1);
        if (before < 0 || tail.indexOf('@') < 0 || !isSide(text.substring(before + 1, last))) {
            return Optional.empty();
        }
        boolean ours = text.charAt(before + 1) == '1';
        return Optional.of(new MessageRowId(text.substring(0, before), ours, Optional.of(tail)));
    }

    private static boolean isSide(String text) {
        return text.equals("0") || text.equals("1");
    }

    /** The id as rows have it. */
    String text() {
        String bare = id + BAR + (fromMe ? '1' : '0');
        return author.map(jid -> bare + BAR + jid).orElse(bare);
    }

    /** The address of the row among the messages of a chat, as {@code partition} names the chat. */
    Key in(String partition) {
        return new Key(Family.MESSAGE, partition, text());
    }
}

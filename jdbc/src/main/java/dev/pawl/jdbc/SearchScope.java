package dev.pawl.jdbc;

import dev.pawl.backend.Batch;
import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Row;
import dev.pawl.backend.SearchWords;
import dev.pawl.backend.SessionName;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Words that an index has of a message beside those of its text: which session and which chat it is of. So the index
 * finds a word of one chat without looking at all others that have it.
 */
final class SearchScope {

    /** Stands in no word of a text. */
    private static final char MARK = '\u00b7';

    private SearchScope() {}

    /** All words that the index has of a message. */
    static List<String> words(String session, String chat, String text) {
        List<String> all = new ArrayList<>(SearchWords.of(text));
        if (!all.isEmpty()) {
            all.add(ofSession(session));
            all.add(ofChat(session, chat));
        }
        return all;
    }

    /** The words one of which a message found has: that of the session, or those of its chats. */
    static List<String> oneOf(SessionName session, Set<String> chats) {
        if (chats.isEmpty()) {
            return List.of(ofSession(session.name()));
        }
        return chats.stream().map(chat -> ofChat(session.name(), chat)).toList();
    }

    private static String ofSession(String session) {
        return hash("s" + session);
    }

    private static String ofChat(String session, String chat) {
        return hash("c" + session + "\0" + chat);
    }

    private static String hash(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return MARK + Long.toUnsignedString(ByteBuffer.wrap(digest).getLong(), Character.MAX_RADIX);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** How many changes of messages there are in a batch. */
    static int messages(Batch batch) {
        int messages = 0;
        for (Row row : batch.puts()) {
            messages += row.key().family() == Family.MESSAGE ? 1 : 0;
        }
        for (Key key : batch.deletes()) {
            messages += key.family() == Family.MESSAGE ? 1 : 0;
        }
        return messages;
    }
}

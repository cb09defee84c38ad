package dev.pawl.message;

import java.util.Optional;

/**
 * Which chats to list. What is empty does not matter; both values of every filter are honoured on every backend.
 *
 * @param archived only those in the archive, or only the others
 * @param unread only unread ones, or only the others
 * @param pinned only pinned ones, or only the others
 */
public record ChatFilter(Optional<Boolean> archived, Optional<Boolean> unread, Optional<Boolean> pinned) {

    /** All chats. */
    public static final ChatFilter ANY = new ChatFilter(Optional.empty(), Optional.empty(), Optional.empty());

    /** The same, of the archive only, or without it. */
    public ChatFilter archived(boolean is) {
        return new ChatFilter(Optional.of(is), unread, pinned);
    }

    /** The same, unread ones only, or without them. */
    public ChatFilter unread(boolean is) {
        return new ChatFilter(archived, Optional.of(is), pinned);
    }

    /** The same, pinned ones only, or without them. */
    public ChatFilter pinned(boolean is) {
        return new ChatFilter(archived, unread, Optional.of(is));
    }

    /** Whether it lets a chat through. */
    public boolean accepts(ChatView chat) {
        return is(archived, chat.archived())
                && is(unread, chat.unread())
                && is(pinned, chat.pinned().isPresent());
    }

    private static boolean is(Optional<Boolean> wanted, boolean actual) {
        return wanted.isEmpty() || wanted.get() == actual;
    }
}

package dev.pawl.message;

import java.util.List;
import java.util.Optional;

/**
 * A page of the messages of a conversation.
 *
 * <p>Only an absent cursor ends a listing: a page may be shorter than asked for, because pages are bounded in bytes too.
 *
 * @param messages in the order that was asked for
 * @param older where what is older begins, for a request that reads newest first; absent when there is nothing older
 * @param newer where what is newer begins, for a request that reads oldest first; absent when there is nothing newer at
 *     the moment
 */
public record MessagePage(List<WaMessage> messages, Optional<PageCursor> older, Optional<PageCursor> newer) {

    /** Copies the list. */
    public MessagePage {
        messages = List.copyOf(messages);
    }
}

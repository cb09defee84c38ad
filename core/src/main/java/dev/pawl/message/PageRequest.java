package dev.pawl.message;

import java.time.Instant;
import java.util.Optional;

/**
 * Which messages of a conversation to read: how many, from where, in which direction.
 *
 * <pre>{@code
 * Page<WaMessage, PageCursor> newest = store.messages(jid, PageRequest.newest());
 * Optional<PageRequest> rest = newest.next().map(PageRequest.newest()::after);
 * }</pre>
 *
 * @param limit the most messages of a page, at least 1
 * @param cursor where to go on; empty to begin at the end that the direction begins at
 * @param before only what was sent before this second, exclusive
 * @param newestFirst the direction; {@code false} reads from older to newer
 */
public record PageRequest(int limit, Optional<PageCursor> cursor, Optional<Instant> before, boolean newestFirst) {

    /** How many messages a page has when nothing else is said. */
    public static final int DEFAULT_LIMIT = 100;

    /**
     * Checks the limit.
     *
     * @throws IllegalArgumentException when it is below 1
     */
    public PageRequest {
        if (limit < 1) {
            throw new IllegalArgumentException("a page has at least 1 message, not " + limit);
        }
    }

    /** The newest messages, newest first. */
    public static PageRequest newest() {
        return new PageRequest(DEFAULT_LIMIT, Optional.empty(), Optional.empty(), true);
    }

    /** The oldest messages, oldest first. */
    public static PageRequest oldest() {
        return new PageRequest(DEFAULT_LIMIT, Optional.empty(), Optional.empty(), false);
    }

    /** The same with pages of this size. */
    public PageRequest limit(int messages) {
        return new PageRequest(messages, cursor, before, newestFirst);
    }

    /** The same, behind this place in its direction. */
    public PageRequest after(PageCursor place) {
        return new PageRequest(limit, Optional.of(place), before, newestFirst);
    }

    /** The same, without what was sent at this second or later. Messages of one second are never parted by this. */
    public PageRequest before(Instant second) {
        return new PageRequest(limit, cursor, Optional.of(second), newestFirst);
    }
}

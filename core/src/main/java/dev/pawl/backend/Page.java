package dev.pawl.backend;

import java.util.List;
import java.util.Optional;

/**
 * A part of a listing. Only an absent {@link #next} ends a listing: a page may be shorter than its limit, or empty, and still have a next one.
 *
 * @param items what was found, in order
 * @param next where the next page starts: pass it on to the same listing
 * @param <T> what is listed
 * @param <C> how the listing is continued
 */
public record Page<T, C>(List<T> items, Optional<C> next) {

    /** Copies the items. */
    public Page {
        items = List.copyOf(items);
    }

    /** The last page of a listing. */
    public static <T, C> Page<T, C> last(List<T> items) {
        return new Page<>(items, Optional.empty());
    }
}

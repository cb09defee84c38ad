package dev.pawl.backend;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

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

    /**
     * Everything of a listing, read page by page as the stream goes on; the first page is read at once.
     *
     * @param listing reads the page at this place: the first one when it is empty
     */
    public static <T, C> Stream<T> stream(Function<Optional<C>, Page<T, C>> listing) {
        return Stream.iterate(
                        Optional.of(listing.apply(Optional.empty())),
                        Optional::isPresent,
                        page -> page.flatMap(Page::next).map(next -> listing.apply(Optional.of(next))))
                .flatMap(page -> page.orElseThrow().items().stream());
    }
}

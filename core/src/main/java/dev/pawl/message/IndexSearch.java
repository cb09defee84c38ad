package dev.pawl.message;

import dev.pawl.backend.Page;
import dev.pawl.backend.Row;
import dev.pawl.backend.SearchWords;
import dev.pawl.backend.Searching;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Finds messages by their words in the index of a backend. The index lags behind, so what it finds is looked at again:
 * words that were taken back find nothing.
 *
 * @param rows reads the rows
 * @param index of the backend
 * @param aliases who is who
 * @param partitions where to look, everywhere when it is empty
 */
record IndexSearch(MessageRows rows, Searching index, Aliases aliases, Set<String> partitions) {

    /** Parameters as in {@link MessageStore#search}. */
    Page<WaMessage, String> page(String text, Optional<String> after, int limit) {
        List<String> words = SearchWords.of(text);
        Page<Row, String> page = index.search(rows.session(), new Searching.Search(text, partitions, after, limit));
        SearchMatch match = new SearchMatch(rows, aliases, words);
        List<WaMessage> found = new ArrayList<>(page.items().size());
        page.items()
                .forEach(row -> match.found(row, () -> index.waiting(rows.session()) > 0)
                        .ifPresent(found::add));
        return new Page<>(found, page.next());
    }
}

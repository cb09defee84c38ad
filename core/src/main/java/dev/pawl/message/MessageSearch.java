package dev.pawl.message;

import dev.pawl.backend.Family;
import dev.pawl.backend.Page;
import dev.pawl.backend.Position;
import dev.pawl.backend.Row;
import dev.pawl.backend.Scan;
import dev.pawl.backend.SearchWords;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Finds messages by their words by reading them, where no index does that: the newest ones of one conversation or of all.
 *
 * @param rows reads the rows
 * @param aliases who is who
 * @param conversation where to look, everywhere when it is empty
 * @param most how many messages are read at most, all pages of a search together
 */
record MessageSearch(MessageRows rows, Aliases aliases, Optional<MergedScan> conversation, int most) {

    /** How many messages a search reads that has nothing to say about it. */
    static final int MOST = 100_000;

    private static final Scan NEWEST = Scan.of(Family.MESSAGE).descending();

    /** Parameters as in {@link MessageStore#search}. */
    Page<WaMessage, String> page(String text, Optional<String> after, int limit) {
        List<String> words = SearchWords.of(text);
        SearchMatch match = new SearchMatch(rows, aliases, words);
        Optional<SearchCursor> from = after.map(SearchCursor::parse);
        int read = from.map(SearchCursor::read).orElse(0);
        Optional<Position> last = from.map(SearchCursor::position);
        Optional<Scan> next = words.isEmpty()
                ? Optional.empty()
                : Optional.of(last.map(NEWEST::after).orElse(NEWEST));
        List<WaMessage> found = new ArrayList<>();
        while (next.isPresent() && read < most && found.size() < limit) {
            Page<Row, Position> page = read(next.get().limit(Math.min(MessageRows.PAGE, most - read)));
            for (Row row : page.items()) {
                if (found.size() == limit) {
                    return new Page<>(found, Optional.of(new SearchCursor(read, last.orElseThrow()).text()));
                }
                message(match, row, last).ifPresent(found::add);
                last = Optional.of(row.position());
                read++;
            }
            last = page.next();
            next = last.map(NEWEST::after);
        }
        int soFar = read;
        return new Page<>(
                found,
                last.filter(place -> soFar < most && !words.isEmpty())
                        .map(place -> new SearchCursor(soFar, place).text()));
    }

    /** A page of a conversation has each message once already. */
    private Optional<WaMessage> message(SearchMatch match, Row row, Optional<Position> last) {
        return conversation.isEmpty() ? match.read(row, last) : match.plain(row);
    }

    private Page<Row, Position> read(Scan part) {
        if (conversation.isEmpty()) {
            return rows.scan(part);
        }
        Page<Row, PageCursor> page = conversation.get().page(part);
        return new Page<>(page.items(), page.next().map(place -> place.position("")));
    }
}

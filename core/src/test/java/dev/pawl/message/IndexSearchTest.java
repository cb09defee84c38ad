package dev.pawl.message;

import static dev.pawl.message.History.EPOCH;
import static dev.pawl.message.History.GROUP;
import static dev.pawl.message.History.LID;
import static dev.pawl.message.History.PHONE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.backend.Family;
import dev.pawl.backend.Page;
import dev.pawl.backend.Position;
import dev.pawl.backend.Row;
import dev.pawl.backend.Scan;
import dev.pawl.backend.Searching;
import dev.pawl.backend.SessionName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class IndexSearchTest {

    private final History history = new History();

    /** Where the index has not got. */
    private final Set<String> unknown = new HashSet<>();

    /** An index that finds every message, as one may that lags far behind. */
    private final class Everything implements Searching {

        @Override
        public Page<Row, String> search(SessionName session, Search search) {
            List<Row> all =
                    history
                            .backend
                            .scan(session, Scan.of(Family.MESSAGE).descending().limit(1000))
                            .items()
                            .stream()
                            .filter(row -> !unknown.contains(row.key().partition()))
                            .filter(row -> search.partitions().isEmpty()
                                    || search.partitions().contains(row.key().partition()))
                            .toList();
            int start = search.after().map(Integer::parseInt).orElse(0);
            int end = Math.min(all.size(), start + search.limit());
            return new Page<>(
                    all.subList(start, end), end < all.size() ? Optional.of(Integer.toString(end)) : Optional.empty());
        }

        @Override
        public long waiting(SessionName session) {
            return unknown.isEmpty() ? 0 : 1;
        }

        @Override
        public boolean flush(SessionName session, Duration longest) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Optional<Position> unknown(SessionName session) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void putAgain(SessionName session, Optional<Position> upTo) {
            throw new UnsupportedOperationException();
        }
    }

    private List<String> find(String words, int limit, String... partitions) {
        IndexSearch search = new IndexSearch(history.rows, new Everything(), history.aliases, Set.of(partitions));
        List<String> ids = new ArrayList<>();
        Optional<String> after = Optional.empty();
        do {
            Page<WaMessage, String> page = search.page(words, after, limit);
            page.items().forEach(message -> ids.add(message.key().id()));
            after = page.next();
        } while (after.isPresent());
        return ids;
    }

    @Test
    void whatTheIndexFindsWithoutTheWordsIsLeftOut() {
        history.words(GROUP, "A", EPOCH, "a Word");
        history.words(GROUP, "B", EPOCH + 1, "another");
        history.words(LID, "C", EPOCH + 2, "word by word");

        for (int limit : List.of(1, 2, 100)) {
            assertThat(find("word", limit)).containsExactly("C", "A");
        }
        assertThat(find("word", 100, GROUP)).containsExactly("A");
        assertThat(find("by WORD", 100)).containsExactly("C");
    }

    @Test
    void aMessageThatStandsTwiceIsFoundOnce() {
        history.words(PHONE, "A", EPOCH, "word");
        history.words(LID, "A", EPOCH, "word");
        history.words(PHONE, "B", EPOCH, "word");
        assertThat(find("word", 1)).hasSize(3);

        history.pair();

        assertThat(find("word", 1)).containsExactlyInAnyOrder("A", "B");
        assertThat(find("word", 1, PHONE, LID)).containsExactlyInAnyOrder("A", "B");
    }

    @Test
    void aMessageOfWhichTheIndexKnowsOneRowIsFound() {
        history.words(PHONE, "A", EPOCH, "word");
        history.words(LID, "A", EPOCH, "word");
        history.pair();

        for (String address : List.of(LID, PHONE)) {
            unknown.add(address);
            assertThat(find("word", 1)).containsExactly("A");
            unknown.clear();
        }
        unknown.add(GROUP);
        assertThat(find("word", 10)).containsExactly("A");
    }
}

package dev.pawl.message;

import static dev.pawl.message.History.EPOCH;
import static dev.pawl.message.History.GROUP;
import static dev.pawl.message.History.LID;
import static dev.pawl.message.History.PHONE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Page;
import dev.pawl.backend.Position;
import dev.pawl.backend.SearchWords;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MessageSearchTest {

    private final History history = new History();

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "Café au lait; cafe au lait",
                "ＦＵＬＬ-width; full width",
                "naïve NAÏVE Naive; naive",
                "İstanbul; istanbul",
                "a1b2, 3.5; a1b2 3 5",
                "Привет, мир!; привет мир",
                "𝔸𐐀; a𐐨"
            })
    void wordsAreRunsOfLettersAndDigitsWithoutCaseAndAccents(String text, String words) {
        assertThat(SearchWords.of(text)).containsExactly(words.split(" "));
    }

    @Test
    void whatHasNoLettersHasNoWords() {
        assertThat(SearchWords.of(" !? 👍 \u0301")).isEmpty();
    }

    @Test
    void theBoundIsOnAllPagesOfASearchTogether() {
        for (int i = 0; i < 50; i++) {
            history.words(GROUP, "M" + (10 + i), EPOCH + i, i % 2 == 0 ? "even" : "odd");
        }

        for (int limit : List.of(1, 2, 3, 10, 100)) {
            assertThat(find("even", limit, 20))
                    .hasSize(10)
                    .startsWith("M58", "M56")
                    .endsWith("M40");
            assertThat(find("odd", limit, 21)).hasSize(11);
            assertThat(find("odd", limit, 1000)).hasSize(25);
        }
    }

    @Test
    void aMessageThatStandsTwiceIsFoundOnce() {
        history.words(PHONE, "A", EPOCH, "word");
        history.words(LID, "A", EPOCH, "word");
        history.words(PHONE, "B", EPOCH, "word");
        history.pair();

        assertThat(find("word", 1, 100)).containsExactly("B", "A");
    }

    @Test
    void aMessageThatBecomesOneBetweenTwoPagesIsFoundOnce() {
        for (int lid : List.of(1, -1)) {
            for (int before = 0; before <= 5; before++) {
                assertThat(findWhileMerging(before, lid))
                        .as("%s %s", before, lid)
                        .containsExactly("A4", "A3", "A2", "A1", "A0");
            }
        }
    }

    /** Pages of one message each; after some of them all rows are made one. Those under the LID are of another second. */
    private static List<String> findWhileMerging(int before, int lid) {
        History twice = new History();
        for (int i = 0; i < 5; i++) {
            twice.words(PHONE, "A" + i, EPOCH + 10 * i, "word");
            // of every second the words came under the phone number only
            twice.message(LID, "A" + i, EPOCH + 10 * i + lid, i % 2 == 0 ? ",'message':{'conversation':'word'}" : "");
        }
        twice.pair();
        MessageSearch search = new MessageSearch(twice.rows, twice.aliases, Optional.empty(), 1000);
        List<String> ids = new ArrayList<>();
        Optional<String> after = Optional.empty();
        do {
            for (int i = 0; i < 5 && ids.size() == before; i++) {
                twice.delete(List.of(new Key(Family.MESSAGE, PHONE, "A" + i + "|0")));
                twice.words(LID, "A" + i, EPOCH + 10 * i + Math.min(0, lid), "word");
            }
            Page<WaMessage, String> page = search.page("word", after, 1);
            page.items().forEach(message -> ids.add(message.key().id()));
            after = page.next();
        } while (after.isPresent());
        return ids;
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1", "1.0.0.a", "2.0.0..", "1.-1.0..", "1.0.-1..", "1.x.0..", "1.0.0.!.", "1.0.0..."})
    void whatIsNoCursorIsRefused(String text) {
        assertThatThrownBy(() -> SearchCursor.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no cursor");
    }

    @Test
    void aCursorIsReadBackAsItWasWritten() {
        SearchCursor cursor = new SearchCursor(77, new Position(EPOCH, "6281@c.us", "A.|\u0000😀|0"));

        assertThat(SearchCursor.parse(cursor.text())).isEqualTo(cursor);
    }

    private List<String> find(String words, int limit, int most) {
        MessageSearch search = new MessageSearch(history.rows, history.aliases, Optional.empty(), most);
        List<String> ids = new ArrayList<>();
        Optional<String> after = Optional.empty();
        do {
            Page<WaMessage, String> page = search.page(words, after, limit);
            page.items().forEach(message -> ids.add(message.key().id()));
            after = page.next();
        } while (after.isPresent());
        return ids;
    }
}

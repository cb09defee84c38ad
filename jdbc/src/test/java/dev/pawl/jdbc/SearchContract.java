package dev.pawl.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.backend.Access;
import dev.pawl.backend.Backend;
import dev.pawl.backend.Batch;
import dev.pawl.backend.Check;
import dev.pawl.backend.ConflictException;
import dev.pawl.backend.Facets;
import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Page;
import dev.pawl.backend.Position;
import dev.pawl.backend.Row;
import dev.pawl.backend.Searching;
import dev.pawl.backend.Searching.Search;
import dev.pawl.backend.SessionName;
import dev.pawl.backend.UnsupportedException;
import dev.pawl.event.Event;
import dev.pawl.event.RawEvent;
import dev.pawl.json.Bytes;
import dev.pawl.message.MessageStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What {@link Searching} promises, for every backend that has it. */
abstract class SearchContract {

    static final SessionName SESSION = SessionName.of("one");
    private static final SessionName OTHER = SessionName.of("two");
    private static final String CHAT = "a@g.us";
    private static final String ELSEWHERE = "b@g.us";

    /** Opens the same empty storage each time in a test. */
    abstract Backend open(boolean search, Access access);

    Backend open() {
        return open(true, Access.READ_WRITE);
    }

    static Key key(String chat, String id) {
        return new Key(Family.MESSAGE, chat, id);
    }

    static Row message(String chat, String id, long second, String text) {
        return new Row(
                key(chat, id), second, Bytes.utf8("{\"id\":\"" + id + "\"}"), new Facets(false, false, false, text));
    }

    static Searching flushed(Backend backend) {
        Searching searching = backend.as(Searching.class).orElseThrow();
        searching.flush(SESSION);
        return searching;
    }

    static List<String> found(Backend backend, String words, String... chats) {
        return ids(flushed(backend)
                .search(SESSION, new Search(words, Set.of(chats), Optional.empty(), 100))
                .items());
    }

    private static List<String> ids(List<Row> rows) {
        return rows.stream().map(row -> row.key().id()).toList();
    }

    @Test
    void messagesThatHaveAllWordsAreFoundTheMostRecentFirst() {
        try (Backend backend = open()) {
            backend.commit(
                    SESSION,
                    Batch.of(
                            message(CHAT, "A|0", 3, "The ship leaves the harbour"),
                            message(CHAT, "B|1", 5, "harbour at eight"),
                            message(ELSEWHERE, "C|0", 4, "No ship, no harbour."),
                            message(CHAT, "D|0", 6, "")));

            assertThat(found(backend, "harbour")).containsExactly("B|1", "C|0", "A|0");
            assertThat(found(backend, "ship harbour")).containsExactly("C|0", "A|0");
            assertThat(found(backend, "harbour airport")).isEmpty();
            assertThat(found(backend, "harb")).as("a part of a word").isEmpty();
        }
    }

    @Test
    void aRowComesAsItIsStored() {
        try (Backend backend = open()) {
            Row row = message(CHAT, "A|0|9@lid", 3, "words");
            backend.commit(SESSION, Batch.of(row));

            Page<Row, String> page =
                    flushed(backend).search(SESSION, new Search("words", Set.of(), Optional.empty(), 1));

            assertThat(page.next()).isEmpty();
            assertThat(page.items()).singleElement().satisfies(found -> {
                assertThat(found.key()).isEqualTo(row.key());
                assertThat(found.order()).isEqualTo(3);
                assertThat(found.value()).isEqualTo(row.value());
            });
        }
    }

    /** Texts by the words that they are found by. */
    private static final Map<String, String> TEXTS = Map.of(
            "CAFE angstrom", "Café Ångström",
            "Naïve", "naive",
            "\u041F\u0420\u0418\u0412\u0415\u0422", "\u041F\u0440\u0438\u0432\u0435\u0442, \u043C\u0438\u0440!",
            "\u03BF\u03B4\u03CC\u03C2", "\u039F\u0394\u039F\u03A3",
            "\u65E5\u672C", "\u65E5\u672C\u8A9E\u3092\u8A71\u3059",
            "quoted AND NEAR 42b OR z", "room 42b: \"quoted\" AND (x) OR y* NEAR -z 'a' \\b & | ! <->",
            "here emoji", "emoji \uD83D\uDC4D here");

    @Test
    void caseAccentsAndSignsDoNotCount() {
        try (Backend backend = open()) {
            List<String> words = List.copyOf(TEXTS.keySet());
            for (int i = 0; i < words.size(); i++) {
                backend.commit(SESSION, Batch.of(message(CHAT, "A" + i + "|0", 3, TEXTS.get(words.get(i)))));
            }

            for (int i = 0; i < words.size(); i++) {
                assertThat(found(backend, words.get(i))).as(words.get(i)).containsExactly("A" + i + "|0");
            }
        }
    }

    @Test
    void aTextWithoutWordsFindsNothing() {
        try (Backend backend = open()) {
            backend.commit(SESSION, Batch.of(message(CHAT, "A|0", 3, "something \uD83D\uDC4D \0")));

            for (String words : List.of("", " ", "?!", "\uD83D\uDC4D", "\"", "'", "\0")) {
                assertThat(found(backend, words)).as("'%s'", words).isEmpty();
            }
            assertThat(found(backend, "something")).hasSize(1);
        }
    }

    @Test
    void onlyTheseChatsAndThisSessionAreSearched() {
        try (Backend backend = open()) {
            backend.commit(SESSION, Batch.of(message(CHAT, "A|0", 3, "word"), message(ELSEWHERE, "B|0", 4, "word")));
            backend.commit(OTHER, Batch.of(message(CHAT, "C|0", 5, "word")));

            assertThat(found(backend, "word")).containsExactly("B|0", "A|0");
            assertThat(found(backend, "word", CHAT)).containsExactly("A|0");
            assertThat(found(backend, "word", CHAT, ELSEWHERE)).containsExactly("B|0", "A|0");
            assertThat(found(backend, "word", "c@g.us")).isEmpty();
        }
    }

    @Test
    void pagesOfEverySizeGiveEachMessageOnce() {
        try (Backend backend = open()) {
            List<Row> rows = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                rows.add(message(i % 2 == 0 ? CHAT : ELSEWHERE, "M" + i + "|0", i / 10, "word " + i));
            }
            backend.commit(SESSION, Batch.of(rows.toArray(Row[]::new)));
            Searching searching = flushed(backend);

            for (int limit : List.of(1, 2, 7, 49, 50, 51)) {
                List<Row> walked = Page.stream((Optional<String> after) ->
                                searching.search(SESSION, new Search("word", Set.of(), after, limit)))
                        .toList();

                assertThat(ids(walked)).as("by %d", limit).hasSize(50).doesNotHaveDuplicates();
                assertThat(walked).extracting(row -> -row.order()).isSorted();
            }
        }
    }

    @Test
    void whatIsNoPlaceInASearchIsRefused() {
        try (Backend backend = open()) {
            backend.commit(SESSION, Batch.of(message(CHAT, "A|0", 3, "word")));
            // The last two hold the character 0, which no text of PostgreSQL does.
            for (String place : List.of("?", "3.AA.QXww", "3.MUBsaWQ.QQA")) {
                Search search = new Search("word", Set.of(), Optional.of(place), 1);

                assertThatThrownBy(() -> flushed(backend).search(SESSION, search))
                        .as(place)
                        .isInstanceOf(IllegalArgumentException.class);
            }
        }
    }

    @Test
    void otherWordsReplaceThoseBefore() {
        try (Backend backend = open()) {
            backend.commit(SESSION, Batch.of(message(CHAT, "A|0", 3, "first kept"), message(CHAT, "B|0", 4, "first")));
            assertThat(found(backend, "first")).hasSize(2);

            backend.commit(SESSION, Batch.of(message(CHAT, "A|0", 3, "second kept"), message(CHAT, "B|0", 4, "")));

            assertThat(found(backend, "first")).isEmpty();
            assertThat(found(backend, "second")).containsExactly("A|0");
            assertThat(found(backend, "kept")).containsExactly("A|0");
        }
    }

    @Test
    void ofSeveralChangesBehindEachOtherTheLastCounts() {
        try (Backend backend = open()) {
            backend.commit(SESSION, Batch.of(message(CHAT, "A|0", 3, "first"), message(CHAT, "B|0", 3, "first")));
            backend.commit(SESSION, new Batch(List.of(), List.of(), List.of(key(CHAT, "A|0"))));
            backend.commit(SESSION, Batch.of(message(CHAT, "B|0", 3, "second")));
            backend.commit(SESSION, Batch.of(message(CHAT, "A|0", 3, "third")));

            assertThat(found(backend, "first")).isEmpty();
            assertThat(found(backend, "second")).containsExactly("B|0");
            assertThat(found(backend, "third")).containsExactly("A|0");
        }
    }

    @Test
    void whatIsDeletedIsNotFound() {
        try (Backend backend = open()) {
            backend.commit(SESSION, Batch.of(message(CHAT, "A|0", 3, "word"), message(CHAT, "B|0", 4, "word")));
            assertThat(found(backend, "word")).hasSize(2);

            backend.commit(SESSION, new Batch(List.of(), List.of(), List.of(key(CHAT, "B|0"))));

            assertThat(found(backend, "word")).containsExactly("A|0");
        }
    }

    @Test
    void aMessageThatMovesIsFoundAtItsNewPlace() {
        try (Backend backend = open()) {
            backend.commit(SESSION, Batch.of(message(CHAT, "A|0", 3, "word"), message(CHAT, "B|0", 4, "word")));
            assertThat(found(backend, "word")).containsExactly("B|0", "A|0");

            backend.commit(SESSION, Batch.of(message(CHAT, "B|0", 1, "word")));

            assertThat(found(backend, "word")).containsExactly("A|0", "B|0");
        }
    }

    @Test
    void ordersOfEverySizeAreKept() {
        try (Backend backend = open()) {
            backend.commit(
                    SESSION,
                    Batch.of(
                            message(CHAT, "A|0", 0, "word"),
                            message(CHAT, "B|0", Row.MAX_ORDER, "word"),
                            message(CHAT, "C|0", 1_800_000_000, "word")));

            assertThat(found(backend, "word")).containsExactly("B|0", "C|0", "A|0");
        }
    }

    @Test
    void aCommitThatIsRefusedLeavesNoWords() {
        try (Backend backend = open()) {
            backend.commit(SESSION, Batch.of(message(CHAT, "A|0", 3, "word")));
            Batch refused =
                    Batch.of(message(CHAT, "A|0", 3, "refused")).with(Check.exact(key(CHAT, "A|0"), Bytes.utf8("{}")));

            assertThatThrownBy(() -> backend.commit(SESSION, refused)).isInstanceOf(ConflictException.class);

            assertThat(found(backend, "refused")).isEmpty();
            assertThat(found(backend, "word")).hasSize(1);
        }
    }

    @Test
    void afterAFlushNothingWaits() {
        try (Backend backend = open()) {
            for (int i = 0; i < 30; i++) {
                backend.commit(SESSION, Batch.of(message(CHAT, "A" + i + "|0", i, "word")));
            }
            Searching searching = backend.as(Searching.class).orElseThrow();
            assertThat(searching.waiting(SESSION)).isBetween(0L, 30L);
            assertThat(searching.waiting(OTHER)).isZero();

            searching.flush(SESSION);

            assertThat(searching.waiting(SESSION)).isZero();
            assertThat(found(backend, "word")).hasSize(30);
        }
    }

    @Test
    void anErasureTakesTheWordsOfTheSessionAndNoOthers() {
        try (Backend backend = open()) {
            backend.commit(SESSION, Batch.of(message(CHAT, "A|0", 3, "word"), message(CHAT, "B|0", 3, "word")));
            backend.commit(OTHER, Batch.of(message(CHAT, "A|0", 3, "word")));
            assertThat(found(backend, "word")).hasSize(2);
            backend.commit(SESSION, Batch.of(message(CHAT, "C|0", 3, "waiting")));

            backend.erase(SESSION, Set.of(Family.MESSAGE), List.of());

            // Words that were left behind would be found again with the row.
            backend.as(Searching.class).orElseThrow().flush(SESSION);
            backend.commit(SESSION, Batch.of(message(CHAT, "A|0", 3, "new"), message(CHAT, "C|0", 3, "new")));
            assertThat(found(backend, "word")).isEmpty();
            assertThat(found(backend, "waiting")).isEmpty();
            assertThat(found(backend, "new")).hasSize(2);
            assertThat(flushed(backend)
                            .search(OTHER, new Search("word", Set.of(), Optional.empty(), 9))
                            .items())
                    .hasSize(1);
        }
    }

    @Test
    void whereItWasNeverSwitchedOnThereIsNoSearch() {
        try (Backend backend = open(false, Access.READ_WRITE)) {
            assertThat(backend.as(Searching.class)).isEmpty();
            backend.commit(SESSION, Batch.of(message(CHAT, "A|0", 3, "word")));
            assertThat(backend.as(Searching.class)).isEmpty();
        }
    }

    @Test
    void onceItIsOnItStaysOnWhoeverOpensIt() {
        try (Backend backend = open()) {
            backend.commit(SESSION, Batch.of(message(CHAT, "A|0", 3, "before")));
        }
        try (Backend backend = open(false, Access.READ_WRITE)) {
            backend.commit(SESSION, Batch.of(message(CHAT, "B|0", 3, "word"), message(CHAT, "A|0", 3, "after")));
        }
        try (Backend backend = open(false, Access.READ_WRITE)) {
            assertThat(found(backend, "word")).containsExactly("B|0");
            assertThat(found(backend, "after")).containsExactly("A|0");
            assertThat(found(backend, "before")).isEmpty();
        }
    }

    @Test
    void itIsKnownWhereRowsFromBeforeBegin() {
        try (Backend backend = open(false, Access.READ_WRITE)) {
            backend.commit(SESSION, Batch.of(message(CHAT, "A|0", 3, "old word")));
            backend.commit(OTHER, Batch.of(message(CHAT, "B|0", 4, "old word")));
        }
        try (Backend backend = open()) {
            backend.commit(SESSION, Batch.of(message(CHAT, "C|0", 5, "new word")));
            Searching searching = backend.as(Searching.class).orElseThrow();
            Position place = new Position(3, "\u00e9 \0@g.us", "A|0|'");

            assertThat(searching.unknown(SESSION)).contains(Position.of(0));
            assertThat(searching.unknown(OTHER)).contains(Position.of(0));
            assertThat(searching.unknown(SessionName.of("three"))).isEmpty();
            assertThat(found(backend, "word")).containsExactly("C|0");
            assertThat(searching.waiting(SESSION)).isZero();

            searching.putAgain(SESSION, Optional.of(place));
            assertThat(searching.unknown(SESSION)).contains(place);
            searching.putAgain(SESSION, Optional.empty());
            assertThat(searching.unknown(SESSION)).isEmpty();
            assertThat(searching.unknown(OTHER)).contains(Position.of(0));
        }
        try (Backend backend = open()) {
            assertThat(backend.as(Searching.class).orElseThrow().unknown(SESSION))
                    .isEmpty();
        }
    }

    /** A message as a history has it, found by what its value says. */
    private static Event said(String id, long second, String words) {
        return Event.of(
                RawEvent.parse(Bytes.utf8("{\"event\":\"messages.upsert\",\"data\":{\"type\":\"notify\",\"messages\":"
                        + "[{\"key\":{\"remoteJid\":\"" + CHAT + "\",\"fromMe\":true,\"id\":\"" + id
                        + "\"},\"messageTimestamp\":"
                        + second + ",\"message\":{\"conversation\":\"" + words + "\"}}]}}")));
    }

    private static List<String> searched(MessageStore store, String words) {
        return Page.stream((Optional<String> after) -> store.search(words, Optional.empty(), after, 500))
                .map(message -> message.key().id())
                .toList();
    }

    @Test
    void whoOwnsAHistoryHasWhatIsOlderThanSearchFoundToo() throws Exception {
        int old = 600;
        try (Backend backend = open(false, Access.READ_WRITE);
                MessageStore store = MessageStore.open(backend, SESSION)) {
            List<Event> events = new ArrayList<>();
            for (int i = 0; i < old; i++) {
                events.add(said("M" + i, 1_760_000_000L + i / 2, "old word"));
            }
            store.apply(events);
        }
        try (Backend backend = open();
                MessageStore store = MessageStore.open(backend, SESSION)) {
            store.apply(List.of(said("NEW", 1_760_001_000L, "new word")));
            Map<Key, Row> before = backend.get(SESSION, List.of(key(CHAT, "M0|1"), key(CHAT, "M599|1")));

            assertThat(store.awaitSearch(Duration.ofMinutes(1))).isTrue();

            assertThat(searched(store, "word")).hasSize(old + 1).doesNotHaveDuplicates();
            assertThat(searched(store, "old")).hasSize(old);
            assertThat(before).hasSize(2);
            assertThat(backend.get(SESSION, before.keySet())).isEqualTo(before);
            assertThat(backend.as(Searching.class).orElseThrow().unknown(SESSION))
                    .isEmpty();
        }
    }

    @Test
    void forReadingOnlyItCanBeSearchedAndNotFlushed() {
        try (Backend backend = open()) {
            backend.commit(SESSION, Batch.of(message(CHAT, "A|0", 3, "word")));
            flushed(backend);
        }
        try (Backend backend = open(false, Access.READ_ONLY)) {
            Searching searching = backend.as(Searching.class).orElseThrow();

            assertThat(searching
                            .search(SESSION, new Search("word", Set.of(), Optional.empty(), 9))
                            .items())
                    .hasSize(1);
            assertThat(searching.waiting(SESSION)).isZero();
            assertThatThrownBy(() -> searching.flush(SESSION)).isInstanceOf(UnsupportedException.class);
            assertThatThrownBy(() -> searching.putAgain(SESSION, Optional.empty()))
                    .isInstanceOf(UnsupportedException.class);
        }
    }

    @Test
    void whatWasWrittenFastIsThereAfterAFlush() {
        try (Backend backend = open()) {
            Searching searching = backend.as(Searching.class).orElseThrow();
            int batch = 1_000;
            for (int start = 0; start < 3_000; start += batch) {
                List<Row> rows = new ArrayList<>();
                for (int i = start; i < start + batch; i++) {
                    rows.add(message(CHAT, "M" + i + "|0", i, "w" + i % 7));
                }
                backend.commit(SESSION, Batch.of(rows.toArray(Row[]::new)));
            }

            searching.flush(SESSION);

            assertThat(searching.waiting(SESSION)).isZero();
            assertThat(searching
                            .search(SESSION, new Search("w3", Set.of(), Optional.empty(), 10))
                            .items())
                    .hasSize(10);
        }
    }
}

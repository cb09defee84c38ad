package dev.pawl.backend;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Optional capability of backends that keep an index of the words of messages: finds rows of {@link Family#MESSAGE} by
 * the {@linkplain Facets#searchText search text} that they were put with.
 *
 * <p>A backend has it where search was switched on: by an option when it is opened ({@code search=on} in a locator), which
 * makes the tables of the index once. From then on every program that opens that storage and knows this version keeps the
 * index up, with or without the option; where it was never switched on, commits do nothing for it.
 *
 * <p><b>Behind the commit.</b> A commit writes down, in its own transaction, which messages it put and deleted and what
 * their words are; a thread of the backend brings that into the index, some hundreds of rows at a time. So nothing is
 * lost by a crash, and a search sees a message a little after its commit: {@link #waiting} says how many it does not see
 * yet, {@link #flush} waits for them. A committer helps when too many wait, so the lag is bounded.
 *
 * <p>Words of a row that is deleted, or put again with other words, leave the index in the same way and are overwritten
 * there. <b>Thread-safety.</b> All methods may be called from many threads. <b>Not supported.</b> Parts of words, phrases,
 * ranks; rows that were put before search was switched on, until they are put again: it is known where {@linkplain #unknown
 * they begin}. A row that is put without search text has no words, so who copies rows has to find the text of each.
 */
public interface Searching {

    /** The most rows that wait to be indexed before committers have to help: 100,000. */
    int MOST_WAITING = 100_000;

    /**
     * What to search for.
     *
     * @param words as a person types them; a row must have all of them, by {@link SearchWords}
     * @param partitions chats, by the partitions of their messages; all when it is empty
     * @param after the {@link Page#next} of the page before, or empty to begin
     * @param limit the most rows of a page, at least 1
     */
    record Search(String words, Set<String> partitions, Optional<String> after, int limit) {

        /** Copies the set. */
        public Search {
            partitions = Set.copyOf(partitions);
            if (limit < 1) {
                throw new IllegalArgumentException("a page has at least 1 row, not " + limit);
            }
        }

        /** The words looked for, each once. */
        public List<String> each() {
            return SearchWords.of(words);
        }

        /** Shows how much is searched for, never what. */
        @Override
        public String toString() {
            return "Search[" + each().size() + " words, " + partitions.size() + " partitions, limit " + limit + "]";
        }
    }

    /**
     * Finds rows, those of the highest {@link Row#order} first; the rows of one order stand in some order that stays.
     *
     * @return rows as they are now, at most {@link Backend#PAGE_BYTES} of values in a page; nothing for a text without
     *     words
     * @throws IllegalArgumentException when {@code after} is none of {@link Page#next}
     */
    Page<Row, String> search(SessionName session, Search search);

    /** How many changes of messages of a session the index does not have yet. */
    long waiting(SessionName session);

    /**
     * Waits until a search sees every commit that returned before this was called, and helps with it.
     *
     * @param longest how long to wait; a step of some hundreds of changes that has begun is ended first
     * @return whether it was so within this time
     * @throws StoreException when the index cannot be written
     */
    boolean flush(SessionName session, Duration longest);

    /** Likewise, as long as it takes. */
    default void flush(SessionName session) {
        flush(session, Duration.ofSeconds(Long.MAX_VALUE));
    }

    /**
     * Where those messages begin that were put before search was switched on: all behind this position may be unknown to
     * the index. Whoever owns the session puts them once more, with their search text, and says so with {@link
     * #putAgain}.
     *
     * @return empty when there are none
     */
    Optional<Position> unknown(SessionName session);

    /**
     * Notes how far messages were put once more that {@link #unknown} told of.
     *
     * @param upTo the position of the last one; empty when that were all
     */
    void putAgain(SessionName session, Optional<Position> upTo);
}

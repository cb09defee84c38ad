package dev.pawl.message;

import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Position;
import dev.pawl.backend.Row;
import dev.pawl.backend.SearchWords;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;

/**
 * Tells whether a message that a search came upon has its words, as the message reads now, and is to be given there: one
 * that stands under both addresses of its conversation is read as one, and found once.
 *
 * <p>For one page of a search.
 */
final class SearchMatch {

    private final MessageRows rows;
    private final Aliases aliases;
    private final List<String> words;

    /** The messages in this page that stand, or stood a moment ago, twice. */
    private final Set<Key> given = new HashSet<>();

    /**
     * @param aliases who is who
     * @param words all of which must occur
     */
    SearchMatch(MessageRows rows, Aliases aliases, List<String> words) {
        this.rows = rows;
        this.aliases = aliases;
        this.words = List.copyOf(words);
    }

    /**
     * The message of a row that an index found, when it has the words. Of two rows that have them it is given by the one
     * under the LID, as long as the index knows both; an index that lags may know one only, so then it is given by
     * either.
     */
    Optional<WaMessage> found(Row row, BooleanSupplier lags) {
        WaMessage message = rows.message(row);
        if (!has(message)) {
            return Optional.empty();
        }
        if (!aliases.isMerging(row.key().partition())) {
            return Optional.of(message);
        }
        List<Row> same = now(row.key());
        boolean isLater = same.size() > 1
                && !same.get(0).key().equals(row.key())
                && has(rows.message(same.get(0)))
                && !lags.getAsBoolean();
        return isLater ? Optional.empty() : given(same);
    }

    /**
     * The message of a row that was come upon by reading all rows, when it has the words: given where it stands when its
     * rows are one, so that it comes once though they become one meanwhile.
     *
     * @param last where the row before it stood
     */
    Optional<WaMessage> read(Row row, Optional<Position> last) {
        if (!aliases.isMerging(row.key().partition())) {
            return plain(row);
        }
        List<Row> same = now(row.key());
        boolean moved =
                same.size() == 1 && last.filter(place -> isTwin(place, row)).isPresent();
        if (same.isEmpty() || moved) {
            return Optional.empty();
        }
        long place = conversation(row.key()).best(same).order();
        // of two at this place the one that is come upon first, as all rows are ordered
        boolean isHere = same.stream()
                .filter(one -> one.order() == place)
                .max(Comparator.comparing(one -> one.key().partition(), Key.BYTE_ORDER))
                .filter(one -> one.order() == row.order())
                .filter(one -> same.size() == 1 || one.key().equals(row.key()))
                .isPresent();
        return isHere ? given(same) : Optional.empty();
    }

    /** Whether the same message stood there, and moved here since. */
    private boolean isTwin(Position last, Row row) {
        return last.order() == row.order()
                && last.id().equals(row.key().id())
                && aliases.same(last.partition(), row.key().partition());
    }

    /** The message of a row that is all of it, when it has the words. */
    Optional<WaMessage> plain(Row row) {
        return Optional.of(rows.message(row)).filter(this::has);
    }

    private Optional<WaMessage> given(List<Row> same) {
        if (same.isEmpty()) {
            return Optional.empty();
        }
        Key first = same.get(0).key();
        return Optional.of(rows.message(conversation(first).best(same)))
                .filter(this::has)
                .filter(message ->
                        given.add(new Key(Family.MESSAGE, aliases.canonical(first.partition()), first.id())));
    }

    /** The rows of a message, both of one moment, that under the LID first. */
    private List<Row> now(Key key) {
        MergedScan conversation = conversation(key);
        List<Key> places = new ArrayList<>();
        conversation.addresses().forEach(address -> places.add(new Key(key.family(), address, key.id())));
        Map<Key, Row> found = rows.get(places);
        return places.stream().filter(found::containsKey).map(found::get).toList();
    }

    private MergedScan conversation(Key key) {
        return MergedScan.of(rows, aliases, key.partition());
    }

    private boolean has(WaMessage message) {
        return new HashSet<>(SearchWords.of(message.text().orElse(""))).containsAll(words);
    }
}

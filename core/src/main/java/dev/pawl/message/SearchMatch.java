package dev.pawl.message;

import dev.pawl.backend.Key;
import dev.pawl.backend.Row;
import dev.pawl.backend.SearchWords;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/**
 * Tells whether a message that a search came upon has its words, as the message reads now.
 *
 * @param rows reads the rows
 * @param aliases who is who
 * @param words all of which must occur
 */
record SearchMatch(MessageRows rows, Aliases aliases, List<String> words) {

    /**
     * The message of a row, when it has the words. One that stands under both addresses of its conversation is read as
     * one, and found by one of its rows: the first that has the words itself.
     */
    Optional<WaMessage> of(Row row) {
        WaMessage message = rows.message(row);
        if (!has(message)) {
            return Optional.empty();
        }
        Key key = row.key();
        if (!aliases.isMerging(key.partition())) {
            return Optional.of(message);
        }
        MergedScan conversation = MergedScan.of(rows, aliases, key.partition());
        for (Key place : conversation.otherPlaces(key)) {
            Optional<Row> twin = rows.get(place);
            if (twin.isEmpty()) {
                continue;
            }
            boolean later = !key.partition().equals(conversation.addresses().get(0));
            return later && has(rows.message(twin.get()))
                    ? Optional.empty()
                    : Optional.of(rows.message(conversation.best(List.of(row, twin.get()))))
                            .filter(this::has);
        }
        return Optional.of(message);
    }

    private boolean has(WaMessage message) {
        return new HashSet<>(SearchWords.of(message.text().orElse(""))).containsAll(words);
    }
}

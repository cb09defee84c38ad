package dev.pawl.message;

import dev.pawl.backend.Batch;
import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Row;
import dev.pawl.json.JsonValue;
import java.util.Optional;

/**
 * A commit of which nobody knows yet whether it was applied. One row of it tells: a batch is whole or absent, and it
 * holds only rows that it changes. Presence and the marks of pairs are put without looking, so that they may have been
 * the same before: such a row tells only where the batch has no other.
 *
 * <p><b>Thread-safety.</b> None: used by who has the writer's turn.
 */
final class Doubt {

    private final Optional<Row> put;
    private final Optional<Key> deleted;
    private final int changed;
    private Optional<Boolean> applied = Optional.empty();

    /** About this batch, which is not empty. */
    Doubt(Batch batch) {
        Optional<Row> sure = batch.puts().stream()
                .filter(row -> row.key().family() != Family.PRESENCE
                        && !MergingMarks.isMark(row.key())
                        && !SecondAuthors.isMark(row.key()))
                .findFirst();
        this.deleted = batch.deletes().stream().findFirst();
        this.put = sure.isPresent() || deleted.isPresent()
                ? sure
                : batch.puts().stream().findFirst();
        this.changed = batch.puts().size() + batch.deletes().size();
    }

    /**
     * Finds out, unless that is known.
     *
     * @throws dev.pawl.backend.StoreException when it cannot be found out now
     */
    void settle(MessageRows rows) {
        if (applied.isPresent()) {
            return;
        }
        if (put.isPresent()) {
            Row told = put.get();
            applied = Optional.of(
                    rows.get(told.key()).filter(row -> isSame(row, told)).isPresent());
        } else {
            applied = Optional.of(rows.get(deleted.orElseThrow()).isEmpty());
        }
    }

    private static boolean isSame(Row one, Row other) {
        return one.order() == other.order()
                && (one.value().equals(other.value())
                        || JsonValue.parse(one.value()).equals(JsonValue.parse(other.value())));
    }

    /** Whether it was applied, once {@link #settle} has returned. */
    boolean applied() {
        return applied.orElseThrow();
    }

    /** How many rows it writes or removes. */
    int changed() {
        return changed;
    }
}

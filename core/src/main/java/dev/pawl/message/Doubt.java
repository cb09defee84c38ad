package dev.pawl.message;

import dev.pawl.backend.Batch;
import dev.pawl.backend.Key;
import dev.pawl.backend.Row;
import dev.pawl.json.JsonValue;
import java.util.Optional;

/**
 * A commit of which nobody knows yet whether it was applied. One row of it tells: a batch is whole or absent, and it
 * holds only rows that it changes.
 *
 * <p><b>Thread-safety.</b> None: used by who has the writer's turn.
 */
final class Doubt {

    private final Batch batch;
    private Optional<Boolean> applied = Optional.empty();

    /** About this batch, which is not empty. */
    Doubt(Batch batch) {
        this.batch = batch;
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
        if (batch.puts().isEmpty()) {
            Key deleted = batch.deletes().get(0);
            applied = Optional.of(rows.get(deleted).isEmpty());
            return;
        }
        Row put = batch.puts().get(0);
        applied =
                Optional.of(rows.get(put.key()).filter(row -> isSame(row, put)).isPresent());
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
        return batch.puts().size() + batch.deletes().size();
    }
}

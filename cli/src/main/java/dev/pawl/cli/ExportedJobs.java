package dev.pawl.cli;

import dev.pawl.backend.Key;
import dev.pawl.backend.Row;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Jobs on their way into an archive, while those who send them move them from state to state. Each is written as it was met
 * first, and looked for until a look meets no other: none is missing, and none is there twice that does not stand twice.
 */
final class ExportedJobs {

    /** Where jobs come faster than they are looked through, some end is needed. */
    private static final int LOOKS = 10;

    private final Store store;
    private final Consumer<Row> writer;
    private final Map<List<String>, Key> met = new HashMap<>();
    private final List<Key> missed = new ArrayList<>();
    private boolean moved;
    private boolean missing = true;
    private int looks;

    ExportedJobs(Store store, Consumer<Row> writer) {
        this.store = store;
        this.writer = writer;
    }

    /** Writes a row, unless its job was met before it came here. */
    void add(Row row) {
        Key before = met.putIfAbsent(job(row.key()), row.key());
        if (before == null || stands(before)) {
            writer.accept(row);
        } else {
            moved = true;
        }
    }

    /** Whether one more look is needed. */
    boolean isMissingSome() {
        return missing && looks < LOOKS;
    }

    /** Meets a row, without its value. */
    void look(Row row) {
        if (!met.containsKey(job(row.key()))) {
            missed.add(row.key());
        }
    }

    /** Writes what the look met for the first time. */
    void addMissed() {
        missing = !missed.isEmpty();
        moved |= missing;
        missed.forEach(key -> store.backend().get(store.session(), key).ifPresent(this::add));
        missed.clear();
        looks++;
    }

    /** Whether what was written are not the jobs of one moment. */
    boolean moved() {
        return moved;
    }

    private boolean stands(Key key) {
        return store.backend().get(store.session(), key).isPresent();
    }

    /** A job is the same in whatever state; a broadcast is no job. */
    private static List<String> job(Key key) {
        return List.of(key.partition().equals("broadcast") ? "broadcast" : "", key.id());
    }
}

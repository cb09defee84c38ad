package dev.pawl.message;

import dev.pawl.backend.Batch;
import dev.pawl.backend.Check;
import dev.pawl.backend.CorruptDataException;
import dev.pawl.backend.Facets;
import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Row;
import dev.pawl.backend.Scan;
import dev.pawl.json.Bytes;
import dev.pawl.json.JsonException;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonValue;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The rows that the events of one commit read, and what becomes of them: the only thing that the results of rules go
 * into.
 *
 * <p>What is needed is read in one go before the first rule is asked; a row that nobody foresaw is read when it is asked
 * for. A row that ends as it was is not written.
 *
 * <p><b>Thread-safety.</b> None: one thread fills it while it has the writer's turn.
 */
final class Draft {

    private final MessageRows rows;
    private final Map<Key, Entry> entries = new LinkedHashMap<>();
    private boolean assumes;

    /** One row: what stands there and what is to stand there. */
    private static final class Entry {
        private final boolean stored;
        private final long storedOrder;
        private @Nullable Bytes text;
        private @Nullable JsonValue before;
        private @Nullable JsonValue now;
        private long order;
        private Facets facets = Facets.NONE;
        private boolean touched;

        /** Nobody looked whether there is a row: the commit does. */
        private boolean assumed;

        private Entry(boolean stored, long order) {
            this.stored = stored;
            this.storedOrder = order;
            this.order = order;
        }

        static Entry absent() {
            return new Entry(false, 0);
        }
    }

    /**
     * What is known of a row without reading it.
     *
     * @param json what it holds, empty when there is no such row
     * @param order its order
     */
    record Known(Optional<JsonValue> json, long order) {
        static final Known ABSENT = new Known(Optional.empty(), 0);
    }

    Draft(MessageRows rows) {
        this.rows = rows;
    }

    /** Reads the rows of these keys that are not known yet. */
    void read(Collection<Key> keys) {
        List<Key> unknown = new ArrayList<>(keys.size());
        for (Key key : keys) {
            if (entries.putIfAbsent(key, Entry.absent()) == null) {
                unknown.add(key);
            }
        }
        if (!unknown.isEmpty()) {
            rows.get(unknown).forEach((key, row) -> entries.put(key, entry(row)));
        }
    }

    private static Entry entry(Row row) {
        Entry entry = new Entry(true, row.order());
        entry.text = row.value();
        return entry;
    }

    /** Takes over what somebody else knows of a row, unless it is known here already. */
    void know(Key key, Known known) {
        Entry entry = new Entry(known.json().isPresent(), known.order());
        entry.before = known.json().orElse(null);
        entry.now = entry.before;
        entries.putIfAbsent(key, entry);
    }

    /** Takes over a row that somebody else has read, unless it is known here already. */
    void know(Row row) {
        entries.putIfAbsent(row.key(), entry(row));
    }

    /** Takes it that there is no row of this key, unless it is known; the commit fails when there is one after all. */
    void assumeAbsent(Key key) {
        Entry entry = Entry.absent();
        entry.assumed = true;
        assumes |= entries.putIfAbsent(key, entry) == null;
    }

    /** Whether it rests on rows being absent that nobody looked for. */
    boolean assumes() {
        return assumes;
    }

    boolean isKnown(Key key) {
        return entries.containsKey(key);
    }

    private Entry entryOf(Key key) {
        Entry entry = entries.get(key);
        if (entry == null) {
            read(List.of(key));
            entry = entries.get(key);
        }
        if (entry == null) {
            throw new IllegalStateException("a row was read and is not known");
        }
        return entry;
    }

    /** What a row holds as things stand in this draft. */
    Optional<JsonValue> value(Key key) {
        Entry entry = entryOf(key);
        if (entry.text != null) {
            parse(key, entry, entry.text);
        }
        return Optional.ofNullable(entry.now);
    }

    private void parse(Key key, Entry entry, Bytes text) {
        try {
            entry.before = JsonValue.parse(text);
        } catch (JsonException e) {
            throw new CorruptDataException(key, rows.place(key), "is no JSON: " + e.getMessage());
        }
        entry.text = null;
        if (!entry.touched) {
            entry.now = entry.before;
        }
    }

    /**
     * What a row holds, which is an object.
     *
     * @throws CorruptDataException when it is something else
     */
    Optional<JsonObject> object(Key key) {
        return value(key).map(value -> {
            if (value instanceof JsonObject object) {
                return object;
            }
            throw new CorruptDataException(key, rows.place(key), "is no JSON object");
        });
    }

    /** The order of a row as things stand; 0 when there is none. */
    long order(Key key) {
        return entryOf(key).order;
    }

    /** Has a row hold this. */
    void put(Key key, JsonValue value, long order, Facets facets) {
        Entry entry = entryOf(key);
        if (entry.text != null) {
            parse(key, entry, entry.text);
        }
        entry.now = value;
        entry.order = Math.max(0, Math.min(Row.MAX_ORDER, order));
        entry.facets = facets;
        entry.touched = true;
    }

    void put(Key key, JsonValue value) {
        put(key, value, 0, Facets.NONE);
    }

    /** Has no row of this key. */
    void delete(Key key) {
        Entry entry = entryOf(key);
        entry.now = null;
        entry.touched = true;
    }

    /** Whether a row is to hold something that it did not, as things stand. */
    boolean isPut(Key key) {
        Entry entry = entries.get(key);
        return entry != null && entry.touched && entry.now != null;
    }

    /** Whether a row is to go, as things stand. */
    boolean isDeleted(Key key) {
        Entry entry = entries.get(key);
        return entry != null && entry.touched && entry.now == null;
    }

    /** The ids of all rows of a partition as things stand. They are listed: for what seldom happens. */
    Set<String> ids(Family family, String partition) {
        Set<String> ids = new LinkedHashSet<>();
        rows.walk(
                Scan.of(family).in(partition).limit(MessageRows.PAGE).withoutValues(),
                row -> ids.add(row.key().id()));
        entries.forEach((key, entry) -> {
            if (entry.touched && key.family() == family && key.partition().equals(partition)) {
                if (entry.now == null) {
                    ids.remove(key.id());
                } else {
                    ids.add(key.id());
                }
            }
        });
        return ids;
    }

    /** The changes as one batch; rows that are as they were are not in it. */
    Batch batch() {
        List<Check> checks = new ArrayList<>();
        List<Row> puts = new ArrayList<>();
        List<Key> deletes = new ArrayList<>();
        entries.forEach((key, entry) -> {
            if (entry.assumed) {
                checks.add(Check.absent(key));
            }
            if (!entry.touched) {
                return;
            }
            JsonValue now = entry.now;
            if (now == null) {
                if (entry.stored) {
                    deletes.add(key);
                }
            } else if (!isAsBefore(entry, now)) {
                puts.add(new Row(key, entry.order, now.toBytes(), entry.facets));
            }
        });
        return new Batch(checks, puts, deletes);
    }

    private static boolean isAsBefore(Entry entry, JsonValue now) {
        return entry.stored && entry.order == entry.storedOrder && (now == entry.before || now.equals(entry.before));
    }

    /** Tells of each row how it is once the batch is committed. */
    void forEachKnown(BiConsumer<Key, Known> action) {
        entries.forEach((key, entry) -> {
            if (entry.text == null || entry.touched) {
                JsonValue now = entry.now;
                action.accept(key, now == null ? Known.ABSENT : new Known(Optional.of(now), entry.order));
            }
        });
    }
}

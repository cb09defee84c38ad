package dev.pawl.migrate;

import dev.pawl.auth.KeyType;
import dev.pawl.backend.Batch;
import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Row;
import dev.pawl.backend.Salvageable;
import dev.pawl.backend.Salvageable.Lost;
import dev.pawl.json.Bytes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Applies what is intact of a session, and remembers of each record whether it can have changed since. */
final class RepairWalk implements Salvageable.Visitor {

    private static final Comparator<Key> ORDER = Comparator.comparing(Key::family)
            .thenComparing(Key::partition, Key.BYTE_ORDER)
            .thenComparing(Key::id, Key.BYTE_ORDER);

    private static final Pattern PRE_KEY_ID = Pattern.compile("[0-9]{1,8}");

    private final Map<Key, Trace> traces = new HashMap<>();
    private final List<Lost> lost = new ArrayList<>();
    private final Fingerprint fingerprint = new Fingerprint();
    private int unknownParts;
    private long highestPreKey;

    /**
     * What is known of a record that was not deleted.
     *
     * @param row the newest one that is intact
     * @param superseded whether a newer one is known to be lost
     * @param unknownParts how many parts with unknown contents stand before what was last seen of it
     */
    private record Trace(Optional<Row> row, boolean superseded, int unknownParts) {}

    /** How much the newest intact version of a record is worth. */
    enum Standing {
        /** It is the last one for sure. */
        CURRENT,
        /** It may have been changed or deleted since. */
        DOUBTFUL,
        /** A newer one is lost. */
        OLDER,
        /** There is none. */
        LOST
    }

    /**
     * A record at the end of the walk.
     *
     * @param row its newest intact version, present unless it is lost
     */
    record Found(Key key, Optional<Row> row, Standing standing) {}

    @Override
    public void intact(Batch batch) {
        for (Row row : batch.puts()) {
            fingerprint.add(row);
            seen(row.key());
            traces.put(row.key(), new Trace(Optional.of(row), false, unknownParts));
        }
        for (Key key : batch.deletes()) {
            fingerprint.add(Row.of(key, Bytes.EMPTY));
            seen(key);
            traces.remove(key);
        }
    }

    @Override
    public void lost(Lost part) {
        lost.add(part);
        fingerprint.add(
                Row.of(Key.of(Family.SET_ASIDE, part.from() + "-" + part.to() + " " + part.place()), Bytes.EMPTY));
        if (part.records().isEmpty()) {
            unknownParts++;
            return;
        }
        for (Key key : part.records().get()) {
            seen(key);
            Trace before = traces.get(key);
            traces.put(key, new Trace(before == null ? Optional.empty() : before.row(), true, unknownParts));
        }
    }

    private void seen(Key key) {
        if (key.family() == Family.KEY
                && key.partition().equals(KeyType.PRE_KEY.name())
                && PRE_KEY_ID.matcher(key.id()).matches()) {
            highestPreKey = Math.max(highestPreKey, Long.parseLong(key.id()));
        }
    }

    /** All records that were not deleted, in the order of their keys. */
    List<Found> found() {
        Map<Key, Trace> sorted = new TreeMap<>(ORDER);
        sorted.putAll(traces);
        List<Found> found = new ArrayList<>();
        sorted.forEach((key, trace) -> found.add(new Found(key, trace.row(), standing(trace))));
        return found;
    }

    private Standing standing(Trace trace) {
        if (trace.row().isEmpty()) {
            return Standing.LOST;
        }
        if (trace.superseded()) {
            return Standing.OLDER;
        }
        return trace.unknownParts() < unknownParts ? Standing.DOUBTFUL : Standing.CURRENT;
    }

    /** The parts that cannot be read. */
    List<Lost> lost() {
        return lost;
    }

    /** Whether there is a part of which nobody knows what was in it. */
    boolean anyUnknown() {
        return unknownParts > 0;
    }

    /** The highest number of a pre-key that was ever put or deleted, as far as is known; 0 when there was none. */
    long highestPreKey() {
        return highestPreKey;
    }

    /** What tells this walk from one over a session that has changed. Can be asked for once. */
    Bytes fingerprint() {
        return fingerprint.end();
    }
}

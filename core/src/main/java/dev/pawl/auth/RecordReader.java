package dev.pawl.auth;

import dev.pawl.backend.Backend;
import dev.pawl.backend.CorruptDataException;
import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Page;
import dev.pawl.backend.Position;
import dev.pawl.backend.Row;
import dev.pawl.backend.Scan;
import dev.pawl.backend.SessionName;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads all key records of a session in bounded memory, and goes on behind damage.
 *
 * <p>Keys are listed first, in pages as large as memory allows because a directory is walked through once a page; values follow in small batches. Where a batch cannot be read, its rows are read one by
 * one, so that a damaged row hides no other.
 */
final class RecordReader {

    private static final int LISTED = 10_000;
    private static final int BATCH = 64;

    private final Backend backend;
    private final SessionName session;

    /** What is done with the records. */
    interface Visitor {
        /** Takes some records of one type, in the order of their ids. */
        void read(String type, List<Row> rows);

        /** Takes a row, or something behind the rows, that cannot be read. */
        void damaged(CorruptDataException damage);
    }

    RecordReader(Backend backend, SessionName session) {
        this.backend = backend;
        this.session = session;
    }

    /** Reads every key record once. A record that is deleted meanwhile is left out. */
    void keys(Visitor visitor) {
        Optional<Scan> scan = Optional.of(Scan.of(Family.KEY).withoutValues().limit(LISTED));
        while (scan.isPresent()) {
            Scan now = scan.get();
            try {
                Page<Row, Position> page = backend.scan(session, now);
                read(page.items(), visitor);
                scan = page.next().map(now::after);
            } catch (CorruptDataException e) {
                visitor.damaged(new CorruptDataException(
                        e.place(), e.problem() + "; the key records behind it were not looked at"));
                scan = Optional.empty();
            }
        }
    }

    /** Reads these rows; for one that cannot be read the visitor gets the damage. */
    Map<Key, Row> get(Collection<Key> keys, Visitor visitor) {
        try {
            return backend.get(session, keys);
        } catch (CorruptDataException e) {
            if (keys.size() == 1) {
                visitor.damaged(e.key().isPresent() ? e : placed(keys.iterator().next(), e));
                return Map.of();
            }
            Map<Key, Row> found = new HashMap<>();
            keys.forEach(key -> found.putAll(get(List.of(key), visitor)));
            return found;
        }
    }

    /** The most keys that {@link #get} is given at once. */
    int batch() {
        return Math.max(1, Math.min(BATCH, backend.traits().limits().reads()));
    }

    private void read(List<Row> listed, Visitor visitor) {
        int batch = batch();
        int start = 0;
        while (start < listed.size()) {
            String type = listed.get(start).key().partition();
            int end = start + 1;
            while (end < listed.size()
                    && end - start < batch
                    && listed.get(end).key().partition().equals(type)) {
                end++;
            }
            List<Key> keys = listed.subList(start, end).stream().map(Row::key).toList();
            Map<Key, Row> found = get(keys, visitor);
            List<Row> rows = new ArrayList<>();
            keys.forEach(key -> Optional.ofNullable(found.get(key)).ifPresent(rows::add));
            visitor.read(type, rows);
            start = end;
        }
    }

    private CorruptDataException placed(Key key, CorruptDataException damage) {
        return new CorruptDataException(key, damage.place(), damage.problem());
    }
}

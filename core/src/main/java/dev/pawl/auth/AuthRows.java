package dev.pawl.auth;

import dev.pawl.backend.Backend;
import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Page;
import dev.pawl.backend.Partition;
import dev.pawl.backend.Position;
import dev.pawl.backend.Row;
import dev.pawl.backend.Scan;
import dev.pawl.backend.SessionName;
import dev.pawl.json.Bytes;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads the credentials and keys of one session from its backend, always afresh: nothing is cached.
 *
 * @param backend where they stand
 * @param session whose they are
 */
record AuthRows(Backend backend, SessionName session) {

    private static final int PAGE = 1000;

    /** The values of those rows that exist. More than the backend reads at once takes several reads. */
    Map<Key, Bytes> get(Collection<Key> keys) {
        List<Key> all = List.copyOf(keys);
        int most = backend.traits().limits().reads();
        Map<Key, Bytes> found = new HashMap<>();
        for (int from = 0; from < all.size(); from += Math.min(most, all.size() - from)) {
            List<Key> some = all.subList(from, from + Math.min(most, all.size() - from));
            backend.get(session, some).forEach((key, row) -> found.put(key, row.value()));
        }
        return found;
    }

    Optional<Credentials> credentials() {
        return backend.get(session, Key.CREDENTIALS)
                .map(row -> Credentials.stored(row.value(), place(Key.CREDENTIALS)));
    }

    <V> V decode(KeyType<V> type, String id, Bytes text) {
        return type.decode(id, text, place(type.key(id)));
    }

    List<String> ids(String type) {
        List<String> ids = new ArrayList<>();
        Scan scan = Scan.of(Family.KEY).in(type).limit(PAGE).withoutValues();
        Optional<Scan> next = Optional.of(scan);
        while (next.isPresent()) {
            Page<Row, Position> page = backend.scan(session, next.get());
            page.items().forEach(row -> ids.add(row.key().id()));
            next = page.next().map(scan::after);
        }
        return List.copyOf(ids);
    }

    List<Partition> types() {
        List<Partition> types = new ArrayList<>();
        Optional<String> after = Optional.empty();
        do {
            Page<Partition, String> page = backend.partitions(session, Family.KEY, after, PAGE);
            types.addAll(page.items());
            after = page.next();
        } while (after.isPresent());
        return List.copyOf(types);
    }

    String place(Key key) {
        return backend.locate(session, key);
    }
}

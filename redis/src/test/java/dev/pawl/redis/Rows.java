package dev.pawl.redis;

import dev.pawl.backend.Backend;
import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Page;
import dev.pawl.backend.Position;
import dev.pawl.backend.Row;
import dev.pawl.backend.Scan;
import dev.pawl.backend.SessionName;
import dev.pawl.json.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Rows for tests. */
final class Rows {

    static final SessionName MAIN = SessionName.DEFAULT;

    private Rows() {}

    static Row key(String type, String id, int number) {
        return Row.of(Key.ofKey(type, id), Bytes.utf8("{\"n\":" + number + "}"));
    }

    static Row of(Family family, String partition, String id, long order) {
        return Row.of(new Key(family, partition, id), order, Bytes.utf8("{\"order\":" + order + "}"));
    }

    static Optional<String> text(Backend backend, Key key) {
        return backend.get(MAIN, key).map(row -> row.value().utf8());
    }

    /** The ids of a listing, to its end. */
    static List<String> ids(Backend backend, Scan scan) {
        return all(backend, scan).stream().map(row -> row.key().id()).toList();
    }

    static List<Row> all(Backend backend, Scan scan) {
        List<Row> rows = new ArrayList<>();
        Optional<Scan> next = Optional.of(scan);
        while (next.isPresent()) {
            Page<Row, Position> page = backend.scan(MAIN, next.get());
            rows.addAll(page.items());
            next = page.next().map(next.get()::after);
        }
        return rows;
    }
}

package dev.pawl.cli;

import dev.pawl.Backends;
import dev.pawl.backend.Access;
import dev.pawl.backend.Backend;
import dev.pawl.backend.Batch;
import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Locator;
import dev.pawl.backend.Page;
import dev.pawl.backend.Position;
import dev.pawl.backend.Row;
import dev.pawl.backend.Scan;
import dev.pawl.json.Bytes;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What stores of tests hold, whatever their kind. */
final class Rows {

    private Rows() {}

    /** Every row of the session that the locator names, but leases. */
    static List<Row> of(String store) {
        Locator locator = Locator.parse(store);
        try (Backend backend = Backends.open(locator, Access.READ_ONLY)) {
            return Stream.of(Family.values())
                    .filter(family -> family != Family.LEASE
                            && backend.traits().families().contains(family))
                    .flatMap(family -> rows(backend, locator, Scan.of(family)))
                    .toList();
        }
    }

    /** The credentials and keys of the session that the locator names, also where a value is damaged. */
    static List<Key> keys(String store) {
        Locator locator = Locator.parse(store);
        try (Backend backend = Backends.open(locator, Access.READ_ONLY)) {
            return Stream.of(Family.CREDENTIALS, Family.KEY)
                    .flatMap(family -> rows(backend, locator, Scan.of(family).withoutValues()))
                    .map(Row::key)
                    .toList();
        }
    }

    private static Stream<Row> rows(Backend backend, Locator locator, Scan scan) {
        return Page.stream((Optional<Position> after) ->
                backend.scan(locator.session(), after.map(scan::after).orElse(scan)));
    }

    /** Puts rows into the session that the locator names. */
    static void put(String store, Row... rows) {
        Locator locator = Locator.parse(store);
        try (Backend backend = Backends.open(locator, Access.READ_WRITE)) {
            backend.commit(locator.session(), Batch.of(rows));
        }
    }

    static Row key(String type, String id, String json) {
        return Row.of(Key.ofKey(type, id), Bytes.utf8(json));
    }

    static Row chat(String jid) {
        return Row.of(new Key(Family.CHAT, "", jid), Bytes.utf8("{\"id\":\"" + jid + "\"}"));
    }

    static Row job(String id) {
        return Row.of(new Key(Family.JOB, "waiting", id), Bytes.utf8("{}"));
    }
}

package dev.pawl.cli;

import dev.pawl.backend.CorruptDataException;
import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Page;
import dev.pawl.backend.Position;
import dev.pawl.backend.Row;
import dev.pawl.backend.Scan;
import dev.pawl.migrate.MigrationReport.Amount;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * How much there is of everything in a session, damaged records included.
 *
 * @param keys records and bytes of keys, by type; what cannot be read counts as a record without bytes
 * @param others records and bytes of all other families that hold any
 */
record Survey(Map<String, Amount> keys, Map<Family, Amount> others) {

    private static final int PAGE = 500;

    static Survey of(Store store) {
        Map<String, Amount> keys = new TreeMap<>(Key.BYTE_ORDER);
        Map<Family, Amount> others = new EnumMap<>(Family.class);
        for (Family family : Family.values()) {
            if (family != Family.LEASE && store.backend().traits().families().contains(family)) {
                count(store, family, keys, others);
            }
        }
        return new Survey(keys, others);
    }

    Amount total() {
        return Stream.concat(keys.values().stream(), others.values().stream()).reduce(Amount.NONE, Amount::plus);
    }

    private static void count(Store store, Family family, Map<String, Amount> keys, Map<Family, Amount> others) {
        Optional<Scan> rest = Optional.of(Scan.of(family).limit(PAGE));
        while (rest.isPresent()) {
            Scan here = rest.get();
            Page<Row, Position> page = page(store, here);
            for (Row row : page.items()) {
                Amount one = new Amount(1, row.value().size());
                if (family == Family.KEY) {
                    keys.merge(row.key().partition(), one, Amount::plus);
                } else {
                    others.merge(family, one, Amount::plus);
                }
            }
            rest = page.next().map(here::after);
        }
    }

    /** A page with a damaged record cannot be read whole: then its keys are listed and each record is read alone. */
    private static Page<Row, Position> page(Store store, Scan scan) {
        try {
            return store.backend().scan(store.session(), scan);
        } catch (CorruptDataException damaged) {
            Page<Row, Position> page = store.backend().scan(store.session(), scan.withoutValues());
            List<Row> rows = page.items().stream().map(row -> read(store, row)).toList();
            return new Page<>(rows, page.next());
        }
    }

    private static Row read(Store store, Row listed) {
        try {
            return store.backend().get(store.session(), listed.key()).orElse(listed);
        } catch (CorruptDataException damaged) {
            return listed;
        }
    }
}

package dev.pawl.migrate;

import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Row;
import dev.pawl.migrate.MigrationReport.Amount;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;

/** Counts rows and bytes by family, and keys by their type; one chat or one contact is no type. */
final class Amounts {

    private final Map<Family, Map<String, Amount>> byFamily = new EnumMap<>(Family.class);
    private long rows;

    void add(Row row) {
        Key key = row.key();
        byFamily.computeIfAbsent(key.family(), family -> new TreeMap<>(Key.BYTE_ORDER))
                .merge(
                        key.family() == Family.KEY ? key.partition() : "",
                        new Amount(1, row.value().size()),
                        Amount::plus);
        rows++;
    }

    long rows() {
        return rows;
    }

    Map<Family, Map<String, Amount>> byFamily() {
        return byFamily;
    }
}

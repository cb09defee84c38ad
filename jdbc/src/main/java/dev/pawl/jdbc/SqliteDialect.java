package dev.pawl.jdbc;

import dev.pawl.backend.Family;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Text holds anything, and rows come one by one, so that nobody has to say when to stop. */
final class SqliteDialect implements Dialect {

    static final Dialect INSTANCE = new SqliteDialect();

    private final Map<Family, FamilyTable> tables = new EnumMap<>(Family.class);

    private SqliteDialect() {
        for (Family family : Family.values()) {
            tables.put(family, FamilyTable.of(family, List.of("value"), "user"));
        }
    }

    @Override
    public FamilyTable table(Family family) {
        return Objects.requireNonNull(tables.get(family));
    }

    @Override
    public String beginReading() {
        return "BEGIN";
    }

    @Override
    public String toColumn(String text) {
        return text;
    }

    @Override
    public String fromColumn(String column) {
        return column;
    }

    @Override
    public boolean boundsPages(int limit) {
        return false;
    }

    @Override
    public String bounded(ScanStatement scan) {
        return scan.sql();
    }
}

package dev.pawl.jdbc;

import dev.pawl.backend.Family;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** Text holds anything, and rows come one by one, so that nobody has to say when to stop. */
final class SqliteDialect implements Dialect {

    static final Dialect INSTANCE = new SqliteDialect();

    private final Map<Family, FamilyTable> tables;

    private SqliteDialect() {
        this(new EnumMap<>(Family.class));
        for (Family family : Family.values()) {
            tables.put(family, FamilyTable.of(family, "pawl_", Content.TEXT, "user"));
        }
    }

    /** For the tables of another layout, where families may be missing. */
    SqliteDialect(Map<Family, FamilyTable> tables) {
        this.tables = tables;
    }

    @Override
    public Set<Family> families() {
        return tables.keySet();
    }

    @Override
    public FamilyTable table(Family family) {
        return Objects.requireNonNull(tables.get(family));
    }

    @Override
    public boolean mergesPartitions(Family family) {
        return this == INSTANCE && family == Family.MESSAGE;
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

package dev.pawl.jdbc;

import dev.pawl.backend.Family;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/** The statements with which SQLite's writer looks at and changes single rows of a table, each text made once. */
final class RowStatements {

    private static final Map<Family, RowStatements> STATEMENTS = new EnumMap<>(Family.class);

    static {
        for (Family family : Family.values()) {
            STATEMENTS.put(family, new RowStatements(SqliteDialect.INSTANCE.table(family)));
        }
    }

    private final FamilyTable table;
    private final String selectValue;
    private final String upsert;
    private final String delete;
    private final String deleteSome;

    private RowStatements(FamilyTable table) {
        this.table = table;
        String isKey = table.key().stream().map(column -> column + " = ?").collect(Collectors.joining(" AND "));
        this.selectValue = "SELECT value FROM " + table.name() + " WHERE " + isKey;
        this.upsert = upsert(table);
        this.delete = "DELETE FROM " + table.name() + " WHERE " + isKey;
        this.deleteSome = "DELETE FROM " + table.name() + " WHERE rowid IN (SELECT rowid FROM " + table.name()
                + " WHERE session = ? LIMIT ?)";
    }

    private static String upsert(FamilyTable table) {
        List<String> columns = new ArrayList<>(table.key());
        List<String> changed = new ArrayList<>();
        table.order().ifPresent(changed::add);
        if (table.flags()) {
            changed.addAll(FamilyTable.FLAGS);
        }
        columns.addAll(changed);
        changed.add("value");
        // A value goes over as bytes, so that no byte of it changes, and is kept as text, so that people can read it.
        return "INSERT INTO " + table.name() + " (" + String.join(", ", columns) + ", value) VALUES ("
                + "?, ".repeat(columns.size()) + "CAST(? AS TEXT)) ON CONFLICT (" + String.join(", ", table.key())
                + ") DO UPDATE SET "
                + changed.stream()
                        .map(column -> column + " = excluded." + column)
                        .collect(Collectors.joining(", "));
    }

    /** Those of the table of a family. */
    static RowStatements of(Family family) {
        return Objects.requireNonNull(STATEMENTS.get(family));
    }

    FamilyTable table() {
        return table;
    }

    /** {@code SELECT} of the value of one row: session, partition if there is one, id. */
    String selectValue() {
        return selectValue;
    }

    /** Inserts or replaces a row: session, partition if there is one, id, order if there is one, flags, value. */
    String upsert() {
        return upsert;
    }

    /** {@code DELETE} of one row: session, partition if there is one, id. */
    String delete() {
        return delete;
    }

    /** {@code DELETE} of some rows of a session: session, how many. */
    String deleteSome() {
        return deleteSome;
    }
}

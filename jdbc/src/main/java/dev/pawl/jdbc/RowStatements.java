package dev.pawl.jdbc;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.stream.Collectors;

/** The statements with which SQLite's writer looks at and changes single rows of a table, each text made once. */
final class RowStatements {

    /** There are as many tables as there are, each made once. */
    private static final ConcurrentMap<Home, RowStatements> STATEMENTS = new ConcurrentHashMap<>();

    private final String selectValue;
    private final String upsert;
    private final String insert;
    private final String delete;
    private final String deleteSome;

    private RowStatements(Home home) {
        String isKey = home.identity().stream().map(column -> column + " = ?").collect(Collectors.joining(" AND "));
        this.selectValue =
                "SELECT " + String.join(", ", home.content().columns()) + " FROM " + home.table() + " WHERE " + isKey;
        this.insert = insert(home);
        this.upsert = upsert(home);
        this.delete = "DELETE FROM " + home.table() + " WHERE " + isKey;
        this.deleteSome = deleteSome(home);
    }

    private static List<String> columns(Home home) {
        List<String> columns = new ArrayList<>(home.identity());
        home.rest().forEach(column -> columns.add(column.name()));
        return columns;
    }

    private static String insert(Home home) {
        List<String> columns = columns(home);
        List<String> places =
                new ArrayList<>(columns.stream().map(column -> "?").toList());
        if (home.content() != Content.NONE) {
            columns.addAll(home.content().columns());
            places.add(home.content() == Content.TEXT ? "CAST(? AS TEXT)" : "?");
        }
        return "INSERT INTO " + home.table() + " (" + String.join(", ", columns) + ") VALUES ("
                + String.join(", ", places) + ") ON CONFLICT (" + String.join(", ", home.identity()) + ") DO NOTHING";
    }

    private String upsert(Home home) {
        List<String> columns = columns(home);
        if (home.content() != Content.NONE) {
            columns.addAll(home.content().columns());
        }
        return insert.substring(0, insert.length() - "NOTHING".length())
                + "UPDATE SET "
                + columns.stream()
                        .filter(column -> !home.identity().contains(column))
                        .map(column -> column + " = excluded." + column)
                        .collect(Collectors.joining(", "));
    }

    private static String deleteSome(Home home) {
        String delete = "DELETE FROM " + home.table();
        if (home.sessions()) {
            return delete + " WHERE rowid IN (SELECT rowid FROM " + home.table() + " WHERE session = ? LIMIT ?)";
        }
        // Tables of zaileys have no numbers of rows.
        String key = String.join(", ", home.names());
        return delete + " WHERE (" + key + ") IN (SELECT " + key + " FROM " + home.table() + " LIMIT ?)";
    }

    /** Those of a table. */
    static RowStatements of(Home home) {
        return STATEMENTS.computeIfAbsent(home, RowStatements::new);
    }

    /** {@code SELECT} of the value of one row: session if there is one, key. */
    String selectValue() {
        return selectValue;
    }

    /** Inserts a row if there is none: session if there is one, key, the columns beside it, value. */
    String insert() {
        return insert;
    }

    /** Inserts or replaces a row: session if there is one, key, the columns beside it, value. */
    String upsert() {
        return upsert;
    }

    /** {@code DELETE} of one row: session if there is one, key. */
    String delete() {
        return delete;
    }

    /** {@code DELETE} of some rows of a session: session if there is one, how many. */
    String deleteSome() {
        return deleteSome;
    }
}

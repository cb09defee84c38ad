package dev.pawl.jdbc;

import dev.pawl.backend.Facets;
import dev.pawl.backend.Key;
import dev.pawl.backend.Row;
import dev.pawl.json.Bytes;
import java.sql.Array;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Any number of rows as parameters of a statement: an array for each column, from which PostgreSQL makes rows called
 * {@code w}. So a statement has one text, however many rows it is about.
 */
final class RowArrays {

    private final List<String> arrays = new ArrayList<>();
    private final List<String> names = new ArrayList<>();
    private final List<Object> values = new ArrayList<>();

    /** One column of all rows. */
    private static final class Column {
        private final String type;
        private final Object[] elements;

        Column(String type, Object[] elements) {
            this.type = type;
            this.elements = elements;
        }

        void bind(PreparedStatement statement, int parameter) throws SQLException {
            Array array = statement.getConnection().createArrayOf(type, elements);
            statement.setArray(parameter, array);
        }
    }

    /** Adds a column of this type. */
    RowArrays with(String type, String name, Object[] elements) {
        arrays.add("?::" + type + "[]");
        names.add(name);
        values.add(new Column(type, elements));
        return this;
    }

    /** Adds partition and id, where there is a column for them, under the names of those. */
    RowArrays withKeys(FamilyTable table, List<Key> keys) {
        table.partition().ifPresent(column -> with("text", column, texts(keys, Key::partition)));
        return with("text", table.id(), texts(keys, Key::id));
    }

    /** Adds order and flags, likewise. */
    RowArrays withPlaces(FamilyTable table, List<Row> rows) {
        table.order()
                .ifPresent(column ->
                        with("int8", column, rows.stream().map(Row::order).toArray(Long[]::new)));
        if (table.flags()) {
            List<Function<Facets, Boolean>> flags = List.of(Facets::archived, Facets::unread, Facets::pinned);
            for (int i = 0; i < flags.size(); i++) {
                Function<Facets, Boolean> flag = flags.get(i);
                with(
                        "bool",
                        FamilyTable.FLAGS.get(i),
                        rows.stream().map(row -> flag.apply(row.facets())).toArray(Boolean[]::new));
            }
        }
        return this;
    }

    /** Adds bytes, or nothing where there are none. */
    RowArrays withBytes(String name, List<Optional<Bytes>> contents) {
        byte[][] elements = new byte[contents.size()][];
        for (int i = 0; i < elements.length; i++) {
            Optional<Bytes> content = contents.get(i);
            if (content.isPresent()) {
                elements[i] = content.get().toArray();
            }
        }
        return with("bytea", name, elements);
    }

    private static String[] texts(List<Key> keys, Function<Key, String> part) {
        return keys.stream()
                .map(key -> PostgresDialect.INSTANCE.toColumn(part.apply(key)))
                .toArray(String[]::new);
    }

    /** The columns so far. */
    List<String> names() {
        return List.copyOf(names);
    }

    /** The rows, for {@code FROM}. */
    String from() {
        return "unnest(" + String.join(", ", arrays) + ") AS w (" + String.join(", ", names) + ")";
    }

    /**
     * The row {@code t} of a table with the key of each row {@code w}, where there is one, to go behind {@link #from}: of
     * the session that is bound next. A statement of its own for each, so that each is found by the index of the keys,
     * whatever the server thinks of the size of the table.
     *
     * @param columns of the table
     * @param locking {@code FOR UPDATE}, or {@code OFFSET 0} when nothing is locked
     */
    String each(FamilyTable table, String columns, String locking) {
        return " CROSS JOIN LATERAL (SELECT " + columns + " FROM " + table.name() + " AS k WHERE k.session = ?"
                + table.partition()
                        .map(column -> " AND k." + column + " = w." + column)
                        .orElse("") + " AND k." + table.id() + " = w." + table.id() + " " + locking + ") AS t";
    }

    /** What {@link #bind} takes, in the order of {@link #from}. */
    List<Object> values() {
        return values;
    }

    /** Binds one of {@link #values}, or something that is no array. */
    static void bind(PreparedStatement statement, int parameter, Object value) throws SQLException {
        if (value instanceof Column column) {
            column.bind(statement, parameter);
        } else {
            statement.setObject(parameter, value);
        }
    }
}

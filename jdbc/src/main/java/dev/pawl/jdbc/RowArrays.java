package dev.pawl.jdbc;

import dev.pawl.backend.Key;
import dev.pawl.json.Bytes;
import java.sql.Array;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Any number of rows as parameters of a statement: an array for each column, from which PostgreSQL makes rows called
 * {@code w}. So a statement has one text, however many rows it is about.
 */
final class RowArrays {

    private final List<String> arrays = new ArrayList<>();
    private final List<String> names = new ArrayList<>();
    private final List<Object> values = new ArrayList<>();

    /** One column of all rows. */
    private static final class Elements {
        private final String type;
        private final Object[] elements;

        Elements(String type, Object[] elements) {
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
        values.add(new Elements(type, elements));
        return this;
    }

    /** Adds these columns, under their names, with what they hold of each of these. */
    <T> RowArrays withColumns(List<Column<T>> columns, List<T> of) {
        for (Column<T> column : columns) {
            Object[] elements = switch (column.type()) {
                case TEXT -> new String[of.size()];
                case NUMBER -> new Long[of.size()];
                case FLAG -> new Boolean[of.size()];
            };
            for (int i = 0; i < elements.length; i++) {
                Object content = column.of().apply(of.get(i));
                elements[i] = content instanceof String text ? PostgresDialect.INSTANCE.toColumn(text) : content;
            }
            with(column.type().postgres(), column.name(), elements);
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
     * the session that is bound next, if there is a column for it. A statement of its own for each, so that each is found by
     * the index of the keys, whatever the server thinks of the size of the table.
     *
     * @param source the table, or a query in parentheses
     * @param sessions whether it has a column for the session
     * @param keys the columns that are equal
     * @param columns of the table
     * @param locking {@code FOR UPDATE}, or {@code OFFSET 0} when nothing is locked
     */
    static String each(String source, boolean sessions, List<Column<Key>> keys, String columns, String locking) {
        return " CROSS JOIN LATERAL (SELECT " + columns + " FROM " + source + " AS k WHERE "
                + (sessions ? "k.session = ? AND " : "")
                + keys.stream()
                        .map(column -> "k." + column.name() + " = w." + column.name())
                        .collect(Collectors.joining(" AND "))
                + " " + locking + ") AS t";
    }

    /** What {@link #bind} takes, in the order of {@link #from}. */
    List<Object> values() {
        return values;
    }

    /** Binds one of {@link #values}, or something that is no array. */
    static void bind(PreparedStatement statement, int parameter, Object value) throws SQLException {
        if (value instanceof Elements column) {
            column.bind(statement, parameter);
        } else {
            statement.setObject(parameter, value);
        }
    }
}

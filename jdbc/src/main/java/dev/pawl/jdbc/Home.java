package dev.pawl.jdbc;

import dev.pawl.backend.Key;
import dev.pawl.backend.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * A table that rows of a family are written to. Most families have one; where the table of zaileys has no column for
 * something, a table of ours beside it has, and a row of the family is a row in both.
 */
final class Home {

    private static final String SESSION = "session";

    private final String table;
    private final boolean sessions;
    private final List<Column<Key>> key;
    private final List<Column<Row>> rest;
    private final Content content;
    private final Predicate<Key> rows;
    private final Predicate<Key> values;
    private final String touch;

    private Home(
            String table,
            boolean sessions,
            List<Column<Key>> key,
            List<Column<Row>> rest,
            Content content,
            Predicate<Key> rows,
            Predicate<Key> values,
            String touch) {
        this.table = table;
        this.sessions = sessions;
        this.key = List.copyOf(key);
        this.rest = List.copyOf(rest);
        this.content = content;
        this.rows = rows;
        this.values = values;
        this.touch = touch;
    }

    /** A table with a column for the session, for all rows of its family. */
    static Home ofSessions(String table, List<Column<Key>> key, List<Column<Row>> rest, Content content) {
        return new Home(table, true, key, rest, content, any -> true, any -> true, "");
    }

    /** A table of one session, for all rows of its family. */
    static Home of(String table, List<Column<Key>> key, List<Column<Row>> rest, Content content) {
        return new Home(table, false, key, rest, content, any -> true, any -> content != Content.NONE, "");
    }

    /** The same table for these rows only. */
    Home only(Predicate<Key> these) {
        return new Home(table, sessions, key, rest, content, these, these.and(values), touch);
    }

    /** The same table, whose values count for these rows only. */
    Home valuesOf(Predicate<Key> these) {
        return new Home(table, sessions, key, rest, content, rows, these, touch);
    }

    /** The same table, where this is set whenever a row is replaced. */
    Home touching(String assignment) {
        return new Home(table, sessions, key, rest, content, rows, values, assignment);
    }

    String table() {
        return table;
    }

    /** Whether it has a column for the session. */
    boolean sessions() {
        return sessions;
    }

    /** The columns that tell the rows of a session apart. */
    List<Column<Key>> key() {
        return key;
    }

    /** The columns beside those, without the value. */
    List<Column<Row>> rest() {
        return rest;
    }

    Content content() {
        return content;
    }

    /** Whether a row of this key has a row here. */
    boolean hasRow(Key of) {
        return rows.test(of);
    }

    /** Whether the value of this key is the one that stands here. */
    boolean hasValue(Key of) {
        return values.test(of);
    }

    /** What is set whenever a row is replaced; empty for nothing. */
    String touch() {
        return touch;
    }

    /** The names of the columns that tell the rows of a session apart. */
    List<String> names() {
        return key.stream().map(Column::name).toList();
    }

    /** The names of the columns that tell rows apart. */
    List<String> identity() {
        List<String> names = new ArrayList<>();
        if (sessions) {
            names.add(SESSION);
        }
        names.addAll(names());
        return names;
    }

    /** How a row is called in a message: unambiguous whatever its key holds. */
    String locate(String session, Key of) {
        return table
                + key.stream()
                        .map(column -> column.name() + " " + shown(column.of().apply(of)))
                        .collect(Collectors.joining(
                                ", ", " (" + (sessions ? SESSION + " " + shown(session) + ", " : ""), ")"));
    }

    private static String shown(Object content) {
        return content instanceof String text ? "'" + text.replace("'", "''") + "'" : content.toString();
    }
}

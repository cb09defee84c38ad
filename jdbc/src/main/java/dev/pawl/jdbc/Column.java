package dev.pawl.jdbc;

import java.util.function.Function;

/**
 * A column that something of a key or of a row stands in.
 *
 * @param <T> what it is taken from
 * @param name what it is called
 * @param type what it holds
 * @param of its content: a string, a long or a boolean, as the type says
 */
record Column<T>(String name, Type type, Function<T, Object> of) {

    /** What a column holds. */
    enum Type {
        TEXT("text"),
        NUMBER("int8"),
        FLAG("bool");

        private final String postgres;

        Type(String postgres) {
            this.postgres = postgres;
        }

        /** What PostgreSQL calls it. */
        String postgres() {
            return postgres;
        }
    }

    static <T> Column<T> text(String name, Function<T, Object> of) {
        return new Column<>(name, Type.TEXT, of);
    }

    static <T> Column<T> number(String name, Function<T, Object> of) {
        return new Column<>(name, Type.NUMBER, of);
    }

    static <T> Column<T> flag(String name, Function<T, Object> of) {
        return new Column<>(name, Type.FLAG, of);
    }
}

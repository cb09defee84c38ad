package dev.pawl.jdbc;

import java.util.List;

/** How a table keeps values, and in which columns. */
enum Content {
    /** As text, for SQLite: a value goes over as bytes, so that no byte of it changes, and people can read it. */
    TEXT("value"),
    /** As bytes, in a column of ours. */
    BYTES("value"),
    /** As text of JSON, for PostgreSQL, or as bytes when it is no JSON. */
    JSON("value", "raw"),
    /** As bytes, in a column of zaileys. */
    DATA("data"),
    /** As what JSON means, for PostgreSQL, in a column of zaileys. */
    DATA_AS_JSONB("data"),
    /** Likewise, in a column of ours. */
    JSONB("value"),
    /** Not at all: this table keeps something else of a row. */
    NONE;

    @SuppressWarnings("ImmutableEnumChecker") // Made by List.of.
    private final List<String> columns;

    Content(String... columns) {
        this.columns = List.of(columns);
    }

    /** The columns one of which holds the value, the others nothing. */
    List<String> columns() {
        return columns;
    }

    /** Whether a value comes back as the server writes it, not as it was. */
    boolean isJsonb() {
        return this == DATA_AS_JSONB || this == JSONB;
    }
}

package dev.pawl.jdbc;

import dev.pawl.backend.Backend;
import dev.pawl.backend.Family;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Keys in columns of bytes, all other values in a column of JSON or beside it; text without U+0000; and pages that the
 * server ends, because it sends all rows of a statement at once.
 */
final class PostgresDialect implements Dialect {

    static final Dialect INSTANCE = new PostgresDialect();

    /** So many rows have room, however big they are. */
    private static final int SMALL_PAGE = 32;

    /** Of more rows, each has so small a share that one of them is likely bigger. */
    private static final int USUAL_PAGE = 100;

    private final Map<Family, FamilyTable> tables;

    private PostgresDialect() {
        this(new EnumMap<>(Family.class));
        for (Family family : Family.values()) {
            Content content = family == Family.KEY ? Content.BYTES : Content.JSON;
            // "user" would be the role that asks.
            tables.put(family, FamilyTable.of(family, "pawl_", content, "jid_user"));
        }
    }

    /** For the tables of another layout, where families may be missing. */
    PostgresDialect(Map<Family, FamilyTable> tables) {
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
    public String beginReading() {
        return "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
    }

    /**
     * U+0000 as U+0001 U+0001, and U+0001 as U+0001 U+0002: no two names become one, and their bytes keep the order.
     */
    @Override
    public String toColumn(String text) {
        if (text.indexOf('\u0000') < 0 && text.indexOf('\u0001') < 0) {
            return text;
        }
        return text.replace("\u0001", "\u0001\u0002").replace("\u0000", "\u0001\u0001");
    }

    @Override
    public String fromColumn(String column) {
        if (column.indexOf('\u0001') < 0) {
            return column;
        }
        StringBuilder text = new StringBuilder(column.length());
        for (int i = 0; i < column.length(); i++) {
            char c = column.charAt(i);
            if (c == '\u0001' && i + 1 < column.length()) {
                i++;
                c = column.charAt(i) == '\u0001' ? '\u0000' : '\u0001';
            }
            text.append(c);
        }
        return text.toString();
    }

    @Override
    public boolean boundsPages(int limit) {
        return limit > SMALL_PAGE;
    }

    /** Sizes are those of the values themselves, which may be much smaller on the medium. */
    @Override
    public String bounded(ScanStatement scan) {
        String size = scan.table().values().stream()
                .map(column ->
                        "coalesce(octet_length(" + column + (isJson(scan.table(), column) ? "::text" : "") + "), 0)")
                .collect(Collectors.joining(" + ", "(", ")"));
        return "SELECT * FROM (SELECT page.*, count(*) OVER () AS found, sum(" + size + ") OVER (ORDER BY "
                + scan.order()
                + " ROWS UNBOUNDED PRECEDING) - " + size + " AS before FROM (" + scan.sql()
                + ") AS page) AS bounded WHERE before < " + Backend.PAGE_BYTES + " ORDER BY " + scan.order();
    }

    /** Adding up sizes takes the server as long as reading the rows. */
    @Override
    public Optional<String> unlessBig(ScanStatement scan, int limit) {
        FamilyTable table = scan.table();
        if (limit > USUAL_PAGE || table.isJsonb()) {
            return Optional.empty();
        }
        int share = Backend.PAGE_BYTES / (limit + 1);
        String values = table.values().stream()
                .map(column -> "CASE WHEN octet_length(" + column + (isJson(table, column) ? "::text" : "") + ") <= "
                        + share + " THEN " + column + " END")
                .collect(Collectors.joining(", "));
        return Optional.of(scan.selecting(table.names() + ", " + values));
    }

    private static boolean isJson(FamilyTable table, String column) {
        return table.isJsonb()
                || (table.values().equals(Content.JSON.columns())
                        && column.equals(table.values().get(0)));
    }
}

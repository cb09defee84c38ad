package dev.pawl.jdbc;

import dev.pawl.backend.Position;
import dev.pawl.backend.Scan;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The statement of a scan: session, these values, and the most rows.
 *
 * @param table what it reads
 * @param sql its text
 * @param order its columns in their order, as it says {@code ORDER BY}
 * @param values what is bound between the session and the limit
 */
record ScanStatement(FamilyTable table, String sql, String order, List<Object> values) {

    /**
     * One component of the order of rows. Where the table has no column for it, all rows have the least value there is.
     */
    private record Component(Optional<String> column, Object bound, boolean least) {}

    /** The statement of this scan, or empty when no row of the table can be in it. */
    static Optional<ScanStatement> of(FamilyTable table, Scan scan) {
        if (scan.partition().filter(only -> !table.canHold(only)).isPresent()) {
            return Optional.empty();
        }
        StringBuilder sql = new StringBuilder("SELECT ")
                .append(table.columns(!scan.keysOnly()))
                .append(" FROM ")
                .append(table.source())
                .append(" AS t WHERE session = ?");
        List<Object> values = new ArrayList<>();
        if (scan.partition().isPresent() && table.partition().isPresent()) {
            sql.append(" AND ").append(table.partition().get()).append(" = ?");
            values.add(scan.partition().get());
        }
        if (scan.lower().isPresent() && !bound(table, scan, scan.lower().get(), true, sql, values)) {
            return Optional.empty();
        }
        if (scan.upper().isPresent() && !bound(table, scan, scan.upper().get(), false, sql, values)) {
            return Optional.empty();
        }
        String direction = scan.backwards() ? " DESC" : "";
        String order = components(table, scan, Position.of(0)).stream()
                .flatMap(component -> component.column().stream())
                .map(column -> column + direction)
                .collect(Collectors.joining(", "));
        sql.append(" ORDER BY ").append(order).append(" LIMIT ?");
        return Optional.of(new ScanStatement(table, sql.toString(), order, values));
    }

    /** Its text with other columns of the table. */
    String selecting(String columns) {
        return "SELECT " + columns + sql.substring(sql.indexOf(" FROM "));
    }

    /**
     * Adds the condition of one end.
     *
     * @return whether any row can fulfil it
     */
    private static boolean bound(
            FamilyTable table, Scan scan, Scan.Bound bound, boolean lower, StringBuilder sql, List<Object> values) {
        List<String> columns = new ArrayList<>();
        boolean rowsStandBefore = false;
        for (Component component : components(table, scan, bound.position())) {
            if (component.column().isPresent()) {
                columns.add(component.column().get());
                values.add(component.bound());
            } else if (!component.least()) {
                // Rows that are equal so far stand before the bound, whatever comes behind.
                rowsStandBefore = true;
                break;
            }
        }
        if (columns.isEmpty()) {
            return !lower;
        }
        boolean orEqual = rowsStandBefore ? !lower : bound.inclusive();
        sql.append(" AND (")
                .append(String.join(", ", columns))
                .append(lower ? ") >" : ") <")
                .append(orEqual ? "= (" : " (")
                .append("?, ".repeat(columns.size() - 1))
                .append("?)");
        return true;
    }

    private static List<Component> components(FamilyTable table, Scan scan, Position bound) {
        List<Component> components = new ArrayList<>();
        components.add(new Component(table.order(), bound.order(), bound.order() == 0));
        if (scan.partition().isEmpty()) {
            components.add(new Component(
                    table.partition(), bound.partition(), bound.partition().isEmpty()));
        }
        components.add(new Component(Optional.of(table.id()), bound.id(), false));
        return components;
    }
}

package dev.pawl.jdbc;

/**
 * The parts of a statement of PostgreSQL that remove rows which another part of it, {@code found_TABLE}, found and locked
 * with their {@code place}: {@code cut_TABLE} by their places, which needs no plan that depends on what the server thinks of
 * the table. A row that somebody else changed after the statement began stands in a place that it does not see, so
 * whatever is left goes by its key, in {@code late_TABLE}.
 */
final class Removal {

    private Removal() {}

    /**
     * Both, with a comma before each; the session, if there is a column for it, is bound in the second.
     *
     * @param condition without which nothing is removed
     */
    static String of(Home home, String condition) {
        String key = String.join(", ", home.names());
        String found = "found_" + home.table();
        String cut = "cut_" + home.table();
        StringBuilder sql = new StringBuilder(", ")
                .append(cut)
                .append(" AS (DELETE FROM ")
                .append(home.table())
                .append(" WHERE ctid = ANY (ARRAY(SELECT place FROM ")
                .append(found)
                .append(")) AND ")
                .append(condition)
                .append(" RETURNING ")
                .append(key)
                .append("), late_")
                .append(home.table())
                .append(" AS (DELETE FROM ")
                .append(home.table())
                .append(" AS k USING (SELECT ")
                .append(key)
                .append(" FROM ")
                .append(found)
                .append(" EXCEPT SELECT ")
                .append(key)
                .append(" FROM ")
                .append(cut)
                .append(") AS l WHERE (SELECT count(*) FROM ")
                .append(found)
                .append(") > (SELECT count(*) FROM ")
                .append(cut)
                .append(") AND ")
                .append(condition)
                .append(home.sessions() ? " AND k.session = ?" : "");
        home.names()
                .forEach(column ->
                        sql.append(" AND k.").append(column).append(" = l.").append(column));
        return sql.append(" RETURNING 1)").toString();
    }
}

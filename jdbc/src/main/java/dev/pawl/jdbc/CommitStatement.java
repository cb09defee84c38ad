package dev.pawl.jdbc;

import dev.pawl.backend.Batch;
import dev.pawl.backend.Check;
import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Row;
import dev.pawl.backend.SessionName;
import dev.pawl.json.Bytes;
import dev.pawl.json.JsonException;
import dev.pawl.json.JsonValue;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A transaction of PostgreSQL that looks at checks and, if all hold, changes rows, sent in one go.
 *
 * <pre>
 * BEGIN
 * SELECT pg_advisory_xact_lock(session)     its own statement, so that the next one sees what those before it did
 * WITH locked  AS (SELECT … FOR UPDATE)     the rows that are checked
 *      verdict AS (SELECT min(number) …)    the first check that does not hold
 *      put     AS (INSERT … WHERE nothing failed)
 *      cut     AS (DELETE … WHERE nothing failed)
 *      mark    AS (UPDATE pawl_leases …)    the number of this commit
 * SELECT failed FROM verdict
 * COMMIT
 * </pre>
 */
final class CommitStatement {

    /** Tells our locks from those of other programs: "pawl". */
    private static final int LOCKS = 0x7061776c;

    private static final String NOTHING_FAILED = "(SELECT failed IS NULL FROM verdict)";

    /** How long the server keeps a transaction, and so its locks, whose client says nothing, in milliseconds. */
    private static final int IDLE_MILLIS = 10_000;

    private final SessionName session;
    private final StringBuilder sql = new StringBuilder();

    /** What is bound, in the order of its places in the text. */
    private final List<Object> values = new ArrayList<>();

    /**
     * What stands in a lease row for a commit that checks it.
     *
     * @param lease the row
     * @param writer who commits
     * @param number of the commit, higher than that of all before it of this writer
     */
    record Mark(Key lease, UUID writer, long number) {}

    /**
     * What came of it.
     *
     * @param failed the number of the first check that did not hold; -1 when this commit was given up before it arrived
     * @param removed how many rows an erasure removed
     */
    record Outcome(OptionalInt failed, int removed) {}

    private CommitStatement(SessionName session, List<Check> checks, Optional<Mark> mark, long lockMillis) {
        this.session = session;
        sql.append("BEGIN ISOLATION LEVEL READ COMMITTED; SELECT ")
                .append(lock(lockMillis))
                .append("; WITH ");
        values.add(session.name().hashCode());
        look(checks, mark);
    }

    /**
     * A batch.
     *
     * @param mark what it leaves in the lease row that it checks
     * @param lockMillis how long to wait for others who write this session
     * @param asJson whether values that are JSON go into columns of JSON, else all stand as bytes
     */
    static CommitStatement of(SessionName session, Batch batch, Optional<Mark> mark, long lockMillis, boolean asJson) {
        CommitStatement statement = new CommitStatement(session, batch.checks(), mark, lockMillis);
        byFamily(batch.puts(), Row::key).forEach((family, rows) -> statement.put(family, rows, asJson));
        byFamily(batch.deletes(), Function.identity()).forEach(statement::delete);
        mark.ifPresent(statement::leave);
        statement.sql.append(" SELECT failed, 0 FROM verdict; COMMIT");
        return statement;
    }

    /**
     * A step of an erasure.
     *
     * @param most how many rows it removes at most
     */
    static CommitStatement erasing(
            SessionName session, List<Check> checks, Optional<Mark> mark, long lockMillis, Family family, int most) {
        CommitStatement statement = new CommitStatement(session, checks, mark, lockMillis);
        FamilyTable table = PostgresDialect.INSTANCE.table(family);
        statement
                .sql
                .append(", found_")
                .append(table.name())
                .append(" AS (SELECT ctid AS place, ")
                .append(String.join(", ", names(table)))
                .append(" FROM ")
                .append(table.name())
                .append(" WHERE session = ? LIMIT ? FOR UPDATE)");
        statement.values.addAll(List.of(session.name(), most));
        statement.cut(table);
        mark.ifPresent(statement::leave);
        statement
                .sql
                .append(" SELECT failed, (SELECT count(*) FROM cut_")
                .append(table.name())
                .append(") + (SELECT count(*) FROM late_")
                .append(table.name())
                .append(") FROM verdict; COMMIT");
        return statement;
    }

    private static <T> Map<Family, List<T>> byFamily(List<T> items, Function<T, Key> key) {
        return items.stream()
                .collect(Collectors.groupingBy(
                        item -> key.apply(item).family(), () -> new EnumMap<>(Family.class), Collectors.toList()));
    }

    /** Begins a transaction that takes some round trips, with limits for waiting that end with it. */
    static String begin(long lockMillis) {
        return "BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL lock_timeout = " + lockMillis
                + "; SET LOCAL idle_in_transaction_session_timeout = " + IDLE_MILLIS;
    }

    /**
     * What takes the lock of a session for the rest of a transaction: the number of the session. Its columns have a size
     * that is known: else the driver, once it knows the statement, waits for the answer before it sends the next one.
     */
    static String lock(long millis) {
        return "set_config('lock_timeout', '" + millis + "', true) IS NULL,"
                + " set_config('idle_in_transaction_session_timeout', '" + IDLE_MILLIS + "', true) IS NULL,"
                + " pg_advisory_xact_lock(" + LOCKS + ", ?)";
    }

    /** The bytes of a value, wherever they stand. */
    static String content(FamilyTable table) {
        return table.values().equals(PostgresDialect.JSON) ? "coalesce(raw, convert_to(value::text, 'UTF8'))" : "value";
    }

    /** Locks the rows that are checked, and finds the first check that does not hold. */
    private void look(List<Check> checks, Optional<Mark> mark) {
        Map<Family, List<Integer>> numbers = new EnumMap<>(Family.class);
        for (int i = 0; i < checks.size(); i++) {
            numbers.computeIfAbsent(checks.get(i).key().family(), family -> new ArrayList<>())
                    .add(i);
        }
        List<String> locked = new ArrayList<>();
        numbers.forEach((family, some) -> locked.add(lockRows(family, checks, some)));
        sql.append("verdict AS (SELECT min(number) AS failed FROM (SELECT NULL::int4 AS number");
        if (!checks.isEmpty()) {
            RowArrays all = new RowArrays()
                    .with("int4", "number", range(checks.size()))
                    .with(
                            "bool",
                            "exact",
                            checks.stream()
                                    .map(check -> check.expected().isPresent())
                                    .toArray(Boolean[]::new));
            sql.append(" UNION ALL SELECT w.number FROM ")
                    .append(all.from())
                    .append(" LEFT JOIN (")
                    .append(String.join(" UNION ALL ", locked))
                    .append(") AS l ON l.number = w.number"
                            + " WHERE CASE WHEN w.exact THEN l.same IS NOT TRUE ELSE l.number IS NOT NULL END");
            values.addAll(all.values());
        }
        mark.ifPresent(ours -> {
            sql.append(
                    " UNION ALL SELECT -1 FROM pawl_leases WHERE session = ? AND name = ? AND writer = ? AND commits >= ?");
            values.addAll(List.of(session.name(), id(ours), ours.writer(), ours.number()));
        });
        sql.append(") AS failures)");
    }

    /** Adds what locks the rows that these checks are about, and returns what reads it. */
    private String lockRows(Family family, List<Check> checks, List<Integer> numbers) {
        FamilyTable table = PostgresDialect.INSTANCE.table(family);
        List<Check> some = numbers.stream().map(checks::get).toList();
        RowArrays wanted = new RowArrays()
                .with("int4", "number", numbers.toArray(Integer[]::new))
                .withKeys(table, some.stream().map(Check::key).toList())
                .withBytes("expected", some.stream().map(Check::expected).toList());
        String name = "locked_" + table.name();
        sql.append(name)
                .append(" AS (SELECT w.number, t.content = w.expected AS same FROM ")
                .append(wanted.from())
                .append(wanted.each(table, content(table) + " AS content", "FOR UPDATE"))
                .append("), ");
        values.addAll(wanted.values());
        values.add(session.name());
        return "SELECT number, same FROM " + name;
    }

    private void put(Family family, List<Row> rows, boolean asJson) {
        FamilyTable table = PostgresDialect.INSTANCE.table(family);
        RowArrays given = new RowArrays()
                .withKeys(table, rows.stream().map(Row::key).toList())
                .withPlaces(table, rows);
        List<String> columns = new ArrayList<>(given.names());
        List<String> taken =
                new ArrayList<>(columns.stream().map(column -> "w." + column).toList());
        columns.addAll(table.values());
        given.withBytes(
                "content", rows.stream().map(row -> Optional.of(row.value())).toList());
        if (table.values().equals(PostgresDialect.JSON)) {
            Boolean[] json =
                    rows.stream().map(row -> asJson && isJson(row.value())).toArray(Boolean[]::new);
            given.with("bool", "is_json", json);
            taken.add("CASE WHEN w.is_json THEN convert_from(w.content, 'UTF8')::json END");
            taken.add("CASE WHEN NOT w.is_json THEN w.content END");
        } else {
            taken.add("w.content");
        }
        String changed = columns.stream()
                .filter(column -> !table.key().contains(column))
                .map(column -> column + " = excluded." + column)
                .collect(Collectors.joining(", "));
        sql.append(", put_")
                .append(table.name())
                .append(" AS (INSERT INTO ")
                .append(table.name())
                .append(" (session, ")
                .append(String.join(", ", columns))
                .append(") SELECT ?, ")
                .append(String.join(", ", taken))
                .append(" FROM ")
                .append(given.from())
                .append(" WHERE ")
                .append(NOTHING_FAILED)
                .append(" ON CONFLICT (")
                .append(String.join(", ", table.key()))
                .append(") DO UPDATE SET ")
                .append(changed)
                // The number of a commit that checked the value before.
                .append(family == Family.LEASE ? ", commits = -abs(pawl_leases.commits))" : ")");
        values.add(session.name());
        values.addAll(given.values());
    }

    private void delete(Family family, List<Key> keys) {
        FamilyTable table = PostgresDialect.INSTANCE.table(family);
        RowArrays given = new RowArrays().withKeys(table, keys);
        sql.append(", found_")
                .append(table.name())
                .append(" AS (SELECT t.* FROM ")
                .append(given.from())
                .append(given.each(table, "ctid AS place, " + String.join(", ", names(table)), "FOR UPDATE"))
                .append(')');
        values.addAll(given.values());
        values.add(session.name());
        cut(table);
    }

    /**
     * Removes the rows that were found and locked: by their places, which needs no plan that depends on what the server
     * thinks of the table. A row that somebody else changed after this statement began stands in a place that it does not
     * see, so whatever is left goes by its key.
     */
    private void cut(FamilyTable table) {
        String key = String.join(", ", names(table));
        String found = "found_" + table.name();
        String cut = "cut_" + table.name();
        sql.append(", ")
                .append(cut)
                .append(" AS (DELETE FROM ")
                .append(table.name())
                .append(" WHERE ctid = ANY (ARRAY(SELECT place FROM ")
                .append(found)
                .append(")) AND ")
                .append(NOTHING_FAILED)
                .append(" RETURNING ")
                .append(key)
                .append("), late_")
                .append(table.name())
                .append(" AS (DELETE FROM ")
                .append(table.name())
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
                .append(NOTHING_FAILED)
                .append(" AND k.session = ?");
        names(table)
                .forEach(column ->
                        sql.append(" AND k.").append(column).append(" = l.").append(column));
        sql.append(" RETURNING 1)");
        values.add(session.name());
    }

    /** What tells the rows of a session apart. */
    private static List<String> names(FamilyTable table) {
        return table.key().subList(1, table.key().size());
    }

    /** Leaves the number of this commit in the row of its lease. */
    private void leave(Mark mark) {
        sql.append(", mark AS (UPDATE pawl_leases SET writer = ?, commits = ? WHERE session = ? AND name = ? AND ")
                .append(NOTHING_FAILED)
                .append(')');
        values.addAll(List.of(mark.writer(), mark.number(), session.name(), id(mark)));
    }

    private static String id(Mark mark) {
        return PostgresDialect.INSTANCE.toColumn(mark.lease().id());
    }

    private static boolean isJson(Bytes value) {
        try {
            JsonValue.check(value);
            return true;
        } catch (JsonException e) {
            return false;
        }
    }

    private static Integer[] range(int length) {
        Integer[] numbers = new Integer[length];
        for (int i = 0; i < length; i++) {
            numbers[i] = i;
        }
        return numbers;
    }

    /** Runs it. */
    Outcome run(SqlConnection connection) throws SQLException {
        Outcome outcome = new Outcome(OptionalInt.empty(), 0);
        try (PreparedStatement statement = connection.raw().prepareStatement(sql.toString())) {
            for (int i = 0; i < values.size(); i++) {
                RowArrays.bind(statement, i + 1, values.get(i));
            }
            boolean hasRows = statement.execute();
            while (hasRows || statement.getUpdateCount() >= 0) {
                if (hasRows) {
                    try (ResultSet rows = statement.getResultSet()) {
                        if (rows.getMetaData().getColumnName(1).equals("failed") && rows.next()) {
                            int failed = rows.getInt(1);
                            outcome = new Outcome(
                                    rows.wasNull() ? OptionalInt.empty() : OptionalInt.of(failed), rows.getInt(2));
                        }
                    }
                }
                hasRows = statement.getMoreResults();
            }
        }
        return outcome;
    }
}

package dev.pawl.jdbc;

import dev.pawl.backend.Batch;
import dev.pawl.backend.Check;
import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Row;
import dev.pawl.backend.SessionName;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
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
 *      mark    AS (UPDATE leases …)         the number of this commit
 * SELECT failed FROM verdict
 * COMMIT
 * </pre>
 */
final class CommitStatement {

    private static final String NOTHING_FAILED = "(SELECT failed IS NULL FROM verdict)";

    private final SessionName session;
    private final Dialect dialect;

    /** The table of leases. */
    private final String leases;

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

    private CommitStatement(
            Dialect dialect,
            SessionName session,
            List<Check> checks,
            Optional<Mark> mark,
            long lockMillis,
            boolean byKeys) {
        this.dialect = dialect;
        this.leases = leases(dialect).table();
        this.session = session;
        sql.append("BEGIN ISOLATION LEVEL READ COMMITTED; SELECT ")
                .append(SessionLock.TAKE)
                .append(byKeys ? ", " + SessionLock.PLANS : "")
                .append("; WITH ");
        values.add(Long.toString(lockMillis));
        values.add(SessionLock.number(session));
        look(checks, mark);
    }

    /**
     * A batch.
     *
     * @param mark what it leaves in the lease row that it checks
     * @param lockMillis how long to wait for others who write this session
     * @param asJson whether values that are JSON go into columns of JSON, else all stand as bytes
     * @param search whether messages are left for an index of words
     */
    static CommitStatement of(
            Dialect dialect,
            SessionName session,
            Batch batch,
            Optional<Mark> mark,
            long lockMillis,
            boolean asJson,
            boolean search) {
        CommitStatement statement = new CommitStatement(
                dialect,
                session,
                batch.checks(),
                mark,
                lockMillis,
                batch.deletes().isEmpty());
        byFamily(batch.puts(), Row::key)
                .forEach((family, rows) -> dialect.table(family).homes().forEach(home -> {
                    List<Row> here =
                            rows.stream().filter(row -> home.hasRow(row.key())).toList();
                    if (!here.isEmpty()) {
                        statement.put(home, here, asJson);
                    }
                }));
        byFamily(batch.deletes(), Function.identity())
                .forEach((family, keys) -> dialect.table(family).homes().forEach(home -> {
                    List<Key> here = keys.stream().filter(home::hasRow).toList();
                    if (!here.isEmpty()) {
                        statement.delete(home, here);
                    }
                }));
        if (search && SearchScope.messages(batch) > 0) {
            PostgresIndex.Note note = PostgresIndex.note(session, batch);
            statement
                    .sql
                    .append(", noted AS (")
                    .append(note.sql())
                    .append(" WHERE ")
                    .append(NOTHING_FAILED)
                    .append(')');
            statement.values.addAll(note.values());
        }
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
            Dialect dialect,
            SessionName session,
            List<Check> checks,
            Optional<Mark> mark,
            long lockMillis,
            Home home,
            int most) {
        CommitStatement statement = new CommitStatement(dialect, session, checks, mark, lockMillis, false);
        statement
                .sql
                .append(", found_")
                .append(home.table())
                .append(" AS (SELECT ctid AS place, ")
                .append(String.join(", ", home.names()))
                .append(" FROM ")
                .append(home.table())
                .append(home.sessions() ? " WHERE session = ?" : "")
                .append(" LIMIT ? FOR UPDATE)");
        statement.bindSession(home);
        statement.values.add(most);
        statement.cut(home);
        mark.ifPresent(statement::leave);
        statement
                .sql
                .append(" SELECT failed, (SELECT count(*) FROM cut_")
                .append(home.table())
                .append(") + (SELECT count(*) FROM late_")
                .append(home.table())
                .append(") FROM verdict; COMMIT");
        return statement;
    }

    /** The table of leases, in which a commit leaves its number. */
    static Home leases(Dialect dialect) {
        return dialect.table(Family.LEASE).homes().get(0);
    }

    private void bindSession(Home home) {
        if (home.sessions()) {
            values.add(session.name());
        }
    }

    private static <T> Map<Family, List<T>> byFamily(List<T> items, Function<T, Key> key) {
        return items.stream()
                .collect(Collectors.groupingBy(
                        item -> key.apply(item).family(), () -> new EnumMap<>(Family.class), Collectors.toList()));
    }

    /** What stands in a row, to be compared: the bytes of a value, or what it means where only that is kept. */
    static String content(Home home) {
        return home.content() == Content.JSON
                ? "coalesce(raw, convert_to(value::text, 'UTF8'))"
                : home.content().columns().get(0);
    }

    /** Locks the rows that are checked, and finds the first check that does not hold. */
    private void look(List<Check> checks, Optional<Mark> mark) {
        Map<Home, List<Integer>> numbers = new LinkedHashMap<>();
        for (int i = 0; i < checks.size(); i++) {
            Key key = checks.get(i).key();
            Optional<Home> home = dialect.table(key.family()).home(key);
            if (home.isPresent()) {
                numbers.computeIfAbsent(home.get(), first -> new ArrayList<>()).add(i);
            }
        }
        List<String> locked = new ArrayList<>();
        numbers.forEach((home, some) -> locked.add(lockRows(home, checks, some)));
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
            sql.append(" UNION ALL SELECT -1 FROM " + leases
                    + " WHERE session = ? AND name = ? AND writer = ? AND commits >= ?");
            values.addAll(List.of(session.name(), id(ours), ours.writer(), ours.number()));
        });
        sql.append(") AS failures)");
    }

    /** Adds what locks the rows that these checks are about, and returns what reads it. */
    private String lockRows(Home home, List<Check> checks, List<Integer> numbers) {
        List<Check> some = numbers.stream().map(checks::get).toList();
        RowArrays wanted = new RowArrays()
                .with("int4", "number", numbers.toArray(Integer[]::new))
                .withColumns(home.key(), some.stream().map(Check::key).toList())
                .withBytes("expected", some.stream().map(Check::expected).toList());
        String same = "t.content = w.expected";
        if (home.content().isJsonb()) {
            // What cannot stand in such a column is what no row has.
            Boolean[] storable = some.stream()
                    .map(check -> check.expected()
                            .map(expected -> Jsonb.obstacle(expected).isEmpty())
                            .orElse(false))
                    .toArray(Boolean[]::new);
            wanted.with("bool", "storable", storable);
            same = "CASE WHEN w.storable THEN t.content = convert_from(w.expected, 'UTF8')::jsonb ELSE false END";
        }
        String name = "locked_" + home.table();
        sql.append(name)
                .append(" AS (SELECT w.number, ")
                .append(same)
                .append(" AS same FROM ")
                .append(wanted.from())
                .append(RowArrays.each(
                        home.table(), home.sessions(), home.key(), content(home) + " AS content", "FOR UPDATE"))
                .append("), ");
        values.addAll(wanted.values());
        bindSession(home);
        return "SELECT number, same FROM " + name;
    }

    private void put(Home home, List<Row> rows, boolean asJson) {
        RowArrays given = new RowArrays()
                .withColumns(home.key(), rows.stream().map(Row::key).toList())
                .withColumns(home.rest(), rows);
        List<String> columns = new ArrayList<>(given.names());
        List<String> taken =
                new ArrayList<>(columns.stream().map(column -> "w." + column).toList());
        columns.addAll(home.content().columns());
        if (home.content() != Content.NONE) {
            given.withBytes(
                    "content",
                    rows.stream().map(row -> Optional.of(row.value())).toList());
        }
        switch (home.content()) {
            case NONE -> {}
            case TEXT, BYTES, DATA -> taken.add("w.content");
            case DATA_AS_JSONB, JSONB -> taken.add("convert_from(w.content, 'UTF8')::jsonb");
            case JSON -> {
                Boolean[] json = rows.stream()
                        .map(row -> asJson && SharedCommit.isJson(row.value()))
                        .toArray(Boolean[]::new);
                given.with("bool", "is_json", json);
                taken.add("CASE WHEN w.is_json THEN convert_from(w.content, 'UTF8')::json END");
                taken.add("CASE WHEN NOT w.is_json THEN w.content END");
            }
        }
        String changed = columns.stream()
                .filter(column -> !home.identity().contains(column))
                .map(column -> column + " = excluded." + column)
                .collect(Collectors.joining(", "));
        sql.append(", put_")
                .append(home.table())
                .append(" AS (INSERT INTO ")
                .append(home.table())
                .append(home.sessions() ? " (session, " : " (")
                .append(String.join(", ", columns))
                .append(home.sessions() ? ") SELECT ?, " : ") SELECT ")
                .append(String.join(", ", taken))
                .append(" FROM ")
                .append(given.from())
                .append(" WHERE ")
                .append(NOTHING_FAILED)
                .append(" ON CONFLICT (")
                .append(String.join(", ", home.identity()))
                .append(") DO UPDATE SET ")
                .append(changed)
                .append(home.touch().isEmpty() ? "" : ", " + home.touch())
                // The number of a commit that checked the value before.
                .append(home.table().equals(leases) ? ", commits = -abs(" + leases + ".commits))" : ")");
        bindSession(home);
        values.addAll(given.values());
    }

    private void delete(Home home, List<Key> keys) {
        RowArrays given = new RowArrays().withColumns(home.key(), keys);
        sql.append(", found_")
                .append(home.table())
                .append(" AS (SELECT t.* FROM ")
                .append(given.from())
                .append(RowArrays.each(
                        home.table(),
                        home.sessions(),
                        home.key(),
                        "ctid AS place, " + String.join(", ", home.names()),
                        "FOR UPDATE"))
                .append(')');
        values.addAll(given.values());
        bindSession(home);
        cut(home);
    }

    private void cut(Home home) {
        sql.append(Removal.of(home, NOTHING_FAILED));
        bindSession(home);
    }

    /** Leaves the number of this commit in the row of its lease. */
    private void leave(Mark mark) {
        sql.append(", mark AS (UPDATE ")
                .append(leases)
                .append(" SET writer = ?, commits = ? WHERE session = ? AND name = ? AND ")
                .append(NOTHING_FAILED)
                .append(')');
        values.addAll(List.of(mark.writer(), mark.number(), session.name(), id(mark)));
    }

    private String id(Mark mark) {
        return dialect.toColumn(mark.lease().id());
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

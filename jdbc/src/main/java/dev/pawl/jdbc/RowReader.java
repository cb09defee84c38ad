package dev.pawl.jdbc;

import dev.pawl.backend.Backend;
import dev.pawl.backend.CorruptDataException;
import dev.pawl.backend.Facets;
import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Page;
import dev.pawl.backend.Partition;
import dev.pawl.backend.Position;
import dev.pawl.backend.Row;
import dev.pawl.backend.Scan;
import dev.pawl.backend.SessionName;
import dev.pawl.json.Bytes;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;

/** What a backend reads, as queries on one connection that see one moment each. */
final class RowReader {

    /** The most ids of one statement. */
    private static final int IDS = 512;

    private RowReader() {}

    /** Keys that one statement can ask for. */
    private record Group(Family family, String partition) {
        Key key(String id) {
            return new Key(family, partition, id);
        }
    }

    /** Reads these rows, at one moment. */
    static Map<Key, Row> get(SqlConnection connection, SessionName session, Collection<Key> keys) throws SQLException {
        return isOneStatement(keys)
                ? getNow(connection, session, keys)
                : connection.atOneMoment(moment -> getNow(moment, session, keys));
    }

    private static Map<Key, Row> getNow(SqlConnection connection, SessionName session, Collection<Key> keys)
            throws SQLException {
        Map<Group, List<String>> groups = new LinkedHashMap<>();
        for (Key key : keys) {
            if (connection.dialect().families().contains(key.family())
                    && connection.dialect().table(key.family()).canHold(key)) {
                groups.computeIfAbsent(new Group(key.family(), key.partition()), group -> new ArrayList<>())
                        .add(key.id());
            }
        }
        Map<Key, Row> found = new HashMap<>(keys.size() * 2);
        for (Map.Entry<Group, List<String>> group : groups.entrySet()) {
            List<String> ids = group.getValue();
            for (int start = 0; start < ids.size(); start += IDS) {
                get(connection, session, group.getKey(), ids.subList(start, Math.min(ids.size(), start + IDS)), found);
            }
        }
        return found;
    }

    private static boolean isOneStatement(Collection<Key> keys) {
        return keys.size() <= IDS
                && keys.stream()
                                .map(key -> new Group(key.family(), key.partition()))
                                .distinct()
                                .limit(2)
                                .count()
                        <= 1;
    }

    private static void get(
            SqlConnection connection, SessionName session, Group group, List<String> ids, Map<Key, Row> found)
            throws SQLException {
        Dialect dialect = connection.dialect();
        FamilyTable table = dialect.table(group.family());
        int places = places(ids.size());
        PreparedStatement select = connection.prepare(table.selectIds(places));
        int parameter = 1;
        select.setString(parameter++, session.name());
        for (Column<Key> column : table.shared()) {
            RowWriter.bind(select, parameter++, dialect, column, group.key(ids.get(0)));
        }
        for (int i = 0; i < places; i++) {
            // What is too much asks for the last one again.
            Key key = group.key(ids.get(Math.min(i, ids.size() - 1)));
            for (Column<Key> column : table.single()) {
                RowWriter.bind(select, parameter++, dialect, column, key);
            }
        }
        try (ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                Row row = row(rows, dialect, group.family(), Optional.of(group.partition()), true);
                found.put(row.key(), row);
            }
        }
    }

    /** Few different lengths of lists, so that statements are found again. */
    private static int places(int ids) {
        return ids <= 16 ? ids : (ids + 15) / 16 * 16;
    }

    static Page<Row, Position> scan(SqlConnection connection, SessionName session, Scan scan) throws SQLException {
        Dialect dialect = connection.dialect();
        if (!dialect.families().contains(scan.family())) {
            return Page.last(List.of());
        }
        if (scan.partition().isEmpty() && dialect.mergesPartitions(scan.family())) {
            return MergedPartitions.page(connection, session, scan);
        }
        Optional<ScanStatement> statement = ScanStatement.of(dialect.table(scan.family()), scan);
        if (statement.isEmpty()) {
            return Page.last(List.of());
        }
        if (scan.keysOnly() || !dialect.boundsPages(scan.limit())) {
            return scan(
                            connection,
                            session,
                            scan,
                            statement.get(),
                            statement.get().sql(),
                            Bound.NONE)
                    .orElseThrow();
        }
        Optional<String> unlessBig = dialect.unlessBig(statement.get(), scan.limit());
        Optional<Page<Row, Position>> small = unlessBig.isEmpty()
                ? Optional.empty()
                : scan(connection, session, scan, statement.get(), unlessBig.get(), Bound.EACH);
        return small.isPresent()
                ? small.get()
                : scan(connection, session, scan, statement.get(), dialect.bounded(statement.get()), Bound.SUM)
                        .orElseThrow();
    }

    /** What keeps the rows of a statement from being too much. */
    private enum Bound {
        NONE,
        /** A value that is more than its share does not come. */
        EACH,
        /** Rows behind a sum do not come. */
        SUM
    }

    /** Empty when a value did not come that is more than its share, or has no byte. */
    private static Optional<Page<Row, Position>> scan(
            SqlConnection connection, SessionName session, Scan scan, ScanStatement statement, String sql, Bound bound)
            throws SQLException {
        Dialect dialect = connection.dialect();
        PreparedStatement select = connection.prepare(sql);
        int parameter = 1;
        select.setString(parameter++, session.name());
        for (Object value : statement.values()) {
            select.setObject(parameter++, value instanceof String text ? dialect.toColumn(text) : value);
        }
        select.setLong(parameter, scan.limit() + 1L);
        List<Row> items = new ArrayList<>();
        long bytes = 0;
        long found = 0;
        try (ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                Row row = row(rows, dialect, scan.family(), scan.partition(), !scan.keysOnly());
                if (bound == Bound.EACH && row.value().size() == 0) {
                    return Optional.empty();
                }
                found = bound == Bound.SUM ? rows.getLong("found") : 0;
                bytes += row.value().size();
                if (items.size() == scan.limit() || (bytes > Backend.PAGE_BYTES && !items.isEmpty())) {
                    return Optional.of(new Page<>(
                            items, Optional.of(items.get(items.size() - 1).position())));
                }
                items.add(row);
            }
        }
        return Optional.of(
                items.size() < found
                        ? new Page<>(
                                items, Optional.of(items.get(items.size() - 1).position()))
                        : Page.last(items));
    }

    /** The row that this one is; its partition is asked for only when it is not known. */
    static Row row(ResultSet rows, Dialect dialect, Family family, Optional<String> partition, boolean withValue)
            throws SQLException {
        FamilyTable table = dialect.table(family);
        String name = partition.isPresent() ? partition.get() : name(rows, 1, dialect, table);
        long order = table.order().isPresent() ? rows.getLong(3) : 0;
        Facets facets = table.flags()
                ? new Facets(rows.getBoolean(4), rows.getBoolean(5), rows.getBoolean(6), "")
                : Facets.NONE;
        Bytes value = content(
                        rows, table.flags() ? 7 : 4, withValue ? table.values().size() : 1)
                .map(content -> withValue ? table.value(content) : Bytes.wrap(content))
                .orElse(Bytes.EMPTY);
        return new Row(new Key(family, name, name(rows, 2, dialect, table)), order, value, facets);
    }

    /**
     * The name in a column.
     *
     * @throws CorruptDataException when it stands there as Pawl does not write it. It would be found by no key, and a
     *     listing that goes on behind it would come to it again, for ever.
     */
    private static String name(ResultSet rows, int column, Dialect dialect, FamilyTable table) throws SQLException {
        String text = rows.getString(column);
        String name = dialect.fromColumn(text);
        if (!dialect.toColumn(name).equals(text)) {
            throw new CorruptDataException(
                    "table " + table.homes().get(0).table(),
                    "another program wrote a name with U+0001, behind which neither U+0001 nor U+0002 stands: "
                            + text.replace("\u0001", "\\u0001"));
        }
        return name;
    }

    /** What stands in one of so many columns from this one on. */
    static Optional<byte[]> content(ResultSet rows, int first, int columns) throws SQLException {
        for (int column = first; column < first + columns; column++) {
            byte[] value = rows.getBytes(column);
            if (value != null) {
                return Optional.of(value);
            }
        }
        return Optional.empty();
    }

    static Page<Partition, String> partitions(
            SqlConnection connection, SessionName session, Family family, Optional<String> after, int limit)
            throws SQLException {
        Dialect dialect = connection.dialect();
        if (!dialect.families().contains(family)) {
            return Page.last(List.of());
        }
        FamilyTable table = dialect.table(family);
        if (table.partition().isEmpty()) {
            return after.isPresent() ? Page.last(List.of()) : theOnlyPartition(connection, session, table);
        }
        String column = table.partition().get();
        if (table.hasOneSession()) {
            return partitionsOfOthers(connection, session, table, after, limit);
        }
        // From one name to the next by the index, however many rows have it.
        PreparedStatement select = connection.prepare("WITH RECURSIVE part (name) AS (SELECT min(" + column + ") FROM "
                + table.source() + " WHERE session = ? AND " + column + (after.isPresent() ? " > ?" : " >= ?")
                + " UNION ALL SELECT (SELECT min(" + column + ") FROM " + table.source() + " WHERE session = ? AND "
                + column + " > part.name) FROM part WHERE part.name IS NOT NULL) SELECT name, (SELECT count(*) FROM "
                + table.source() + " WHERE session = ? AND " + column
                + " = part.name) FROM part WHERE name IS NOT NULL LIMIT ?");
        select.setString(1, session.name());
        select.setString(2, dialect.toColumn(after.orElse("")));
        select.setString(3, session.name());
        select.setString(4, session.name());
        select.setLong(5, limit + 1L);
        return partitions(select, dialect, table, limit);
    }

    /** Of tables that have no index of ours, or may have none. */
    private static Page<Partition, String> partitionsOfOthers(
            SqlConnection connection, SessionName session, FamilyTable table, Optional<String> after, int limit)
            throws SQLException {
        String column = table.partition().orElseThrow();
        PreparedStatement select = connection.prepare("SELECT " + column + ", count(*) FROM " + table.source()
                + " AS t WHERE session = ? AND " + column + (after.isPresent() ? " > ?" : " >= ?") + " GROUP BY "
                + column + " ORDER BY " + column + " LIMIT ?");
        select.setString(1, session.name());
        select.setString(2, connection.dialect().toColumn(after.orElse("")));
        select.setLong(3, limit + 1L);
        return partitions(select, connection.dialect(), table, limit);
    }

    private static Page<Partition, String> partitions(
            PreparedStatement select, Dialect dialect, FamilyTable table, int limit) throws SQLException {
        List<Partition> items = new ArrayList<>();
        try (ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                if (items.size() == limit) {
                    return new Page<>(items, Optional.of(items.get(limit - 1).name()));
                }
                items.add(new Partition(name(rows, 1, dialect, table), OptionalLong.of(rows.getLong(2))));
            }
        }
        return Page.last(items);
    }

    private static Page<Partition, String> theOnlyPartition(
            SqlConnection connection, SessionName session, FamilyTable table) throws SQLException {
        PreparedStatement count =
                connection.prepare("SELECT count(*) FROM " + table.source() + " AS t WHERE session = ?");
        count.setString(1, session.name());
        try (ResultSet rows = count.executeQuery()) {
            long found = rows.next() ? rows.getLong(1) : 0;
            return Page.last(found == 0 ? List.of() : List.of(new Partition("", OptionalLong.of(found))));
        }
    }

    static Page<SessionName, String> sessions(
            SqlConnection connection, String place, Set<Family> families, Optional<String> after, int limit)
            throws SQLException {
        return connection.atOneMoment(moment -> sessionsNow(moment, place, families, after, limit));
    }

    private static Page<SessionName, String> sessionsNow(
            SqlConnection connection, String place, Set<Family> families, Optional<String> after, int limit)
            throws SQLException {
        TreeSet<SessionName> found = new TreeSet<>();
        for (Family family : families) {
            if (!connection.dialect().families().contains(family)) {
                continue;
            }
            FamilyTable read = connection.dialect().table(family);
            String table = read.source();
            if (read.hasOneSession()) {
                if (after.orElse("").compareTo(SessionName.DEFAULT.name()) < 0 && hasRows(connection, table)) {
                    found.add(SessionName.DEFAULT);
                }
                continue;
            }
            PreparedStatement select = connection.prepare("WITH RECURSIVE owner (name) AS (SELECT min(session) FROM "
                    + table + " WHERE session > ? UNION ALL SELECT (SELECT min(session) FROM " + table
                    + " WHERE session > owner.name) FROM owner WHERE owner.name IS NOT NULL) SELECT name FROM owner"
                    + " WHERE name IS NOT NULL AND name <> ? LIMIT ?");
            select.setString(1, after.orElse(""));
            select.setString(2, SessionName.PAWL.name());
            select.setLong(3, limit + 1L);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    found.add(session(place + ": " + table, rows.getString(1)));
                }
            }
        }
        List<SessionName> items = found.stream().limit(limit).toList();
        return found.size() > limit
                ? new Page<>(items, Optional.of(items.get(limit - 1).name()))
                : Page.last(items);
    }

    private static boolean hasRows(SqlConnection connection, String source) throws SQLException {
        PreparedStatement select = connection.prepare("SELECT 1 FROM " + source + " AS t LIMIT 1");
        try (ResultSet rows = select.executeQuery()) {
            return rows.next();
        }
    }

    private static SessionName session(String place, String name) {
        try {
            return SessionName.of(name);
        } catch (IllegalArgumentException e) {
            throw new CorruptDataException(place, "it has rows of a session whose name no session can have");
        }
    }
}

package dev.pawl.jdbc;

import dev.pawl.backend.Backend;
import dev.pawl.backend.Page;
import dev.pawl.backend.Position;
import dev.pawl.backend.Row;
import dev.pawl.backend.Scan;
import dev.pawl.backend.SessionName;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;

/**
 * A page of all partitions of a family in their common order, where each partition has an index and all of them together
 * have none: merged from the partitions. Costs a look into the index for each of them, and reads rows of those only that
 * have some in the page.
 */
final class MergedPartitions {

    /** How many rows of a partition are read at first, and then twice as many each time. */
    private static final int FIRST = 16;

    private final SqlConnection connection;
    private final SessionName session;
    private final Scan scan;
    private final FamilyTable table;
    private final PriorityQueue<Source> sources;

    private MergedPartitions(SqlConnection connection, SessionName session, Scan scan) {
        this.connection = connection;
        this.session = session;
        this.scan = scan;
        this.table = connection.dialect().table(scan.family());
        Comparator<Source> order = Comparator.comparing(source -> source.head);
        this.sources = new PriorityQueue<>(scan.backwards() ? order.reversed() : order);
    }

    /** One partition, with what was read of it and not handed on. */
    private static final class Source {
        /** Where its next row stands, or where that stands at the earliest. */
        private Position head;

        private List<Row> rows = List.of();
        private int next;
        private int many = FIRST;

        /** Where it goes on behind these rows; empty when there is nothing more. */
        private Optional<Scan> more;

        Source(Position head, Scan scan) {
            this.head = head;
            this.more = Optional.of(scan);
        }
    }

    /** Reads one page, at one moment. */
    static Page<Row, Position> page(SqlConnection connection, SessionName session, Scan scan) throws SQLException {
        return connection.atOneMoment(moment -> new MergedPartitions(moment, session, scan).page());
    }

    private Page<Row, Position> page() throws SQLException {
        findSources();
        List<Row> items = new ArrayList<>();
        long bytes = 0;
        while (!sources.isEmpty()) {
            Source first = sources.remove();
            if (first.next == first.rows.size()) {
                read(first);
            } else {
                Row row = first.rows.get(first.next++);
                bytes += row.value().size();
                if (items.size() == scan.limit() || (bytes > Backend.PAGE_BYTES && !items.isEmpty())) {
                    return new Page<>(
                            items, Optional.of(items.get(items.size() - 1).position()));
                }
                items.add(row);
            }
            if (first.next < first.rows.size()) {
                first.head = first.rows.get(first.next).position();
                sources.add(first);
            } else if (first.more.isPresent()) {
                // behind the row before, and so not before it is read
                sources.add(first);
            }
        }
        return Page.last(items);
    }

    private void read(Source source) throws SQLException {
        Scan part = source.more.orElseThrow().limit(source.many);
        Page<Row, Position> page = RowReader.scan(connection, session, part);
        source.rows = page.items();
        source.next = 0;
        source.more = page.next().map(part::after);
        source.many = (int) Math.min(Integer.MAX_VALUE, Math.min(source.many * 2L, scan.limit() + 1L));
    }

    /** Finds the partitions that may have rows in the scan, each with the order in which its first one stands. */
    private void findSources() throws SQLException {
        String column = table.partition().orElseThrow();
        String order = table.order().orElseThrow();
        Optional<Scan.Bound> begin = scan.backwards() ? scan.upper() : scan.lower();
        PreparedStatement select = connection.prepare("WITH RECURSIVE part (name) AS (SELECT min(" + column + ") FROM "
                + table.source() + " WHERE session = ?1 UNION ALL SELECT (SELECT min(" + column + ") FROM "
                + table.source() + " WHERE session = ?1 AND " + column
                + " > part.name) FROM part WHERE part.name IS NOT NULL) SELECT name, (SELECT "
                + (scan.backwards() ? "max(" : "min(") + order + ") FROM " + table.source() + " WHERE session = ?1 AND "
                + column + " = part.name AND " + order + (scan.backwards() ? " <= " : " >= ")
                + "?2) FROM part WHERE name IS NOT NULL");
        select.setString(1, session.name());
        select.setLong(
                2,
                begin.map(bound -> bound.position().order())
                        .orElse(scan.backwards() ? Long.MAX_VALUE : Long.MIN_VALUE));
        try (ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                long first = rows.getLong(2);
                if (!rows.wasNull()) {
                    String partition = connection.dialect().fromColumn(rows.getString(1));
                    addSource(partition, first);
                }
            }
        }
    }

    private void addSource(String partition, long first) {
        Scan part = new Scan(
                scan.family(),
                Optional.of(partition),
                scan.lower().map(bound -> within(bound, partition, true)),
                scan.upper().map(bound -> within(bound, partition, false)),
                scan.backwards(),
                scan.limit(),
                scan.keysOnly());
        Position head = Position.of(scan.backwards() ? behind(first) : first);
        if (isWithin(first)) {
            sources.add(new Source(head, part));
        }
    }

    /** Whether rows of this order may be before the end of the scan. */
    private boolean isWithin(long first) {
        return scan.backwards()
                ? scan.lower().stream()
                        .allMatch(bound -> first >= bound.position().order())
                : scan.upper().stream()
                        .allMatch(bound -> first <= bound.position().order());
    }

    /** The end that an end of the scan is to the rows of one partition. */
    private static Scan.Bound within(Scan.Bound bound, String partition, boolean lower) {
        Position end = bound.position();
        Position name = new Position(end.order(), partition, end.id());
        int place = name.compareTo(end);
        if (place == 0) {
            return bound;
        }
        // rows of the same second are all in front of the end, or all behind it
        long order = place < 0 ? behind(end.order()) : end.order();
        return new Scan.Bound(Position.of(order), lower);
    }

    /** The next order, which no row of this one has; there is one behind the last too. */
    private static long behind(long order) {
        return Math.min(order, Row.MAX_ORDER) + 1;
    }
}

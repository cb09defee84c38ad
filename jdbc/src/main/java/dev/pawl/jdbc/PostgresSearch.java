package dev.pawl.jdbc;

import dev.pawl.backend.Backend;
import dev.pawl.backend.Batch;
import dev.pawl.backend.Family;
import dev.pawl.backend.Lifetime;
import dev.pawl.backend.Page;
import dev.pawl.backend.Position;
import dev.pawl.backend.Row;
import dev.pawl.backend.Searching;
import dev.pawl.backend.SessionName;
import dev.pawl.backend.UnsupportedException;
import java.nio.charset.StandardCharsets;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Search in a database of PostgreSQL, by words in a column with a GIN index. */
final class PostgresSearch implements Searching {

    /** All rows of a statement come at once. */
    private static final int MOST = 200;

    private static final String FIND = "SELECT t.chat, t.row_id, t.timestamp, t.value, t.raw, s.timestamp"
            + " FROM pawl_search AS s JOIN pawl_messages AS t"
            + " ON t.session = s.session AND t.chat = s.chat AND t.row_id = s.row_id"
            + " WHERE s.session = ? AND s.words @@ ?::tsquery AND (s.timestamp, s.chat, s.row_id) < (?, ?, ?)"
            + " ORDER BY s.timestamp DESC, s.chat DESC, s.row_id DESC LIMIT ?";

    private final PostgresConnections connections;
    private final PostgresReading reading;
    private final PostgresFailures failures;
    private final PostgresTables tables;
    private final Lifetime life;
    private final boolean readOnly;
    private final IndexWorker worker;

    /**
     * Where a page goes on: behind this message.
     *
     * @param chat as its column holds it, and so the id
     */
    private record Place(long second, String chat, String id) {

        static Place parse(String text) {
            String[] parts = text.split("\\.", -1);
            if (parts.length == 3) {
                try {
                    return new Place(Long.parseLong(parts[0]), decoded(parts[1]), decoded(parts[2]));
                } catch (IllegalArgumentException e) {
                    // It is said below what it is not.
                }
            }
            throw new IllegalArgumentException("that is no place in a search");
        }

        private static String decoded(String part) {
            String text = new String(Base64.getUrlDecoder().decode(part), StandardCharsets.UTF_8);
            if (text.indexOf('\0') >= 0) {
                throw new IllegalArgumentException("no column holds that");
            }
            return text;
        }

        String text() {
            return second + "." + encoded(chat) + "." + encoded(id);
        }

        private static String encoded(String part) {
            return Base64.getUrlEncoder().withoutPadding().encodeToString(part.getBytes(StandardCharsets.UTF_8));
        }
    }

    PostgresSearch(
            PostgresConnections connections,
            PostgresReading reading,
            PostgresFailures failures,
            PostgresTables tables,
            Lifetime life,
            String place,
            boolean readOnly) {
        this.connections = connections;
        this.reading = reading;
        this.failures = failures;
        this.tables = tables;
        this.life = life;
        this.readOnly = readOnly;
        this.worker = new IndexWorker(place, this::step);
    }

    /** Whether it can be searched. Has the rest of what others left indexed. */
    boolean isOn() {
        boolean there = reading.read(connection -> tables.hasSearch(), false);
        if (there && !readOnly) {
            worker.wake();
        }
        return there || (tables.wantsSearch() && !readOnly);
    }

    /** A batch was committed. */
    void committed(Batch batch) {
        if (tables.hasSearch()) {
            worker.noted(SearchScope.messages(batch));
        }
    }

    private int step() {
        return write(connection -> PostgresIndex.take(connection, IndexWorker.STEP));
    }

    /** Takes out what has no message any more, in steps. */
    void erase(SessionName session) {
        if (tables.hasSearch()) {
            while (write(connection -> PostgresIndex.eraseSome(connection, session, IndexWorker.STEP)) > 0) {
                // Until there is nothing left.
            }
        }
    }

    /** Writes the index in a transaction of its own, which waits for those of other processes. */
    private int write(Query<Integer> change) {
        return life.use(() -> {
            if (!tables.hasSearch()) {
                return 0;
            }
            long end = connections.deadline();
            try {
                return connections.write(
                        connection -> {
                            connection.runOnce(SessionLock.begin(PostgresConnections.millisUntil(end)));
                            connection.runOnce(PostgresIndex.LOCK);
                            int changed = change.on(connection);
                            connection.runOnce("COMMIT");
                            return changed;
                        },
                        end);
            } catch (SQLException e) {
                if (PostgresFailures.isOfConnection(e)) {
                    connections.renew();
                }
                throw failures.notApplied(e);
            }
        });
    }

    @Override
    public Page<Row, String> search(SessionName session, Search search) {
        Place before = search.after().map(Place::parse).orElse(new Place(Long.MAX_VALUE, "", ""));
        List<String> words = search.each();
        if (words.isEmpty()) {
            return Page.last(List.of());
        }
        // Words hold letters, digits and marks only, and nothing that would have to be escaped.
        String query = words.stream().map(word -> "'" + word + "' & ").collect(Collectors.joining())
                + SearchScope.oneOf(session, search.partitions()).stream()
                        .map(word -> "'" + word + "'")
                        .collect(Collectors.joining(" | ", "(", ")"));
        return reading.read(
                connection ->
                        tables.hasSearch() ? find(connection, session, search, query, before) : Page.last(List.of()),
                Page.last(List.of()));
    }

    private static Page<Row, String> find(
            SqlConnection connection, SessionName session, Search search, String query, Place before)
            throws SQLException {
        int limit = Math.min(search.limit(), MOST);
        PreparedStatement select = connection.prepare(FIND);
        select.setString(1, session.name());
        select.setString(2, query);
        select.setLong(3, before.second());
        select.setString(4, before.chat());
        select.setString(5, before.id());
        select.setLong(6, limit + 1L);
        List<Row> items = new ArrayList<>();
        Place last = before;
        long bytes = 0;
        try (ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                Row row = RowReader.row(rows, connection.dialect(), Family.MESSAGE, Optional.empty(), true);
                bytes += row.value().size();
                if (items.size() == limit || (bytes > Backend.PAGE_BYTES && !items.isEmpty())) {
                    return new Page<>(items, Optional.of(last.text()));
                }
                items.add(row);
                last = new Place(rows.getLong(6), rows.getString(1), rows.getString(2));
            }
        }
        return Page.last(items);
    }

    @Override
    public long waiting(SessionName session) {
        return reading.read(connection -> tables.hasSearch() ? SearchChanges.of(connection, session) : 0L, 0L);
    }

    @Override
    public boolean flush(SessionName session, Duration longest) {
        requireWritable();
        long all = reading.read(connection -> tables.hasSearch() ? SearchChanges.all(connection) : 0L, 0L);
        return worker.take(all, longest);
    }

    @Override
    public Optional<Position> unknown(SessionName session) {
        return reading.read(
                connection -> tables.hasSearch() ? OldMessages.begin(connection, session) : Optional.empty(),
                Optional.empty());
    }

    @Override
    public void putAgain(SessionName session, Optional<Position> upTo) {
        requireWritable();
        write(connection -> OldMessages.move(connection, session, upTo));
    }

    private void requireWritable() {
        if (readOnly) {
            throw new UnsupportedException("the database was opened for reading only");
        }
    }

    /** Ends the thread; the connections are closed after that. */
    void close() {
        worker.close();
    }
}

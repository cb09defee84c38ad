package dev.pawl.jdbc;

import dev.pawl.backend.Backend;
import dev.pawl.backend.Batch;
import dev.pawl.backend.Check;
import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Page;
import dev.pawl.backend.Position;
import dev.pawl.backend.Row;
import dev.pawl.backend.Searching;
import dev.pawl.backend.SessionName;
import dev.pawl.backend.UnsupportedException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Search in a SQLite database, by an FTS5 table: what it is asked, and what commits leave for it. */
final class SqliteSearch implements Searching {

    private static final String NOTE =
            "INSERT INTO pawl_search_changes (session, chat, row_id, timestamp, text) VALUES (?, ?, ?, ?, ?)";

    /** The order of the tables is that in which they are looked at: the index gives the most recent first. */
    private static final String FIND = "SELECT t.chat, t.row_id, t.timestamp, t.value, f.rowid"
            + " FROM pawl_search_words(?) AS f CROSS JOIN pawl_search AS s ON s.place = f.rowid"
            + " CROSS JOIN pawl_messages AS t"
            + " ON t.session = s.session AND t.chat = s.chat AND t.row_id = s.row_id"
            + " WHERE s.session = ? AND f.rowid < ? ORDER BY f.rowid DESC LIMIT ?";

    private final SqliteAccess access;
    private final boolean wanted;
    private final boolean readOnly;
    private final IndexWorker worker;

    /** Whether its tables were seen. They do not go away again. */
    private volatile boolean seen;

    /** On which connection it was last looked whether there is an index, and when; for whoever has the turn to write. */
    private @Nullable Connection looked;

    private long version;
    private volatile boolean on;

    /**
     * Search in a database that has it, or gets it with its first row.
     *
     * @param wanted whether it is to get it
     */
    SqliteSearch(SqliteAccess access, boolean wanted, boolean readOnly) {
        this.access = access;
        this.wanted = wanted && !readOnly;
        this.readOnly = readOnly;
        this.worker = new IndexWorker(access.place(), this::step);
    }

    /** Whether it can be searched. Has the rest of what others left indexed. */
    boolean isOn() {
        if (!seen && access.read(SqliteSearch::isThere, false)) {
            seen = true;
            if (!readOnly) {
                worker.wake();
            }
        }
        return seen || wanted;
    }

    private static boolean isThere(SqlConnection connection) throws SQLException {
        return connection.dialect() == SqliteDialect.INSTANCE
                && connection
                        .text("SELECT 1 FROM sqlite_master WHERE name = '" + SqliteTables.SEARCH.table() + "'")
                        .isPresent();
    }

    /** Leaves the messages of a batch for the index, where there is one. Another process may have just made it. */
    void note(SqlConnection connection, SessionName session, Batch batch) throws SQLException {
        if (SearchScope.messages(batch) == 0 || !hasIndex(connection)) {
            return;
        }
        for (Row row : batch.puts()) {
            if (row.key().family() == Family.MESSAGE) {
                String text = row.facets().searchText();
                note(connection, session, row.key(), row.order(), text.isEmpty() ? null : text);
            }
        }
        for (Key key : batch.deletes()) {
            if (key.family() == Family.MESSAGE) {
                note(connection, session, key, 0, null);
            }
        }
    }

    private static void note(SqlConnection connection, SessionName session, Key key, long order, @Nullable String text)
            throws SQLException {
        PreparedStatement insert = connection.prepare(NOTE);
        insert.setString(1, session.name());
        insert.setString(2, key.partition());
        insert.setString(3, key.id());
        insert.setLong(4, order);
        insert.setString(5, text);
        insert.executeUpdate();
    }

    /** Whether there is an index, looked up again whenever the database got other tables. */
    private boolean hasIndex(SqlConnection connection) throws SQLException {
        long now;
        try (ResultSet rows = connection.prepare("PRAGMA schema_version").executeQuery()) {
            now = rows.next() ? rows.getLong(1) : -1;
        }
        if (connection.raw() != looked || now != version) {
            on = isThere(connection);
            looked = connection.raw();
            version = now;
        }
        return on;
    }

    /** A batch was committed. */
    void committed(Batch batch) {
        if (on) {
            worker.noted(SearchScope.messages(batch));
        }
    }

    private int step() {
        int[] taken = {0};
        access.life().use(() -> {
            access.write(connection -> {
                taken[0] = hasIndex(connection) ? SqliteIndex.take(connection, IndexWorker.STEP) : 0;
                return taken[0] > 0;
            });
            return Optional.empty();
        });
        return taken[0];
    }

    /** Takes all of a session out of the index, in steps; the rows themselves are gone already. */
    void erase(SessionName session, List<Check> checks) {
        boolean[] more = {true};
        while (more[0]) {
            access.write(connection -> {
                RowWriter.check(connection, session, checks);
                more[0] = hasIndex(connection) && SqliteIndex.eraseSome(connection, session, IndexWorker.STEP);
                return more[0];
            });
        }
    }

    @Override
    public Page<Row, String> search(SessionName session, Search search) {
        long before = search.after().map(SqliteSearch::place).orElse(Long.MAX_VALUE);
        List<String> words = search.each();
        if (words.isEmpty()) {
            return Page.last(List.of());
        }
        String query = SearchScope.oneOf(session, search.partitions()).stream()
                        .map(word -> '"' + word + '"')
                        .collect(Collectors.joining(" OR ", "(", ")"))
                + words.stream().map(word -> " AND \"" + word + '"').collect(Collectors.joining());
        return access.read(
                connection ->
                        isThere(connection) ? find(connection, session, search, query, before) : Page.last(List.of()),
                Page.last(List.of()));
    }

    private static long place(String after) {
        try {
            return Long.parseLong(after);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("that is no place in a search");
        }
    }

    private static Page<Row, String> find(
            SqlConnection connection, SessionName session, Search search, String query, long before)
            throws SQLException {
        PreparedStatement select = connection.prepare(FIND);
        select.setString(1, query);
        select.setString(2, session.name());
        select.setLong(3, before);
        select.setLong(4, search.limit() + 1L);
        List<Row> items = new ArrayList<>();
        long last = before;
        long bytes = 0;
        try (ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                Row row = RowReader.row(rows, connection.dialect(), Family.MESSAGE, Optional.empty(), true);
                bytes += row.value().size();
                if (items.size() == search.limit() || (bytes > Backend.PAGE_BYTES && !items.isEmpty())) {
                    return new Page<>(items, Optional.of(Long.toString(last)));
                }
                items.add(row);
                last = rows.getLong(5);
            }
        }
        return Page.last(items);
    }

    @Override
    public long waiting(SessionName session) {
        return access.read(connection -> isThere(connection) ? SearchChanges.of(connection, session) : 0L, 0L);
    }

    @Override
    public boolean flush(SessionName session, Duration longest) {
        requireWritable();
        long all = access.read(connection -> isThere(connection) ? SearchChanges.all(connection) : 0L, 0L);
        return worker.take(all, longest);
    }

    @Override
    public Optional<Position> unknown(SessionName session) {
        return access.read(
                connection -> isThere(connection) ? OldMessages.begin(connection, session) : Optional.empty(),
                Optional.empty());
    }

    @Override
    public void putAgain(SessionName session, Optional<Position> upTo) {
        requireWritable();
        access.life().use(() -> {
            access.write(connection -> {
                boolean there = hasIndex(connection);
                if (there) {
                    OldMessages.move(connection, session, upTo);
                }
                return there;
            });
            return Optional.empty();
        });
    }

    private void requireWritable() {
        if (readOnly) {
            throw new UnsupportedException(access.place() + " was opened for reading only");
        }
    }

    /** Ends the thread; the database is closed after that. */
    void close() {
        worker.close();
    }
}

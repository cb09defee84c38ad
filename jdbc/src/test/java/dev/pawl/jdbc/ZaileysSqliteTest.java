package dev.pawl.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.backend.Access;
import dev.pawl.backend.Backend;
import dev.pawl.backend.Batch;
import dev.pawl.backend.Check;
import dev.pawl.backend.Facets;
import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Locator;
import dev.pawl.backend.Page;
import dev.pawl.backend.Position;
import dev.pawl.backend.Row;
import dev.pawl.backend.Scan;
import dev.pawl.backend.SessionName;
import dev.pawl.backend.UnsupportedException;
import dev.pawl.json.Bytes;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is particular to the tables of zaileys in a SQLite file; the sample was written by zaileys 4.8.5. */
final class ZaileysSqliteTest {

    private static final SessionName MAIN = SessionName.DEFAULT;
    private static final String CHAT = "6282222222222@s.whatsapp.net";
    private static final String GROUP = "123456789-987654@g.us";
    private static final Key LEASE = Key.of(Family.LEASE, "auth");

    @TempDir
    private Path directory;

    private Path sample() throws IOException {
        Path file = directory.resolve("zaileys.db");
        try (InputStream in =
                Objects.requireNonNull(ZaileysSqliteTest.class.getResourceAsStream("/zaileys/zaileys-4.8.5.db"))) {
            Files.copy(in, file);
        }
        return file;
    }

    private static Backend open(Path file, Access access) {
        return SqliteBackend.builder()
                .file(file)
                .layout(Layout.ZAILEYS)
                .access(access)
                .open();
    }

    private static Row row(Key key, long order, String value) {
        return Row.of(key, order, Bytes.utf8(value));
    }

    private static Key message(String rowId) {
        return new Key(Family.MESSAGE, CHAT, rowId);
    }

    private static List<Row> listed(Backend backend, Scan scan) {
        List<Row> rows = new ArrayList<>();
        Optional<Scan> next = Optional.of(scan);
        while (next.isPresent()) {
            Page<Row, Position> page = backend.scan(MAIN, next.get());
            rows.addAll(page.items());
            next = page.next().map(next.get()::after);
            assertThat(rows).as("a listing without an end").hasSizeLessThan(1000);
        }
        return rows;
    }

    private static List<String> ids(Backend backend, Scan scan) {
        return listed(backend, scan).stream().map(row -> row.key().id()).toList();
    }

    private static void execute(Path file, String... statements) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    private static List<String> rows(Path file, String query) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            List<String> found = new ArrayList<>();
            while (rows.next()) {
                StringBuilder row = new StringBuilder();
                for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
                    row.append(i == 1 ? "" : "|").append(rows.getString(i));
                }
                found.add(row.toString());
            }
            return found;
        }
    }

    @Test
    void whatZaileysWroteIsReadWithAndWithoutTablesOfOursBesideIt() throws Exception {
        Path file = sample();
        byte[] before = Files.readAllBytes(file);
        for (Access access : List.of(Access.READ_ONLY, Access.READ_WRITE)) {
            try (Backend backend = open(file, access)) {
                if (access == Access.READ_WRITE) {
                    assertThat(Files.readAllBytes(file))
                            .as("reading changes nothing")
                            .isEqualTo(before);
                    backend.commit(MAIN, Batch.of(row(LEASE, 0, "{}")));
                }
                assertThat(backend.get(MAIN, Key.CREDENTIALS)
                                .orElseThrow()
                                .value()
                                .utf8())
                        .contains("\"registrationId\":4242", "\"name\":\"Gold \u00e9 \ud83d\ude00\"");
                assertThat(backend.get(MAIN, Key.ofKey("app-state-sync-key", "AAAAAAA+/8=")))
                        .isPresent();
                assertThat(ids(backend, Scan.of(Family.KEY).limit(2)))
                        .containsExactly(
                                "AAAAAAA+/8=",
                                "15550002222",
                                "15550002222",
                                "1",
                                "30",
                                "15550002222.0",
                                "99887766554433_1.3");
                assertThat(backend.partitions(MAIN, Family.MESSAGE, Optional.empty(), 10)
                                .items())
                        .hasSize(2);
                for (int limit : new int[] {1, 2, 100}) {
                    assertThat(ids(backend, Scan.of(Family.MESSAGE).in(CHAT).limit(limit)))
                            .containsExactly("3A00|0", "3A01|1", "3A02|0", "3A03|0");
                    assertThat(ids(backend, Scan.of(Family.MESSAGE).descending().limit(limit)))
                            .containsExactly("3B01|0", "3A03|0", "3A02|0", "3A01|1", "3A00|0");
                }
                assertThat(backend.get(MAIN, message("3A01|1")).orElseThrow().order())
                        .isEqualTo(1_700_000_001L);
                List<Row> chats = listed(backend, Scan.of(Family.CHAT).descending());
                assertThat(chats).extracting(Row::order).containsExactly(1_700_000_009L, 1_700_000_002L);
                assertThat(chats.get(0).key().id()).isEqualTo(GROUP);
                assertThat(chats.get(0).facets().archived()).isTrue();
                assertThat(chats.get(1).facets()).isEqualTo(Facets.NONE);
                assertThat(ids(backend, Scan.of(Family.CONTACT))).containsExactly(CHAT);
                assertThat(ids(backend, Scan.of(Family.PRESENCE).in(CHAT))).containsExactly(CHAT);
                assertThat(ids(backend, Scan.of(Family.JOB))).isEmpty();
                assertThat(backend.sessions(EnumSet.allOf(Family.class), Optional.empty(), 10)
                                .items())
                        .containsExactly(MAIN);
                assertThat(backend.inspect(MAIN).format())
                        .contains("tables of zaileys", access == Access.READ_ONLY ? "none of Pawl's" : "step 1");
                assertThat(backend.locate(MAIN, message("3A01|1")))
                        .endsWith("messages (remote_jid '" + CHAT + "', id '3A01', from_me true)");
            }
        }
    }

    @Test
    void whatPawlWritesStandsAsZaileysWritesIt() throws Exception {
        Path file = directory.resolve("pawl.db");
        Path theirs = sample();
        try (Backend backend = open(file, Access.READ_WRITE);
                Backend source = open(theirs, Access.READ_ONLY)) {
            for (Family family : ZaileysTables.THEIRS) {
                backend.commit(MAIN, new Batch(List.of(), listed(source, Scan.of(family)), List.of()));
            }
        }
        for (String query : List.of(
                "SELECT id, hex(data), typeof(data) FROM auth_creds ORDER BY 1",
                "SELECT type, id, hex(data), typeof(data) FROM auth_signal ORDER BY 1, 2",
                "SELECT remote_jid, id, from_me, typeof(from_me), timestamp, typeof(timestamp), hex(data), typeof(data)"
                        + " FROM messages ORDER BY 1, 2",
                "SELECT jid, archived, typeof(archived), hex(data), typeof(data) FROM chats ORDER BY 1",
                "SELECT jid, hex(data), typeof(data) FROM contacts ORDER BY 1",
                "SELECT jid, hex(data), typeof(data) FROM presence ORDER BY 1")) {
            assertThat(rows(file, query)).as(query).isNotEmpty().isEqualTo(rows(theirs, query));
        }
        String schema = "SELECT type, name, replace(replace(replace(sql, char(10), ''), '  ', ''), ' ', '')"
                + " FROM sqlite_master WHERE name NOT LIKE '%pawl%' ORDER BY 2";
        assertThat(rows(file, schema)).isEqualTo(rows(theirs, schema));
        // What zaileys runs on it at every start.
        assertThat(rows(file, "PRAGMA user_version")).containsExactly("0");
        assertThat(rows(file, "PRAGMA journal_mode")).containsExactly("wal");
    }

    @Test
    void anotherSessionIsRefusedWithWhatToDo() throws IOException {
        Path file = sample();
        SessionName other = SessionName.of("other");
        try (Backend backend = open(file, Access.READ_WRITE)) {
            assertThat(backend.traits().manySessions()).isFalse();
            for (Key key : List.of(Key.CREDENTIALS, LEASE)) {
                assertThatThrownBy(() -> backend.commit(other, Batch.of(row(key, 0, "{}"))))
                        .isInstanceOf(UnsupportedException.class)
                        .hasMessageContainingAll("one session", "other", "layout=zaileys");
            }
            assertThatThrownBy(() -> backend.erase(other, Set.of(Family.KEY), List.of()))
                    .isInstanceOf(UnsupportedException.class);
            assertThat(backend.get(other, Key.CREDENTIALS)).isEmpty();
        }
        assertThatThrownBy(() -> new SqliteBackendProvider()
                        .open(Locator.parse("sqlite:" + file + "?layout=zaileys#other"), Access.READ_ONLY))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining("one session");
    }

    @Test
    void eachLayoutRefusesTheTablesOfTheOther() throws Exception {
        Path theirs = sample();
        Path ours = directory.resolve("ours.db");
        try (Backend backend = SqliteBackend.open(ours, Access.READ_WRITE)) {
            backend.commit(MAIN, Batch.of(row(LEASE, 0, "{}")));
        }
        for (Access access : Access.values()) {
            assertThatThrownBy(() -> SqliteBackend.open(theirs, access))
                    .isInstanceOf(UnsupportedException.class)
                    .hasMessageContaining("?layout=zaileys");
            assertThatThrownBy(() -> open(ours, access))
                    .isInstanceOf(UnsupportedException.class)
                    .hasMessageContaining("without layout=zaileys");
        }
        Path others = directory.resolve("others.db");
        execute(others, "CREATE TABLE messages (id INTEGER, text TEXT)");
        assertThatThrownBy(() -> open(others, Access.READ_WRITE))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining("a table messages that is not the one of zaileys");
    }

    @Test
    void timesThatAreNoneAreListedToTheEnd() throws Exception {
        Path file = sample();
        String insert = "INSERT INTO messages VALUES ('" + CHAT + "', '";
        execute(
                file,
                insert + "N1', 0, -5, '{}')",
                insert + "N2', 0, -3, '{}')",
                insert + "F1', 0, 1700000001.5, '{}')",
                insert + "F2', 0, 1700000001.25, '{}')",
                insert + "MS', 0, 1700000001000, '{}')",
                insert + "X', 0, 1e300, '{}')");
        for (Access access : Access.values()) {
            try (Backend backend = open(file, access)) {
                if (access == Access.READ_WRITE) {
                    backend.commit(MAIN, Batch.of(row(LEASE, 0, "{}")));
                }
                for (int limit : new int[] {1, 3, 100}) {
                    assertThat(ids(backend, Scan.of(Family.MESSAGE).in(CHAT).limit(limit)))
                            .containsExactly(
                                    "3A00|0", "N1|0", "N2|0", "3A01|1", "F1|0", "F2|0", "3A02|0", "3A03|0", "MS|0",
                                    "X|0");
                }
            }
        }
    }

    @Test
    void pagesOfAChatAreFoundByAnIndexAndZaileysKeepsItsOwn() throws Exception {
        Path file = sample();
        try (Backend backend = open(file, Access.READ_WRITE)) {
            backend.commit(MAIN, Batch.of(row(LEASE, 0, "{}")));
        }
        FamilyTable table = ZaileysOnSqlite.COMPLETE.table(Family.MESSAGE);
        String page = ScanStatement.of(
                        table,
                        Scan.of(Family.MESSAGE)
                                .in(CHAT)
                                .descending()
                                .after(new Position(1_700_000_002L, CHAT, "3A02|0")))
                .orElseThrow()
                .sql();
        String all =
                ScanStatement.of(table, Scan.of(Family.MESSAGE)).orElseThrow().sql();
        assertThat(plan(file, page)).contains("pawl_extra_messages_of_chat").doesNotContain("TEMP B-TREE");
        assertThat(plan(file, all)).contains("pawl_extra_messages_in_order").doesNotContain("TEMP B-TREE");
        assertThat(plan(file, table.selectIds(2))).contains("sqlite_autoindex_messages_1");
        assertThat(
                        plan(
                                file,
                                "SELECT data FROM messages WHERE remote_jid = ? AND timestamp < ? ORDER BY timestamp DESC LIMIT ?"))
                .contains("messages_by_jid_ts")
                .doesNotContain("pawl");
    }

    private static String plan(Path file, String query) throws SQLException {
        return String.join("\n", rows(file, "EXPLAIN QUERY PLAN " + query));
    }

    @Test
    void aChatKeepsItsPlaceAndPresenceGetsANewOneWhenZaileysWritesIt() throws Exception {
        Path file = sample();
        Key chat = Key.of(Family.CHAT, CHAT);
        Key presence = new Key(Family.PRESENCE, CHAT, CHAT);
        Key inGroup = new Key(Family.PRESENCE, GROUP, CHAT);
        try (Backend backend = open(file, Access.READ_WRITE)) {
            backend.commit(
                    MAIN,
                    Batch.of(
                            new Row(chat, 77, Bytes.utf8("{\"id\":1}"), new Facets(false, true, true, "")),
                            row(presence, 88, "{\"p\":1}"),
                            row(inGroup, 99, "{\"p\":2}")));
            Row read = backend.get(MAIN, chat).orElseThrow();
            assertThat(read.order()).isEqualTo(77);
            assertThat(read.facets()).isEqualTo(new Facets(false, true, true, ""));
            assertThat(backend.get(MAIN, presence).orElseThrow().order()).isEqualTo(88);
            assertThat(backend.get(MAIN, inGroup).orElseThrow().order()).isEqualTo(99);
            assertThat(rows(file, "SELECT jid, CAST(data AS TEXT) FROM presence"))
                    .containsExactly(CHAT + "|{\"p\":1}");
            execute(
                    file,
                    "UPDATE chats SET data = CAST('{\"id\":2}' AS BLOB), archived = 1 WHERE jid = '" + CHAT + "'",
                    "UPDATE presence SET data = CAST('{\"p\":3}' AS BLOB)");
            Row later = backend.get(MAIN, chat).orElseThrow();
            assertThat(later.order()).isEqualTo(77);
            assertThat(later.facets().archived()).isTrue();
            assertThat(backend.get(MAIN, presence).orElseThrow().order()).isZero();
            assertThat(backend.get(MAIN, presence).orElseThrow().value().utf8()).isEqualTo("{\"p\":3}");
            backend.commit(MAIN, new Batch(List.of(), List.of(), List.of(chat, presence, inGroup)));
            assertThat(rows(
                            file,
                            "SELECT 1 FROM pawl_extra_chats UNION ALL SELECT 1 FROM pawl_extra_presence"
                                    + " UNION ALL SELECT 1 FROM presence"))
                    .isEmpty();
        }
    }

    @Test
    void theRowOfAnotherNameThanTheCredentialsHasNoPlace() throws IOException {
        Key other = Key.of(Family.CREDENTIALS, "default");
        try (Backend backend = open(sample(), Access.READ_WRITE)) {
            assertThat(backend.get(MAIN, List.of(other))).isEmpty();
            assertThatThrownBy(() -> backend.commit(MAIN, Batch.of(row(other, 0, "{}"))))
                    .isInstanceOf(UnsupportedException.class);
            assertThatThrownBy(() -> backend.commit(MAIN, Batch.EMPTY.with(Check.absent(other))))
                    .isInstanceOf(UnsupportedException.class);
            assertThat(backend.get(MAIN, Key.CREDENTIALS)).isPresent();
        }
    }

    @Test
    void whoReadsWhileTheTablesAreMadeSeesNoneOrAll() throws Exception {
        for (int n = 0; n < 20; n++) {
            try (Backend backend = open(directory.resolve("new-" + n + ".db"), Access.READ_WRITE)) {
                AtomicBoolean made = new AtomicBoolean();
                FutureTask<Long> reading = new FutureTask<>(() -> {
                    long reads = 0;
                    do {
                        assertThat(backend.get(MAIN, LEASE)).isEmpty();
                        reads++;
                    } while (!made.get());
                    return reads;
                });
                new Thread(reading, "reading").start();
                try {
                    backend.commit(MAIN, Batch.of(row(message("A|0"), 1, "{}")));
                } finally {
                    made.set(true);
                }
                assertThat(reading.get(1, TimeUnit.MINUTES)).isPositive();
            }
        }
    }
}

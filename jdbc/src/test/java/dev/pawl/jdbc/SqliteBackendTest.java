package dev.pawl.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.backend.Access;
import dev.pawl.backend.Backend;
import dev.pawl.backend.BackendProvider;
import dev.pawl.backend.Batch;
import dev.pawl.backend.Check;
import dev.pawl.backend.ConflictException;
import dev.pawl.backend.CorruptDataException;
import dev.pawl.backend.Durability;
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
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is particular to a SQLite file: what is on the disk, how it is opened, and what people see in it. */
class SqliteBackendTest {

    private static final SessionName SESSION = SessionName.DEFAULT;
    private static final String SECRET = "c2VjcmV0IHByaXZhdGUga2V5IDczOTE0";

    @TempDir
    private Path directory;

    @Test
    void theFileIsMadeWithTheFirstRowAndForItsOwnerOnly() throws IOException {
        Path file = directory.resolve("a/b/pawl.db");
        try (Backend backend = SqliteBackend.open(file, Access.READ_WRITE)) {
            assertThat(backend.get(SESSION, Key.CREDENTIALS)).isEmpty();
            assertThat(backend.scan(SESSION, Scan.of(Family.KEY)).items()).isEmpty();
            backend.commit(SESSION, Batch.EMPTY.with(Check.absent(Key.CREDENTIALS)));
            backend.commit(SESSION, new Batch(List.of(), List.of(), List.of(Key.CREDENTIALS)));
            backend.erase(SESSION, Set.of(Family.KEY), List.of(Check.absent(Key.CREDENTIALS)));
            assertThatThrownBy(() ->
                            backend.commit(SESSION, Batch.EMPTY.with(Check.exact(Key.CREDENTIALS, Bytes.utf8("{}")))))
                    .isInstanceOf(ConflictException.class);
            assertThat(directory).isEmptyDirectory();
            put(backend, Key.CREDENTIALS, "{}");
            assertThat(names(file.getParent())).containsExactly("pawl.db", "pawl.db-shm", "pawl.db-wal");
            for (String name : names(file.getParent())) {
                assertThat(mode(file.resolveSibling(name))).as(name).isEqualTo("rw-------");
            }
            assertThat(mode(file.getParent())).isEqualTo("rwx------");
            assertThat(mode(file.getParent().getParent())).isEqualTo("rwx------");
        }
        assertThat(names(file.getParent())).as("after closing").containsExactly("pawl.db");
    }

    @Test
    void theModeOfAnExistingFileIsKeptAndRemarkedUpon() throws IOException {
        Path file = Files.createFile(directory.resolve("pawl.db"));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        try (Backend backend = SqliteBackend.open(file, Access.READ_WRITE)) {
            put(backend, Key.CREDENTIALS, "{}");
            assertThat(mode(file)).isEqualTo("rw-r--r--");
            assertThat(backend.inspect(SESSION).remarks())
                    .hasSize(3)
                    .allSatisfy(remark -> assertThat(remark.text()).contains("rw-r--r--"))
                    .allSatisfy(remark -> assertThat(remark.problem()).isFalse());
        }
    }

    @Test
    void whatIsErasedIsNowhereInTheFiles() throws IOException {
        Path file = directory.resolve("pawl.db");
        try (SqliteBackend backend = SqliteBackend.open(file, Access.READ_WRITE)) {
            for (int n = 0; n < 1200; n++) {
                put(backend, Key.ofKey("session", "" + n), "{\"key\":\"" + (SECRET + n).repeat(n % 7 * 40 + 1) + "\"}");
            }
            put(backend, Key.CREDENTIALS, "{\"key\":\"" + SECRET + "\"}");
            backend.commit(SessionName.of("other"), Batch.of(row(Key.CREDENTIALS, "{\"kept\":1}")));
            assertThat(holdsSecret(file)).isTrue();
            backend.erase(SESSION, Set.of(Family.CREDENTIALS, Family.KEY), List.of());
            for (String name : List.of("pawl.db", "pawl.db-wal")) {
                // Read by another process: who closes a file here gives up the locks of SQLite.
                assertThat(searchElsewhere(file.resolveSibling(name))).as(name).isFalse();
            }
            assertThat(backend.check(SESSION)).isEmpty();
        }
        assertThat(holdsSecret(file)).isFalse();
        try (Backend backend = SqliteBackend.open(file, Access.READ_ONLY)) {
            assertThat(backend.get(SessionName.of("other"), Key.CREDENTIALS)).isPresent();
        }
    }

    @Test
    void aRowThatIsReplacedOrDeletedIsOverwrittenInTheFile() throws IOException {
        Path file = directory.resolve("pawl.db");
        try (SqliteBackend backend = SqliteBackend.open(file, Access.READ_WRITE)) {
            put(backend, Key.ofKey("session", "1"), "{\"key\":\"" + SECRET.repeat(300) + "\"}");
            put(backend, Key.ofKey("session", "2"), "{\"key\":\"" + SECRET + "\"}");
            put(backend, Key.ofKey("session", "1"), "{}");
            backend.commit(SESSION, new Batch(List.of(), List.of(), List.of(Key.ofKey("session", "2"))));
        }
        assertThat(holdsSecret(file)).as("after closing, which empties the log").isFalse();
    }

    @Test
    void peopleSeeTheColumnsOfAMessageAndOfAChat() throws Exception {
        Path file = directory.resolve("pawl.db");
        try (Backend backend = SqliteBackend.open(file, Access.READ_WRITE)) {
            backend.commit(
                    SESSION,
                    Batch.of(
                            Row.of(new Key(Family.MESSAGE, "1@g.us", "3EB0|0"), 17, Bytes.utf8("{\"a\":1}")),
                            Row.of(new Key(Family.MESSAGE, "1@g.us", "3EB1|0|5@lid"), 18, Bytes.utf8("{\"a\":2}")),
                            Row.of(new Key(Family.MESSAGE, "1@g.us", "3EB2|1"), 19, Bytes.utf8("{\"a\":3}")),
                            new Row(
                                    Key.of(Family.CHAT, "1@g.us"),
                                    19,
                                    Bytes.utf8("{\"name\":\"x\"}"),
                                    new Facets(true, false, true, "text"))));
            assertThat(backend.get(SESSION, Key.of(Family.CHAT, "1@g.us")))
                    .map(Row::facets)
                    .contains(new Facets(true, false, true, ""));
        }
        assertThat(query(
                        file,
                        "SELECT chat, message_id, from_me, author, timestamp, value ->> '$.a' FROM pawl_messages"
                                + " ORDER BY timestamp"))
                .containsExactly("1@g.us|3EB0|0|null|17|1", "1@g.us|3EB1|0|5@lid|18|2", "1@g.us|3EB2|1|null|19|3");
        assertThat(query(
                        file,
                        "SELECT jid, last_activity, archived, unread, pinned, value ->> '$.name' FROM pawl_chats"))
                .containsExactly("1@g.us|19|1|0|1|x");
        assertThat(query(file, "SELECT typeof(value) FROM pawl_messages")).containsOnly("text");
        assertThat(query(file, "PRAGMA page_size")).containsExactly("8192");
        assertThat(query(file, "PRAGMA journal_mode")).containsExactly("wal");
    }

    @Test
    void aValueIsKeptByteForByteAlsoWhereItIsNoText() {
        byte[] every = new byte[256];
        for (int i = 0; i < every.length; i++) {
            every[i] = (byte) i;
        }
        Path file = directory.resolve("pawl.db");
        List<Row> rows = List.of(
                Row.of(Key.ofKey("session", "every"), Bytes.wrap(every)),
                Row.of(Key.ofKey("session", "empty"), Bytes.EMPTY),
                Row.of(Key.ofKey("session", "nul"), Bytes.utf8("a\0b")));
        try (Backend backend = SqliteBackend.open(file, Access.READ_WRITE)) {
            backend.commit(SESSION, new Batch(List.of(), rows, List.of()));
        }
        try (Backend backend = SqliteBackend.open(file, Access.READ_ONLY)) {
            for (Row row : rows) {
                assertThat(backend.get(SESSION, row.key())).contains(row);
            }
        }
    }

    @Test
    void aFamilyWithoutPartitionsOrOrderRefusesThem() {
        try (Backend backend = SqliteBackend.open(directory.resolve("pawl.db"), Access.READ_WRITE)) {
            Key key = new Key(Family.CONTACT, "part", "1");
            assertThatThrownBy(() -> put(backend, key, "{}"))
                    .isInstanceOf(UnsupportedException.class)
                    .hasMessageContaining("CONTACT");
            assertThatThrownBy(() ->
                            backend.commit(SESSION, Batch.of(Row.of(Key.ofKey("session", "1"), 7, Bytes.utf8("{}")))))
                    .isInstanceOf(UnsupportedException.class)
                    .hasMessageContaining("order");
            assertThat(backend.get(SESSION, key)).isEmpty();
            assertThat(backend.scan(SESSION, Scan.of(Family.CONTACT).in("part")).items())
                    .isEmpty();
        }
    }

    @Test
    void boundsWorkWhereAFamilyHasNoOrderOrNoPartitions() {
        try (Backend backend = SqliteBackend.inMemory()) {
            put(backend, Key.ofKey("a", "1"), "{}");
            put(backend, Key.ofKey("b", "1"), "{}");
            for (long order : new long[] {5, 6}) {
                backend.commit(SESSION, Batch.of(Row.of(Key.of(Family.EXPIRY, "x" + order), order, Bytes.utf8("{}"))));
            }
            assertThat(ids(backend, Scan.of(Family.KEY).from(new Position(0, "a", "2"))))
                    .containsExactly("1");
            assertThat(ids(backend, Scan.of(Family.KEY).from(Position.of(1)))).isEmpty();
            assertThat(ids(backend, Scan.of(Family.KEY).before(Position.of(1)))).containsExactly("1", "1");
            assertThat(ids(backend, Scan.of(Family.KEY).in("a").before(new Position(0, "", "1"))))
                    .isEmpty();
            // Rows of this family have no partition, so they stand before any partition that has a name.
            assertThat(ids(backend, Scan.of(Family.EXPIRY).from(new Position(5, "p", ""))))
                    .containsExactly("x6");
            assertThat(ids(backend, Scan.of(Family.EXPIRY).before(new Position(5, "p", ""))))
                    .containsExactly("x5");
            assertThat(ids(backend, Scan.of(Family.EXPIRY).descending().after(new Position(6, "", "x6"))))
                    .containsExactly("x5");
        }
    }

    @Test
    void traitsSayWhatACommitSurvives() {
        Path file = directory.resolve("pawl.db");
        try (Backend full = SqliteBackend.open(file, Access.READ_WRITE);
                Backend normal = SqliteBackend.builder()
                        .file(file)
                        .durability(Durability.PROCESS_CRASH)
                        .open();
                Backend memory = SqliteBackend.inMemory()) {
            assertThat(full.traits().durability()).isEqualTo(Durability.POWER_LOSS);
            assertThat(normal.traits().durability()).isEqualTo(Durability.PROCESS_CRASH);
            assertThat(memory.traits().durability()).isEqualTo(Durability.NONE);
            assertThat(full.traits().families()).isEqualTo(EnumSet.allOf(Family.class));
        }
        assertThatThrownBy(() -> SqliteBackend.builder().durability(Durability.NONE))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> SqliteBackend.builder().readers(0)).isInstanceOf(IllegalArgumentException.class);
        for (Duration impossible : List.of(Duration.ofMillis(-1), Duration.ofDays(30))) {
            assertThatThrownBy(() -> SqliteBackend.builder().busyTimeout(impossible))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void everyConnectionIsSetUpAsDurabilityAndPrivacyAsk() throws SQLException {
        for (boolean forced : List.of(true, false)) {
            SqliteDatabase.Settings settings = new SqliteDatabase.Settings(forced, 1234);
            DatabaseFile file = new DatabaseFile(directory.resolve("pawl.db"), settings, false);
            file.create();
            for (boolean writing : List.of(true, false)) {
                try (SqlConnection connection = file.open(writing)) {
                    assertThat(connection.text("PRAGMA synchronous")).contains(forced ? "2" : "1");
                    assertThat(connection.text("PRAGMA secure_delete")).contains("1");
                    assertThat(connection.text("PRAGMA temp_store")).contains("2");
                    assertThat(connection.text("PRAGMA busy_timeout")).contains("1234");
                    assertThat(connection.text("PRAGMA query_only")).contains(writing ? "0" : "1");
                }
            }
        }
    }

    @Test
    void anImageIsReadAndWrittenInMemoryOnly() throws IOException {
        Path file = directory.resolve("pawl.db");
        try (Backend backend = SqliteBackend.open(file, Access.READ_WRITE)) {
            put(backend, Key.CREDENTIALS, "{\"n\":1}");
        }
        byte[] image = Files.readAllBytes(file);
        try (Backend backend = SqliteBackend.ofImage(image)) {
            assertThat(backend.get(SESSION, Key.CREDENTIALS)).contains(row(Key.CREDENTIALS, "{\"n\":1}"));
            put(backend, Key.CREDENTIALS, "{\"n\":2}");
            assertThat(backend.get(SESSION, Key.CREDENTIALS)).contains(row(Key.CREDENTIALS, "{\"n\":2}"));
        }
        assertThat(Files.readAllBytes(file)).isEqualTo(image);
        assertThatThrownBy(
                        () -> SqliteBackend.ofImage("no database at all, only a text that is long enough for a header"
                                .repeat(10)
                                .getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(CorruptDataException.class);
    }

    @Test
    void aScanOfManyRowsThatAreEqualInOrderUsesTheIndexForEveryPage() {
        List<String> plans = new ArrayList<>();
        for (Scan scan : List.of(
                Scan.of(Family.MESSAGE).in("chat").after(new Position(5, "chat", "x")),
                Scan.of(Family.PRESENCE).descending().after(new Position(5, "chat", "x")),
                Scan.of(Family.KEY).after(new Position(0, "session", "x")),
                Scan.of(Family.KEY).in("session").after(new Position(0, "session", "x")),
                Scan.of(Family.CHAT).descending().after(new Position(5, "", "x")))) {
            ScanStatement statement = ScanStatement.of(SqliteDialect.INSTANCE.table(scan.family()), scan)
                    .orElseThrow();
            plans.add(plan(statement));
        }
        assertThat(plans).allSatisfy(plan -> assertThat(plan).contains("SEARCH").doesNotContain("TEMP B-TREE"));
        assertThat(plans.get(0)).contains("(timestamp,row_id)");
        assertThat(plans.get(1)).contains("(observed,chat,participant)");
        assertThat(plans.get(2)).contains("(type,id)");
        assertThat(plans.get(3)).contains("type=? AND id>?");
    }

    private String plan(ScanStatement statement) {
        Path file = directory.resolve("plan.db");
        try (Backend backend = SqliteBackend.open(file, Access.READ_WRITE)) {
            put(backend, Key.CREDENTIALS, "{}");
        }
        try {
            String sql = statement.sql().replaceAll("\\?", "1");
            return String.join(" ", query(file, "EXPLAIN QUERY PLAN " + sql));
        } catch (SQLException e) {
            throw new AssertionError(statement.sql(), e);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"?layout=tables", "?synchronous=off", "?mode=ro"})
    void anOptionThatIsNotKnownIsRefused(String option) {
        assertThatThrownBy(() -> open("sqlite:" + directory.resolve("pawl.db") + option))
                .isInstanceOf(UnsupportedException.class);
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void aLocatorNamesAFileOrMemory() {
        try (Backend normal = open("sqlite:" + directory.resolve("pawl.db") + "?synchronous=normal");
                Backend memory = open("sqlite::memory:")) {
            assertThat(normal.traits().durability()).isEqualTo(Durability.PROCESS_CRASH);
            put(memory, Key.CREDENTIALS, "{}");
            assertThat(memory.traits().durability()).isEqualTo(Durability.NONE);
        }
        assertThatThrownBy(() -> open("sqlite:")).isInstanceOf(UnsupportedException.class);
        assertThat(directory).isEmptyDirectory();
    }

    private static Backend open(String locator) {
        BackendProvider provider = new SqliteBackendProvider();
        return provider.open(Locator.parse(locator), Access.READ_WRITE);
    }

    private static List<String> ids(Backend backend, Scan scan) {
        Page<Row, Position> page = backend.scan(SESSION, scan);
        assertThat(page.next()).isEqualTo(Optional.empty());
        return page.items().stream().map(row -> row.key().id()).toList();
    }

    private static Row row(Key key, String value) {
        return Row.of(key, Bytes.utf8(value));
    }

    private static void put(Backend backend, Key key, String value) {
        backend.commit(SESSION, Batch.of(row(key, value)));
    }

    private boolean holdsSecret(Path file) throws IOException {
        for (String name : names(file.getParent())) {
            if (searchElsewhere(file.resolveSibling(name))) {
                return true;
            }
        }
        return false;
    }

    private static boolean searchElsewhere(Path file) throws IOException {
        Process grep = new ProcessBuilder("grep", "-c", "-a", "-F", SECRET, file.toString())
                .redirectErrorStream(true)
                .start();
        try {
            int status = grep.waitFor();
            assertThat(status).as("grep found, or did not").isIn(0, 1);
            return status == 0;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static List<String> names(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(path -> path.getFileName().toString()).sorted().toList();
        }
    }

    private static String mode(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    private static List<String> query(Path file, String sql) throws SQLException {
        List<String> found = new ArrayList<>();
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                List<String> columns = new ArrayList<>();
                for (int column = 1; column <= rows.getMetaData().getColumnCount(); column++) {
                    columns.add(String.valueOf(rows.getString(column)));
                }
                found.add(String.join("|", columns));
            }
        }
        return found;
    }
}

package dev.pawl.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.backend.Access;
import dev.pawl.backend.CorruptDataException;
import dev.pawl.backend.SessionName;
import dev.pawl.backend.StoreException;
import dev.pawl.backend.UnavailableException;
import dev.pawl.backend.UnsupportedException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.sqlite.SQLiteConnection;
import org.sqlite.SQLiteDataSource;

/**
 * What goes wrong with a SQLite file is told apart, names the file and applies nothing; when the cause is gone, everything
 * from before is there and the store works.
 */
@Timeout(120)
final class SqliteFailuresTest {

    private static final int PAGE = 4_096;

    /** One value fills a page, more or less. */
    private static final int BIG = 3_000;

    @TempDir
    Path temporary;

    private Path directory;
    private Path file;

    @BeforeEach
    void makeDirectory() throws IOException {
        directory = Files.createDirectory(temporary.resolve("store")).toRealPath();
        file = directory.resolve("pawl.db");
    }

    @Test
    @DisplayName("a database that is full refuses a batch whole, and takes it when there is room")
    void full() throws SQLException {
        Limited source = new Limited();
        source.setUrl("jdbc:sqlite:" + file);
        try (SqliteBackend backend = SqliteBackend.builder().dataSource(source).open()) {
            OtherProcess.put(backend, "a", 9);
            source.limit(100);
            assertFails(
                    () -> OtherProcess.put(backend, "big", 1_000_000),
                    UnavailableException.class,
                    StoreException.Code.STORE_WRITE_FAILED,
                    "full");
            assertThat(OtherProcess.ids(backend)).containsExactly("a");
            OtherProcess.put(backend, "b", 9);
            source.limit(1_000_000);
            OtherProcess.put(backend, "big", 1_000_000);
            assertThat(OtherProcess.ids(backend)).containsExactly("a", "b", "big");
        }
    }

    @Test
    @DisplayName(
            "when files cannot grow, what was acknowledged is there and nothing else, in that process and after it")
    void noRoom() throws Exception {
        List<String> acknowledged = new ArrayList<>(List.of("a"));
        fill("a");
        try (OtherProcess writer = OtherProcess.startWithFilesUpTo(2_000, file, Access.READ_WRITE)) {
            int refused = 0;
            for (int i = 0; i < 10; i++) {
                String answer = writer.does("put k" + i + " 300000");
                if (answer.equals("ok")) {
                    acknowledged.add("k" + i);
                } else {
                    assertThat(answer).startsWith("STORE_WRITE_FAILED").contains(file.toString());
                    refused++;
                }
            }
            assertThat(refused).isPositive();
            acknowledged.sort(null);
            assertThat(writer.does("ids")).isEqualTo("ok " + String.join(" ", acknowledged));
            writer.kill();
        }
        fill("z");
        acknowledged.add("z");
        assertContent(acknowledged);
    }

    @Test
    @DisplayName("who may not write the file or the directory reads on, is told so, and writes when it is allowed")
    void readOnlyFile() throws Exception {
        Path copies = Files.createDirectory(temporary.resolve("copies"));
        for (Path path : List.of(temporary, copies)) {
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        fill("a");
        setModes("r--r--r--", "r-xr-xr-x");
        Snapshot before = Snapshot.of(directory);
        try (OtherProcess other = OtherProcess.startWithoutPrivileges(copies, file, Access.READ_WRITE)) {
            assertThat(other.does("put b 9"))
                    .startsWith("STORE_CONNECTION_FAILED " + file)
                    .contains("directory");
            assertThat(Snapshot.of(directory)).isEqualTo(before);

            setModes("r--r--r--", "rwxrwxrwx");
            assertThat(other.does("put b 9"))
                    .startsWith("STORE_WRITE_FAILED " + file)
                    .contains("may not write");
            assertThat(other.does("ids")).isEqualTo("ok a");

            setModes("-w--w--w-", "rwxrwxrwx");
            assertThat(other.does("reopen"))
                    .startsWith("STORE_CONNECTION_FAILED " + file)
                    .contains("may not read");

            setModes("rw-rw-rw-", "rwxrwxrwx");
            assertThat(other.does("reopen")).isEqualTo("ok");
            assertThat(other.does("put b 9")).isEqualTo("ok");
            other.end();
        }
        assertContent(List.of("a", "b"));
    }

    @Test
    @DisplayName("who finds the file locked for longer than it waits reads on, applies nothing, and writes afterwards")
    void locked() throws Exception {
        fill("a");
        try (SqliteBackend backend = SqliteBackend.builder()
                        .file(file)
                        .busyTimeout(Duration.ofMillis(100))
                        .open();
                OtherProcess other = OtherProcess.start(file, Access.READ_WRITE)) {
            assertThat(other.does("sql BEGIN IMMEDIATE")).isEqualTo("ok");
            assertFails(
                    () -> OtherProcess.put(backend, "b", 9),
                    UnavailableException.class,
                    StoreException.Code.STORE_WRITE_FAILED,
                    "locked");
            assertThat(OtherProcess.ids(backend)).containsExactly("a");
            other.kill();
            OtherProcess.put(backend, "c", 9);
            assertThat(OtherProcess.ids(backend)).containsExactly("a", "c");
        }
    }

    @Test
    @DisplayName("a file that another program keeps for itself is not opened for writing, and is when that has ended")
    void keptByAnother() throws Exception {
        fill("a");
        try (OtherProcess other = OtherProcess.start(file, Access.READ_WRITE)) {
            assertThat(other.does(
                            "sql PRAGMA locking_mode = EXCLUSIVE; BEGIN IMMEDIATE; CREATE TABLE pawl_x (x); COMMIT"))
                    .isEqualTo("ok");
            assertFails(
                    () -> SqliteBackend.builder()
                            .file(file)
                            .busyTimeout(Duration.ofMillis(100))
                            .open()
                            .close(),
                    UnavailableException.class,
                    StoreException.Code.STORE_CONNECTION_FAILED,
                    "locked");
            assertContent(List.of("a"));
            other.kill();
        }
        fill("b");
        assertContent(List.of("a", "b"));
    }

    @ParameterizedTest
    @EnumSource(Access.class)
    @DisplayName("what is no database is called damaged, and stays as it is")
    void noDatabase(Access access) throws IOException {
        byte[] random = new byte[20_000];
        new Random(1).nextBytes(random);
        for (byte[] content : List.of(
                "short".getBytes(StandardCharsets.UTF_8),
                "This is a text, and no database. ".repeat(100).getBytes(StandardCharsets.UTF_8),
                random)) {
            Files.write(file, content);
            assertOpeningFails(access, CorruptDataException.class, StoreException.Code.STORE_CORRUPTED, "not a SQLite");
            assertThat(file).hasBinaryContent(content);
        }
    }

    @Test
    @DisplayName("an empty file becomes a store with the first row")
    void emptyFile() throws IOException {
        Files.createFile(file);
        fill("a");
        assertContent(List.of("a"));
    }

    @ParameterizedTest
    @EnumSource(Access.class)
    @DisplayName(
            "tables that only a newer version understands are not touched, and newer ones that this version may use are")
    void newerTables(Access access) throws Exception {
        fill("a");
        sql("INSERT INTO pawl_schema (step, name, compatible_from, applied) VALUES (98, 'one column more', 1, '')");
        assertContent(List.of("a"));
        sql("INSERT INTO pawl_schema (step, name, compatible_from, applied) VALUES (99, 'all is different', 99, '')");
        assertOpeningFails(access, UnsupportedException.class, StoreException.Code.STORE_UNSUPPORTED, "newer version");
        sql("DELETE FROM pawl_schema WHERE step = 99");
        fill("b");
        assertContent(List.of("a", "b"));
    }

    @ParameterizedTest
    @EnumSource(Access.class)
    @DisplayName("a database of another program is refused and stays as it is, with its kind of journal")
    void foreign(Access access) throws Exception {
        sql("CREATE TABLE auth_creds (id TEXT PRIMARY KEY, value TEXT NOT NULL)");
        sql("INSERT INTO auth_creds VALUES ('default', '{}')");
        assertOpeningFails(access, UnsupportedException.class, StoreException.Code.STORE_UNSUPPORTED, "auth_creds");
        sql("PRAGMA journal_mode = WAL");
        assertOpeningFails(access, UnsupportedException.class, StoreException.Code.STORE_UNSUPPORTED, "auth_creds");
    }

    @ParameterizedTest
    @EnumSource(Access.class)
    @DisplayName("a damaged page is reported and not repaired; with the page restored all is there")
    void damagedPage(Access access) throws IOException {
        String[] ids = IntStream.range(0, 60)
                .mapToObj(i -> String.format(Locale.ROOT, "k%02d", i))
                .toArray(String[]::new);
        fill(BIG, ids);
        byte[] content = Files.readAllBytes(file);
        byte[] damaged = content.clone();
        int page = content.length / PAGE - 10;
        Arrays.fill(damaged, page * PAGE, (page + 1) * PAGE, (byte) 0x5a);
        Files.write(file, damaged);
        try (SqliteBackend backend = SqliteBackend.open(file, access)) {
            assertFails(
                    () -> OtherProcess.ids(backend),
                    CorruptDataException.class,
                    StoreException.Code.STORE_CORRUPTED,
                    "damaged");
            assertThat(backend.check(SessionName.DEFAULT)).anyMatch(remark -> remark.problem());
        }
        assertThat(file).hasBinaryContent(damaged);
        Files.write(file, content);
        assertContent(List.of(ids));
    }

    @ParameterizedTest
    @EnumSource(Access.class)
    @DisplayName("a file that was cut short is damaged, wherever it was cut")
    void cutShort(Access access) throws IOException {
        fill(BIG, "a", "b", "c", "d", "e", "f", "g", "h");
        byte[] content = Files.readAllBytes(file);
        for (int size : new int[] {50, 100, PAGE, PAGE + 100, content.length / 2, content.length - PAGE}) {
            Files.write(file, Arrays.copyOf(content, size));
            assertFails(
                    () -> {
                        try (SqliteBackend backend = SqliteBackend.open(file, access)) {
                            OtherProcess.ids(backend);
                        }
                    },
                    CorruptDataException.class,
                    StoreException.Code.STORE_CORRUPTED,
                    "");
            assertThat(file).hasSize(size);
        }
        Files.write(file, content);
        assertContent(List.of("a", "b", "c", "d", "e", "f", "g", "h"));
    }

    @Test
    @DisplayName("a table of Pawl that is gone is damage, for reading and for writing")
    void missingTable() throws Exception {
        fill("a");
        sql("ALTER TABLE pawl_keys RENAME TO pawl_keys_away");
        try (SqliteBackend backend = SqliteBackend.open(file, Access.READ_WRITE)) {
            for (ThrowingCallable use : List.<ThrowingCallable>of(
                    () -> OtherProcess.ids(backend), () -> OtherProcess.put(backend, "b", 9))) {
                assertFails(
                        use,
                        CorruptDataException.class,
                        StoreException.Code.STORE_CORRUPTED,
                        "no such table: pawl_keys");
            }
        }
        sql("ALTER TABLE pawl_keys_away RENAME TO pawl_keys");
        assertContent(List.of("a"));
    }

    @ParameterizedTest
    @EnumSource(Access.class)
    @DisplayName("a directory with the name of the file is no store")
    void directoryInstead(Access access) throws IOException {
        Files.createDirectory(file);
        assertOpeningFails(
                access, UnavailableException.class, StoreException.Code.STORE_CONNECTION_FAILED, "is a directory");
    }

    @Test
    @DisplayName("a thread that is interrupted makes directories, file and tables as any other, and stays interrupted")
    void interrupted() {
        file = directory.resolve("made/by/pawl.db");
        try (SqliteBackend backend = SqliteBackend.open(file, Access.READ_WRITE)) {
            Thread.currentThread().interrupt();
            OtherProcess.put(backend, "a", 9);
            assertThat(Thread.interrupted()).isTrue();
        }
        assertContent(List.of("a"));
    }

    @Test
    @DisplayName("below a file no store can be made")
    void belowAFile() throws IOException {
        Files.writeString(file, "a file");
        Path below = file.resolve("pawl.db");
        assertThatThrownBy(() -> {
                    try (SqliteBackend backend = SqliteBackend.open(below, Access.READ_WRITE)) {
                        OtherProcess.put(backend, "a", 9);
                    }
                })
                .isInstanceOf(UnavailableException.class)
                .hasMessageContaining(below.toString());
        assertThat(file).hasContent("a file");
    }

    @ParameterizedTest
    @EnumSource(Access.class)
    @DisplayName("without the driver the message has its coordinates")
    void withoutDriver(Access access) throws Exception {
        fill("a");
        Snapshot before = Snapshot.of(directory);
        try (OtherProcess other = OtherProcess.startWithoutDriver(file, access)) {
            assertThat(other.does("ids")).startsWith("STORE_NOT_AVAILABLE").contains("org.xerial:sqlite-jdbc");
        }
        assertThat(Snapshot.of(directory)).isEqualTo(before);
    }

    @Test
    @DisplayName("when the library of the driver cannot be unpacked, the message says where to, each time")
    void withoutLibrary() throws Exception {
        fill("a");
        Path missing = temporary.resolve("missing");
        try (OtherProcess other = OtherProcess.startWithoutLibrary(missing, file, Access.READ_WRITE)) {
            for (int i = 0; i < 2; i++) {
                assertThat(other.does("ids")).startsWith("STORE_NOT_AVAILABLE").contains("org.sqlite.tmpdir");
            }
        }
    }

    /** Connections to a database that may have so many pages. */
    private static final class Limited extends SQLiteDataSource {
        private final List<SQLiteConnection> given = new ArrayList<>();
        private int pages = 1_000_000;

        @Override
        public SQLiteConnection getConnection(String user, String password) throws SQLException {
            SQLiteConnection connection = super.getConnection(user, password);
            given.add(connection);
            limit(connection);
            return connection;
        }

        void limit(int most) throws SQLException {
            pages = most;
            for (SQLiteConnection connection : given) {
                if (!connection.isClosed()) {
                    limit(connection);
                }
            }
        }

        private void limit(SQLiteConnection connection) throws SQLException {
            try (var statement = connection.createStatement()) {
                statement.execute("PRAGMA max_page_count = " + pages);
            }
        }
    }

    private void assertOpeningFails(
            Access access, Class<? extends StoreException> type, StoreException.Code code, String text)
            throws IOException {
        Snapshot before = Snapshot.of(directory);
        assertFails(
                () -> {
                    try (SqliteBackend backend = SqliteBackend.open(file, access)) {
                        OtherProcess.put(backend, "new", 9);
                    }
                },
                type,
                code,
                text);
        if (access == Access.READ_ONLY) {
            assertThat(Snapshot.of(directory)).isEqualTo(before);
        } else {
            assertThat(Snapshot.of(directory).digest(file)).isEqualTo(before.digest(file));
        }
    }

    private void assertFails(
            ThrowingCallable use, Class<? extends StoreException> type, StoreException.Code code, String text) {
        assertThatThrownBy(use)
                .isInstanceOfSatisfying(type, e -> assertThat(e.code()).isEqualTo(code))
                .hasMessageStartingWith(file.toString())
                .hasMessageContaining(text)
                .hasMessageNotContaining("xxx");
    }

    private void assertContent(List<String> ids) {
        try (SqliteBackend backend = SqliteBackend.open(file, Access.READ_ONLY)) {
            assertThat(OtherProcess.ids(backend)).containsExactlyElementsOf(ids);
            assertThat(backend.check(SessionName.DEFAULT)).isEmpty();
        }
    }

    private void fill(String... ids) {
        fill(9, ids);
    }

    private void fill(int size, String... ids) {
        try (SqliteBackend backend = SqliteBackend.open(file, Access.READ_WRITE)) {
            for (String id : ids) {
                OtherProcess.put(backend, id, size);
            }
        }
    }

    private void sql(String statement) throws SQLException {
        try (SqlConnection connection = new SqlConnection(SqliteDriver.connect(SqliteDriver.url(file, "mode=rwc")))) {
            connection.runOnce(statement);
        }
    }

    private void setModes(String ofFiles, String ofDirectory) throws IOException {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
        try (var files = Files.list(directory)) {
            for (Path path : files.toList()) {
                Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(ofFiles));
            }
        }
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString(ofDirectory));
    }
}

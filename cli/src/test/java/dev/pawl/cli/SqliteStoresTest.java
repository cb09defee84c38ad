package dev.pawl.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.tck.Samples;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is peculiar to SQLite files: their names, several sessions in one, and what is not a database of ours. */
class SqliteStoresTest {

    private static final List<List<String>> READING = List.of(
            List.of("inspect"), List.of("verify"), List.of("keys"), List.of("sessions"), List.of("get", "creds"));

    private static final List<List<String>> WRITING =
            List.of(List.of("put", "my-type", "1"), List.of("delete", "my-type", "1"), List.of("erase", "--yes"));

    @TempDir
    private Path temp = Path.of("");

    private static Run run(List<String> command, String store) {
        List<String> arguments = new ArrayList<>(command);
        arguments.add(arguments.contains("--yes") ? 2 : 1, store);
        return Run.with("1".getBytes(UTF_8), arguments.toArray(String[]::new));
    }

    private static String locator(Path file) {
        return "sqlite:"
                + file.toString().replace("%", "%25").replace("#", "%23").replace("?", "%3F");
    }

    /** A session that these commands can find. */
    private Path database() {
        return StoreKind.SQLITE.copyOf("paired", temp);
    }

    @ParameterizedTest
    @ValueSource(strings = {"with space.db", "100%.db", "a#b.db", "what?.db", "a?mode=ro&b#c%20d;.db", "ünï/日本.db"})
    void anyPathCanBeAFile(String name) {
        Path file = temp.resolve(name);
        String store = locator(file) + "#my.session";

        assertThat(Run.with(Samples.bytes("paired", "creds.json"), "put", store, "creds")
                        .err())
                .isEmpty();

        assertThat(file).isRegularFile();
        assertThat(Run.pawl("get", store, "creds").bytes()).isEqualTo(Samples.bytes("paired", "creds.json"));
        assertThat(Run.pawl("inspect", store).out()).contains("place       " + file + ": pawl_credentials");
        assertThat(Run.pawl("inspect", "--json", store).out()).startsWith("{\"store\":\"" + store + "\"");
    }

    @Test
    void oneFileHoldsManySessions() {
        String file = locator(database());
        assertThat(Run.pawl("migrate", file, file + "#b").status()).isZero();
        assertThat(Run.pawl("migrate", "baileys:" + Samples.copyTo(temp, "lid"), file + "#a")
                        .status())
                .isZero();

        assertThat(Run.pawl("sessions", file).lines()).containsExactly("a", "b", "default");
        assertThat(Run.pawl("sessions", "--json", file).lines()).contains("{\"session\":\"b\"}");
        assertThat(Run.pawl("keys", file + "#b").lines()).containsExactly("pre-key  3");

        assertThat(Run.pawl("erase", "--yes", file + "#b").status()).isZero();
        assertThat(Run.pawl("sessions", file).lines()).containsExactly("a", "default");
        assertThat(Run.pawl("verify", file).status()).isZero();
        assertThat(Run.pawl("inspect", file + "#b").err())
                .startsWith("NOT_FOUND ")
                .contains("session b")
                .hasLineCount(1);
    }

    @Test
    void inspectSaysHowItIsStored() {
        String store = locator(database());

        assertThat(Run.pawl("inspect", store).out())
                .containsPattern("format +SQLite, tables at step 2")
                .containsPattern("durability +survives power loss");
        assertThat(Run.pawl("inspect", store + "?synchronous=normal").out())
                .containsPattern("durability +survives the end of the process, not of the machine");
        assertThat(Run.pawl("inspect", "--json", store).out())
                .contains("\"format\":\"SQLite, tables at step 2\",\"durability\":\"power_loss\"");
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "files have no modes there")
    void aFileThatOthersCanReadIsAWarning() throws Exception {
        Path file = database();
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));

        assertThat(Run.pawl("inspect", locator(file)).out()).contains("others can read or change it (rw-r--r--)");
        assertThat(Run.pawl("verify", locator(file))).satisfies(run -> {
            assertThat(run.status()).isZero();
            assertThat(run.err()).startsWith("warning " + file);
        });
    }

    @Test
    void whatIsNoDatabaseIsNamedAndKept() throws Exception {
        Path text = Files.writeString(temp.resolve("notes.txt"), "a\nb\n");
        Path cut = temp.resolve("cut.db");
        byte[] whole = Files.readAllBytes(database());
        Files.write(cut, Arrays.copyOf(whole, 9000));

        for (Path file : List.of(text, cut)) {
            byte[] before = Files.readAllBytes(file);
            for (List<String> command : all()) {
                Run run = run(command, locator(file));
                assertThat(run.status()).as("%s", command).isEqualTo(1);
                assertThat(run.err())
                        .as("%s", command)
                        .startsWith("STORE_CORRUPTED " + file)
                        .hasLineCount(1);
            }
            assertThat(file).hasBinaryContent(before);
        }
    }

    @Test
    void aDirectoryIsNoDatabase() {
        for (List<String> command : all()) {
            Run run = run(command, locator(temp));
            assertThat(run.status()).as("%s", command).isEqualTo(1);
            assertThat(run.err())
                    .as("%s", command)
                    .isEqualTo("STORE_CONNECTION_FAILED " + temp + " is a directory; a SQLite database is a file\n");
        }
    }

    @Test
    void theDatabaseOfAnotherProgramIsRefusedByNameAndKept() {
        Path theirs = temp.resolve("theirs.db");
        StoreKind.change(theirs, "CREATE TABLE invoices (number)", "INSERT INTO invoices VALUES (1)");
        Path zaileys = temp.resolve("zaileys.db");
        StoreKind.change(
                zaileys,
                "CREATE TABLE auth_creds (id TEXT PRIMARY KEY, data BLOB NOT NULL) WITHOUT ROWID",
                "CREATE TABLE auth_signal (type TEXT NOT NULL, id TEXT NOT NULL, data BLOB NOT NULL,"
                        + " PRIMARY KEY (type, id)) WITHOUT ROWID",
                "INSERT INTO auth_signal VALUES ('pre-key', '1', CAST('{}' AS BLOB))");

        for (List<String> command : all()) {
            assertThat(run(command, locator(theirs))).as("%s", command).satisfies(run -> {
                assertThat(run.status()).isEqualTo(2);
                assertThat(run.err())
                        .startsWith("STORE_UNSUPPORTED " + theirs)
                        .contains("another program", "invoices")
                        .hasLineCount(1);
            });
            assertThat(run(command, locator(zaileys))).as("%s", command).satisfies(run -> {
                assertThat(run.status()).isEqualTo(2);
                assertThat(run.err())
                        .contains("a database of zaileys", "?layout=zaileys")
                        .hasLineCount(1);
            });
        }
        assertThat(run(List.of("inspect"), locator(zaileys) + "?layout=zaileys").out())
                .contains("tables of zaileys");
        assertThat(StoreKind.SQLITE.everything(theirs)).hasSize(1).containsEntry("invoices", "1");
        assertThat(StoreKind.SQLITE.everything(zaileys)).hasSize(2);
    }

    @Test
    void theTablesOfANewerVersionAreRefused() {
        Path file = database();
        StoreKind.change(file, "INSERT INTO pawl_schema VALUES (9, '0009-x.sql', 9, '2030-01-01T00:00:00Z')");

        for (List<String> command : all()) {
            Run run = run(command, locator(file));
            assertThat(run.status()).as("%s", command).isEqualTo(2);
            assertThat(run.err())
                    .startsWith("STORE_UNSUPPORTED " + file)
                    .contains("newer version")
                    .hasLineCount(1);
        }
    }

    @Test
    void verifyFindsADamagedPage() throws Exception {
        Path file = database();
        byte[] bytes = Files.readAllBytes(file);
        int page = Integer.parseInt(StoreKind.column(file, "PRAGMA page_size").get(0));
        String root = StoreKind.column(file, "SELECT rootpage FROM sqlite_master WHERE name = 'pawl_presence'")
                .get(0);
        Arrays.fill(bytes, (Integer.parseInt(root) - 1) * page, Integer.parseInt(root) * page, (byte) 'x');
        Files.write(file, bytes);

        Run run = Run.pawl("verify", locator(file));

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.lines()).hasSize(1);
        assertThat(run.out()).startsWith("STORE_CORRUPTED " + file).contains("age " + root);
        assertThat(Run.pawl("get", locator(file), "creds").bytes()).isEqualTo(Samples.bytes("paired", "creds.json"));
    }

    @Test
    void inMemoryThereIsNothingToReadAndNothingStays() {
        for (List<String> command : READING) {
            Run run = run(command, "sqlite::memory:");
            assertThat(run.status()).isEqualTo(1);
            assertThat(run.err()).startsWith("STORE_CONNECTION_FAILED sqlite::memory: is empty");
        }
        Run run = Run.pawl("migrate", locator(database()), "sqlite::memory:#demo");
        assertThat(run.status()).isZero();
        assertThat(run.out()).startsWith("copied 4 records").contains("to    sqlite::memory:#demo");
    }

    @Test
    void anOptionThatThereIsNotIsNamed() {
        for (String option : List.of("mode=ro", "synchronous=off", "layout=tables")) {
            Run run = Run.pawl("inspect", locator(temp.resolve("x.db")) + "?" + option);
            assertThat(run.status()).isEqualTo(2);
            assertThat(run.err())
                    .startsWith("STORE_UNSUPPORTED ")
                    .contains(option.substring(0, option.indexOf('=')))
                    .hasLineCount(1);
        }
        assertThat(temp).isEmptyDirectory();
    }

    private static List<List<String>> all() {
        List<List<String>> all = new ArrayList<>(READING);
        all.addAll(WRITING);
        return all;
    }
}

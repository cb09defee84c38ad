package dev.pawl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.backend.Access;
import dev.pawl.backend.Durability;
import dev.pawl.backend.MemoryBackend;
import dev.pawl.backend.Row;
import dev.pawl.backend.SessionName;
import dev.pawl.jdbc.SqliteBackend;
import dev.pawl.migrate.Migration;
import dev.pawl.tck.Samples;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code pawl migrate} into and out of SQLite files. */
class MigrateSqliteTest {

    @TempDir
    private Path temp = Path.of("");

    static Stream<String> readable() {
        return MigrateCommandTest.readable();
    }

    private Path file(String name) {
        return temp.resolve(name);
    }

    private String sqlite(String name) {
        return "sqlite:" + file(name);
    }

    private String baileys(String name) {
        return "baileys:" + file(name);
    }

    private String sample(String name) {
        return "baileys:" + Samples.copyTo(temp, name);
    }

    private static Run done(String... arguments) {
        Run run = Run.pawl(arguments);
        assertThat(run.err()).as("what %s says", List.of(arguments)).isEmpty();
        assertThat(run.status()).isZero();
        return run;
    }

    private static Run refused(int status, String... arguments) {
        Run run = Run.pawl(arguments);
        assertThat(run.status())
                .as("status of %s, which says %s", List.of(arguments), run.err())
                .isEqualTo(status);
        return run;
    }

    @ParameterizedTest
    @MethodSource("readable")
    void everySampleIsTheSameBytesAfterAWayThroughAllKindsOfStores(String name) {
        String source = sample(name);
        Path directory = Path.of(source.substring("baileys:".length()));
        Map<String, String> before = Directories.everything(directory);

        done("migrate", source, sqlite("one.db") + "?synchronous=normal#main");
        SessionName session = SessionName.of("main");
        try (SqliteBackend one = SqliteBackend.open(file("one.db"), Access.READ_ONLY);
                MemoryBackend memory = new MemoryBackend();
                SqliteBackend two = SqliteBackend.builder()
                        .file(file("two.db"))
                        .durability(Durability.PROCESS_CRASH)
                        .open()) {
            Migration.from(one, session).to(memory, session).run();
            Migration.from(memory, session).to(two, SessionName.DEFAULT).run();
        }
        done("migrate", sqlite("two.db"), baileys("back"));

        assertThat(Directories.records(file("back"))).isEqualTo(Directories.records(directory));
        assertThat(Directories.everything(directory)).isEqualTo(before);
        assertThat(Rows.of(sqlite("one.db") + "#main")).isEqualTo(Rows.of(sqlite("two.db")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"sqlite::memory:", "memory:"})
    void whatLivesInMemoryIsATargetToo(String target) {
        assertThat(done("migrate", sample("paired"), target).out()).startsWith("copied 4 records");
    }

    @ParameterizedTest
    @ValueSource(strings = {"sqlite::memory:", "memory:"})
    void whatLivesInMemoryIsEmptyAndSoNoSource(String source) {
        refused(1, "migrate", source, sqlite("target.db"));

        assertThat(temp).isEmptyDirectory();
    }

    private String withHistory() {
        done("migrate", sample("paired"), sqlite("history.db"));
        Rows.put(sqlite("history.db"), Rows.chat("1@lid"), Rows.job("1"));
        return sqlite("history.db");
    }

    @Test
    void onlyThePartsThatWereAskedForAreCopied() {
        String source = withHistory();

        assertThat(done("migrate", "--only", "messages,jobs", source, sqlite("some.db"))
                        .out())
                .contains("left out: 3 of keys: was not asked for", "left out: 1 of credentials: was not asked for");
        assertThat(Rows.of(sqlite("some.db"))).containsExactly(Rows.chat("1@lid"), Rows.job("1"));

        done("migrate", "--only", "auth", source, sqlite("some.db"));
        assertThat(Rows.of(sqlite("some.db"))).isEqualTo(Rows.of(source));
    }

    @Test
    void whatADirectoryDoesNotHoldIsLeftOutOrRefusedWhenItIsAskedFor() {
        String source = withHistory();

        assertThat(done("migrate", source, baileys("directory")).out())
                .contains("left out: 1 of chat", "left out: 1 of job");
        refused(2, "migrate", "--only", "jobs", source, baileys("other"));
        assertThat(file("other")).doesNotExist();
    }

    @Test
    void overwriteReplacesThePartsThatAreCopiedAndNoOthers() {
        String source = sample("paired");
        String target = sqlite("target.db");
        done("migrate", sample("lid"), target);
        Rows.put(target, Rows.chat("1@lid"));
        List<Row> before = Rows.of(target);

        assertThat(refused(1, "migrate", source, target).err())
                .startsWith("STORE_CONFLICT ")
                .contains("--overwrite");
        assertThat(Rows.of(target)).isEqualTo(before);

        done("migrate", "--overwrite", source, target);
        assertThat(Rows.of(target)).contains(Rows.chat("1@lid"));
        done("migrate", "--only", "auth", target, baileys("back"));
        assertThat(Directories.records(file("back"))).isEqualTo(Directories.records(file("paired")));
    }

    @Test
    void aDamagedRowOfTheSourceRefusesAnOverwriteBeforeAnythingIsErased() {
        String source = withHistory();
        Rows.put(source, Rows.key("session", "1.0", "{\"half\":"));
        String target = sqlite("target.db");
        done("migrate", sample("lid"), target);
        List<Row> before = Rows.of(target);

        assertThat(refused(1, "migrate", "--overwrite", source, target).err())
                .startsWith("STORE_CORRUPTED " + file("history.db"))
                .contains("1.0");

        assertThat(Rows.of(target)).isEqualTo(before);
    }

    @Test
    void aDryRunCreatesAndChangesNoFile() {
        String source = sample("paired");
        done("migrate", source, sqlite("there.db") + "#other");
        Map<String, String> before = Directories.everything(temp);

        assertThat(done("migrate", "--dry-run", source, sqlite("new.db")).out()).startsWith("would copy 4 records");
        done("migrate", "--dry-run", source, sqlite("new/directory/new.db"));
        done("migrate", "--dry-run", "--retire-source", source, sqlite("there.db"));
        done("migrate", "--dry-run", "--overwrite", source, sqlite("there.db") + "#other");
        done("migrate", "--dry-run", "--retire-source", sqlite("there.db") + "#other", baileys("new"));
        done("migrate", "--dry-run", "--all", sqlite("there.db"), sqlite("new.db"));

        assertThat(Directories.everything(temp)).isEqualTo(before);
    }

    @Test
    void copyingFromAFileLeavesItAsItIs() {
        done("migrate", sample("paired"), sqlite("source.db"));
        String content = Directories.everything(temp).get("source.db");

        done("migrate", sqlite("source.db"), sqlite("target.db"));

        assertThat(Directories.everything(temp)).containsEntry("source.db", content);
        assertThat(Directories.everything(temp).keySet())
                .filteredOn(name -> name.contains(".db"))
                .containsExactly("source.db", "target.db");
    }

    @Test
    void aRetiredSourceOpensNoMoreAndItsTargetDoes() {
        String directory = sample("paired");
        String file = sqlite("auth.db") + "#moved";
        String back = baileys("back");

        for (List<String> way : List.of(List.of(directory, file, "1"), List.of(file, back, "2"))) {
            String from = way.get(0);
            String to = way.get(1);
            String id = way.get(2);
            assertThat(done("migrate", "--retire-source", from, to).out()).contains("the source is retired");

            assertThat(Run.pawl("inspect", from).out()).contains("retired in favour of");
            assertThat(refused(1, "delete", "--take-over", from, "pre-key", id).err())
                    .startsWith("STORE_IN_USE ");
            assertThat(refused(1, "migrate", from, sqlite("elsewhere.db")).err())
                    .startsWith("STORE_IN_USE ");
            done("delete", to, "pre-key", id);
            assertThat(Run.pawl("verify", to).status()).isZero();
        }
        assertThat(file("elsewhere.db")).doesNotExist();
    }

    @Test
    void oneSessionUnderManyNamesIsOneStore() throws Exception {
        done("migrate", sample("paired"), sqlite("auth.db"));
        Files.createSymbolicLink(file("link.db"), file("auth.db"));
        Files.createDirectory(file("real"));
        Files.createSymbolicLink(file("linked"), temp);
        Map<String, String> before = Directories.everything(temp);
        Path relative = Path.of("").toAbsolutePath().relativize(file("auth.db"));

        for (String other : List.of(
                sqlite("auth.db"),
                sqlite("auth.db") + "#default",
                sqlite("auth.db") + "?synchronous=normal",
                sqlite("real/../auth.db"),
                sqlite("link.db"),
                sqlite("linked/auth.db"),
                "sqlite:" + relative)) {
            Run run = refused(2, "migrate", "--overwrite", "--retire-source", sqlite("auth.db"), other);
            assertThat(run.err()).as("what is said of %s", other).contains("same store");
        }

        assertThat(Directories.everything(temp)).isEqualTo(before);
    }

    @Test
    void anotherSessionOfTheSameFileIsAnotherStore() {
        done("migrate", sample("paired"), sqlite("auth.db"));

        done("migrate", sqlite("auth.db"), sqlite("auth.db") + "#copy");

        assertThat(done("sessions", sqlite("auth.db")).lines()).containsExactly("copy", "default");
        assertThat(Rows.of(sqlite("auth.db") + "#copy")).isEqualTo(Rows.of(sqlite("auth.db")));
    }

    @Test
    void aMissingSourceCreatesNothing() {
        done("migrate", sample("paired"), sqlite("auth.db"));
        Map<String, String> before = Directories.everything(temp);

        for (List<String> command : List.of(
                List.of("migrate", sqlite("missing.db"), sqlite("new.db")),
                List.of("migrate", sqlite("missing/missing.db"), baileys("new")),
                List.of("migrate", "--retire-source", sqlite("missing.db"), sqlite("new.db")),
                List.of("migrate", "--overwrite", sqlite("auth.db") + "#missing", sqlite("new.db")),
                List.of("migrate", "--retire-source", sqlite("auth.db") + "#missing", baileys("new")),
                List.of("migrate", "--overwrite", baileys("missing"), sqlite("auth.db")),
                List.of("migrate", "--all", sqlite("missing.db"), sqlite("new.db")),
                List.of("migrate", "--all", "--only", "messages", sqlite("auth.db"), sqlite("new.db")))) {
            refused(1, command.toArray(String[]::new));
        }

        assertThat(Directories.everything(temp)).isEqualTo(before);
    }

    @Test
    void theReportNamesBothStores() {
        String source = sample("paired");

        assertThat(done("migrate", source, sqlite("auth.db") + "#main").out())
                .contains("from  " + source + "\n", "to    " + sqlite("auth.db") + "#main\n");
        assertThat(done("migrate", "--json", sqlite("auth.db") + "#main", sqlite("next.db"))
                        .out())
                .contains("\"session\":\"main\"", "\"session\":\"default\"", "\"alreadyThere\":false")
                .contains("\"credentials\":{\"rows\":1,");
    }
}

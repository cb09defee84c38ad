package dev.pawl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.Backends;
import dev.pawl.auth.AuthStore;
import dev.pawl.backend.Access;
import dev.pawl.backend.Backend;
import dev.pawl.backend.BackendProvider;
import dev.pawl.backend.Key;
import dev.pawl.backend.Locator;
import dev.pawl.backend.Row;
import dev.pawl.json.Bytes;
import dev.pawl.tck.Samples;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code pawl migrate --all} between SQLite files of several sessions. */
class MigrateAllTest {

    private static final List<String> SESSIONS = List.of("a", "b", "c");

    @TempDir
    private Path temp = Path.of("");

    /** Three accounts; the second one is more than goes into one commit. */
    @BeforeEach
    void fillSource() {
        for (String session : SESSIONS) {
            Rows.put(
                    from(session),
                    Row.of(Key.CREDENTIALS, Bytes.copyOf(Samples.bytes("paired", "creds.json"))),
                    Rows.key("my-own-type", session, "{\"of\":\"" + session + "\"}"),
                    Rows.chat(session + "@lid"));
        }
        Rows.put(
                from("b"),
                IntStream.range(0, 1200)
                        .mapToObj(i -> Rows.key("my-own-type", Integer.toString(i), "[" + i + "]"))
                        .toArray(Row[]::new));
    }

    private String from() {
        return "sqlite:" + temp.resolve("source.db");
    }

    private String from(String session) {
        return from() + "#" + session;
    }

    private String to() {
        return "sqlite:" + temp.resolve("target.db");
    }

    private String to(String session) {
        return to() + "#" + session;
    }

    private void requireAllThere() {
        for (String session : SESSIONS) {
            assertThat(Rows.of(to(session))).as("session %s", session).isEqualTo(Rows.of(from(session)));
            assertThat(Run.pawl("verify", to(session)).out())
                    .as("problems of session %s", session)
                    .isEmpty();
            requireOpens(to(session));
        }
    }

    private static void requireOpens(String store) {
        Locator locator = Locator.parse(store);
        try (Backend backend = Backends.open(locator, Access.READ_WRITE);
                AuthStore auth = AuthStore.open(backend, locator.session())) {
            assertThat(auth.credentials()).isPresent();
        }
    }

    private static Run done(String... arguments) {
        Run run = Run.pawl(arguments);
        assertThat(run.err()).as("what %s says", List.of(arguments)).isEmpty();
        assertThat(run.status()).isZero();
        return run;
    }

    @Test
    void everySessionArrivesUnderItsName() {
        Run run = done("migrate", "--all", "--json", from(), to());

        assertThat(run.lines()).hasSize(3).allMatch(line -> line.contains("\"alreadyThere\":false"));
        assertThat(done("sessions", to()).lines()).isEqualTo(SESSIONS);
        requireAllThere();
    }

    @Test
    void aSecondRunFindsEverythingThere() {
        done("migrate", "--all", from(), to());
        String content = Directories.everything(temp).get("target.db");

        assertThat(done("migrate", "--all", from(), to()).lines())
                .filteredOn(line -> !line.startsWith(" "))
                .startsWith(
                        "already there: 3 records, 2,288 bytes",
                        "from  " + from("a"),
                        "to    " + to("a"),
                        "nothing was copied: an earlier run had finished with it")
                .doesNotContain("everything was read back and compared");
        assertThat(done("migrate", "--all", "--json", "--dry-run", from(), to()).lines())
                .hasSize(3)
                .allMatch(line -> line.contains("\"resumed\":false,\"alreadyThere\":true"));
        assertThat(Directories.everything(temp)).containsEntry("target.db", content);
        assertThat(Run.pawl("migrate", from("a"), to("a")).err()).startsWith("STORE_CONFLICT ");
    }

    /** Runs the command in a process that dies instead of making this commit to the second session. */
    private int killedAt(int commit, List<String> options) throws IOException, InterruptedException {
        Path services = temp.resolve("classes/META-INF/services");
        Files.createDirectories(services);
        Files.writeString(services.resolve(BackendProvider.class.getName()), DyingProvider.class.getName());
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                temp.resolve("classes") + File.pathSeparator + System.getProperty("java.class.path"),
                PawlCommand.class.getName(),
                "migrate",
                "--all"));
        command.addAll(options);
        command.add(from());
        command.add("dying:" + temp.resolve("target.db") + "?session=b&commit=" + commit);
        Process process = new ProcessBuilder(command)
                .redirectOutput(temp.resolve("out").toFile())
                .redirectErrorStream(true)
                .start();
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IOException("the process does not end");
        }
        return process.exitValue();
    }

    @ParameterizedTest
    @CsvSource({
        "2,false,copied", // before the target is marked
        "7,false,finished copying",
        "7,true,finished copying"
    })
    void afterAKillInTheSecondSessionTheSameCommandGoesOn(int commit, boolean retire, String second) throws Exception {
        List<String> options = retire ? List.of("--retire-source") : List.of();
        assertThat(killedAt(commit, options)).isEqualTo(DyingProvider.KILLED);
        assertThat(Files.readString(temp.resolve("out"))).containsOnlyOnce("copied 3 records");
        assertThat(Rows.of(to("a"))).isEqualTo(Rows.of(from("a")));
        assertThat(Rows.of(to("b")).size()).isEqualTo(second.equals("copied") ? 0 : 501);
        assertThat(Rows.of(to("c"))).isEmpty();

        List<String> command = new ArrayList<>(List.of("migrate", "--all"));
        command.addAll(options);
        command.addAll(List.of(from(), to()));
        Run run = done(command.toArray(String[]::new));

        assertThat(run.lines())
                .filteredOn(line -> line.contains(" records, "))
                .satisfiesExactly(
                        line -> assertThat(line).startsWith("already there: 3 records"),
                        line -> assertThat(line).startsWith(second + " 1,203 records"),
                        line -> assertThat(line).startsWith("copied 3 records"));
        assertThat(run.lines().stream().filter(line -> line.startsWith("the source is retired")))
                .hasSize(retire ? 3 : 0);
        requireAllThere();
    }

    @Test
    void aSessionThatHoldsSomethingElseRefusesAllBeforeAnythingIsWritten() {
        Rows.put(to("b"), Rows.key("my-own-type", "b", "{}"));

        Run run = Run.pawl("migrate", "--all", from(), to());

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.out()).isEmpty();
        assertThat(run.err().lines())
                .satisfiesExactly(
                        line -> assertThat(line)
                                .isEqualTo("session b cannot be copied, so none was; nothing was changed"),
                        line -> assertThat(line).startsWith("STORE_CONFLICT ").contains("--overwrite"));
        assertThat(done("sessions", to()).lines()).containsExactly("b");
        done("migrate", "--all", "--overwrite", from(), to());
        requireAllThere();
    }

    @Test
    void aDamagedSessionStopsItAndTheSameCommandGoesOnWhenItIsRepaired() {
        Rows.put(from("b"), Rows.key("my-own-type", "0", "[0"));

        Run run = Run.pawl("migrate", "--all", from(), to());

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.out()).contains("to    " + to("a")).doesNotContain(to("b"));
        assertThat(run.err().lines())
                .satisfiesExactly(
                        line -> assertThat(line)
                                .isEqualTo("stopped at session b: 1 of 3 sessions done (a); the same command goes on"
                                        + " with the rest"),
                        line -> assertThat(line)
                                .startsWith("STORE_CORRUPTED " + temp.resolve("source.db"))
                                .contains("my-own-type"));
        assertThat(done("sessions", to()).lines()).containsExactly("a");

        Rows.put(from("b"), Rows.key("my-own-type", "0", "[0]"));
        assertThat(done("migrate", "--all", from(), to()).out()).startsWith("already there");
        requireAllThere();
    }

    @Test
    void aTargetOfOneSessionIsRefusedForMany() {
        Run run = Run.pawl("migrate", "--all", from(), "baileys:" + temp.resolve("target"));

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).startsWith("STORE_UNSUPPORTED ");
        assertThat(temp.resolve("target")).doesNotExist();
    }
}

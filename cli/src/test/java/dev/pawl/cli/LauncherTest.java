package dev.pawl.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Row;
import dev.pawl.json.Bytes;
import dev.pawl.migrate.Part;
import dev.pawl.tck.Samples;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The command as people run it: a process of its own behind {@code ./pawl}. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the launcher is a shell script")
class LauncherTest {

    @TempDir
    private Path temp = Path.of("");

    private Launcher launcher = Launcher.none();

    @BeforeEach
    void makeLauncher() throws Exception {
        launcher = Launcher.in(temp.resolve("checkout"));
    }

    @Test
    void statusAndOutputAreThoseOfTheCommand() throws Exception {
        String store = "baileys:" + Samples.copyTo(temp, "paired");

        Run get = launcher.run("get", store, "creds");
        assertThat(get.err()).isEmpty();
        assertThat(get.bytes()).isEqualTo(Samples.bytes("paired", "creds.json"));
        assertThat(get.status()).isZero();

        assertThat(launcher.run("get", store, "pre-key", "99").status()).isEqualTo(1);
        assertThat(launcher.run("get", store).status()).isEqualTo(2);
    }

    @Test
    void idsOutsideAsciiGoThroughArgumentsFilesAndOutput() throws Exception {
        String store = "baileys:" + temp.resolve("ünï");

        assertThat(launcher.run("1".getBytes(UTF_8), "put", store, "my-type", "日本🏪")
                        .err())
                .isEmpty();

        assertThat(launcher.run("keys", store, "my-type").out()).isEqualTo("日本🏪\n");
        assertThat(Files.readString(temp.resolve("ünï").resolve("my-type-日本🏪.json")))
                .isEqualTo("1");
    }

    @Test
    void theDriverOfSqliteIsLoadedForSqliteOnly() throws Exception {
        Path classes = temp.resolve("classes.log");
        Path session = Samples.copyTo(temp, "paired");
        launcher.javaOptions("-Xlog:class+load:file=" + classes);

        assertThat(launcher.run("get", "baileys:" + session, "creds").status()).isZero();
        assertThat(Files.readString(classes)).contains("dev.pawl.cli.").doesNotContain("org.sqlite.");

        assertThat(launcher.run("sessions", locatorOfDatabase(session)).out()).isEqualTo("default\n");
        assertThat(Files.readString(classes)).contains("org.sqlite.");
    }

    private String locatorOfDatabase(Path session) {
        String store = "sqlite:" + temp.resolve("pawl.db");
        assertThat(Run.pawl("migrate", "baileys:" + session, store).status()).isZero();
        return store;
    }

    @Test
    void theDemoProvesWhatItSays() throws Exception {
        Run demo = launcher.run("demo");

        assertThat(demo.err()).isEmpty();
        assertThat(demo.status()).isZero();
        assertThat(demo.out()).contains("/pawl\n", "55 files, ", "identical byte for byte", "Try next:", "sqlite3 ");
    }

    @Test
    void aMigrationThatIsToldToEndGivesTheLeaseBackAndTheSameCommandGoesOn() throws Exception {
        Path source = Samples.copyTo(temp, "paired");
        byte[] key = Files.readAllBytes(source.resolve("pre-key-1.json"));
        for (int i = 0; i < 3000; i++) {
            Files.write(source.resolve("other-type-" + i + ".json"), key);
        }
        Path target = temp.resolve("target");
        String[] migrate = {"migrate", "baileys:" + source, "baileys:" + target};

        Process process = launcher.start(migrate);
        try {
            // Its first records are there: it is in the middle of copying.
            await(process, () -> Files.exists(target.resolve("other-type-0.json")));
        } finally {
            process.destroy();
            launcher.finished(process);
        }

        Run inspect = Run.pawl("inspect", "baileys:" + target);
        assertThat(inspect.out()).containsPattern("held by +nobody, half copied from ");
        assertThat(Run.pawl("delete", "baileys:" + target, "other-type", "0").status())
                .isEqualTo(1);

        Run again = launcher.run(migrate);
        assertThat(again.err()).isEmpty();
        assertThat(again.out()).startsWith("finished copying 3,004 records");
        Map<String, String> expected = Directories.records(source);
        assertThat(Directories.records(target)).isEqualTo(expected);
    }

    @Test
    void ingestingThatIsToldToEndWhileItWaitsForEventsSaysWhatIsStoredAndGivesTheLeaseBack() throws Exception {
        Path database = temp.resolve("history.db");
        String store = "sqlite:" + database;
        String event = "{\"event\":\"messages.upsert\",\"data\":{\"messages\":[{\"key\":{\"remoteJid\":"
                + "\"6281111111111@s.whatsapp.net\",\"fromMe\":false,\"id\":\"A\"},\"message\":{\"conversation\":\"hi\"}}],"
                + "\"type\":\"notify\"}}\n";

        Process process = launcher.start("ingest", store);
        long told;
        try {
            process.getOutputStream().write(event.getBytes(UTF_8));
            process.getOutputStream().flush();
            await(
                    process,
                    () -> Run.pawl("message", store, "6281111111111@s.whatsapp.net", "A")
                                    .status()
                            == 0);
        } finally {
            told = System.nanoTime();
            process.destroy();
        }
        Run run = launcher.finished(process);

        assertThat(run.out()).startsWith("{\"events\":1,");
        // Whoever does not look has the lease taken from him after ten seconds.
        assertThat(Duration.ofNanos(System.nanoTime() - told)).isLessThan(Duration.ofSeconds(8));
        assertThat(Run.pawl("inspect", store).out()).contains("held by ").doesNotContain("history held by");
    }

    @Test
    void anImportThatIsToldToEndWhileItWaitsForTheArchiveEndsAtOnceAndLeavesItsMark() throws Exception {
        String store = "sqlite:" + temp.resolve("imported.db");
        Row row = Row.of(
                new Key(Family.MESSAGE, "1@lid", "A|0"),
                1,
                Bytes.utf8("{\"key\":{\"remoteJid\":\"1@lid\",\"fromMe\":false,\"id\":\"A\"}}"));
        Checksum checksum = new Checksum();
        checksum.add(ArchiveLine.of(row));

        Process process = launcher.start("import", store);
        long told;
        try {
            OutputStream archive = process.getOutputStream();
            archive.write((ArchiveLine.header("default", "sqlite", List.of(Part.MESSAGES))
                                    .toText()
                            + "\n"
                            + ArchiveLine.of(row).utf8()
                            + ArchiveLine.checksum(1, checksum.soFar()).toText() + "\n")
                    .getBytes(UTF_8));
            archive.flush();
            await(process, () -> Run.pawl("message", store, "1@lid", "A").status() == 0);
        } finally {
            told = System.nanoTime();
            process.destroy();
        }
        launcher.finished(process);

        assertThat(Duration.ofNanos(System.nanoTime() - told)).isLessThan(Duration.ofSeconds(8));
        assertThat(Run.pawl("inspect", store).out()).containsPattern("history held by +nobody, half copied from");
    }

    private interface Condition {
        boolean holds();
    }

    private static void await(Process process, Condition condition) throws InterruptedException {
        long until = System.nanoTime() + Duration.ofMinutes(1).toNanos();
        while (!condition.holds()) {
            assertThat(process.isAlive()).as("it ended before it was told to").isTrue();
            assertThat(System.nanoTime()).as("it does not get on").isLessThan(until);
            Thread.onSpinWait();
        }
    }
}

package dev.pawl.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.backend.Access;
import dev.pawl.backend.Backend;
import dev.pawl.backend.Batch;
import dev.pawl.backend.Key;
import dev.pawl.backend.Row;
import dev.pawl.backend.SessionName;
import dev.pawl.file.log.NativeBackend;
import dev.pawl.json.Bytes;
import dev.pawl.tck.Samples;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is peculiar to directories of logs: their names, several sessions in one, damage, and what is no log. */
class NativeStoresTest {

    @TempDir
    private Path temp = Path.of("");

    private static String locator(Path directory) {
        return "native:"
                + directory.toString().replace("%", "%25").replace("#", "%23").replace("?", "%3F");
    }

    private Path store() {
        return StoreKind.NATIVE.copyOf("paired", temp);
    }

    @ParameterizedTest
    @ValueSource(strings = {"with space", "100%", "a#b", "what?", "deep/er/日本"})
    void anyPathCanBeADirectory(String name) {
        String store = locator(temp.resolve(name)) + "#My.session";

        assertThat(Run.with(Samples.bytes("paired", "creds.json"), "put", store, "creds")
                        .err())
                .isEmpty();

        assertThat(temp.resolve(name)).isDirectory();
        assertThat(Run.pawl("get", store, "creds").bytes()).isEqualTo(Samples.bytes("paired", "creds.json"));
        assertThat(Run.pawl("inspect", "--json", store).out()).startsWith("{\"store\":\"" + store + "\"");
    }

    @Test
    void oneDirectoryHoldsManySessions() {
        String store = locator(store());
        assertThat(Run.pawl("migrate", store, store + "#b").status()).isZero();
        assertThat(Run.pawl("migrate", "baileys:" + Samples.copyTo(temp, "lid"), store + "#B")
                        .status())
                .isZero();

        assertThat(Run.pawl("sessions", store).lines()).containsExactly("B", "b", "default");
        assertThat(Run.pawl("keys", store + "#b").lines()).containsExactly("pre-key  3");

        assertThat(Run.pawl("erase", "--yes", store + "#b").status()).isZero();
        assertThat(Run.pawl("sessions", store).lines()).containsExactly("B", "default");
        assertThat(Run.pawl("inspect", store + "#b").err())
                .startsWith("NOT_FOUND ")
                .contains("session b")
                .hasLineCount(1);
    }

    @Test
    void inspectSaysHowItIsStored() {
        String store = locator(store());

        assertThat(Run.pawl("inspect", store).out())
                .containsPattern("format +\\S")
                .containsPattern("durability +survives power loss");
        assertThat(Run.pawl("inspect", store + "?durability=relaxed").out())
                .containsPattern("durability +survives the end of the process, not of the machine");
    }

    @Test
    void anOptionThatItDoesNotHaveIsWrongUsage() {
        String store = locator(store());
        for (String option : List.of("?no-such=1", "?durability=maybe")) {
            assertThat(Run.pawl("inspect", store + option).status()).isEqualTo(2);
        }
    }

    @Test
    void afterErasingNoPrivateKeyIsFoundInTheDirectory() {
        Path place = store();
        String store = locator(place);
        String key = "IADVrEdULIGxgVFW";
        assertThat(Directories.everything(place).values()).anyMatch(content -> content.contains(key));

        assertThat(Run.pawl("erase", "--yes", store).status()).isZero();

        assertThat(Directories.everything(place).values()).noneMatch(content -> content.contains(key));
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "files have no modes there")
    void aLogThatOthersCanReadIsAWarning() throws Exception {
        Path place = store();
        Path log = place.resolve("default.log");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(log)))
                .isEqualTo("rw-------");
        Files.setPosixFilePermissions(log, PosixFilePermissions.fromString("rw-r--r--"));

        assertThat(Run.pawl("inspect", locator(place)).out()).contains("others than the owner can get at this");
        assertThat(Run.pawl("verify", locator(place)).status()).isZero();
    }

    @Test
    void whatACrashLeftUnfinishedIsReportedAndKeptAside() throws Exception {
        Path place = store();
        Path log = place.resolve("default.log");
        byte[] unclosed;
        try (Backend backend = NativeBackend.open(place, Access.READ_WRITE)) {
            backend.commit(SessionName.DEFAULT, Batch.of(Row.of(Key.ofKey("my-type", "last"), Bytes.utf8("1"))));
            unclosed = Files.readAllBytes(log);
        }
        int end = unclosed.length;
        while (unclosed[end - 1] == 0) {
            end--;
        }
        Arrays.fill(unclosed, end + 10, end + 60, (byte) 7);
        Files.write(log, unclosed);

        for (String command : List.of("inspect", "verify")) {
            Run run = Run.pawl(command, locator(place));
            assertThat(run.status()).as(command).isZero();
            assertThat(run.out() + run.err())
                    .as(command)
                    .contains(log.toString(), "60 bytes at " + end, "a crash left unfinished");
        }
        assertThat(Run.with("2".getBytes(UTF_8), "put", locator(place), "my-type", "next")
                        .status())
                .isZero();
        assertThat(Run.pawl("get", locator(place), "my-type", "last").out()).isEqualTo("1");
        for (String command : List.of("inspect", "verify")) {
            Run run = Run.pawl(command, locator(place));
            assertThat(run.status()).as(command).isZero();
            assertThat(run.out() + run.err()).as(command).contains("default.cut-" + end + "-1", "that were cut off");
        }
    }

    @Test
    void whatIsNoLogIsNamedAndKept() throws Exception {
        Path place = store();
        Path log = place.resolve("default.log");
        for (String content : List.of("", "a\nb\n", "x".repeat(5000))) {
            Files.writeString(log, content);
            Map<String, String> before = Directories.everything(place);
            for (List<String> command : List.of(
                    List.of("inspect", locator(place)),
                    List.of("verify", locator(place)),
                    List.of("get", locator(place), "creds"),
                    List.of("put", locator(place), "my-type", "1"),
                    List.of("repair", locator(place), "--to", "native:" + temp.resolve("target")))) {
                Run run = Run.with("1".getBytes(UTF_8), command.toArray(String[]::new));
                assertThat(run.status()).as("%s", command).isEqualTo(1);
                assertThat(run.out() + run.err()).as("%s", command).contains("STORE_CORRUPTED ", log.toString());
            }
            assertThat(Directories.everything(place)).isEqualTo(before);
        }
        assertThat(temp.resolve("target")).doesNotExist();
    }

    @Test
    void aLogThatWasCutShortIsDamagedWhereverItWasCut() {
        Path place = store();
        DamagedLog log = DamagedLog.of(place);
        List<Integer> frames = log.frames();
        log.cutTo(frames.get(frames.size() - 2));

        Run run = Run.pawl("verify", locator(place));

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.out()).contains(place.resolve("default.log").toString());
    }
}

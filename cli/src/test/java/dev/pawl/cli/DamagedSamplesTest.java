package dev.pawl.cli;

import static org.assertj.core.api.Assertions.assertThat;

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

/** On damaged directories every command names the damage, changes nothing and makes no new identity. */
class DamagedSamplesTest {

    private static final List<String> NO_DAMAGED_CREDENTIALS =
            List.of("corrupt/whitespace-creds", "corrupt/missing-creds", "corrupt/keys");

    @TempDir
    private Path temp = Path.of("");

    static Stream<String> damagedCredentials() {
        return Samples.corrupt().stream().filter(name -> !NO_DAMAGED_CREDENTIALS.contains(name));
    }

    @Test
    void elevenSamplesHaveDamagedCredentials() {
        assertThat(damagedCredentials()).hasSize(11);
    }

    @ParameterizedTest
    @MethodSource("damagedCredentials")
    void damagedCredentialsAreNamedAndNothingChanges(String name) {
        Path directory = Samples.copyTo(temp, name);
        Map<String, String> before = Directories.everything(directory);
        String store = "baileys:" + directory;
        Path target = temp.resolve("target");

        for (List<String> command : List.of(
                List.of("inspect", store),
                List.of("verify", store),
                List.of("get", store, "creds"),
                List.of("migrate", store, "baileys:" + target),
                List.of("migrate", "--retire-source", store, "baileys:" + target))) {
            Run run = Run.pawl(command.toArray(String[]::new));
            assertThat(run.status()).as("status of %s", command).isEqualTo(1);
            assertThat(run.err()).as("what %s says", command).contains("STORE_CORRUPTED ");
            assertThat(run.out() + run.err()).contains("creds.json: ");
        }

        assertThat(Directories.everything(directory)).isEqualTo(before);
        assertThat(target).doesNotExist();
    }

    @ParameterizedTest
    @MethodSource("damagedCredentials")
    void verifyPrintsTheDamageOnOneLine(String name) {
        Path directory = Samples.copyTo(temp, name);

        Run run = Run.pawl("verify", "baileys:" + directory);

        assertThat(run.lines()).isNotEmpty().allMatch(line -> line.startsWith("STORE_CORRUPTED " + directory));
    }

    @ParameterizedTest
    @MethodSource("damagedCredentials")
    void getPrintsNothingOfDamagedCredentials(String name) {
        Run run = Run.pawl("get", "baileys:" + Samples.copyTo(temp, name), "creds");

        assertThat(run.bytes()).isEmpty();
        assertThat(run.err().lines()).hasSize(1);
    }

    @Test
    void inspectShowsTheRestOfADamagedStore() {
        Run run = Run.pawl("inspect", "baileys:" + Samples.copyTo(temp, "corrupt/truncated-creds"));

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.out()).contains("the credentials are damaged").containsPattern("pre-key +1 +\\d+");
    }

    @Test
    void verifyNamesEachDamagedKey() {
        Run run = Run.pawl("verify", "baileys:" + Samples.copyTo(temp, "corrupt/keys"));

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.out())
                .contains("pre-key-1.json", "pre-key-2.json", "pre-key-3.json", "session-2.0.json", "session-3.0.json");
    }

    @Test
    void aDamagedKeyRefusesTheWholeMigration() throws Exception {
        Path directory = Samples.copyTo(temp, "paired");
        Files.writeString(directory.resolve("pre-key-2.json"), "{\"private\":");
        Path target = temp.resolve("target");

        Run run = Run.pawl("migrate", "baileys:" + directory, "baileys:" + target);

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).startsWith("STORE_CORRUPTED " + directory.resolve("pre-key-2.json"));
        assertThat(target).doesNotExist();
    }

    @Test
    void whitespaceAroundCredentialsIsNoDamage() {
        Path directory = Samples.copyTo(temp, "corrupt/whitespace-creds");

        assertThat(Run.pawl("verify", "baileys:" + directory).status()).isZero();
        assertThat(Run.pawl("get", "baileys:" + directory, "creds").bytes())
                .isEqualTo(Samples.bytes("corrupt/whitespace-creds", "creds.json"));
    }

    private String withDamagedLease() throws Exception {
        Path directory = Samples.copyTo(temp, "paired");
        Files.createDirectory(directory.resolve(".pawl"));
        Files.writeString(directory.resolve(".pawl/lease-auth.json"), "{\"state\":");
        return "baileys:" + directory;
    }

    @ParameterizedTest
    @ValueSource(strings = {"verify", "inspect"})
    void aLeaseThatCannotBeReadIsAProblemWithItsWayOut(String command) throws Exception {
        Run run = Run.pawl(command, withDamagedLease());

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.out()).contains("this lease cannot be read").contains("take it over if nobody does");
        assertThat(run.err()).contains("STORE_CORRUPTED ");
    }

    @Test
    void aLeaseThatCannotBeReadLocksNobodyOutWhoTakesOver() throws Exception {
        String store = withDamagedLease();
        String other = "baileys:" + Samples.copyTo(temp, "lid");
        for (List<String> command : List.of(
                List.of("migrate", "--overwrite", other, store),
                List.of("migrate", "--retire-source", store, "memory:"),
                List.of("delete", store, "pre-key", "1"),
                List.of("erase", "--yes", store))) {
            Run run = Run.pawl(command.toArray(String[]::new));
            assertThat(run.status()).as("status of %s", command).isEqualTo(1);
            assertThat(run.err()).startsWith("STORE_CORRUPTED ").contains("take it over if nobody does");
        }

        assertThat(Run.pawl("migrate", "--overwrite", "--take-over", other, store)
                        .status())
                .isZero();
        assertThat(Run.pawl("verify", store).out()).isEmpty();

        Path directory = temp.resolve("paired");
        Files.writeString(directory.resolve(".pawl/lease-auth.json"), "{\"state\":");
        assertThat(Run.pawl("erase", "--yes", "--take-over", store).status()).isZero();
        assertThat(Directories.records(directory)).isEmpty();
        assertThat(Run.pawl("sessions", store).out()).isEmpty();
    }
}

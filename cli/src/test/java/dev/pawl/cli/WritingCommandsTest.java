package dev.pawl.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.Pawl;
import dev.pawl.auth.AuthStore;
import dev.pawl.auth.KeyType;
import dev.pawl.backend.FencedException;
import dev.pawl.tck.Samples;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Commands that write: what they store, what they refuse, and that a refusal changes nothing. */
class WritingCommandsTest {

    @TempDir
    private Path temp = Path.of("");

    private Path directory = Path.of("");
    private String store = "";

    @BeforeEach
    void copySample() {
        directory = Samples.copyTo(temp, "paired");
        store = "baileys:" + directory;
    }

    private static Run put(String text, String... arguments) {
        return Run.with(text.getBytes(UTF_8), arguments);
    }

    @Test
    void putStoresTheTextByteForByte() {
        String text = " {\"b\":1.50,\n\"a\":\"\\u00e9\"} \n";

        assertThat(put(text, "put", store, "my-type", "a/b").status()).isZero();

        assertThat(Run.pawl("get", store, "my-type", "a/b").out()).isEqualTo(text);
        assertThat(directory.resolve("my-type-a__b.json")).hasContent(text);
    }

    @Test
    void putCreatesAStoreThatIsNotThere() {
        Run run = Run.with(Samples.bytes("paired", "creds.json"), "put", "baileys:" + temp.resolve("new"), "creds");

        assertThat(run.status()).isZero();
        assertThat(Directories.records(temp.resolve("new")).keySet()).containsExactly("creds.json");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "{\"a\":1", "{} {}", "\ufeff{}", "null", "false", "0", "-0.0", "0e5", "\"\"", " null\n"})
    void putRefusesWhatIsNotJsonAndWhatBaileysTakesForADeletion(String text) {
        Map<String, String> before = Directories.everything(directory);

        for (String raw : List.of("--raw", "--take-over")) {
            Run run = put(text, "put", raw, store, "my-type", "1");
            assertThat(run.status()).isEqualTo(2);
            assertThat(run.err()).hasLineCount(1);
        }
        assertThat(put(text, "put", "baileys:" + temp.resolve("new"), "my-type", "1")
                        .status())
                .isEqualTo(2);

        assertThat(Directories.everything(directory)).isEqualTo(before);
        assertThat(temp.resolve("new")).doesNotExist();
    }

    @Test
    void putRefusesAnotherShapeThanTheTypeHasUnlessRaw() {
        for (List<String> record :
                List.of(List.of("creds"), List.of("pre-key", "1"), List.of("device-list", "62811"))) {
            String[] arguments =
                    Stream.concat(Stream.of("put", store), record.stream()).toArray(String[]::new);
            assertThat(put("{\"x\":1}", arguments).status()).as("%s", record).isEqualTo(2);
        }
        assertThat(Directories.everything(directory)).doesNotContainKey(".pawl");

        assertThat(put("{\"x\":1}", "put", "--raw", store, "pre-key", "1").status())
                .isZero();
        assertThat(put("{\"x\":1}", "put", "--raw", store, "creds").status()).isZero();
        assertThat(Run.pawl("get", store, "pre-key", "1").out()).isEqualTo("{\"x\":1}");
        assertThat(Run.pawl("get", store, "creds").out()).isEqualTo("{\"x\":1}");
    }

    @Test
    void valuesThatOnlyLookEmptyAreStored() {
        for (String text : List.of("[]", "{}", "\"0\"", "{\"type\":\"Buffer\",\"data\":\"\"}")) {
            assertThat(put(text, "put", store, "my-type", "1").status()).isZero();
            assertThat(Run.pawl("get", store, "my-type", "1").out()).isEqualTo(text);
        }
    }

    @Test
    void deleteRemovesKeysAndNamesThoseThatAreNotThere() {
        assertThat(Run.pawl("delete", store, "pre-key", "1", "2").status()).isZero();
        assertThat(Directories.records(directory).keySet()).containsExactly("creds.json", "pre-key-3.json");

        Run run = Run.pawl("delete", store, "pre-key", "2", "3", "no such");
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err().lines())
                .containsExactly(
                        "NOT_FOUND pre-key 2: there is no such record",
                        "NOT_FOUND pre-key no such: there is no such record");
        assertThat(Directories.records(directory).keySet()).containsExactly("creds.json");
    }

    @Test
    void whereNothingIsToBeDeletedNothingIsWritten() {
        Map<String, String> before = Directories.everything(directory);

        assertThat(Run.pawl("delete", store, "pre-key", "77").status()).isEqualTo(1);
        assertThat(Run.pawl("delete", "baileys:" + temp.resolve("new"), "pre-key", "1")
                        .status())
                .isEqualTo(1);
        assertThat(Run.pawl("erase", "--yes", "baileys:" + temp.resolve("new")).status())
                .isEqualTo(1);

        assertThat(Directories.everything(directory)).isEqualTo(before);
        assertThat(temp.resolve("new")).doesNotExist();
    }

    @Test
    void anIdMayBeginWithADash() {
        assertThat(put("1", "put", store, "my-type", "--", "-1").status()).isZero();
        assertThat(Run.pawl("get", store, "my-type", "--", "-1").out()).isEqualTo("1");
        assertThat(Run.pawl("delete", store, "my-type", "--", "-1").status()).isZero();
    }

    @Test
    void aLiveHolderIsNotDisturbedUnlessItIsTakenOver() {
        try (Pawl pawl = Pawl.open(store)) {
            AuthStore holder = pawl.auth("default");
            Map<String, String> before = Directories.records(directory);

            for (Run run : List.of(
                    put("1", "put", store, "my-type", "1"),
                    Run.pawl("delete", store, "pre-key", "1"),
                    Run.pawl("erase", "--yes", store),
                    Run.pawl("migrate", "--overwrite", "baileys:../examples/baileys-session", store),
                    Run.pawl("migrate", "--retire-source", store, "memory:"))) {
                assertThat(run.status()).isEqualTo(1);
                assertThat(run.err()).startsWith("STORE_IN_USE ").hasLineCount(1);
            }
            assertThat(Directories.records(directory)).isEqualTo(before);
            holder.delete(KeyType.PRE_KEY, List.of("3"));

            assertThat(put("1", "put", "--take-over", store, "my-type", "1").status())
                    .isZero();
            assertThatThrownBy(() -> holder.delete(KeyType.PRE_KEY, List.of("2")))
                    .isInstanceOf(FencedException.class);
        }
        assertThat(Run.pawl("get", store, "my-type", "1").out()).isEqualTo("1");
    }

    @Test
    void eraseRemovesEverythingAndTheSessionIsGone() {
        assertThat(put("1", "put", store, "my-type", "1").status()).isZero();

        Run run = Run.pawl("erase", "--yes", store);

        assertThat(run.status()).isZero();
        assertThat(run.out()).isEmpty();
        assertThat(Directories.records(directory)).isEmpty();
        assertThat(Run.pawl("inspect", store).status()).isEqualTo(1);
    }

    @Test
    void eraseAsksAndTakesOnlyYesForYes() {
        assertThat(Run.pawl("erase", store).status()).isEqualTo(2);
        assertThat(Run.answering("\n", "erase", store).status()).isEqualTo(2);
        assertThat(Run.answering("no\n", "erase", store).status()).isEqualTo(2);
        assertThat(Directories.records(directory)).hasSize(4);

        Run run = Run.answering("yes\n", "erase", store);
        assertThat(run.status()).isZero();
        assertThat(run.err()).contains("Erase 4 records");
        assertThat(Directories.records(directory)).isEmpty();
    }

    @Test
    void whatIsWrittenLeavesNoLeaseBehind() {
        put("1", "put", store, "my-type", "1");

        assertThat(Run.pawl("inspect", store).out()).containsPattern("held by +nobody");
    }
}

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
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Commands that write: what they store, what they refuse, and that a refusal changes nothing. */
@ParameterizedClass
@EnumSource(StoreKind.class)
class WritingCommandsTest {

    @Parameter
    private StoreKind kind = StoreKind.BAILEYS;

    @TempDir
    private Path temp = Path.of("");

    private Path place = Path.of("");
    private String store = "";
    private String other = "";

    @BeforeEach
    void copySample() {
        place = kind.copyOf("paired", temp);
        store = kind.locator(place);
        other = kind.locator(temp.resolve("new"));
    }

    private static Run put(String text, String... arguments) {
        return Run.with(text.getBytes(UTF_8), arguments);
    }

    @Test
    void putStoresTheTextByteForByte() {
        String text = " {\"b\":1.50,\n\"a\":\"\\u00e9\"} \n";

        assertThat(put(text, "put", store, "my-type", "a/b").status()).isZero();

        assertThat(Run.pawl("get", store, "my-type", "a/b").out()).isEqualTo(text);
        assertThat(kind.records(place)).containsEntry("my-type-a__b.json", text);
    }

    @Test
    void putCreatesAStoreThatIsNotThere() {
        Run run = Run.with(Samples.bytes("paired", "creds.json"), "put", other, "creds");

        assertThat(run.status()).isZero();
        assertThat(kind.records(temp.resolve("new")).keySet()).containsExactly("creds.json");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "{\"a\":1", "{} {}", "\ufeff{}", "null", "false", "0", "-0.0", "0e5", "\"\"", " null\n"})
    void putRefusesWhatIsNotJsonAndWhatBaileysTakesForADeletion(String text) {
        Map<String, String> before = kind.everything(place);

        for (String raw : List.of("--raw", "--take-over")) {
            Run run = put(text, "put", raw, store, "my-type", "1");
            assertThat(run.status()).isEqualTo(2);
            assertThat(run.err()).hasLineCount(1);
        }
        assertThat(put(text, "put", other, "my-type", "1").status()).isEqualTo(2);

        assertThat(kind.everything(place)).isEqualTo(before);
        assertThat(temp.resolve("new")).doesNotExist();
    }

    @Test
    void putRefusesAnotherShapeThanTheTypeHasUnlessRaw() {
        Map<String, String> before = kind.everything(place);
        for (List<String> record :
                List.of(List.of("creds"), List.of("pre-key", "1"), List.of("device-list", "62811"))) {
            String[] arguments =
                    Stream.concat(Stream.of("put", store), record.stream()).toArray(String[]::new);
            assertThat(put("{\"x\":1}", arguments).status()).as("%s", record).isEqualTo(2);
        }
        assertThat(kind.everything(place)).isEqualTo(before);

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
        assertThat(kind.records(place).keySet()).containsExactly("creds.json", "pre-key-3.json");

        Run run = Run.pawl("delete", store, "pre-key", "2", "3", "no such");
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err().lines())
                .containsExactly(
                        "NOT_FOUND pre-key 2: there is no such record",
                        "NOT_FOUND pre-key no such: there is no such record");
        assertThat(kind.records(place).keySet()).containsExactly("creds.json");
    }

    @Test
    void whereNothingIsToBeDeletedNothingIsWritten() {
        Map<String, String> before = kind.everything(place);

        assertThat(Run.pawl("delete", store, "pre-key", "77").status()).isEqualTo(1);
        assertThat(Run.pawl("delete", other, "pre-key", "1").status()).isEqualTo(1);
        assertThat(Run.pawl("erase", "--yes", other).status()).isEqualTo(1);

        assertThat(kind.everything(place)).isEqualTo(before);
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
            Map<String, String> before = kind.records(place);

            for (Run run : List.of(
                    put("1", "put", store, "my-type", "1"),
                    Run.pawl("delete", store, "pre-key", "1"),
                    Run.pawl("erase", "--yes", store),
                    Run.pawl("migrate", "--overwrite", "baileys:../examples/baileys-session", store),
                    Run.pawl("migrate", "--retire-source", store, "memory:"))) {
                assertThat(run.status()).isEqualTo(1);
                assertThat(run.err()).startsWith("STORE_IN_USE ").hasLineCount(1);
            }
            assertThat(kind.records(place)).isEqualTo(before);
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
        assertThat(kind.records(place)).isEmpty();
        assertThat(Run.pawl("inspect", store).status()).isEqualTo(1);
    }

    @Test
    void eraseAsksAndTakesOnlyYesForYes() {
        assertThat(Run.pawl("erase", store).status()).isEqualTo(2);
        assertThat(Run.answering("\n", "erase", store).status()).isEqualTo(2);
        assertThat(Run.answering("no\n", "erase", store).status()).isEqualTo(2);
        assertThat(kind.records(place)).hasSize(4);

        Run run = Run.answering("yes\n", "erase", store);
        assertThat(run.status()).isZero();
        assertThat(run.err()).contains("Erase 4 records");
        assertThat(kind.records(place)).isEmpty();
    }

    @Test
    void whatIsWrittenLeavesNoLeaseBehind() {
        put("1", "put", store, "my-type", "1");

        assertThat(Run.pawl("inspect", store).out()).containsPattern("held by +nobody");
    }
}

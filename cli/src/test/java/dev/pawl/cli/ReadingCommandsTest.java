package dev.pawl.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.Pawl;
import dev.pawl.tck.Samples;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Commands that read: what they print, and that they write nothing. */
@ParameterizedClass
@EnumSource(StoreKind.class)
class ReadingCommandsTest {

    @Parameter
    private StoreKind kind = StoreKind.BAILEYS;

    @TempDir
    private Path temp = Path.of("");

    private String sample(String name) {
        return kind.locator(kind.copyOf(name, temp));
    }

    static Stream<String> healthy() {
        return Samples.accounts().stream();
    }

    @ParameterizedTest
    @MethodSource("healthy")
    void verifyPrintsNothingForAHealthyAccount(String name) {
        Run run = Run.pawl("verify", sample(name));

        assertThat(run.out()).isEmpty();
        assertThat(run.status()).isZero();
    }

    @ParameterizedTest
    @MethodSource("healthy")
    void readingCommandsWriteNothing(String name) {
        String store = sample(name);
        Map<String, String> before = Directories.everything(temp);

        for (String command : List.of("inspect", "verify", "keys", "sessions")) {
            assertThat(Run.pawl(command, store).status()).isZero();
        }
        assertThat(Run.pawl("migrate", "--dry-run", store, "memory:").status()).isZero();

        assertThat(Directories.everything(temp)).isEqualTo(before);
    }

    @Test
    void readingWorksBesideALiveClient() {
        String store = sample("paired");
        try (Pawl pawl = Pawl.open(store)) {
            pawl.auth("default");
            for (String command : List.of("inspect", "verify", "keys", "sessions")) {
                assertThat(Run.pawl(command, store).status()).as(command).isZero();
            }
            assertThat(Run.pawl("inspect", store).out())
                    .containsPattern(
                            "held by +process " + ProcessHandle.current().pid() + " on ");
            assertThat(Run.pawl("inspect", "--json", store).out())
                    .contains("\"process\":" + ProcessHandle.current().pid());
        }
    }

    @Test
    void inspectShowsWhoseSessionItIsAndNoSecret() {
        Run run = Run.pawl("inspect", sample("paired"));

        assertThat(run.out())
                .containsPattern("paired +yes")
                .containsPattern("own JID +6281234567890:17@s.whatsapp.net")
                .containsPattern("own LID +98765432109876:17@lid")
                .containsPattern("platform +smba")
                .containsPattern("pre-key +3 +492")
                .containsPattern("durability +" + kind.durability())
                .doesNotContain("IADVrEdULIGxgVFW", "w+tdsoWpC0RZIM");
    }

    @Test
    void qrPairingLeavesRegisteredFalseAndIsPairedAllTheSame() {
        SampleSession.copyTo(temp.resolve("by-qr"));
        String paired = kind.locator(temp.resolve("paired"));
        assertThat(Run.pawl("migrate", "baileys:" + temp.resolve("by-qr"), paired)
                        .status())
                .isZero();
        assertThat(Run.pawl("get", paired, "creds").out()).contains("\"registered\":false");
        assertThat(Run.pawl("inspect", "--json", paired).out()).contains("\"paired\":true");
        assertThat(Run.pawl("inspect", "--json", sample("fresh")).out()).contains("\"paired\":false");
    }

    @Test
    void getPrintsExactlyTheStoredBytes() {
        String store = sample("app-state");

        assertThat(Run.pawl("get", store, "creds").bytes()).isEqualTo(Samples.bytes("app-state", "creds.json"));
        assertThat(Run.pawl("get", store, "app-state-sync-key", "AAD/+++/").bytes())
                .isEqualTo(Samples.bytes("app-state", "app-state-sync-key-AAD__+++__.json"));
    }

    @Test
    void aRecordThatIsNotThereIsOneLineAndStatusOne() {
        Run run = Run.pawl("get", sample("paired"), "pre-key", "99");

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.bytes()).isEmpty();
        assertThat(run.err()).startsWith("NOT_FOUND ").hasLineCount(1);
    }

    @Test
    void aStoreThatIsNotThereIsOneLineAndStatusOneAndIsNotCreated() {
        Path missing = temp.resolve("missing");
        for (List<String> command : List.of(
                List.of("inspect"), List.of("verify"), List.of("keys"), List.of("sessions"), List.of("get", "creds"))) {
            List<String> arguments = new ArrayList<>(command);
            arguments.add(1, kind.locator(missing));
            Run run = Run.pawl(arguments.toArray(String[]::new));
            assertThat(run.status()).isEqualTo(1);
            assertThat(run.bytes()).isEmpty();
            assertThat(run.err()).hasLineCount(1).contains("missing");
        }
        assertThat(missing).doesNotExist();
    }

    @Test
    void keysListsTypesWithCountsAndIdsOneALine() {
        String store = sample("lid");

        assertThat(Run.pawl("keys", store).lines()).contains("device-list   2", "lid-mapping   5", "tctoken       4");
        assertThat(Run.pawl("keys", "--json", store).lines()).contains("{\"type\":\"lid-mapping\",\"count\":5}");
        assertThat(Run.pawl("keys", store, "lid-mapping").lines())
                .containsExactly(
                        "11122233344455_reverse",
                        "6281111111111",
                        "6281234567890",
                        "98765432109876_reverse",
                        "99988877766655_reverse");
        assertThat(Run.pawl("keys", store, "no-such-type")).satisfies(run -> {
            assertThat(run.status()).isZero();
            assertThat(run.bytes()).isEmpty();
        });
    }

    @Test
    void anIdThatATerminalWouldNotShowIsOneLineOfJson() {
        String store = kind.locator(temp.resolve("odd"));
        for (String id : List.of("two\nlines", "\"quoted\"", "", "a b", "日本", "esc\u001b[2J")) {
            assertThat(Run.with("1".getBytes(UTF_8), "put", store, "odd", id).err())
                    .isEmpty();
        }

        assertThat(Run.pawl("keys", store, "odd").lines())
                .containsExactlyInAnyOrder(
                        "\"two\\nlines\"", "\"\\\"quoted\\\"\"", "\"\"", "a b", "日本", "\"esc\\u001b[2J\"");
        assertThat(Run.pawl("keys", "--json", store, "odd").lines())
                .contains("{\"type\":\"odd\",\"id\":\"two\\nlines\"}", "{\"type\":\"odd\",\"id\":\"日本\"}");
    }

    @Test
    void sessionsAreOneALine() {
        String store = sample("paired");

        assertThat(Run.pawl("sessions", store).out()).isEqualTo("default\n");
        assertThat(Run.pawl("sessions", "--json", store).out()).isEqualTo("{\"session\":\"default\"}\n");
    }

    @Test
    void verifyGivesWarningsAsLinesOfJsonToo() {
        Run run = Run.pawl("verify", "--json", sample("corrupt/missing-creds"));

        assertThat(run.status()).isZero();
        assertThat(run.lines()).isNotEmpty().allMatch(line -> line.startsWith("{\"severity\":\"warning\",\"place\":"));
    }

    @Test
    void aStoreCanBeNamedInAFile() throws Exception {
        Path file = temp.resolve("store.txt");
        Files.writeString(file, sample("paired") + "\n");

        assertThat(Run.pawl("sessions", "@" + file).out()).isEqualTo("default\n");

        Files.writeString(file, "redis://user:secret@host/0\nsecond line\n");
        Run run = Run.pawl("sessions", "@" + file);
        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).doesNotContain("secret");
    }
}

package dev.pawl.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.auth.AuthVerification;
import dev.pawl.auth.Finding;
import dev.pawl.backend.Backend;
import dev.pawl.backend.Key;
import dev.pawl.backend.SessionName;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class AuthVerificationTest {

    /** Real pre-keys of this account are ahead of its counter: five were made and the credentials not saved since. */
    private static final String AHEAD = "prekeys";

    private static final Path EXAMPLE = Path.of("..", "examples", "baileys-session");

    @TempDir
    Path directory;

    static Stream<String> healthy() {
        return Stream.concat(
                Samples.accounts().stream(),
                Stream.of("corrupt/whitespace-creds", Samples.HOSTILE_NAMES, "legacy-6.7-receiver"));
    }

    private StoredAccount sample(String name) {
        return StoredAccount.of(Samples.copyTo(directory.resolve("samples"), name));
    }

    static List<Finding> verify(StoredAccount account) {
        try (Backend backend = account.inMemory()) {
            return AuthVerification.run(backend, SessionName.DEFAULT);
        }
    }

    private static List<String> problems(List<Finding> findings) {
        return findings.stream()
                .filter(Finding::isProblem)
                .map(AuthVerificationTest::line)
                .toList();
    }

    private static List<String> warnings(List<Finding> findings) {
        return findings.stream()
                .filter(finding -> !finding.isProblem())
                .map(AuthVerificationTest::line)
                .toList();
    }

    /** Rule and record. */
    private static String line(Finding finding) {
        return finding.rule() + " "
                + finding.key().map(key -> key.partition() + "/" + key.id()).orElse("-");
    }

    @ParameterizedTest
    @MethodSource("healthy")
    void aHealthyAccountHasNoProblem(String name) {
        assertThat(problems(verify(sample(name)))).isEmpty();
    }

    @Test
    void mostHealthyAccountsHaveNoWarningEither() {
        assertThat(Samples.accounts().stream()
                        .filter(name -> !warnings(verify(sample(name))).isEmpty()))
                .as("a stale reverse mapping; an app state key that the sample never had; a counter that was not saved")
                .containsExactlyInAnyOrder("lid", "paired", AHEAD);
        assertThat(verify(StoredAccount.of(EXAMPLE))).isEmpty();
    }

    @Test
    void aBatchOfPreKeysWhoseCounterWasNotSavedIsAWarning() {
        assertThat(verify(sample(AHEAD))).singleElement().satisfies(finding -> {
            assertThat(finding.severity()).isEqualTo(Finding.Severity.WARNING);
            assertThat(finding.rule()).isEqualTo("pre-key-batch-unsaved");
            assertThat(finding.text()).contains("31").contains("35");
        });
    }

    @Test
    void eachDamagedKeyIsNamed() {
        List<Finding> findings = verify(sample("corrupt/keys"));

        assertThat(problems(findings))
                .containsExactlyInAnyOrder(
                        "damaged pre-key/1",
                        "damaged pre-key/2",
                        "reads-as-absent pre-key/3",
                        "session-shape session/2.0",
                        "session-version session/3.0");
        assertThat(warnings(findings)).containsExactlyInAnyOrder("session-empty session/1.0", "orphans /creds");
    }

    @Test
    void valuesOfTheWrongShapeAreProblemsHoweverHarmlessTheyLook() {
        assertThat(problems(verify(sample("falsy-values"))))
                .containsExactlyInAnyOrder(
                        "lid-mapping-shape lid-mapping/emptyArray",
                        "lid-mapping-shape lid-mapping/emptyBuf",
                        "lid-mapping-shape lid-mapping/emptyObj");
        // this file stood for the sender-key "memory-Z@g.us", whose file name is the same
        assertThat(problems(verify(sample("awkward-ids"))))
                .containsExactly("sender-key-memory-shape sender-key-memory/Z@g.us");
    }

    @ParameterizedTest
    @ValueSource(strings = {"empty", "truncated", "nul-bytes", "bom", "trailing-garbage"})
    void credentialsThatAreNotJsonAreDamaged(String name) {
        assertThat(problems(verify(sample("corrupt/" + name + "-creds")))).containsExactly("damaged /creds");
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "zero", "false"})
    void credentialsThatBaileysReplacesSilentlyAreAProblem(String name) {
        assertThat(problems(verify(sample("corrupt/" + name + "-creds")))).containsExactly("reads-as-absent /creds");
    }

    @ParameterizedTest
    @ValueSource(strings = {"array", "string", "empty-object"})
    void credentialsOfAnotherShapeAreAProblem(String name) {
        assertThat(problems(verify(sample("corrupt/" + name + "-creds"))))
                .isNotEmpty()
                .containsOnly("credentials-shape /creds");
    }

    @Test
    void keysWithoutCredentialsAreAWarningAndNothingAtAllIsNone() {
        StoredAccount keys = StoredAccount.of(EXAMPLE).without(Key.CREDENTIALS);

        assertThat(verify(keys)).singleElement().satisfies(finding -> {
            assertThat(finding.rule()).isEqualTo("orphans");
            assertThat(finding.isProblem()).isFalse();
        });
        assertThat(verify(StoredAccount.empty())).isEmpty();
    }
}

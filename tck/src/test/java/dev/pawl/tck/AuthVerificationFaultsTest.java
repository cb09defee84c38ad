package dev.pawl.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.auth.AuthVerification;
import dev.pawl.auth.Finding;
import dev.pawl.backend.Backend;
import dev.pawl.backend.SessionName;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class AuthVerificationFaultsTest {

    private static final StoredAccount HEALTHY = StoredAccount.of(Path.of("..", "examples", "baileys-session"));

    @TempDir
    Path directory;

    static Stream<AuthFaults.Fault> faults() {
        return AuthFaults.all().stream();
    }

    static Stream<AuthFaults.Fault> oneFaultOfEachRule() {
        Set<String> rules = new HashSet<>();
        return faults().filter(fault -> rules.add(fault.rule()));
    }

    @ParameterizedTest
    @MethodSource("faults")
    void aFaultInMemoryIsFoundByItsRuleAlone(AuthFaults.Fault fault) {
        try (Backend backend = fault.planting().apply(HEALTHY).inMemory()) {
            requireFound(fault, backend);
        }
    }

    @ParameterizedTest
    @MethodSource("oneFaultOfEachRule")
    void aFaultInADirectoryIsFoundByItsRuleAlone(AuthFaults.Fault fault) {
        try (Backend backend = fault.planting().apply(HEALTHY).inDirectory(directory.resolve("account"))) {
            requireFound(fault, backend);
        }
    }

    @Test
    void theAccountThatFaultsArePlantedInHasNone() {
        try (Backend backend = HEALTHY.inDirectory(directory.resolve("account"))) {
            assertThat(AuthVerification.run(backend, SessionName.DEFAULT)).isEmpty();
        }
    }

    @Test
    void namesOfRulesAreStableWords() {
        assertThat(AuthFaults.all())
                .allSatisfy(fault -> assertThat(fault.rule()).matches("[a-z]+(-[a-z]+)*"));
    }

    private static void requireFound(AuthFaults.Fault fault, Backend backend) {
        List<Finding> findings = AuthVerification.run(backend, SessionName.DEFAULT);

        assertThat(findings.stream().filter(Finding::isProblem)).hasSize(fault.problem() ? 1 : 0);
        assertThat(findings.stream()
                        .filter(finding ->
                                finding.rule().equals(fault.rule()) && finding.isProblem() == fault.problem()))
                .singleElement()
                .satisfies(finding -> {
                    assertThat(finding.key()).isEqualTo(Optional.of(fault.place()));
                    assertThat(finding.place()).isEqualTo(backend.locate(SessionName.DEFAULT, fault.place()));
                });
    }

    @ParameterizedTest
    @MethodSource("faults")
    void whatIsSaidHoldsNothingOfWhatIsStored(AuthFaults.Fault fault) {
        StoredAccount account = fault.planting().apply(HEALTHY);
        try (Backend backend = account.inMemory()) {
            String said = AuthVerification.run(backend, SessionName.DEFAULT).stream()
                    .map(Finding::text)
                    .collect(Collectors.joining("\n"));
            assertThat(account.secrets().filter(said::contains)).isEmpty();
        }
    }
}

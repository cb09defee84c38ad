package dev.pawl.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The suites of what stands above the waist: for each rule that a backend can break, the tests of that rule fail on one that does. */
final class BrokenStoreTest {

    /** Rules that no backend can break, by the number; the README of this module says how each was seen to fail. */
    static final Set<String> NO_BACKEND_CAN_BREAK =
            Set.of("A22", "A26", "A31", "A32", "A33", "A34", "A36", "A41", "A56", "L07");

    /** How a test fails that saw what is wrong. */
    static final Pattern SEEN = Pattern.compile(
            "java\\.lang\\.AssertionError|org\\.opentest4j\\.|dev\\.pawl\\.backend\\.|java\\.util\\.NoSuchElementException");

    static List<StoreBreakage> auth() {
        return BrokenAuth.all();
    }

    static List<StoreBreakage> lease() {
        return BrokenLeases.all();
    }

    @AfterEach
    void mend() {
        AuthStoreCase.wrapping = backend -> backend;
        LeaseCase.wrapping = backend -> backend;
    }

    @Test
    void onAnUnbrokenBackendEveryTestPasses() {
        SuiteRun auth = SuiteRun.of(AuthStoreCase.class);
        assertThat(auth.failed()).isEmpty();
        assertThat(auth.skipped()).isEmpty();
        assertThat(auth.leftOut()).singleElement().asString().contains("a backend of one session");
        SuiteRun lease = SuiteRun.of(LeaseCase.class);
        assertThat(lease.failed()).isEmpty();
        assertThat(lease.leftOut()).isEmpty();

        Set<String> rules = new TreeSet<>(auth.triedRules());
        rules.addAll(lease.triedRules());
        assertThat(covered())
                .as("every rule has a broken backend or stands in the README")
                .isEqualTo(rules);
    }

    private static Set<String> covered() {
        Set<String> rules = new HashSet<>(NO_BACKEND_CAN_BREAK);
        for (List<StoreBreakage> breakages : List.of(auth(), lease())) {
            assertThat(breakages).extracting(StoreBreakage::rule).doesNotContainAnyElementsOf(NO_BACKEND_CAN_BREAK);
            rules.addAll(breakages.stream().map(StoreBreakage::rule).collect(Collectors.toSet()));
        }
        return new TreeSet<>(rules);
    }

    @ParameterizedTest
    @MethodSource("auth")
    void aBrokenBackendFailsTheTestsOfItsAuthRule(StoreBreakage breakage) throws Exception {
        AuthStoreCase.wrapping = breakage.wrapping();
        assertFails(AuthStoreCase.class, breakage.rule());
    }

    @ParameterizedTest
    @MethodSource("lease")
    void aBrokenBackendFailsTheTestsOfItsLeaseRule(StoreBreakage breakage) throws Exception {
        LeaseCase.wrapping = breakage.wrapping();
        assertFails(LeaseCase.class, breakage.rule());
    }

    private static void assertFails(Class<?> suite, String rule) throws Exception {
        SuiteRun run = SuiteRun.ofRule(suite, rule);
        assumeTrue(run.skipped().isEmpty() || !run.failed().isEmpty(), () -> "skipped: " + run.skipped());
        assertThat(run.failedRules()).as("passed: %s", run.passed()).containsExactly(rule);
        assertThat(run.failed().values())
                .as("a test fails by what it sees, not because the broken backend is broken in another way")
                .allMatch(message -> SEEN.matcher(message).lookingAt());
    }
}

package dev.pawl.tck;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The suite of jobs: for each rule that a backend can break, the tests of that rule fail on one that does. */
final class BrokenJobsTest {

    /** Rules that no backend can break, by the number; the README of this module says how each was seen to fail. */
    static final Set<String> NO_BACKEND_CAN_BREAK = Set.of("J27", "J28", "J31", "J34");

    static List<StoreBreakage> breakages() {
        return BrokenJobs.all();
    }

    @AfterEach
    void mend() {
        JobStoreCase.wrapping = backend -> backend;
    }

    @Test
    void onAnUnbrokenBackendEveryTestPassesAndEveryRuleHasABreakage() {
        SuiteRun run = SuiteRun.of(JobStoreCase.class);
        assertThat(run.failed()).isEmpty();
        assertThat(run.skipped()).isEmpty();
        assertThat(run.leftOut()).isEmpty();

        Set<String> covered =
                breakages().stream().map(StoreBreakage::rule).collect(Collectors.toCollection(TreeSet::new));
        assertThat(covered).doesNotContainAnyElementsOf(NO_BACKEND_CAN_BREAK);
        covered.addAll(NO_BACKEND_CAN_BREAK);
        assertThat(covered)
                .as("every rule has a broken backend or stands in the README")
                .isEqualTo(run.triedRules());
    }

    @ParameterizedTest
    @MethodSource("breakages")
    void aBrokenBackendFailsTheTestsOfItsRule(StoreBreakage breakage) throws Exception {
        JobStoreCase.wrapping = breakage.wrapping();
        SuiteRun run = SuiteRun.ofRule(JobStoreCase.class, breakage.rule());

        assertThat(run.failedRules()).as("passed: %s", run.passed()).containsExactly(breakage.rule());
        assertThat(run.failed().values())
                .as("a test fails by what it sees, not because the broken backend is broken in another way")
                .allMatch(message -> BrokenStoreTest.SEEN.matcher(message).lookingAt());
    }
}

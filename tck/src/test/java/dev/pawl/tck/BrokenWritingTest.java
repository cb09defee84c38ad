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

/** The suite of what a history becomes: for each rule that a backend can break, the tests of that rule fail on one that does. */
final class BrokenWritingTest {

    /** Rules that no backend can break, by the number; the README of this module says how each was seen to fail. */
    static final Set<String> NO_BACKEND_CAN_BREAK = Set.of("M08", "M09");

    static List<StoreBreakage> all() {
        return BrokenWriting.all();
    }

    @AfterEach
    void mend() {
        MessageStoreCase.wrapping = backend -> backend;
    }

    @Test
    void onAnUnbrokenBackendEveryTestPassesAndEveryRuleHasABrokenOne() {
        SuiteRun run = SuiteRun.of(MessageStoreCase.class);
        assertThat(run.failed()).isEmpty();
        assertThat(run.skipped()).isEmpty();

        Set<String> covered = all().stream().map(StoreBreakage::rule).collect(Collectors.toCollection(TreeSet::new));
        assertThat(covered).doesNotContainAnyElementsOf(NO_BACKEND_CAN_BREAK);
        covered.addAll(NO_BACKEND_CAN_BREAK);
        assertThat(covered).isEqualTo(new TreeSet<>(run.triedRules()));
    }

    @ParameterizedTest
    @MethodSource("all")
    void aBrokenBackendFailsTheTestsOfItsRule(StoreBreakage breakage) throws Exception {
        MessageStoreCase.wrapping = breakage.wrapping();

        SuiteRun run = SuiteRun.ofRule(MessageStoreCase.class, breakage.rule());
        assertThat(run.failedRules()).as(breakage.what()).containsExactly(breakage.rule());
        assertThat(run.failed().values())
                .as("a test fails by what it sees, not because the broken backend is broken in another way")
                .allMatch(message -> BrokenStoreTest.SEEN.matcher(message).lookingAt());
    }
}

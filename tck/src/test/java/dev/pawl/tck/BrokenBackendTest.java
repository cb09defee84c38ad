package dev.pawl.tck;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The contract suite itself: for each rule, backends that break it are told apart by that rule's number. */
final class BrokenBackendTest {

    static List<Breakage> breakages() {
        return Stream.of(
                        BrokenCommits.all(),
                        BrokenValues.all(),
                        BrokenListings.all(),
                        BrokenSessions.all(),
                        BrokenLives.all())
                .flatMap(List::stream)
                .toList();
    }

    @AfterEach
    void mend() {
        BackendCase.opening = MemoryStorage::open;
        BackendCase.slow = false;
    }

    @Test
    void anUnbrokenBackendPassesEveryTestAndEveryRuleHasABrokenOne() {
        Set<String> broken = breakages().stream().map(Breakage::rule).collect(Collectors.toSet());
        for (boolean slow : List.of(false, true)) {
            BackendCase.slow = slow;
            SuiteRun run = SuiteRun.of(BackendCase.class);
            assertThat(run.failed()).isEmpty();
            assertThat(run.skipped()).isEmpty();
            assertThat(run.leftOut()).singleElement().asString().contains("refuses to write any other");
            assertThat(run.passed()).allMatch(name -> name.matches("W\\d\\d \\S.*"));
            assertThat(broken).isEqualTo(run.triedRules());
        }
    }

    @ParameterizedTest
    @MethodSource("breakages")
    void aBrokenBackendFailsTheTestsOfItsRule(Breakage breakage) {
        BackendCase.slow = true;
        BackendCase.opening = breakage.opening();
        SuiteRun run = SuiteRun.of(BackendCase.class);
        assertThat(run.failedRules()).as("%s", run.failed()).contains(breakage.rule());
        Set<String> others = new TreeSet<>(run.failedRules());
        others.remove(breakage.rule());
        others.removeAll(breakage.mayAlsoBreak());
        assertThat(others)
                .as("rules that have nothing to do with it: %s", run.failed())
                .isEmpty();
    }
}

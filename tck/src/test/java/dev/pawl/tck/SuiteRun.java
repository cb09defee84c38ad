package dev.pawl.tck;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.EngineFilter;
import org.junit.platform.launcher.Launcher;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/**
 * What came of running one contract suite inside a test.
 *
 * @param failed each failed test with what it said, by display name
 * @param skipped each skipped test with the reason
 * @param passed the tests that passed
 * @param leftOut the tests of rules that do not apply to the subject
 */
record SuiteRun(Map<String, String> failed, Map<String, String> skipped, Set<String> passed, Set<String> leftOut) {

    /** Runs all tests of a class with Jupiter. */
    static SuiteRun of(Class<?> suite) {
        SuiteRun run = new SuiteRun(new TreeMap<>(), new TreeMap<>(), new TreeSet<>(), new TreeSet<>());
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
                .selectors(DiscoverySelectors.selectClass(suite))
                .filters(EngineFilter.includeEngines("junit-jupiter"))
                .build();
        Launcher launcher = LauncherFactory.create();
        launcher.execute(request, run.listener());
        if (run.failed.size() + run.skipped.size() + run.passed.size() == 0) {
            throw new IllegalStateException(suite + " has no tests");
        }
        return run;
    }

    /** The numbers of the rules of which at least one test failed. */
    Set<String> failedRules() {
        return rules(failed.keySet());
    }

    /** The numbers of all rules that were tried. */
    Set<String> triedRules() {
        Set<String> tried = rules(passed);
        tried.addAll(failedRules());
        return tried;
    }

    private static Set<String> rules(Set<String> names) {
        Set<String> rules = new TreeSet<>();
        names.forEach(name -> rules.add(name.split(" ", 2)[0]));
        return rules;
    }

    /** Whether a test of this name came to an end; those of a template do before it does. */
    private boolean isTried(String name) {
        return failed.containsKey(name) || skipped.containsKey(name) || passed.contains(name);
    }

    private static boolean isTemplate(TestIdentifier test) {
        return test.isContainer()
                && test.getSource().filter(MethodSource.class::isInstance).isPresent();
    }

    private TestExecutionListener listener() {
        return new TestExecutionListener() {
            @Override
            public void executionSkipped(TestIdentifier test, String reason) {
                skipped.put(test.getDisplayName(), reason);
            }

            @Override
            public void executionFinished(TestIdentifier test, TestExecutionResult result) {
                String name = test.getDisplayName();
                String message = result.getThrowable().map(Throwable::toString).orElse("");
                boolean successful = result.getStatus() == TestExecutionResult.Status.SUCCESSFUL;
                if (!successful && result.getStatus() == TestExecutionResult.Status.ABORTED) {
                    skipped.put(name, message);
                } else if (!successful) {
                    failed.put(name, message);
                } else if (test.isTest()) {
                    passed.add(name);
                } else if (isTemplate(test) && !isTried(name)) {
                    leftOut.add(name);
                }
            }
        };
    }
}

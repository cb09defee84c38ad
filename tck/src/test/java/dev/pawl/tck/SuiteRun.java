package dev.pawl.tck;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.platform.engine.FilterResult;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.EngineFilter;
import org.junit.platform.launcher.Launcher;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.PostDiscoveryFilter;
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

    /** How long the tests of one rule may take, so that a backend on which a test never ends costs no more. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** Runs all tests of a class with Jupiter. */
    static SuiteRun of(Class<?> suite) {
        return of(suite, name -> true);
    }

    /**
     * Runs the tests of one rule, and no others.
     *
     * @param rule its number
     */
    static SuiteRun ofRule(Class<?> suite, String rule) throws Exception {
        FutureTask<SuiteRun> run = new FutureTask<>(() -> of(suite, name -> name.startsWith(rule + " ")));
        Thread thread = new Thread(run, "suite");
        thread.setDaemon(true);
        thread.start();
        return run.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    private static SuiteRun of(Class<?> suite, Predicate<String> wanted) {
        SuiteRun run = new SuiteRun(new TreeMap<>(), new TreeMap<>(), new TreeSet<>(), new TreeSet<>());
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
                .selectors(DiscoverySelectors.selectClass(suite))
                .filters(EngineFilter.includeEngines("junit-jupiter"), (PostDiscoveryFilter)
                        test -> FilterResult.includedIf(test.getSource()
                                        .filter(MethodSource.class::isInstance)
                                        .isEmpty()
                                || wanted.test(test.getDisplayName())))
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

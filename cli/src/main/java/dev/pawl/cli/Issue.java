package dev.pawl.cli;

import dev.pawl.auth.AuthVerification;
import dev.pawl.auth.Finding;
import dev.pawl.backend.CorruptDataException;
import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Salvageable;
import dev.pawl.job.JobFinding;
import dev.pawl.job.JobVerification;
import dev.pawl.json.JsonObject;
import dev.pawl.lease.Lease;
import dev.pawl.lease.LeaseRecord;
import dev.pawl.lease.LeaseState;
import dev.pawl.message.HistoryFinding;
import dev.pawl.message.HistoryVerification;
import dev.pawl.migrate.Part;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Something that is wrong or unusual in a store.
 *
 * @param problem whether it is damage, or only unusual
 * @param rule the stable name of what found it
 * @param place the file or row
 * @param text what is wrong, without any value
 */
record Issue(boolean problem, String rule, String place, String text) {

    /** What finds bytes that are not those that were stored. */
    private static final String DAMAGED = "damaged";

    /** What finds the mark of a copy that was interrupted, with which no client opens the session. */
    private static final String UNFINISHED = "unfinished-copy";

    /** What finds a lease row that cannot be read. */
    static final String LEASE = "lease-decodes";

    /** Everything that can be found out about a session by reading it. */
    static List<Issue> of(Store store, Streams streams) {
        List<Issue> issues = new ArrayList<>();
        // first, since an unfinished copy explains what is wrong in it
        for (Part part : Part.values()) {
            lease(store, part).ifPresent(issues::add);
        }
        try (ProgressBar bar = new ProgressBar(streams)) {
            List<Finding> findings =
                    AuthVerification.run(store.backend(), store.session(), records -> bar.show("reading", records, 0));
            for (Finding finding : findings) {
                issues.add(new Issue(finding.isProblem(), finding.rule(), finding.place(), finding.text()));
            }
            List<HistoryFinding> history = HistoryVerification.run(
                    store.backend(), store.session(), rows -> bar.show("reading the history", rows, 0));
            for (HistoryFinding finding : history) {
                issues.add(new Issue(finding.problem(), finding.rule(), finding.place(), finding.text()));
            }
            List<JobFinding> jobs = JobVerification.run(
                    store.backend(), store.session(), rows -> bar.show("reading the jobs", rows, 0));
            for (JobFinding finding : jobs) {
                issues.add(new Issue(finding.problem(), finding.rule(), finding.place(), finding.text()));
            }
        }
        return once(issues);
    }

    /** Whoever reads meets the same damage of a whole store again and again. */
    private static List<Issue> once(List<Issue> issues) {
        Set<List<String>> said = new HashSet<>();
        return issues.stream()
                .filter(issue -> said.add(List.of(issue.place(), issue.text())))
                .toList();
    }

    /** What helps where stored bytes are not what was written, and something does. */
    static Optional<String> remedy(Store store, List<Issue> issues) {
        boolean damaged = issues.stream()
                .anyMatch(issue -> issue.problem() && issue.rule().equals(DAMAGED));
        return damaged && store.backend().as(Salvageable.class).isPresent()
                ? Optional.of("\"pawl repair " + Plain.line(store.locator().toString())
                        + " --to OTHER\" saves what is intact into another store.")
                : Optional.empty();
    }

    /** A lease row that nobody can read keeps every client out; so does the mark of a copy that was interrupted. */
    private static Optional<Issue> lease(Store store, Part part) {
        try {
            return Lease.read(store.backend(), store.session(), part.lease())
                    .map(LeaseRecord::state)
                    .filter(LeaseState.Migrating.class::isInstance)
                    .map(state -> unfinished(store, part, ((LeaseState.Migrating) state).source()));
        } catch (CorruptDataException e) {
            return Optional.of(of(LEASE, e));
        }
    }

    private static Issue unfinished(Store store, Part part, String source) {
        return new Issue(
                true,
                UNFINISHED,
                store.backend().locate(store.session(), new Key(Family.LEASE, "", part.lease())),
                "the copy of " + part.lease() + " from " + source + " was not finished: nothing opens it");
    }

    /** Damage that was met. */
    private static Issue of(String rule, CorruptDataException damage) {
        return new Issue(true, rule, damage.place(), damage.problem());
    }

    /** What a client would be told that meets the problem. */
    String code() {
        return rule.equals(UNFINISHED) ? "STORE_IN_USE" : "STORE_CORRUPTED";
    }

    String line() {
        return Plain.line((problem ? code() : "warning") + " " + place + ": " + text + " (" + rule + ")");
    }

    JsonObject json() {
        return JsonObject.builder()
                .put("severity", problem ? "problem" : "warning")
                .put("place", place)
                .put("rule", rule)
                .put("text", text)
                .build();
    }
}

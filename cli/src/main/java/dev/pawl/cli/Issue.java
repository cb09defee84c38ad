package dev.pawl.cli;

import dev.pawl.auth.AuthVerification;
import dev.pawl.auth.Finding;
import dev.pawl.backend.CorruptDataException;
import dev.pawl.json.JsonObject;
import dev.pawl.lease.Lease;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Something that is wrong or unusual in a store.
 *
 * @param problem whether it is damage, or only unusual
 * @param rule the stable name of what found it
 * @param place the file or row
 * @param text what is wrong, without any value
 */
record Issue(boolean problem, String rule, String place, String text) {

    /** What finds a lease row that cannot be read. */
    static final String LEASE = "lease-decodes";

    /** Everything that can be found out about a session by reading it. */
    static List<Issue> of(Store store, Streams streams) {
        List<Issue> issues = new ArrayList<>();
        try (ProgressBar bar = new ProgressBar(streams)) {
            List<Finding> findings =
                    AuthVerification.run(store.backend(), store.session(), records -> bar.show("reading", records, 0));
            for (Finding finding : findings) {
                issues.add(new Issue(finding.isProblem(), finding.rule(), finding.place(), finding.text()));
            }
        }
        lease(store).ifPresent(issues::add);
        return issues;
    }

    /** A lease row that nobody can read keeps every client out. */
    private static Optional<Issue> lease(Store store) {
        try {
            Lease.read(store.backend(), store.session(), TakeOver.AUTH);
            return Optional.empty();
        } catch (CorruptDataException e) {
            return Optional.of(of(LEASE, e));
        }
    }

    /** Damage that was met. */
    private static Issue of(String rule, CorruptDataException damage) {
        return new Issue(true, rule, damage.place(), damage.problem());
    }

    String line() {
        return Plain.line((problem ? "STORE_CORRUPTED " : "warning ") + place + ": " + text + " (" + rule + ")");
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

package dev.pawl.cli;

import dev.pawl.auth.AuthVerification;
import dev.pawl.auth.Finding;
import dev.pawl.backend.CorruptDataException;
import dev.pawl.json.JsonObject;
import java.util.ArrayList;
import java.util.List;

/**
 * Something that is wrong or unusual in a store.
 *
 * @param problem whether it is damage, or only unusual
 * @param rule the stable name of what found it
 * @param place the file or row
 * @param text what is wrong, without any value
 */
record Issue(boolean problem, String rule, String place, String text) {

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
        return issues;
    }

    /** Damage that was met. */
    static Issue of(String rule, CorruptDataException damage) {
        String message = String.valueOf(damage.getMessage());
        String prefix = damage.place() + ": ";
        String text = message.startsWith(prefix) ? message.substring(prefix.length()) : message;
        return new Issue(true, rule, damage.place(), text);
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

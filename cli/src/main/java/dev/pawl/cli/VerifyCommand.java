package dev.pawl.cli;

import dev.pawl.backend.Locator;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code pawl verify LOC}. */
@Command(
        name = "verify",
        description = {
            "Reads every record of a session and says what is wrong, one line per problem on standard output; exit status"
                    + " 1 when there is one.",
            "",
            "What is unusual but seen in accounts that work is a warning on standard error and no problem. With --json"
                    + " both are lines on standard output, told apart by \"severity\"."
        },
        footerHeading = "%nExamples:%n",
        footer = {"  pawl verify baileys:auth_info", "  pawl verify --json sqlite:pawl.db#main"})
final class VerifyCommand extends Subcommand {

    @Parameters(paramLabel = "LOC", description = "The store.", converter = LocatorArgument.class)
    private Locator locator = NO_LOCATOR;

    VerifyCommand(Streams streams) {
        super(streams);
    }

    @Override
    int run(Resources resources) {
        Store store = resources.own(Store.reading(locator));
        store.requireSomething();
        List<Issue> issues = Issue.of(store, streams());
        for (Issue issue : issues) {
            if (json()) {
                streams().json(issue.json());
            } else if (issue.problem()) {
                streams().line(issue.line());
            } else {
                streams().say(issue.line());
            }
        }
        List<Issue> problems = issues.stream().filter(Issue::problem).toList();
        if (!problems.isEmpty()) {
            streams().flush();
            streams()
                    .say(problems.get(0).code() + " " + Plain.line(locator.toString()) + ": "
                            + Numbers.of(problems.size(), "problem"));
            Issue.remedy(store, issues).ifPresent(streams()::say);
            return ExitStatus.PROBLEM;
        }
        return ExitStatus.DONE;
    }
}

package dev.pawl.cli;

import dev.pawl.backend.CorruptDataException;
import dev.pawl.backend.Durability;
import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Locator;
import dev.pawl.json.JsonArray;
import dev.pawl.json.JsonNull;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonValue;
import dev.pawl.lease.Lease;
import dev.pawl.lease.LeaseRecord;
import dev.pawl.lease.LeaseState;
import dev.pawl.migrate.MigrationReport.Amount;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code pawl inspect LOC}. */
@Command(
        name = "inspect",
        description = {
            "Shows whose session it is, how much there is of everything, who holds it, how it is stored, and what"
                    + " deserves attention. Shows no keys.",
            "",
            "Works beside a running client and on damaged stores: what is damaged is named, the exit status is 1, and the"
                    + " rest is shown all the same."
        },
        footerHeading = "%nExamples:%n",
        footer = {"  pawl inspect baileys:auth_info", "  pawl inspect --json baileys:auth_info"})
final class InspectCommand extends Subcommand {

    @Parameters(paramLabel = "LOC", description = "The store.", converter = LocatorArgument.class)
    private Locator locator = NO_LOCATOR;

    InspectCommand(Streams streams) {
        super(streams);
    }

    /** What was found out. */
    private record Findings(
            String place,
            Identity identity,
            Survey survey,
            Optional<LeaseRecord> lease,
            String format,
            Durability durability,
            List<Issue> issues) {

        List<Issue> problems() {
            return issues.stream().filter(Issue::problem).toList();
        }

        List<Issue> warnings() {
            return issues.stream().filter(issue -> !issue.problem()).toList();
        }
    }

    @Override
    int run(Resources resources) {
        Store store = resources.own(Store.reading(locator));
        store.requireSession();
        List<Issue> issues = issues(store);
        Findings findings = new Findings(
                store.backend().locate(store.session(), Key.CREDENTIALS),
                Identity.of(store),
                Survey.of(store),
                lease(store, issues),
                store.backend().inspect(store.session()).format(),
                store.backend().traits().durability(),
                issues);
        if (json()) {
            streams().json(json(findings));
        } else {
            show(findings);
        }
        streams().flush();
        findings.problems().forEach(issue -> streams().say(issue.line()));
        return findings.problems().isEmpty() ? ExitStatus.DONE : ExitStatus.PROBLEM;
    }

    private List<Issue> issues(Store store) {
        try (ProgressBar bar = new ProgressBar(streams())) {
            return Issue.of(store, bar);
        }
    }

    private static Optional<LeaseRecord> lease(Store store, List<Issue> issues) {
        try {
            return Lease.read(store.backend(), store.session(), TakeOver.AUTH);
        } catch (CorruptDataException e) {
            issues.add(Issue.of("lease-decodes", e));
            return Optional.empty();
        }
    }

    private void show(Findings findings) {
        Table table = new Table(2);
        table.row("session", locator.session().name());
        table.row("place", Plain.line(findings.place()));
        findings.identity().lines().forEach(table::row);
        table.row("held by", holder(findings.lease()));
        table.row("format", Plain.line(findings.format()));
        table.row("durability", durability(findings.durability()));
        table.lines().forEach(streams()::line);
        streams().line("");
        records(findings.survey()).lines().forEach(streams()::line);
        section("problems", findings.problems());
        section("warnings", findings.warnings());
    }

    private static Table records(Survey survey) {
        Table table = new Table(3);
        table.row("records", "count", "bytes");
        survey.others().forEach((family, amount) -> row(table, name(family), amount));
        survey.keys().forEach((type, amount) -> row(table, Plain.cell(type), amount));
        row(table, "total", survey.total());
        return table;
    }

    private static void row(Table table, String name, Amount amount) {
        table.row(name, Numbers.grouped(amount.rows()), Numbers.grouped(amount.bytes()));
    }

    private void section(String title, List<Issue> issues) {
        if (!issues.isEmpty()) {
            streams().line("");
            streams().line(title);
            issues.forEach(issue -> streams().line(Plain.line("  " + issue.place() + ": " + issue.text())));
        }
    }

    private static String holder(Optional<LeaseRecord> lease) {
        String owner = lease.flatMap(LeaseRecord::owner)
                .map(holder -> Plain.line(holder.toString()))
                .orElse("nobody");
        LeaseState state = lease.map(LeaseRecord::state).orElse(LeaseState.HELD);
        if (state instanceof LeaseState.Migrating migrating) {
            return owner + ", half copied from " + Plain.line(migrating.source());
        }
        if (state instanceof LeaseState.Retired retired) {
            return owner + ", retired in favour of " + Plain.line(retired.target());
        }
        return state instanceof LeaseState.Clearing ? owner + ", being erased" : owner;
    }

    private static String durability(Durability durability) {
        return switch (durability) {
            case POWER_LOSS -> "survives power loss";
            case PROCESS_CRASH -> "survives the end of the process, not of the machine";
            case NONE -> "none: lives in this process";
        };
    }

    private static String name(Family family) {
        return family.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private JsonObject json(Findings findings) {
        JsonObject.Builder keys = JsonObject.builder();
        findings.survey().keys().forEach((type, amount) -> keys.put(type, amount(amount)));
        JsonObject.Builder others = JsonObject.builder();
        findings.survey().others().forEach((family, amount) -> others.put(name(family), amount(amount)));
        return JsonObject.builder()
                .put("store", locator.toString())
                .put("session", locator.session().name())
                .put("place", findings.place())
                .put("identity", findings.identity().json())
                .put("keys", keys.build())
                .put("records", others.build())
                .put("total", amount(findings.survey().total()))
                .put("lease", findings.lease().map(InspectCommand::lease).orElse(JsonNull.NULL))
                .put("format", findings.format())
                .put("durability", findings.durability().name().toLowerCase(Locale.ROOT))
                .put("problems", issues(findings.problems()))
                .put("warnings", issues(findings.warnings()))
                .build();
    }

    private static JsonValue amount(Amount amount) {
        return JsonObject.builder()
                .put("count", amount.rows())
                .put("bytes", amount.bytes())
                .build();
    }

    private static JsonValue issues(List<Issue> issues) {
        return JsonArray.copyOf(issues.stream().map(Issue::json).toList());
    }

    private static JsonValue lease(LeaseRecord lease) {
        JsonObject.Builder json = JsonObject.builder();
        LeaseState state = lease.state();
        if (state instanceof LeaseState.Migrating migrating) {
            json.put("state", "migrating").put("source", migrating.source());
        } else if (state instanceof LeaseState.Retired retired) {
            json.put("state", "retired").put("target", retired.target());
        } else {
            json.put("state", state instanceof LeaseState.Clearing ? "clearing" : "held");
        }
        lease.owner()
                .ifPresent(owner -> json.put("host", owner.host())
                        .put("process", owner.process())
                        .put("since", owner.since().toString()));
        return json.build();
    }
}

package dev.pawl.cli;

import dev.pawl.auth.AuthSummary;
import dev.pawl.backend.CorruptDataException;
import dev.pawl.backend.Durability;
import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Locator;
import dev.pawl.backend.Page;
import dev.pawl.backend.Scan;
import dev.pawl.job.JobCounts;
import dev.pawl.job.JobStore;
import dev.pawl.json.JsonArray;
import dev.pawl.json.JsonNull;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonValue;
import dev.pawl.lease.Lease;
import dev.pawl.lease.LeaseRecord;
import dev.pawl.lease.LeaseState;
import dev.pawl.migrate.Part;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
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
        footer = {"  pawl inspect baileys:auth_info", "  pawl inspect --json sqlite:pawl.db#main"})
final class InspectCommand extends Subcommand {

    private static final int PAGE = 1000;

    private static final AuthSummary NOTHING_READABLE = new AuthSummary(
            AuthSummary.State.DAMAGED, Optional.empty(), Optional.empty(), Optional.empty(), false, 0, List.of());

    @Parameters(paramLabel = "LOC", description = "The store.", converter = LocatorArgument.class)
    private Locator locator = NO_LOCATOR;

    InspectCommand(Streams streams) {
        super(streams);
    }

    /** What was found out. */
    private record Findings(
            String place,
            AuthSummary summary,
            Map<Family, Long> history,
            Optional<JobCounts> jobs,
            Optional<LeaseRecord> lease,
            Optional<LeaseRecord> historyLease,
            Optional<LeaseRecord> jobsLease,
            Optional<Long> notIndexed,
            String format,
            Durability durability,
            List<Issue> issues) {

        List<Issue> problems() {
            return issues.stream().filter(Issue::problem).toList();
        }

        boolean leaseIsDamaged() {
            return issues.stream().anyMatch(issue -> issue.rule().equals(Issue.LEASE));
        }

        List<Issue> warnings() {
            return issues.stream().filter(issue -> !issue.problem()).toList();
        }
    }

    @Override
    int run(Resources resources) {
        Store store = resources.own(Store.reading(locator));
        store.requireSomething();
        List<Issue> issues = Issue.of(store, streams());
        Findings findings = new Findings(
                store.backend().locate(store.session(), Key.CREDENTIALS),
                readable(() -> AuthSummary.of(store.backend(), store.session()), NOTHING_READABLE),
                readable(() -> history(store), Map.of()),
                readable(() -> jobs(store), Optional.empty()),
                lease(store, Part.AUTH),
                lease(store, Part.MESSAGES),
                lease(store, Part.JOBS),
                readable(store::notIndexed, Optional.empty()),
                readable(() -> store.backend().inspect(store.session()).format(), "not known"),
                store.backend().traits().durability(),
                issues);
        if (json()) {
            streams().json(json(findings));
        } else {
            show(findings);
        }
        streams().flush();
        findings.problems().forEach(issue -> streams().say(issue.line()));
        Issue.remedy(store, issues).ifPresent(streams()::say);
        return findings.problems().isEmpty() ? ExitStatus.DONE : ExitStatus.PROBLEM;
    }

    private static Optional<LeaseRecord> lease(Store store, Part part) {
        return readable(() -> Lease.read(store.backend(), store.session(), part.lease()), Optional.empty());
    }

    /** Damage is named among the problems, and does not keep the rest from being shown. */
    private static <T> T readable(Supplier<T> reading, T otherwise) {
        try {
            return reading.get();
        } catch (CorruptDataException damaged) {
            return otherwise;
        }
    }

    private static Optional<JobCounts> jobs(Store store) {
        if (!store.backend().traits().families().contains(Family.JOB)) {
            return Optional.empty();
        }
        try (JobStore jobs = JobStore.openReadOnly(store.backend(), store.session())) {
            return Optional.of(jobs.counts());
        }
    }

    /** How much there is of everything but credentials, keys and jobs. */
    private static Map<Family, Long> history(Store store) {
        Map<Family, Long> history = new EnumMap<>(Family.class);
        Set<Family> families =
                EnumSet.complementOf(EnumSet.of(Family.LEASE, Family.CREDENTIALS, Family.KEY, Family.JOB));
        families.retainAll(store.backend().traits().families());
        for (Family family : families) {
            long count = count(store, family);
            if (count > 0) {
                history.put(family, count);
            }
        }
        return history;
    }

    /** From partition to partition: most stores know how many rows each has. */
    private static long count(Store store, Family family) {
        return Page.stream((Optional<String> after) -> store.backend().partitions(store.session(), family, after, PAGE))
                .mapToLong(partition -> partition
                        .rows()
                        .orElseGet(() -> Listing.count(store, Scan.of(family).in(partition.name()))))
                .sum();
    }

    private void show(Findings findings) {
        Table table = new Table(2);
        table.row("session", locator.session().name());
        table.row("place", Plain.line(findings.place()));
        IdentityText.lines(findings.summary()).forEach(table::row);
        table.row("held by", findings.leaseIsDamaged() ? "not known" : holder(findings.lease()));
        findings.historyLease().ifPresent(lease -> table.row("history held by", holder(Optional.of(lease))));
        findings.jobsLease().ifPresent(lease -> table.row("jobs held by", holder(Optional.of(lease))));
        table.row("format", Plain.line(findings.format()));
        table.row("durability", durability(findings.durability()));
        findings.notIndexed()
                .ifPresent(waiting -> table.row(
                        "search",
                        waiting == 0 ? "by an index" : "by an index that lacks " + Numbers.of(waiting, "change")));
        table.lines().forEach(streams()::line);
        streams().line("");
        records(findings).lines().forEach(streams()::line);
        section("problems", findings.problems());
        section("warnings", findings.warnings());
    }

    private static Table records(Findings findings) {
        AuthSummary summary = findings.summary();
        Table table = new Table(3);
        table.row("records", "count", "bytes");
        if (summary.credentials() != AuthSummary.State.ABSENT) {
            row(table, "creds", 1, summary.credentialsBytes());
        }
        summary.types().forEach(type -> row(table, Plain.cell(type.name()), type.records(), type.bytes()));
        findings.history()
                .forEach((family, count) -> table.row(MigrationText.family(family), Numbers.grouped(count), ""));
        findings.jobs().map(JobText::counts).orElse(Map.of()).forEach((state, count) -> {
            if (count > 0) {
                table.row(state.equals("broadcasts") ? state : "jobs " + state, Numbers.grouped(count), "");
            }
        });
        return table;
    }

    private static void row(Table table, String name, long records, long bytes) {
        table.row(name, Numbers.grouped(records), Numbers.grouped(bytes));
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

    private JsonObject json(Findings findings) {
        JsonObject.Builder keys = JsonObject.builder();
        findings.summary()
                .types()
                .forEach(type -> keys.put(
                        type.name(),
                        JsonObject.builder()
                                .put("count", type.records())
                                .put("bytes", type.bytes())
                                .put("unreadable", type.unreadable())
                                .build()));
        JsonObject.Builder history = JsonObject.builder();
        findings.history().forEach((family, count) -> history.put(MigrationText.family(family), count));
        JsonObject.Builder jobs = JsonObject.builder();
        findings.jobs().map(JobText::counts).orElse(Map.of()).forEach(jobs::put);
        return JsonObject.builder()
                .put("store", locator.toString())
                .put("session", locator.session().name())
                .put("place", findings.place())
                .put("identity", IdentityText.json(findings.summary()))
                .put("credentialsBytes", findings.summary().credentialsBytes())
                .put("keys", keys.build())
                .put("history", history.build())
                .put("jobs", findings.jobs().isPresent() ? jobs.build() : JsonNull.NULL)
                .put("lease", findings.lease().map(InspectCommand::lease).orElse(JsonNull.NULL))
                .put(
                        "historyLease",
                        findings.historyLease().map(InspectCommand::lease).orElse(JsonNull.NULL))
                .put(
                        "jobsLease",
                        findings.jobsLease().map(InspectCommand::lease).orElse(JsonNull.NULL))
                .put(
                        "search",
                        findings.notIndexed()
                                .map(waiting -> (JsonValue) JsonObject.builder()
                                        .put("waiting", waiting)
                                        .build())
                                .orElse(JsonNull.NULL))
                .put("format", findings.format())
                .put("durability", findings.durability().name().toLowerCase(Locale.ROOT))
                .put("problems", issues(findings.problems()))
                .put("warnings", issues(findings.warnings()))
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

package dev.pawl.cli;

import dev.pawl.backend.Locator;
import dev.pawl.backend.Page;
import dev.pawl.job.Broadcast;
import dev.pawl.job.BroadcastProgress;
import dev.pawl.job.Cancellation;
import dev.pawl.job.Job;
import dev.pawl.job.JobFilter;
import dev.pawl.job.JobState;
import dev.pawl.job.JobStore;
import dev.pawl.json.JsonObject;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code pawl jobs LOC} and {@code pawl jobs LOC show|cancel|retry ID}. */
@Command(
        name = "jobs",
        description = {
            "Lists scheduled jobs by the time they are due; or shows, cancels or retries one of them.",
            "",
            "A job waits until it is due, is claimed by the process that sends it, and is done, or dead when it was given"
                    + " up. \"show\" and \"cancel\" take the id of a broadcast too, whose other recipients are queued. Of a"
                    + " job that is being sent, \"cancel\" says so: that attempt cannot be called back, and there is no"
                    + " other. \"retry\" lets a dead or cancelled job wait again, due now, with the same message id.",
            "",
            "With --json each job is one line, {\"state\",\"due\",\"job\"}: the job as it is stored, payload included."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  pawl jobs sqlite:pawl.db#main",
            "  pawl jobs --state waiting,dead --limit 50 sqlite:pawl.db",
            "  pawl jobs sqlite:pawl.db cancel 0585f1d2-6d5c-4b0e-9c1a-3f1f5f3e7a10"
        })
final class JobsCommand extends Subcommand {

    private static final int PAGE = 500;

    @Parameters(index = "0", paramLabel = "LOC", description = "The store.", converter = LocatorArgument.class)
    private Locator locator = NO_LOCATOR;

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "show|cancel|retry",
            converter = JobArguments.OfAction.class,
            description = "What to do with one job.")
    private Optional<JobArguments.Action> action = Optional.empty();

    @Parameters(index = "2", arity = "0..1", paramLabel = "ID", description = "The id of the job.")
    private Optional<String> id = Optional.empty();

    @Option(
            names = "--state",
            split = ",",
            paramLabel = "STATE",
            converter = JobArguments.OfState.class,
            description = "Lists jobs in these states only: queued, waiting, claimed, done, dead, cancelled.")
    private Set<JobState> states = EnumSet.noneOf(JobState.class);

    @Option(names = "--broadcast", paramLabel = "ID", description = "Lists jobs of this broadcast only.")
    private Optional<String> broadcast = Optional.empty();

    @Option(names = "--limit", paramLabel = "N", description = "The most jobs to list; all unless said.")
    private Optional<Integer> limit = Optional.empty();

    @Option(
            names = "--after-cursor",
            paramLabel = "C",
            description =
                    "Goes on where the listing before ended, as its line \"next-cursor: C\" on standard error says.")
    private Optional<String> cursor = Optional.empty();

    JobsCommand(Streams streams) {
        super(streams);
    }

    @Override
    int run(Resources resources) {
        if (action.isEmpty()) {
            list(resources);
            return ExitStatus.DONE;
        }
        String wanted = id.orElseThrow(
                () -> Failure.usage("which job? Its id comes behind " + JobArguments.word(action.get())));
        if (!states.isEmpty() || broadcast.isPresent() || limit.isPresent() || cursor.isPresent()) {
            throw Failure.usage("--state, --broadcast, --limit and --after-cursor are for listing, not for one job");
        }
        return switch (action.get()) {
            case SHOW -> show(reading(resources), wanted);
            case CANCEL -> cancel(resources, wanted);
            case RETRY -> retry(resources, wanted);
        };
    }

    private void list(Resources resources) {
        int left = limit.map(HistoryCommand::requireLimit).orElse(Integer.MAX_VALUE);
        JobStore jobs = reading(resources);
        JobFilter all = states.isEmpty() ? JobFilter.ALL : new JobFilter(states, Optional.empty());
        JobFilter filter = broadcast.map(all::of).orElse(all);
        Table table = new Table(JobText.COLUMNS);
        Optional<String> next = cursor;
        boolean nothing = true;
        do {
            Optional<String> from = next;
            int size = Math.min(PAGE, left);
            Page<Job, String> page = HistoryCommand.checked(() -> jobs.list(filter, from, size));
            for (Job job : page.items()) {
                if (json()) {
                    streams().json(JobText.json(job));
                } else {
                    JobText.row(table, job);
                }
            }
            left -= page.items().size();
            nothing &= page.items().isEmpty();
            next = page.next();
        } while (left > 0 && next.isPresent());
        if (nothing) {
            broadcast.filter(wanted -> jobs.broadcast(wanted).isEmpty()).ifPresent(wanted -> {
                throw Failure.notFound(
                        place(), "no broadcast " + Plain.name(wanted) + " of session " + locator.session());
            });
        }
        table.lines().forEach(streams()::line);
        streams().flush();
        next.ifPresent(text -> streams().say("next-cursor: " + text));
    }

    private int show(JobStore jobs, String wanted) {
        Optional<Job> job = jobs.find(wanted);
        if (job.isPresent()) {
            if (json()) {
                streams().json(JobText.json(job.get()));
            } else {
                JobText.details(job.get()).forEach(streams()::line);
            }
            return ExitStatus.DONE;
        }
        show(jobs.broadcast(wanted).orElseThrow(() -> unknown(wanted)).progress());
        return ExitStatus.DONE;
    }

    private void show(BroadcastProgress progress) {
        if (json()) {
            streams().json(JobText.json(progress));
        } else {
            JobText.details(progress).forEach(streams()::line);
        }
    }

    private int cancel(Resources resources, String wanted) {
        JobStore jobs = writing(resources, wanted);
        Cancellation outcome = jobs.cancel(wanted);
        if (outcome == Cancellation.UNKNOWN) {
            Broadcast many = jobs.broadcast(wanted).orElseThrow(() -> unknown(wanted));
            show(many.cancel());
            return ExitStatus.DONE;
        }
        if (json()) {
            streams()
                    .json(JsonObject.builder()
                            .put("id", wanted)
                            .put("outcome", JobArguments.word(outcome))
                            .build());
        }
        String job = "job " + Plain.name(wanted);
        if (outcome == Cancellation.TOO_LATE) {
            throw Failure.problem("TOO_LATE " + place() + ": " + job + " has been sent");
        }
        if (!json()) {
            streams()
                    .line(
                            switch (outcome) {
                                case IN_FLIGHT ->
                                    job
                                            + " was claimed to be sent: that attempt cannot be called back, and there will be no other";
                                case ENDED -> job + " had been cancelled or given up before: it is not sent";
                                default -> "cancelled " + job;
                            });
        }
        return ExitStatus.DONE;
    }

    private int retry(Resources resources, String wanted) {
        JobStore jobs = writing(resources, wanted);
        Job job = jobs.retry(wanted).orElseThrow(() -> notRetried(jobs, wanted));
        if (json()) {
            streams().json(JobText.json(job));
        } else {
            streams()
                    .line("job " + Plain.name(wanted) + " is " + JobArguments.word(job.state()) + ", due " + job.due());
        }
        return ExitStatus.DONE;
    }

    private Failure notRetried(JobStore jobs, String wanted) {
        Job job = jobs.find(wanted)
                .orElseThrow(() -> jobs.broadcast(wanted).isEmpty()
                        ? unknown(wanted)
                        : Failure.problem("STORE_CONFLICT " + place() + ": " + Plain.name(wanted)
                                + " is a broadcast: retry its jobs one by one, --broadcast lists them"));
        if (job.isDamaged()) {
            return Failure.problem("STORE_CONFLICT " + place() + ": job " + Plain.name(wanted)
                    + " was damaged, and there is nothing to send: schedule its message anew");
        }
        boolean ended = job.state() == JobState.DEAD || job.state() == JobState.CANCELLED;
        String why = ended
                ? "belongs to a broadcast that was cancelled: schedule its message anew"
                : "is " + JobArguments.word(job.state()) + ": only dead or cancelled jobs can be retried";
        return Failure.problem("STORE_CONFLICT " + place() + ": job " + Plain.name(wanted) + " " + why);
    }

    private Failure unknown(String wanted) {
        return Failure.notFound(
                place(), "no job and no broadcast " + Plain.name(wanted) + " of session " + locator.session());
    }

    private String place() {
        return Plain.line(locator.toString());
    }

    private JobStore reading(Resources resources) {
        Store store = resources.own(Store.reading(locator));
        JobStore jobs = resources.own(JobStore.openReadOnly(store.backend(), store.session()));
        store.requireSomething();
        return jobs;
    }

    /** For writing, once it is known that there is something to write to. */
    private JobStore writing(Resources resources, String wanted) {
        try (Resources looking = new Resources()) {
            JobStore jobs = reading(looking);
            if (jobs.find(wanted).isEmpty() && jobs.broadcast(wanted).isEmpty()) {
                throw unknown(wanted);
            }
        }
        Store store = resources.own(Store.writing(locator));
        return resources.own(JobStore.open(store.backend(), store.session()));
    }
}

package dev.pawl.cli;

import dev.pawl.job.BroadcastProgress;
import dev.pawl.job.Job;
import dev.pawl.job.JobCounts;
import dev.pawl.job.JobState;
import dev.pawl.json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Jobs and broadcasts as they are shown to people and as JSON. */
final class JobText {

    /** How many columns a job has in a table. */
    static final int COLUMNS = 5;

    private JobText() {}

    /** A row of a table: when, where it stands, which, whom for, and what there is to say. */
    static void row(Table table, Job job) {
        table.row(
                job.due().toString(),
                JobArguments.word(job.state()),
                Plain.cell(job.id()),
                Plain.cell(job.recipient()),
                remarks(job));
    }

    private static String remarks(Job job) {
        List<String> remarks = new ArrayList<>();
        job.recurrence().ifPresent(rule -> remarks.add(Plain.name(rule.kind() + " " + rule.rule())));
        job.broadcast().ifPresent(id -> remarks.add("broadcast " + Plain.name(id)));
        if (job.attempts() > 1) {
            remarks.add(Numbers.of(job.attempts(), "attempt"));
        }
        job.reason().filter(reason -> !reason.equals(done(job))).ifPresent(reason -> remarks.add(Plain.name(reason)));
        job.lastError().ifPresent(error -> remarks.add(Plain.name(error)));
        return String.join(", ", remarks);
    }

    /** The reason that goes without saying. */
    private static String done(Job job) {
        return job.state() == JobState.DONE ? "sent" : JobArguments.word(job.state());
    }

    /** Everything about one job, but what it sends. */
    static List<String> details(Job job) {
        Table table = new Table(2);
        table.row("id", Plain.cell(job.id()));
        table.row("state", JobArguments.word(job.state()));
        table.row("fires", job.fireAt().toString());
        if (!job.due().equals(job.fireAt())) {
            table.row("due", job.due().toString());
        }
        table.row("recipient", Plain.cell(job.recipient()));
        table.row("message id", job.messageId().map(Plain::cell).orElse("-"));
        table.row("tried", Numbers.of(job.attempts(), "time"));
        job.changed().ifPresent(at -> table.row("changed", at.toString()));
        job.recurrence().ifPresent(rule -> {
            table.row("recurs", Plain.name(rule.kind() + " " + rule.rule()));
            table.row("was sent", Numbers.of(job.runs(), "time"));
        });
        job.broadcast().ifPresent(id -> table.row("broadcast", Plain.cell(id)));
        job.skipAfter().ifPresent(late -> table.row("skipped after", late.toString()));
        job.claimant().ifPresent(owner -> table.row("being sent by", Plain.line(owner.toString())));
        if (job.isCancelRequested()) {
            table.row("cancelled", "yes: not tried again");
        }
        job.reason().ifPresent(reason -> table.row("reason", Plain.name(reason)));
        job.lastError().ifPresent(error -> table.row("last error", Plain.name(error)));
        table.row("payload", Numbers.of(job.payload().toBytes().size(), "byte") + ", shown with --json");
        return table.lines();
    }

    /** A job with where it stands, which its stored text does not say. */
    static JsonObject json(Job job) {
        return JsonObject.builder()
                .put("state", JobArguments.word(job.state()))
                .put("due", job.due().toEpochMilli())
                .put("job", job.json())
                .build();
    }

    /** How far a broadcast has come. */
    static List<String> details(BroadcastProgress broadcast) {
        Table table = new Table(2);
        table.row("broadcast", Plain.cell(broadcast.id()));
        table.row("state", JobArguments.word(broadcast.state()));
        table.row("start", broadcast.start().toString());
        table.row(
                "recipients",
                Numbers.grouped(broadcast.recipients()) + ": " + Numbers.grouped(broadcast.sent()) + " sent, "
                        + Numbers.grouped(broadcast.failed()) + " failed, " + Numbers.grouped(broadcast.cancelled())
                        + " cancelled, " + Numbers.grouped(broadcast.left()) + " left");
        return table.lines();
    }

    static JsonObject json(BroadcastProgress broadcast) {
        return JsonObject.builder()
                .put("broadcast", broadcast.id())
                .put("state", JobArguments.word(broadcast.state()))
                .put("start", broadcast.start().toEpochMilli())
                .put("recipients", broadcast.recipients())
                .put("sent", broadcast.sent())
                .put("failed", broadcast.failed())
                .put("cancelled", broadcast.cancelled())
                .put("left", broadcast.left())
                .build();
    }

    /** How many there are of each state, by its name, and of broadcasts. */
    static Map<String, Long> counts(JobCounts counts) {
        Map<String, Long> byState = new LinkedHashMap<>();
        byState.put("queued", counts.queued());
        byState.put("waiting", counts.waiting());
        byState.put("claimed", counts.claimed());
        byState.put("done", counts.done());
        byState.put("dead", counts.dead());
        byState.put("cancelled", counts.cancelled());
        byState.put("broadcasts", counts.broadcasts());
        return byState;
    }
}

package dev.pawl.job;

import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Row;
import dev.pawl.job.Step.Leaving;
import dev.pawl.json.JsonNull;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonValue;
import dev.pawl.lease.LeaseRecord;
import dev.pawl.lease.LeaseRecord.Owner;
import dev.pawl.lease.LeaseState;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The states of a job and how they follow each other: rows in, rows out; no backend and no clock. */
final class JobRules {

    static final String SENT = "sent";
    static final String FAILED = "failed";
    static final String UNSENDABLE = "unsendable";
    static final String CANCELLED = "cancelled";
    static final String MISSED = "missed";
    static final String DAMAGED = "damaged";

    /** What is stored as the error of a job whose process died. */
    static final String DIED = "the process that was sending it died";

    private static final Logger LOG = LoggerFactory.getLogger(JobRules.class);

    private static final int LONGEST_ERROR = 500;

    private JobRules() {}

    /**
     * A new job that waits.
     *
     * @param messageId of the outgoing message
     * @param now the time, ms
     */
    static Row scheduled(
            String id,
            long fireAt,
            String recipient,
            JsonValue payload,
            JobOptions options,
            String messageId,
            long now) {
        JsonObject.Builder ours = JsonObject.builder()
                .put("revision", 1)
                .put("messageId", messageId)
                .put("attempts", 0)
                .put("changed", now);
        options.skipAfter().ifPresent(late -> ours.put("skipAfter", late.toMillis()));
        options.maxAttempts().ifPresent(most -> ours.put("maxAttempts", most));
        options.recurrence()
                .ifPresent(rule -> ours.put(
                        "recurrence",
                        JsonObject.builder()
                                .put("kind", rule.kind())
                                .put("rule", rule.rule())
                                .build()));
        return row(JobState.WAITING.partition(), id, fireAt, record(id, fireAt, recipient, payload, ours.build()));
    }

    /** A new job in the queue of a broadcast. */
    static Row queued(
            BroadcastRow broadcast,
            String id,
            long fireAt,
            String recipient,
            JsonValue payload,
            String messageId,
            long now) {
        JsonObject.Builder ours = JsonObject.builder()
                .put("revision", 1)
                .put("messageId", messageId)
                .put("attempts", 0)
                .put("changed", now)
                .put("broadcast", broadcast.id());
        broadcast.maxAttempts().ifPresent(most -> ours.put("maxAttempts", most));
        return row(broadcast.queue(), id, broadcast.start(), record(id, fireAt, recipient, payload, ours.build()));
    }

    private static JsonObject record(String id, long fireAt, String recipient, JsonValue payload, JsonObject ours) {
        return JsonObject.builder()
                .put("id", id)
                .put("fireAt", fireAt)
                .put("recipient", recipient)
                .put("payload", payload)
                .put(Job.OURS, ours)
                .build();
    }

    /** What cannot be sent, as a dead job. What is no job is kept in one: it can be looked at, and not be sent. */
    static Row setAside(Row row, String broadcast, String problem, long now) {
        try {
            return dead(Job.of(row), UNSENDABLE, problem, "", now).to();
        } catch (IllegalArgumentException e) {
            return damaged(row, broadcast, problem, now);
        }
    }

    private static Row damaged(Row row, String broadcast, String problem, long now) {
        JsonObject ours = JsonObject.builder()
                .put("revision", 1)
                .put("attempts", 0)
                .put("changed", now)
                .put("broadcast", broadcast)
                .put("lastError", shortened(problem))
                .put("reason", DAMAGED)
                .put(Job.DAMAGED, Base64.getEncoder().encodeToString(row.value().toArray()))
                .build();
        String id = row.key().id();
        return row(JobState.DEAD.partition(), id, row.order(), record(id, row.order(), "", JsonNull.NULL, ours));
    }

    private static Row row(String partition, String id, long due, JsonObject json) {
        return Row.of(new Key(Family.JOB, partition, id), due, json.toBytes());
    }

    /** A process takes it to send it. */
    static Step claimed(Job job, Owner owner, String messageIdIfNone, long now) {
        JsonValue claim = JsonValue.parse(new LeaseRecord(LeaseState.HELD, Optional.of(owner)).toBytes());
        return new Step(
                job,
                next(job, JobState.CLAIMED, order(job), now, ours -> {
                    if (job.messageId().isEmpty()) {
                        ours.put("messageId", messageIdIfNone);
                    }
                    ours.put("attempts", job.attempts() + 1L).put("claim", claim);
                }),
                Leaving.NOT);
    }

    /**
     * It was sent.
     *
     * @param messageId of the next occurrence
     */
    static Step sent(Job job, String messageId, long now) {
        Optional<Instant> next = job.isCancelRequested() ? Optional.empty() : nextOccurrence(job, now);
        if (next.isPresent()) {
            return new Step(job, occurrence(job, next.get(), messageId, now, 1), Leaving.NOT);
        }
        return new Step(job, ended(job, JobState.DONE, SENT, now), Leaving.SENT);
    }

    /** A send failed and will be tried again, unless that is not wanted any more. */
    static Step failed(Job job, String error, Duration pause, long now) {
        if (job.isCancelRequested()) {
            return cancelled(job, CANCELLED, now);
        }
        long due = now + pause.toMillis();
        return new Step(
                job,
                next(job, JobState.WAITING, due, now, ours -> ours.put("lastError", shortened(error))),
                Leaving.LATER);
    }

    /**
     * It is given up. Of a recurring job that is this occurrence, and the next one waits.
     *
     * @param messageId of the next occurrence
     */
    static Step dead(Job job, String reason, String error, String messageId, long now) {
        if (job.isCancelRequested()) {
            return cancelled(job, CANCELLED, now);
        }
        Optional<Instant> next = nextOccurrence(job, now);
        Consumer<JsonObject.Builder> why = ours -> ours.put("lastError", shortened(error));
        if (next.isEmpty()) {
            return new Step(job, ended(job, JobState.DEAD, reason, now, why), Leaving.FAILED);
        }
        String id = job.id() + "@" + job.fireAt().toEpochMilli();
        Row whole = ended(job, JobState.DEAD, reason, now, why.andThen(ours -> ours.remove("recurrence")));
        JsonObject json = ((JsonObject) JsonValue.parse(whole.value()))
                .toBuilder().put("id", id).build();
        Row given = row(JobState.DEAD.partition(), id, whole.order(), json);
        return new Step(job, occurrence(job, next.get(), messageId, now, 0), Optional.of(given), Leaving.NOT);
    }

    /**
     * The process that was sending it died: it waits again, unless that was its last attempt or it is not wanted any
     * more.
     */
    static Step recovered(Job job, int maxAttempts, String messageId, long now) {
        if (job.isCancelRequested()) {
            return cancelled(job, CANCELLED, now);
        }
        if (job.attempts() >= maxAttempts) {
            return dead(job, FAILED, DIED, messageId, now);
        }
        return new Step(
                job, next(job, JobState.WAITING, order(job), now, ours -> ours.put("lastError", DIED)), Leaving.BACK);
    }

    /** It will not be sent any more. */
    static Step cancelled(Job job, String reason, long now) {
        return new Step(job, ended(job, JobState.CANCELLED, reason, now), Leaving.CANCELLED);
    }

    /**
     * It is so late that it is not sent; a recurring one waits for its next occurrence.
     *
     * @param messageId of the next occurrence
     */
    static Step missed(Job job, String messageId, long now) {
        return nextOccurrence(job, now)
                .map(next -> new Step(job, occurrence(job, next, messageId, now, 0), Leaving.NOT))
                .orElseGet(() -> cancelled(job, MISSED, now));
    }

    /** Somebody cancelled it while it is being sent. */
    static Step cancelRequested(Job job, long now) {
        return new Step(
                job,
                changed(job, JobState.CLAIMED, order(job), job.json(), now, ours -> ours.put("cancel", true)),
                Leaving.NOT);
    }

    /** It waits for another time. */
    static Step rescheduled(Job job, long fireAt, long now) {
        JsonObject json = job.json().toBuilder().put("fireAt", fireAt).build();
        return new Step(
                job,
                changed(
                        job,
                        JobState.WAITING,
                        fireAt,
                        json,
                        now,
                        ours -> ours.put("attempts", 0).remove("lastError")),
                Leaving.NOT);
    }

    /** It was given up or cancelled, and waits again. Now is its fire time, or it would be late at once. */
    static Step retried(Job job, long now) {
        JsonObject json = job.json().toBuilder().put("fireAt", now).build();
        return new Step(
                job,
                changed(
                        job,
                        JobState.WAITING,
                        now,
                        json,
                        now,
                        ours -> ours.put("attempts", 0).remove("reason")),
                job.state() == JobState.DEAD ? Leaving.AFTER_FAILED : Leaving.AFTER_CANCELLED);
    }

    /** The same row in the queue of its broadcast. */
    static Row inQueue(Row row, BroadcastRow broadcast) {
        return Row.of(new Key(Family.JOB, broadcast.queue(), row.key().id()), row.order(), row.value());
    }

    /** Its turn has come, or goes back: the same job in another place. */
    static Row moved(Job job, String partition, long due, long now) {
        Row same = changed(job, JobState.WAITING, due, job.json(), now, ours -> {});
        return Row.of(new Key(Family.JOB, partition, job.id()), due, same.value());
    }

    /**
     * When it is to be sent again, if it recurs. A rule of somebody else's that fails, or says a time that cannot be, must not
     * keep its job from ever being noted, nor have it sent without end: it recurs no more.
     */
    static Optional<Instant> nextOccurrence(Job job, long now) {
        try {
            Optional<Instant> next = job.recurrence()
                    .flatMap(Recurrences::of)
                    .flatMap(rule -> rule.after(job.fireAt(), Instant.ofEpochMilli(now)));
            if (next.isPresent()
                    && JobOptions.millis(next.get())
                            <= Math.max(now, job.fireAt().toEpochMilli())) {
                throw new IllegalArgumentException("the next occurrence is not behind the last and now");
            }
            return next;
        } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError e) {
            LOG.warn("job {} recurs no more, its rule failed", job.id(), e);
            return Optional.empty();
        }
    }

    /** Whether it recurs by a rule that nobody here knows. */
    static boolean recursStrangely(Job job) {
        return job.recurrence().filter(rule -> Recurrences.of(rule).isEmpty()).isPresent();
    }

    private static Row occurrence(Job job, Instant at, String messageId, long now, int sent) {
        long fireAt = at.toEpochMilli();
        JsonObject json = job.json().toBuilder().put("fireAt", fireAt).build();
        return changed(
                job,
                JobState.WAITING,
                fireAt,
                json,
                now,
                ours -> ours.put("messageId", messageId)
                        .put("attempts", 0)
                        .put("runs", job.runs() + sent)
                        .remove("lastError")
                        .remove("claim"));
    }

    private static Row ended(Job job, JobState state, String reason, long now) {
        return ended(job, state, reason, now, ours -> {});
    }

    private static Row ended(Job job, JobState state, String reason, long now, Consumer<JsonObject.Builder> change) {
        return next(job, state, order(job), now, change.andThen(ours -> ours.put("reason", reason)));
    }

    /** The job in another state, without a claim. */
    private static Row next(Job job, JobState state, long due, long now, Consumer<JsonObject.Builder> change) {
        return changed(job, state, due, job.json(), now, ours -> {
            ours.remove("claim").remove("cancel");
            change.accept(ours);
        });
    }

    private static Row changed(
            Job job, JobState state, long due, JsonObject json, long now, Consumer<JsonObject.Builder> change) {
        JsonObject.Builder ours = job.ours().toBuilder();
        ours.put("revision", job.revision() + 1);
        change.accept(ours);
        ours.put("changed", now);
        return row(
                state.partition(),
                job.id(),
                due,
                json.toBuilder().put(Job.OURS, ours.build()).build());
    }

    private static long order(Job job) {
        return job.row().order();
    }

    private static String shortened(String error) {
        if (error.length() <= LONGEST_ERROR) {
            return error;
        }
        int end = Character.isHighSurrogate(error.charAt(LONGEST_ERROR - 1)) ? LONGEST_ERROR - 1 : LONGEST_ERROR;
        return error.substring(0, end);
    }
}

package dev.pawl.job;

import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Row;
import dev.pawl.job.BroadcastProgress.State;
import dev.pawl.json.JsonBoolean;
import dev.pawl.json.JsonException;
import dev.pawl.json.JsonNumber;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonString;
import dev.pawl.json.JsonValue;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A broadcast as it is stored.
 *
 * @param id its id
 * @param state what it is doing
 * @param start when the first message goes, ms
 * @param pacing how long is waited between two messages, ms
 * @param maxAttempts a recipient is given up after so many
 * @param recipients how many it has
 * @param sent how many it was sent to
 * @param failed how many were given up
 * @param cancelled how many will not get it
 * @param current the job that waits or is claimed
 * @param notBefore the next one is not begun before, ms
 * @param whole whether all its recipients are stored
 * @param revision counts changes
 */
record BroadcastRow(
        String id,
        State state,
        long start,
        long pacing,
        OptionalInt maxAttempts,
        int recipients,
        int sent,
        int failed,
        int cancelled,
        Optional<String> current,
        long notBefore,
        boolean whole,
        long revision) {

    /** The partition of broadcasts. */
    static final String PARTITION = "broadcast";

    /** More than that have no id in order. */
    static final int MOST_RECIPIENTS = 999_999;

    /**
     * Reads a row.
     *
     * @throws IllegalArgumentException saying what is wrong with it, without any content
     */
    static BroadcastRow of(Row row) {
        JsonValue value;
        try {
            value = JsonValue.parse(row.value());
        } catch (JsonException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
        if (!(value instanceof JsonObject json)) {
            throw new IllegalArgumentException("a broadcast is a JSON object");
        }
        State state = State.valueOf(text(json, "state")
                .orElseThrow(() -> new IllegalArgumentException("it has no state"))
                .toUpperCase(Locale.ROOT));
        try {
            return new BroadcastRow(
                    row.key().id(),
                    state,
                    number(json, "start"),
                    number(json, "pacing"),
                    json.get("maxAttempts").isPresent()
                            ? OptionalInt.of(count(json, "maxAttempts"))
                            : OptionalInt.empty(),
                    count(json, "recipients"),
                    count(json, "sent"),
                    count(json, "failed"),
                    count(json, "cancelled"),
                    text(json, "current"),
                    json.get("notBefore").isPresent() ? number(json, "notBefore") : 0,
                    state != State.FILLING && !json.get("whole").equals(Optional.of(JsonBoolean.FALSE)),
                    number(json, "revision"));
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException("one of its numbers is not whole", e);
        }
    }

    private static Optional<String> text(JsonObject json, String name) {
        return json.get(name).filter(JsonString.class::isInstance).map(value -> ((JsonString) value).value());
    }

    private static long number(JsonObject json, String name) {
        if (json.get(name).orElse(null) instanceof JsonNumber number) {
            return number.longValue();
        }
        throw new IllegalArgumentException("its " + name + " is no number");
    }

    private static int count(JsonObject json, String name) {
        return Math.toIntExact(number(json, name));
    }

    static Key key(String id) {
        return new Key(Family.JOB, PARTITION, id);
    }

    /** The partition of a broadcast's queue. */
    static String queue(String id) {
        return JobState.QUEUED.partition() + id;
    }

    /** The partition of its queue. */
    String queue() {
        return queue(id);
    }

    /** The job id of a recipient, counted from 1. */
    String job(int recipient) {
        return id + "." + String.format(Locale.ROOT, "%06d", recipient);
    }

    /** The broadcast that a job of this id would belong to. */
    static Optional<String> of(String job) {
        int dot = job.lastIndexOf('.');
        boolean counted = dot > 0
                && job.length() - dot == 7
                && job.chars().skip(dot + 1L).allMatch(digit -> digit >= '0' && digit <= '9');
        return counted ? Optional.of(job.substring(0, dot)) : Optional.empty();
    }

    /** As it is stored. */
    Row row() {
        JsonObject.Builder json = JsonObject.builder()
                .put("id", id)
                .put("state", state.name().toLowerCase(Locale.ROOT))
                .put("start", start)
                .put("pacing", pacing);
        maxAttempts.ifPresent(most -> json.put("maxAttempts", most));
        json.put("recipients", recipients)
                .put("sent", sent)
                .put("failed", failed)
                .put("cancelled", cancelled);
        current.ifPresent(job -> json.put("current", job));
        if (notBefore > 0) {
            json.put("notBefore", notBefore);
        }
        if (!whole && state != State.FILLING) {
            json.put("whole", false);
        }
        json.put("revision", revision);
        return Row.of(key(id), start, json.build().toBytes());
    }

    BroadcastProgress progress() {
        return new BroadcastProgress(id, state, Instant.ofEpochMilli(start), recipients, sent, failed, cancelled);
    }

    int left() {
        return recipients - sent - failed - cancelled;
    }

    /** Whether it is being stored, and nobody has cancelled it. */
    boolean isFilling() {
        return !whole && state != State.CANCELLED;
    }

    /** The same in another state. */
    BroadcastRow in(State other) {
        return with(other, current, notBefore, whole);
    }

    /** The same with another job that waits. */
    BroadcastRow at(Optional<String> job) {
        return with(state, job, notBefore, whole);
    }

    /** The same, with nothing begun before this. */
    BroadcastRow notBefore(long millis) {
        return with(state, current, millis, whole);
    }

    /** The same, with all its recipients stored. */
    BroadcastRow stored() {
        return with(state, current, notBefore, true);
    }

    private BroadcastRow with(State otherState, Optional<String> job, long earliest, boolean all) {
        return new BroadcastRow(
                id,
                otherState,
                start,
                pacing,
                maxAttempts,
                recipients,
                sent,
                failed,
                cancelled,
                job,
                earliest,
                all,
                revision + 1);
    }

    /** The same with so many more of each. */
    BroadcastRow counting(int moreSent, int moreFailed, int moreCancelled) {
        return new BroadcastRow(
                id,
                state,
                start,
                pacing,
                maxAttempts,
                recipients,
                sent + moreSent,
                failed + moreFailed,
                cancelled + moreCancelled,
                current,
                notBefore,
                whole,
                revision + 1);
    }
}

package dev.pawl.job;

import dev.pawl.backend.Key;
import dev.pawl.backend.Row;
import dev.pawl.json.Bytes;
import dev.pawl.json.JsonBoolean;
import dev.pawl.json.JsonException;
import dev.pawl.json.JsonNumber;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonString;
import dev.pawl.json.JsonValue;
import dev.pawl.lease.LeaseRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A message that is to be sent to somebody at some time, as it is stored. Immutable.
 *
 * <p>Its JSON is the record that zaileys keeps, {@code {"id","fireAt","recipient","payload"}}, with one member {@code
 * pawl} of ours behind it; a record without that member is a job that waits. What else is in it stays as it is. {@code
 * docs/job-rules.md} has the members of {@code pawl}.
 */
public final class Job {

    /** The member of ours. */
    static final String OURS = "pawl";

    /** The bytes of a row that was no job, in base64. */
    static final String DAMAGED = "damaged";

    private final JobState state;
    private final Row row;
    private final JsonObject json;
    private final JsonObject ours;
    private final String recipient;
    private final Instant fireAt;

    private Job(JobState state, Row row, JsonObject json, JsonObject ours, String recipient, Instant fireAt) {
        this.state = state;
        this.row = row;
        this.json = json;
        this.ours = ours;
        this.recipient = recipient;
        this.fireAt = fireAt;
    }

    /**
     * The job of a row.
     *
     * @throws IllegalArgumentException saying what is wrong with it, without any content, when it is none
     */
    static Job of(Row row) {
        JobState state = JobState.of(row.key().partition())
                .orElseThrow(() -> new IllegalArgumentException("no job stands in this partition"));
        JsonValue value;
        try {
            value = JsonValue.parse(row.value());
        } catch (JsonException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
        if (!(value instanceof JsonObject json)) {
            throw new IllegalArgumentException("a job is a JSON object");
        }
        if (!text(json, "id").equals(row.key().id())) {
            throw new IllegalArgumentException("its id is not that of the row");
        }
        if (json.get("payload").isEmpty()) {
            throw new IllegalArgumentException("it has no payload");
        }
        JsonObject ours = json.get(OURS)
                .map(member -> {
                    if (member instanceof JsonObject object) {
                        return object;
                    }
                    throw new IllegalArgumentException("its member pawl is no object");
                })
                .orElse(JsonObject.EMPTY);
        Job job =
                new Job(state, row, json, ours, text(json, "recipient"), Instant.ofEpochMilli(number(json, "fireAt")));
        // read here, so that a runner never meets one that cannot be read
        job.claim();
        job.recurrence();
        return job;
    }

    private static String text(JsonObject of, String name) {
        if (of.get(name).orElse(null) instanceof JsonString text) {
            return text.value();
        }
        throw new IllegalArgumentException("its " + name + " is no text");
    }

    private static long number(JsonObject of, String name) {
        if (of.get(name).orElse(null) instanceof JsonNumber number && Double.isFinite(number.doubleValue())) {
            // whatever a caller of zaileys gave as a date, fractions of a millisecond among it
            double limit = Row.MAX_ORDER;
            return (long) Math.max(0, Math.min(limit, Math.floor(number.doubleValue())));
        }
        throw new IllegalArgumentException("its " + name + " is no number");
    }

    /** Its id. */
    public String id() {
        return row.key().id();
    }

    /** Where it stands. */
    public JobState state() {
        return state;
    }

    /** When it is, or was, to be sent. */
    public Instant fireAt() {
        return fireAt;
    }

    /** When a runner takes it: its fire time, or later after a failure. */
    public Instant due() {
        return Instant.ofEpochMilli(row.order());
    }

    /** Whom it is for. */
    public String recipient() {
        return recipient;
    }

    /** What is to be sent, as it was scheduled. */
    public JsonValue payload() {
        return json.get("payload").orElseThrow();
    }

    /** The id of the outgoing message; empty only before the first attempt at a job that another library scheduled. */
    public Optional<String> messageId() {
        return ourText("messageId");
    }

    /** How often a runner took it to send it. A recurring job counts anew with each occurrence. */
    public int attempts() {
        return (int) ourNumber("attempts").orElse(0L).longValue();
    }

    /** What the last attempt failed with. */
    public Optional<String> lastError() {
        return ourText("lastError");
    }

    /**
     * Why a job that has ended did so: {@code sent}, {@code failed}, {@code unsendable}, {@code cancelled},
     * {@code missed}, or {@code damaged}: what stood in its row was no job.
     */
    public Optional<String> reason() {
        return ourText("reason");
    }

    /** When its state last changed; empty for a job that another library scheduled and nobody took yet. */
    public Optional<Instant> changed() {
        return ourNumber("changed").map(Instant::ofEpochMilli);
    }

    /** Not sent when it is later than this. */
    public Optional<Duration> skipAfter() {
        return ourNumber("skipAfter").map(Duration::ofMillis);
    }

    /** Given up after this many attempts. */
    public OptionalInt maxAttempts() {
        return ourNumber("maxAttempts")
                .map(most -> OptionalInt.of((int) most.longValue()))
                .orElse(OptionalInt.empty());
    }

    /** When it is sent again, as kind and rule of a {@link Recurrence}. */
    public Optional<RecurrenceText> recurrence() {
        return ours.get("recurrence")
                .filter(JsonObject.class::isInstance)
                .map(JsonObject.class::cast)
                .map(rule -> new RecurrenceText(text(rule, "kind"), text(rule, "rule")));
    }

    /**
     * A recurrence as it is stored.
     *
     * @param kind which provider reads it
     * @param rule in the words of its kind
     */
    public record RecurrenceText(String kind, String rule) {}

    /** How often a recurring job has been sent. */
    public long runs() {
        return ourNumber("runs").orElse(0L);
    }

    /** The broadcast it belongs to. */
    public Optional<String> broadcast() {
        return ourText("broadcast");
    }

    /** Which process is sending it. */
    public Optional<LeaseRecord.Owner> claimant() {
        return claim().flatMap(LeaseRecord::owner);
    }

    /** Whether it is being sent and is not to be tried again. */
    public boolean isCancelRequested() {
        return ours.get("cancel").filter(JsonBoolean.TRUE::equals).isPresent();
    }

    /** Whether it stands for a row that was no job, so that there is nothing to send. Its JSON has what stood there. */
    public boolean isDamaged() {
        return ours.get(DAMAGED).isPresent();
    }

    /** All that is stored. */
    public JsonObject json() {
        return json;
    }

    /** The text that is stored, byte for byte. */
    public Bytes text() {
        return row.value();
    }

    /** Counts changes, so that no two states of a job are the same bytes. */
    long revision() {
        return ourNumber("revision").orElse(0L);
    }

    Key key() {
        return row.key();
    }

    Row row() {
        return row;
    }

    JsonObject ours() {
        return ours;
    }

    private Optional<LeaseRecord> claim() {
        return ours.get("claim").map(claim -> LeaseRecord.parse(claim.toBytes()));
    }

    private Optional<String> ourText(String name) {
        return ours.get(name).filter(JsonString.class::isInstance).map(value -> ((JsonString) value).value());
    }

    private Optional<Long> ourNumber(String name) {
        return ours.get(name).filter(JsonNumber.class::isInstance).map(value ->
                (long) ((JsonNumber) value).doubleValue());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Job job && row.equals(job.row);
    }

    @Override
    public int hashCode() {
        return row.hashCode();
    }

    /** Its id and state, never its content. */
    @Override
    public String toString() {
        return "Job[" + id() + ", " + state + "]";
    }
}

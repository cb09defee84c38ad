package dev.pawl.convex;

import dev.pawl.backend.Batch;
import dev.pawl.backend.Check;
import dev.pawl.backend.ConflictException;
import dev.pawl.backend.Family;
import dev.pawl.backend.InDoubtException;
import dev.pawl.backend.Key;
import dev.pawl.backend.Row;
import dev.pawl.backend.StoreException;
import dev.pawl.backend.UnsupportedException;
import dev.pawl.convex.Lanes.Lane;
import dev.pawl.json.Bytes;
import dev.pawl.json.JsonArray;
import dev.pawl.json.JsonNumber;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Commits and erases, through functions of which each runs once for a number of a lane. */
final class Writer {

    private static final Logger LOG = LoggerFactory.getLogger(ConvexBackend.class);

    /** Bytes of a name in the table; with its halves it has a place in a document beside its value. */
    private static final int LONGEST_NAME = 16 * 1024;

    /** Documents that one step of erasing removes, where they are not long. */
    private static final int STEP = 500;

    /** Rows that are cut in one step, if they are not long. */
    private static final int CUT_AT_ONCE = 500;

    /** Bytes of the documents that a batch may put, and of the names in it: names count twice, and are not in the limits of values. */
    private static final long LONGEST_BATCH = 8L << 20;

    /** What Convex counts for a document beside its texts, or a little more. */
    private static final int DOCUMENT = 200;

    private final Deployment deployment;
    private final String place;
    private final Garbage garbage;
    private final Lanes lanes = new Lanes();

    Writer(Deployment deployment, Garbage garbage, String place) {
        this.deployment = deployment;
        this.garbage = garbage;
        this.place = place;
    }

    void commit(String namespace, Batch batch) {
        JsonObject change = change(batch);
        JsonObject outcome = writing(namespace, () -> committed(namespace, batch, change));
        requireHeld(outcome, batch.checks(), "nothing was applied");
        if (Answers.flag(outcome, "garbage")) {
            garbage.sweep(namespace);
        }
    }

    /** Where the rows that a batch replaces or deletes are too much to be read at once, it is their values that are cut first. */
    private JsonObject committed(String namespace, Batch batch, JsonObject change) {
        try {
            return committed(namespace, change);
        } catch (CallFailure e) {
            if (e.kind() != CallFailure.Kind.MUCH || e.isDoubtful()) {
                throw e;
            }
            LOG.debug("{}: a batch was too much, what it replaces is cut", place);
        }
        try {
            spill(namespace, batch);
        } catch (CallFailure e) {
            // Cutting changes nothing that is read, and of the batch itself nothing was applied.
            throw e.withoutDoubt();
        }
        return committed(namespace, change);
    }

    private JsonObject committed(String namespace, JsonObject change) {
        return once("pawl:commit", namespace, arguments -> change.forEach(arguments::put));
    }

    /** Removes families, those first that come first. */
    void erase(String namespace, List<Family> families, List<Check> checks) {
        List<JsonObject> removed = new ArrayList<>();
        for (Family family : families) {
            JsonObject.Builder one = JsonObject.builder().put("family", Names.family(family));
            Names.range(family).ifPresent(range -> one.put("keys", PawlTable.range(range)));
            removed.add(one.build());
        }
        JsonArray conditions = conditions(checks);
        boolean done = false;
        while (!done) {
            JsonObject outcome = writing(
                    namespace,
                    () -> once(
                            "pawl:erase",
                            namespace,
                            arguments -> arguments
                                    .put("checks", conditions)
                                    .put("families", JsonArray.copyOf(removed))
                                    .put("limit", STEP)));
            requireHeld(outcome, checks, "what was removed until then stays removed");
            done = Answers.flag(outcome, "done");
        }
    }

    private static JsonObject change(Batch batch) {
        requireWithin(batch);
        List<JsonObject> puts = new ArrayList<>();
        for (Row row : batch.puts()) {
            Key key = row.key();
            puts.add(JsonObject.builder()
                    .put("key", name(key))
                    .put("family", Names.family(key.family()))
                    .put("partition", key.partition())
                    .put("id", key.id())
                    .put("order", row.order())
                    .put(
                            "value",
                            Text.of(row.value())
                                    .orElseThrow(
                                            () -> new UnsupportedException(
                                                    key
                                                            + " has a value that is no text in UTF-8, and so no JSON, which Convex cannot keep")))
                    .build());
        }
        return JsonObject.builder()
                .put("checks", conditions(batch.checks()))
                .put("puts", JsonArray.copyOf(puts))
                .put(
                        "deletes",
                        PawlTable.strings(batch.deletes().stream()
                                .distinct()
                                .map(Names::of)
                                .toList()))
                .build();
    }

    private static void requireWithin(Batch batch) {
        long bytes = batch.bytes();
        for (Row row : batch.puts()) {
            bytes += DOCUMENT + 2L * Text.bytes(Names.of(row.key()));
        }
        for (Key key : batch.deletes()) {
            bytes += DOCUMENT + 2L * Text.bytes(Names.of(key));
        }
        for (Check check : batch.checks()) {
            bytes += Text.bytes(Names.of(check.key()));
        }
        if (bytes > LONGEST_BATCH) {
            throw new UnsupportedException("a batch of " + bytes + " bytes with its names, this backend takes "
                    + LONGEST_BATCH + ": split it");
        }
    }

    private static String name(Key key) {
        String name = Names.of(key);
        if (name.length() > LONGEST_NAME / 3 && Text.bytes(name) > LONGEST_NAME) {
            throw new UnsupportedException("a name of " + Text.bytes(name) + " bytes in " + key.family()
                    + ", this backend takes " + LONGEST_NAME);
        }
        return name;
    }

    private static JsonArray conditions(List<Check> checks) {
        List<JsonObject> conditions = new ArrayList<>();
        for (Check check : checks) {
            JsonObject.Builder condition = JsonObject.builder().put("key", Names.of(check.key()));
            Optional<Bytes> expected = check.expected();
            if (expected.isPresent()) {
                Optional<String> text = Text.of(expected.get());
                text.ifPresentOrElse(value -> condition.put("value", value), () -> condition.put("never", true));
            }
            conditions.add(condition.build());
        }
        return JsonArray.copyOf(conditions);
    }

    private static void requireHeld(JsonObject outcome, List<Check> checks, String consequence) {
        OptionalDouble failed = Answers.number(outcome, "conflict");
        if (failed.isPresent()) {
            Key key = checks.get((int) failed.getAsDouble()).key();
            throw new ConflictException(key, key + " is not as it was demanded; " + consequence);
        }
    }

    private void spill(String namespace, Batch batch) {
        Map<String, Family> names = new LinkedHashMap<>();
        batch.puts().forEach(row -> names.put(Names.of(row.key()), row.key().family()));
        batch.deletes().forEach(key -> names.put(Names.of(key), key.family()));
        List<JsonObject> rows = new ArrayList<>();
        names.forEach((name, family) -> rows.add(JsonObject.builder()
                .put("key", name)
                .put("family", Names.family(family))
                .build()));
        boolean dropped = false;
        for (int at = 0; at < rows.size(); ) {
            JsonObject arguments = deployment
                    .arguments(namespace)
                    .put("rows", JsonArray.copyOf(rows.subList(at, Math.min(rows.size(), at + CUT_AT_ONCE))))
                    .build();
            JsonObject step = Answers.object(deployment.mutation("pawl:spill", arguments));
            at += Answers.steps(step, "done");
            dropped |= Answers.flag(step, "garbage");
        }
        if (dropped) {
            garbage.sweep(namespace);
        }
    }

    /** Runs a function once. */
    private JsonObject once(String function, String namespace, Consumer<JsonObject.Builder> arguments) {
        Lane lane = lanes.take();
        JsonObject outcome = once(function, namespace, arguments, lane);
        if (!Answers.flag(outcome, "lost")) {
            return outcome;
        }
        // Nobody used it for a day, so the server has forgotten it.
        outcome = once(function, namespace, arguments, lanes.fresh());
        if (Answers.flag(outcome, "lost")) {
            throw new InDoubtException(place + ": the deployment forgot what it did with a change");
        }
        return outcome;
    }

    private JsonObject once(String function, String namespace, Consumer<JsonObject.Builder> arguments, Lane lane) {
        int[] attempts = {0};
        try {
            JsonObject outcome = decided(deployment.mutation(function, attempt -> {
                attempts[0] = attempt;
                JsonObject.Builder all = deployment
                        .arguments(namespace)
                        .put("lane", lane.name())
                        .put("number", lane.number())
                        .put("attempt", JsonNumber.of(attempt));
                arguments.accept(all);
                return all.build();
            }));
            boolean lost = Answers.flag(outcome, "lost");
            if (lost && attempts[0] > 1) {
                throw new InDoubtException(place + ": the deployment forgot what it did with a change");
            }
            if (attempts[0] == 1 && outcome.get("conflict").isPresent()) {
                // The server notes a conflict only where a copy may come later.
                lanes.unused(lane);
            } else if (!lost) {
                lanes.decided(lane);
            }
            return outcome;
        } catch (CallFailure e) {
            // Where no function said what became of it, a copy may still come: nobody else has this number then.
            if (e.isDecided()) {
                lanes.unused(lane);
            }
            throw e;
        }
    }

    /** A function of another version may have done anything. */
    private static JsonObject decided(JsonValue answer) {
        try {
            return Answers.object(answer);
        } catch (CallFailure e) {
            throw e.inDoubt();
        }
    }

    private <T> T writing(String namespace, Supplier<T> action) {
        try {
            return action.get();
        } catch (CallFailure e) {
            StoreException failure = e.whenWriting(place + ", namespace " + namespace);
            throw failure;
        }
    }
}

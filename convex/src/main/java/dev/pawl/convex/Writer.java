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
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
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

    /** What rows are cut down to whose batch was too much, bytes, and how many of them in one step. */
    private static final int SHORT = 1024;

    private static final int CUT_AT_ONCE = 64;

    private final Deployment deployment;
    private final String place;
    private final Lanes lanes = new Lanes();

    Writer(Deployment deployment, String place) {
        this.deployment = deployment;
        this.place = place;
    }

    void commit(String namespace, Batch batch) {
        JsonObject change = change(batch);
        JsonObject outcome = orSpilled(
                namespace,
                batch,
                () -> once("pawl:commit", namespace, arguments -> {
                    change.forEach(arguments::put);
                }));
        requireHeld(outcome, batch.checks());
        if (Answers.flag(outcome, "garbage")) {
            sweep(namespace);
        }
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
        int[] most = {STEP};
        boolean done = false;
        while (!done) {
            JsonObject outcome = writing(
                    namespace,
                    () -> Fitting.call(most[0], some -> {
                        most[0] = some;
                        return once(
                                "pawl:erase",
                                namespace,
                                arguments -> arguments
                                        .put("checks", conditions)
                                        .put("families", JsonArray.copyOf(removed))
                                        .put("limit", some));
                    }));
            requireHeld(outcome, checks);
            done = Answers.flag(outcome, "done");
        }
    }

    private static JsonObject change(Batch batch) {
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

    private static void requireHeld(JsonObject outcome, List<Check> checks) {
        OptionalDouble failed = Answers.number(outcome, "conflict");
        if (failed.isPresent()) {
            Key key = checks.get((int) failed.getAsDouble()).key();
            throw new ConflictException(key, key + " is not as it was demanded; nothing was applied");
        }
    }

    /** Tries a batch once more with shorter rows, where it failed for a reason that the server does not say. */
    private JsonObject orSpilled(String namespace, Batch batch, Supplier<JsonObject> change) {
        try {
            return change.get();
        } catch (CallFailure e) {
            if (!e.mayBeTooMuch()) {
                throw e.whenWriting(place + ", namespace " + namespace);
            }
            LOG.debug("{}: a batch was too much, its rows are cut", place);
        }
        Set<String> names = new LinkedHashSet<>();
        batch.puts().forEach(row -> names.add(Names.of(row.key())));
        batch.deletes().forEach(key -> names.add(Names.of(key)));
        batch.checks().forEach(check -> names.add(Names.of(check.key())));
        return writing(namespace, () -> {
            spill(namespace, List.copyOf(names));
            return change.get();
        });
    }

    private void spill(String namespace, List<String> names) {
        int[] at = {0};
        while (at[0] < names.size()) {
            Fitting.call(Math.min(CUT_AT_ONCE, names.size() - at[0]), some -> {
                JsonObject arguments = deployment
                        .arguments(namespace)
                        .put("keys", PawlTable.strings(names.subList(at[0], at[0] + some)))
                        .put("longest", SHORT)
                        .build();
                deployment.mutation("pawl:spill", arguments);
                at[0] += some;
                return some;
            });
        }
    }

    /** Removes what batches left behind. It does no harm where it stays for the next one. */
    private void sweep(String namespace) {
        try {
            boolean done = false;
            while (!done) {
                JsonObject arguments = deployment.arguments(namespace).build();
                done = Answers.flag(Answers.object(deployment.mutation("pawl:sweep", arguments)), "done");
            }
        } catch (CallFailure e) {
            LOG.debug("{}: parts of long values were left for later", place, e);
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
            JsonObject outcome = Answers.object(deployment.mutation(function, attempt -> {
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
            if (!e.isDoubtful()) {
                lanes.unused(lane);
            }
            throw e;
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

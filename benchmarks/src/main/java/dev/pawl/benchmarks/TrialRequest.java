package dev.pawl.benchmarks;

import dev.pawl.json.Bytes;
import dev.pawl.json.JsonArray;
import dev.pawl.json.JsonNumber;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonString;
import dev.pawl.json.JsonValue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What one trial is asked to do, as both sides of a process boundary see it: the one argument of {@link StoreTrial} and of {@code node/trial.mjs}.
 *
 * @param json {@code work} names what to do, {@code store} the store, {@code place} its directory, {@code fixtures} the directory of the fixtures; the rest is said by each work
 */
record TrialRequest(JsonObject json) {

    static TrialRequest parse(String text) {
        return new TrialRequest((JsonObject) JsonValue.parse(Bytes.utf8(text)));
    }

    /** The same request with one member more. */
    TrialRequest with(String name, JsonValue value) {
        return new TrialRequest(json.with(name, value));
    }

    String text(String name) {
        return ((JsonString) member(name)).value();
    }

    int number(String name) {
        return Math.toIntExact(((JsonNumber) member(name)).longValue());
    }

    boolean has(String name) {
        return json.get(name).isPresent();
    }

    Path place() {
        return Path.of(text("place"));
    }

    /** Reads the fixture that a member names. */
    JsonValue fixture(String name) {
        try {
            return JsonValue.parse(Files.readAllBytes(Path.of(text("fixtures"), text(name))));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A member that is a list of numbers. */
    static List<Integer> numbers(JsonValue list) {
        return ((JsonArray) list)
                .values().stream()
                        .map(number -> Math.toIntExact(((JsonNumber) number).longValue()))
                        .toList();
    }

    JsonValue member(String name) {
        return json.get(name).orElseThrow(() -> new IllegalArgumentException("the request has no " + name));
    }
}

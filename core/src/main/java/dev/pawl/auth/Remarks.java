package dev.pawl.auth;

import dev.pawl.backend.Key;
import dev.pawl.json.JsonException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Collects what the rules have to say about one record. */
final class Remarks {

    private final Key key;
    private final String place;
    private final List<Finding> findings = new ArrayList<>();

    Remarks(Key key, String place) {
        this.key = key;
        this.place = place;
    }

    void problem(String rule, String text) {
        add(Finding.Severity.PROBLEM, rule, text);
    }

    void warning(String rule, String text) {
        add(Finding.Severity.WARNING, rule, text);
    }

    /**
     * Runs checks that end with the first shape that is wrong.
     *
     * @return whether all of it was looked at
     */
    boolean shaped(String rule, Runnable checks) {
        try {
            checks.run();
            return true;
        } catch (ShapeException e) {
            problem(rule, e.problem());
        } catch (JsonException e) {
            problem(rule, String.valueOf(e.getMessage()));
        }
        return false;
    }

    List<Finding> findings() {
        return findings;
    }

    private void add(Finding.Severity severity, String rule, String text) {
        findings.add(new Finding(severity, rule, Optional.of(key), place, text));
    }
}

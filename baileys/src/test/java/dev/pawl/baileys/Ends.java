package dev.pawl.baileys;

import java.util.ArrayList;
import java.util.List;

/** Ends several things, also when one of them fails: what a stand-in has to say at its end leaves nothing of the others. */
final class Ends {

    private Ends() {}

    /** All of them in this order. Fails as the first that did, with the others. */
    static void all(List<Runnable> ends) {
        List<Throwable> failures = new ArrayList<>();
        for (Runnable end : ends) {
            try {
                end.run();
            } catch (RuntimeException | AssertionError e) {
                failures.add(e);
            }
        }
        if (failures.isEmpty()) {
            return;
        }
        Throwable first = failures.get(0);
        failures.stream().skip(1).forEach(first::addSuppressed);
        if (first instanceof AssertionError error) {
            throw error;
        }
        throw (RuntimeException) first;
    }
}

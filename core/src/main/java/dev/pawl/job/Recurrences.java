package dev.pawl.job;

import dev.pawl.job.Job.RecurrenceText;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.concurrent.ConcurrentHashMap;

/** Makes recurrences from what is stored, with every {@link RecurrenceProvider} that {@link ServiceLoader} finds. */
final class Recurrences {

    private static final Map<String, RecurrenceProvider> KNOWN = new ConcurrentHashMap<>();

    private Recurrences() {}

    /** The recurrence of a stored text; empty when nobody here knows its kind, or cannot read the rule. */
    static Optional<Recurrence> of(RecurrenceText text) {
        try {
            if (text.kind().equals(Interval.KIND)) {
                return Optional.of(new Interval(Duration.parse(text.rule())));
            }
            return provider(text.kind()).map(provider -> provider.parse(text.rule()));
        } catch (IllegalArgumentException | DateTimeException | ArithmeticException e) {
            return Optional.empty();
        }
    }

    private static Optional<RecurrenceProvider> provider(String kind) {
        Optional<RecurrenceProvider> known = Optional.ofNullable(KNOWN.get(kind));
        if (known.isPresent()) {
            return known;
        }
        Optional<RecurrenceProvider> found = ServiceLoader.load(RecurrenceProvider.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(provider -> provider.kind().equals(kind))
                .findFirst();
        found.ifPresent(provider -> KNOWN.put(kind, provider));
        return found;
    }
}

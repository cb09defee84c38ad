package dev.pawl.job;

import dev.pawl.job.Job.RecurrenceText;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.Optional;
import java.util.ServiceLoader;

/** Makes recurrences from what is stored, with every {@link RecurrenceProvider} that {@link ServiceLoader} finds. */
final class Recurrences {

    private Recurrences() {}

    /** The recurrence of a stored text; empty when nobody here knows its kind, or cannot read the rule. */
    static Optional<Recurrence> of(RecurrenceText text) {
        try {
            if (text.kind().equals(Interval.KIND)) {
                return Optional.of(new Interval(Duration.parse(text.rule())));
            }
            return ServiceLoader.load(RecurrenceProvider.class).stream()
                    .map(ServiceLoader.Provider::get)
                    .filter(provider -> provider.kind().equals(text.kind()))
                    .findFirst()
                    .map(provider -> provider.parse(text.rule()));
        } catch (IllegalArgumentException | DateTimeException | ArithmeticException e) {
            return Optional.empty();
        }
    }
}

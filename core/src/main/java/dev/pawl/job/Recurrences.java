package dev.pawl.job;

import dev.pawl.job.Job.RecurrenceText;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes recurrences from what is stored, with every {@link RecurrenceProvider} that {@link ServiceLoader} finds. */
final class Recurrences {

    private static final Map<String, RecurrenceProvider> KNOWN = new ConcurrentHashMap<>();

    private static final Logger LOG = LoggerFactory.getLogger(Recurrences.class);

    private Recurrences() {}

    /** The recurrence of a stored text; empty when nobody here knows its kind, or cannot read the rule. */
    static Optional<Recurrence> of(RecurrenceText text) {
        try {
            if (text.kind().equals(Interval.KIND)) {
                return Optional.of(new Interval(Duration.parse(text.rule())));
            }
            return provider(text.kind()).map(provider -> provider.parse(text.rule()));
        } catch (RuntimeException | ServiceConfigurationError | LinkageError e) {
            // of somebody else's making: one job by such a rule must not keep its session from being looked at
            LOG.debug("a rule of kind {} cannot be read", text.kind(), e);
            return Optional.empty();
        }
    }

    private static Optional<RecurrenceProvider> provider(String kind) {
        Optional<RecurrenceProvider> known = Optional.ofNullable(KNOWN.get(kind));
        if (known.isPresent()) {
            return known;
        }
        Optional<RecurrenceProvider> found = ServiceLoader.load(RecurrenceProvider.class).stream()
                .flatMap(provider -> made(provider).stream())
                .filter(provider -> provider.kind().equals(kind))
                .findFirst();
        found.ifPresent(provider -> KNOWN.put(kind, provider));
        return found;
    }

    /** A provider, unless it is broken: those behind it are asked all the same. */
    private static Optional<RecurrenceProvider> made(ServiceLoader.Provider<RecurrenceProvider> provider) {
        try {
            return Optional.of(provider.get());
        } catch (ServiceConfigurationError | LinkageError e) {
            LOG.debug("a provider of recurrences is broken", e);
            return Optional.empty();
        }
    }
}

package dev.pawl.cli;

import dev.pawl.job.JobState;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Words about jobs on the command line, which are those of the enums in small letters. */
final class JobArguments {

    private JobArguments() {}

    /** What is to be done with one job. */
    enum Action {
        SHOW,
        CANCEL,
        RETRY
    }

    /** Reads {@code show}, {@code cancel} or {@code retry}. */
    static final class OfAction implements ITypeConverter<Action> {
        @Override
        public Action convert(String text) {
            return find(Action.values(), text)
                    .orElseThrow(() -> new TypeConversionException("with a job one can show, cancel or retry it"));
        }
    }

    /** Reads the name of a state. */
    static final class OfState implements ITypeConverter<JobState> {
        @Override
        public JobState convert(String text) {
            return find(JobState.values(), text)
                    .orElseThrow(() -> new TypeConversionException(
                            "a state is queued, waiting, claimed, done, dead or cancelled"));
        }
    }

    private static <E extends Enum<E>> Optional<E> find(E[] values, String text) {
        return Arrays.stream(values)
                .filter(value -> word(value).equals(text.strip()))
                .findFirst();
    }

    /** How it is written. */
    static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}

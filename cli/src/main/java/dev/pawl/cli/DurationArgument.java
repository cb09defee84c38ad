package dev.pawl.cli;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a length of time: {@code 90d}, {@code 2w}, {@code 12h}, {@code 30m}, {@code 45s}, or the form of ISO 8601. */
final class DurationArgument implements ITypeConverter<Duration> {

    private static final int DAYS_OF_A_WEEK = 7;

    private static final Map<Character, Duration> UNITS = Map.of(
            's', ChronoUnit.SECONDS.getDuration(),
            'm', ChronoUnit.MINUTES.getDuration(),
            'h', ChronoUnit.HOURS.getDuration(),
            'd', ChronoUnit.DAYS.getDuration(),
            'w', ChronoUnit.DAYS.getDuration().multipliedBy(DAYS_OF_A_WEEK));

    @Override
    public Duration convert(String text) {
        try {
            Duration length = text.startsWith("P") || text.startsWith("p") ? Duration.parse(text) : units(text);
            if (!length.isNegative() && !length.isZero()) {
                return length;
            }
        } catch (DateTimeParseException | ArithmeticException | NumberFormatException e) {
            // the message below says what there is to say
        }
        throw new TypeConversionException("a length of time is a number and w, d, h, m or s, such as 90d, and above 0");
    }

    private static Duration units(String text) {
        String small = text.toLowerCase(Locale.ROOT);
        int last = small.length() - 1;
        Duration unit = Optional.ofNullable(last < 0 ? null : UNITS.get(small.charAt(last)))
                .orElseThrow(() -> new NumberFormatException("no unit"));
        return unit.multipliedBy(Long.parseLong(small.substring(0, last)));
    }
}

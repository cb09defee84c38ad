package dev.pawl.cron;

import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import dev.pawl.job.Recurrence;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.zone.ZoneOffsetTransition;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Recurs by a cron expression in the time of a place, {@code 0 9 * * 1-5 Europe/Berlin} for example: on working days at nine.
 *
 * <pre>{@code
 * CronRecurrence mornings = CronRecurrence.of("0 9 * * 1-5", ZoneId.of("Europe/Berlin"));
 * Instant first = mornings.next(Instant.now()).orElseThrow();
 * jobs.schedule(first, recipient, payload, JobOptions.NONE.recurring(mornings));
 * }</pre>
 *
 * <p><b>Expressions.</b> Five fields as in {@code crontab(5)}: minute, hour, day of month, month, day of week (0 and 7 are
 * Sunday), with {@code *}, lists, ranges, steps and English names of months and days; or {@code @hourly}, {@code @daily},
 * {@code @weekly}, {@code @monthly}, {@code @yearly}. Where neither of the two days is a mere {@code *}, either one is enough.
 *
 * <p><b>Summer time.</b> An occurrence at an hour that is left out in spring comes when that hour would have begun; several in
 * it come as one. At an hour that is repeated in autumn it comes the first time only. Where the hour field begins with a
 * {@code *} the expression is for a rhythm and not for a time of day: it then follows the clock on the wall, through the
 * repeated hour twice and through the missing one not at all.
 *
 * <p>Immutable. <b>Not supported.</b> Seconds, years and the extensions of Quartz.
 */
public final class CronRecurrence implements Recurrence {

    /** The kind of these rules. */
    public static final String KIND = "cron";

    private static final Map<String, String> NAMES = Map.of(
            "@hourly", "0 * * * *",
            "@daily", "0 0 * * *",
            "@midnight", "0 0 * * *",
            "@weekly", "0 0 * * 0",
            "@monthly", "0 0 1 * *",
            "@yearly", "0 0 1 1 *",
            "@annually", "0 0 1 1 *");

    /** An expression and, behind it, a zone. */
    private static final Pattern RULE = Pattern.compile("(@[a-z]+|\\S+(?:\\s+\\S+){4})(?:\\s+(\\S+))?");

    private static final int HOUR = 1;

    private static final CronParser PARSER = new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX));

    /** From here on every day of a year comes within eight years. */
    private static final LocalDateTime LONG_AGO = LocalDateTime.of(2001, 1, 1, 0, 0);

    private final String expression;
    private final ZoneId zone;
    private final ExecutionTime wall;
    private final boolean rhythm;

    private CronRecurrence(String expression, ZoneId zone) {
        String fields = NAMES.getOrDefault(expression, expression);
        this.expression = expression;
        this.zone = zone;
        this.wall = ExecutionTime.forCron(PARSER.parse(fields).validate());
        this.rhythm = fields.split("\\s+")[HOUR].startsWith("*");
    }

    /**
     * Recurs by an expression in the time of a place.
     *
     * @throws IllegalArgumentException when the expression cannot be read, or nothing ever matches it, such as the 30th of
     *     February
     */
    public static CronRecurrence of(String expression, ZoneId zone) {
        String trimmed = expression.strip().replaceAll("\\s+", " ");
        CronRecurrence recurrence;
        try {
            recurrence = new CronRecurrence(trimmed, zone);
        } catch (RuntimeException e) {
            throw new IllegalArgumentException("not a cron expression: \"" + trimmed + "\": " + e.getMessage(), e);
        }
        if (recurrence.onTheWall(LONG_AGO).isEmpty()) {
            throw new IllegalArgumentException("nothing ever matches the cron expression \"" + trimmed + "\"");
        }
        return recurrence;
    }

    /**
     * Reads an expression with the id of a zone behind it, or without one in UTC, whatever zone this machine is in: other
     * machines send the same jobs.
     *
     * @throws IllegalArgumentException when it cannot be read
     */
    public static CronRecurrence parse(String rule) {
        Matcher parts = RULE.matcher(rule.strip());
        if (!parts.matches()) {
            throw new IllegalArgumentException(
                    "a cron rule has five fields and perhaps a zone, \"0 9 * * 1-5 Europe/Berlin\", not \"" + rule
                            + "\"");
        }
        ZoneId zone = ZoneOffset.UTC;
        if (parts.group(2) != null) {
            try {
                zone = ZoneId.of(parts.group(2));
            } catch (DateTimeException e) {
                throw new IllegalArgumentException("no zone is named \"" + parts.group(2) + "\"", e);
            }
        }
        return of(parts.group(1), zone);
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public String rule() {
        return expression + " " + zone.getId();
    }

    @Override
    public Optional<Instant> after(Instant occurrence, Instant now) {
        return next(occurrence.isAfter(now) ? occurrence : now);
    }

    /** The first occurrence behind a moment; empty when there is none in the time that can be reckoned with. */
    public Optional<Instant> next(Instant after) {
        return rhythm ? byRhythm(after) : byTimeOfDay(after);
    }

    /** Along the clock on the wall, from one change of it to the next. */
    private Optional<Instant> byRhythm(Instant after) {
        Instant from = after;
        Instant behind = after;
        while (true) {
            ZoneOffset offset = zone.getRules().getOffset(from);
            Optional<Instant> next =
                    onTheWall(LocalDateTime.ofInstant(behind, offset)).map(local -> local.toInstant(offset));
            ZoneOffsetTransition change = zone.getRules().nextTransition(from);
            if (change == null || next.isEmpty() || next.get().isBefore(change.getInstant())) {
                return next;
            }
            from = change.getInstant();
            // the moment of the change is one of the new time
            behind = from.minusSeconds(1);
        }
    }

    /** Each time of day once: what a gap leaves out comes at its end, what an overlap repeats the first time. */
    private Optional<Instant> byTimeOfDay(Instant after) {
        Optional<LocalDateTime> local = onTheWall(LocalDateTime.ofInstant(after, zone));
        while (local.isPresent() && !instant(local.get()).isAfter(after)) {
            local = onTheWall(local.get());
        }
        return local.map(this::instant);
    }

    private Instant instant(LocalDateTime local) {
        ZoneOffsetTransition change = zone.getRules().getTransition(local);
        return change != null && change.isGap()
                ? change.getInstant()
                : ZonedDateTime.ofLocal(local, zone, null).toInstant();
    }

    /** The next time on the wall, in a place whose clocks are never changed. */
    private Optional<LocalDateTime> onTheWall(LocalDateTime after) {
        return wall.nextExecution(after.atZone(ZoneOffset.UTC)).map(ZonedDateTime::toLocalDateTime);
    }

    /** The expression, as it was given. */
    public String expression() {
        return expression;
    }

    /** Whose time it is. */
    public ZoneId zone() {
        return zone;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof CronRecurrence cron && rule().equals(cron.rule());
    }

    @Override
    public int hashCode() {
        return rule().hashCode();
    }

    /** The rule. */
    @Override
    public String toString() {
        return rule();
    }
}

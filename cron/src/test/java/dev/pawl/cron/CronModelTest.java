package dev.pawl.cron;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.time.zone.ZoneOffsetTransition;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random expressions against a clock that is looked at every minute, around the changes of it. */
final class CronModelTest {

    private static final int EXPRESSIONS = 20;

    /** A field: its text, and what matches it. */
    private record Field(String text, Set<Integer> values) {
        boolean isRestricted() {
            return !text.equals("*") && !text.equals("*/1");
        }
    }

    private static Field field(Random random, int least, int most) {
        Set<Integer> all = new TreeSet<>();
        for (int value = least; value <= most; value++) {
            all.add(value);
        }
        int a = least + random.nextInt(most - least + 1);
        int b = least + random.nextInt(most - least + 1);
        int step = 1 + random.nextInt(most - least);
        return switch (random.nextInt(6)) {
            case 0 -> new Field(Integer.toString(a), Set.of(a));
            case 1 -> new Field(a + "," + b, new TreeSet<>(List.of(a, b)));
            case 2 -> {
                int low = Math.min(a, b);
                int high = Math.max(a, b);
                all.removeIf(value -> value < low || value > high);
                yield new Field(low + "-" + high, all);
            }
            case 3 -> {
                all.removeIf(value -> (value - least) % step != 0);
                yield new Field("*/" + step, all);
            }
            default -> new Field("*", all);
        };
    }

    private record Expression(List<Field> fields) {
        String text() {
            return String.join(" ", fields.stream().map(Field::text).toList());
        }

        boolean isRhythm() {
            return fields.get(1).text().startsWith("*");
        }

        boolean matches(LocalDateTime wall) {
            boolean day = fields.get(2).values().contains(wall.getDayOfMonth());
            boolean week = fields.get(4).values().contains(wall.getDayOfWeek().getValue() % 7);
            boolean either = fields.get(2).isRestricted() && fields.get(4).isRestricted();
            return fields.get(0).values().contains(wall.getMinute())
                    && fields.get(1).values().contains(wall.getHour())
                    && fields.get(3).values().contains(wall.getMonthValue())
                    && (either ? day || week : day && week);
        }

        /** Whether it comes at this minute. */
        boolean comes(ZonedDateTime minute) {
            ZoneId zone = minute.getZone();
            if (isRhythm()) {
                return matches(minute.toLocalDateTime());
            }
            boolean first = minute.getOffset()
                    .equals(zone.getRules()
                            .getValidOffsets(minute.toLocalDateTime())
                            .get(0));
            if (first && matches(minute.toLocalDateTime())) {
                return true;
            }
            ZoneOffsetTransition change =
                    zone.getRules().nextTransition(minute.toInstant().minusNanos(1));
            if (change != null && change.isGap() && change.getInstant().equals(minute.toInstant())) {
                LocalDateTime left = change.getDateTimeBefore();
                for (; left.isBefore(change.getDateTimeAfter()); left = left.plusMinutes(1)) {
                    if (matches(left)) {
                        return true;
                    }
                }
            }
            return false;
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Santiago", "Asia/Kolkata"})
    void everyOccurrenceComesAndNoOther(String name) {
        ZoneId zone = ZoneId.of(name);
        Random random = new Random(name.hashCode());
        int seen = 0;
        for (int i = 0; i < EXPRESSIONS; i++) {
            Expression expression = new Expression(List.of(
                    field(random, 0, 59),
                    field(random, 0, 23),
                    field(random, 1, 31),
                    field(random, 1, 12),
                    field(random, 0, 6)));
            CronRecurrence recurrence;
            try {
                recurrence = CronRecurrence.of(expression.text(), zone);
            } catch (IllegalArgumentException e) {
                assertThat(e).as(expression.text()).hasMessageStartingWith("nothing ever matches");
                continue;
            }
            for (String around : List.of("2026-03-07", "2026-03-28", "2026-04-04", "2026-09-05", "2026-10-24")) {
                Instant from = Instant.parse(around + "T00:00:00Z").plusSeconds(random.nextInt(7200));
                Instant to = from.plus(Duration.ofHours(30));
                List<Instant> expected = new ArrayList<>();
                Instant minute = from.truncatedTo(ChronoUnit.MINUTES).plus(Duration.ofMinutes(1));
                for (; minute.isBefore(to); minute = minute.plus(Duration.ofMinutes(1))) {
                    if (expression.comes(minute.atZone(zone))) {
                        expected.add(minute);
                    }
                }
                assertThat(occurrences(recurrence, from, to))
                        .as("%s in %s from %s", expression.text(), zone, from)
                        .isEqualTo(expected);
                seen += expected.size();
            }
        }
        assertThat(seen).isGreaterThan(500);
    }

    private static List<Instant> occurrences(CronRecurrence recurrence, Instant from, Instant to) {
        List<Instant> found = new ArrayList<>();
        Instant next = recurrence.next(from).orElseThrow();
        while (next.isBefore(to) && found.size() < 3000) {
            found.add(next);
            next = recurrence.next(next).orElseThrow();
        }
        return found;
    }
}

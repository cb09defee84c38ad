package dev.pawl.job;

import java.time.Instant;
import java.util.Optional;

/** Rules of somebody else's making that do what they should not. */
public final class MoodyRecurrences implements RecurrenceProvider {

    static final String KIND = "moody";

    /** What a rule does. */
    enum Mood {
        /** It says a time that no job can have. */
        BEYOND,
        /** It says now. */
        NOW,
        /** It lacks a class when it is asked. */
        LINKAGE,
        /** It cannot be read, and fails in an unforeseen way. */
        UNREADABLE;

        Recurrence recurrence() {
            return new Rule(this);
        }
    }

    private record Rule(Mood mood) implements Recurrence {
        @Override
        public String kind() {
            return KIND;
        }

        @Override
        public String rule() {
            return mood.name();
        }

        @Override
        public Optional<Instant> after(Instant occurrence, Instant now) {
            return switch (mood) {
                case BEYOND -> Optional.of(Instant.MAX);
                case NOW -> Optional.of(now);
                default -> throw new NoClassDefFoundError("org/example/Calendar");
            };
        }
    }

    /** One that cannot even be made. */
    public static final class Broken implements RecurrenceProvider {
        /** Fails. */
        public Broken() {
            throw new IllegalStateException("broken");
        }

        @Override
        public String kind() {
            return KIND;
        }

        @Override
        public Recurrence parse(String rule) {
            throw new IllegalStateException("never made");
        }
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public Recurrence parse(String rule) {
        Mood mood = Mood.valueOf(rule);
        if (mood == Mood.UNREADABLE) {
            throw new IndexOutOfBoundsException(7);
        }
        return mood.recurrence();
    }
}

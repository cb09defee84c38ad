package dev.pawl.cron;

import dev.pawl.job.Recurrence;
import dev.pawl.job.RecurrenceProvider;

/** Has stored jobs recur by {@link CronRecurrence}s; found where this module is on the class path. */
public final class CronRecurrenceProvider implements RecurrenceProvider {

    /** For {@link java.util.ServiceLoader}. */
    public CronRecurrenceProvider() {}

    @Override
    public String kind() {
        return CronRecurrence.KIND;
    }

    @Override
    public Recurrence parse(String rule) {
        return CronRecurrence.parse(rule);
    }
}

package dev.pawl.migrate;

import dev.pawl.backend.Family;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/** A part of a session that can be moved without the others, and has an owner of its own. */
public enum Part {
    /** Message history: messages, chats, contacts, groups, presence, labels, aliases. */
    MESSAGES(
            "messages",
            EnumSet.of(
                    Family.MESSAGE,
                    Family.CHAT,
                    Family.CONTACT,
                    Family.GROUP,
                    Family.PRESENCE,
                    Family.LABEL,
                    Family.ALIAS,
                    Family.SET_ASIDE,
                    Family.EXPIRY)),
    /** Scheduled jobs. */
    JOBS("jobs", EnumSet.of(Family.JOB)),
    /** Credentials and Signal keys. The last one: what makes a session usable is copied when all else is there. */
    AUTH("auth", EnumSet.of(Family.KEY, Family.CREDENTIALS));

    private final String lease;

    @SuppressWarnings("ImmutableEnumChecker") // An unmodifiable copy.
    private final Set<Family> families;

    Part(String lease, EnumSet<Family> families) {
        this.lease = lease;
        this.families = Collections.unmodifiableSet(families);
    }

    /** The name of the lease whose owner may write this part. */
    public String lease() {
        return lease;
    }

    /** The families that this part consists of. */
    public Set<Family> families() {
        return families;
    }
}

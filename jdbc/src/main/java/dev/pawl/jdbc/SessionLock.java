package dev.pawl.jdbc;

import dev.pawl.backend.SessionName;

/** The lock in the server by which writers of a session wait for each other, and what limits waiting for it. */
final class SessionLock {

    /** Tells our locks from those of other programs: "pawl". */
    static final int LOCKS = 0x7061776c;

    /** How long the server keeps a transaction, and so its locks, whose client says nothing, in milliseconds. */
    private static final int IDLE_MILLIS = 10_000;

    /** Has a transaction forced, where a role or a database is set not to. */
    static final String FORCED = "set_config('synchronous_commit',"
            + " CASE WHEN current_setting('synchronous_commit') = 'off' THEN 'on'"
            + " ELSE current_setting('synchronous_commit') END, true) IS NULL";

    /** Limits how long the server waits for the rest of a transaction that was begun. */
    static final String IDLE = "set_config('idle_in_transaction_session_timeout', '" + IDLE_MILLIS + "', true) IS NULL";

    /** What limits waiting for the rest of a transaction: how long to wait for locks, in milliseconds, as text. */
    private static final String LIMITS = "set_config('lock_timeout', ?, true) IS NULL, " + IDLE + ", " + FORCED;

    /**
     * What takes the lock of a session for the rest of a transaction: what {@link #LIMITS} takes, and the number of the
     * session. Its columns have a size that is known: else the driver, once it knows the statement, waits for the answer
     * before it sends the next one.
     */
    static final String TAKE = LIMITS + ", pg_advisory_xact_lock(" + LOCKS + ", ?)";

    /**
     * Has every row found by the index of its key, whatever the server thinks of the size of a table, by a plan that is made
     * once, for the rest of a transaction: making it anew takes longer than all it does.
     */
    static final String PLANS = "set_config('plan_cache_mode', 'force_generic_plan', true) IS NULL"
            + ", set_config('enable_seqscan', 'off', true) IS NULL"
            + ", set_config('enable_hashjoin', 'off', true) IS NULL"
            + ", set_config('enable_mergejoin', 'off', true) IS NULL";

    private SessionLock() {}

    /** The number by which a session is locked; others may have the same. */
    static int number(SessionName session) {
        return session.name().hashCode();
    }

    /** Begins a transaction that takes some round trips, with limits for waiting that end with it. */
    static String begin(long lockMillis) {
        return "BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL lock_timeout = " + lockMillis
                + "; SET LOCAL idle_in_transaction_session_timeout = " + IDLE_MILLIS;
    }
}

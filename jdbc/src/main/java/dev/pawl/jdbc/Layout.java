package dev.pawl.jdbc;

import dev.pawl.backend.Batch;
import dev.pawl.backend.Family;
import dev.pawl.backend.SessionName;
import dev.pawl.backend.UnsupportedException;
import java.util.Locale;

/** Whose tables a database has. */
public enum Layout {
    /** Those of Pawl: every family of any number of sessions. */
    PAWL,
    /**
     * Those of zaileys 4, which it reads and writes too, by turns: one session, {@code default}; and beside them tables of
     * Pawl's, {@code pawl_extra_…}, for what zaileys does not keep.
     */
    ZAILEYS;

    /** The option of a locator. */
    static final String OPTION = "layout";

    /**
     * The layout that a locator names.
     *
     * @throws UnsupportedException when there is none of this name
     */
    static Layout named(String name) {
        for (Layout layout : values()) {
            if (name.equals(layout.name().toLowerCase(Locale.ROOT))) {
                return layout;
            }
        }
        // What was written there is not shown: it may be the end of a password.
        throw new UnsupportedException("layout is pawl, which is meant without it, or zaileys, nothing else");
    }

    /** Whether it holds more than the session {@code default}. */
    boolean hasManySessions() {
        return this == PAWL;
    }

    /**
     * Refuses a session that has no place here.
     *
     * @throws UnsupportedException saying what to use instead
     */
    void requireSession(SessionName session) {
        if (!hasManySessions() && !session.equals(SessionName.DEFAULT)) {
            throw new UnsupportedException("the tables of zaileys are one session, " + SessionName.DEFAULT + ", not "
                    + session + ": give each session a database of its own (or a schema of PostgreSQL), or leave out"
                    + " layout=zaileys");
        }
    }

    /** Refuses a batch to a session that has no place here. Leases of any session have. */
    void requireSession(SessionName session, Batch batch) {
        boolean leases = batch.puts().stream().allMatch(row -> row.key().family() == Family.LEASE)
                && batch.deletes().stream().allMatch(key -> key.family() == Family.LEASE)
                && batch.checks().stream().allMatch(check -> check.key().family() == Family.LEASE);
        if (!leases || !session.equals(SessionName.PAWL)) {
            requireSession(session);
        }
    }
}

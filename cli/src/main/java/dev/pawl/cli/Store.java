package dev.pawl.cli;

import dev.pawl.Backends;
import dev.pawl.backend.Access;
import dev.pawl.backend.Backend;
import dev.pawl.backend.CorruptDataException;
import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Locator;
import dev.pawl.backend.Scan;
import dev.pawl.backend.Searching;
import dev.pawl.backend.SessionName;
import dev.pawl.backend.UnavailableException;
import dev.pawl.migrate.Part;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * An open store and the session that the command line named.
 *
 * @param locator how it was named
 * @param backend what was opened
 */
record Store(Locator locator, Backend backend) implements AutoCloseable {

    /** Opens it for reading: writes nothing and disturbs nobody. */
    static Store reading(Locator locator) {
        return new Store(locator, Backends.open(locator, Access.READ_ONLY));
    }

    /** Opens it for writing; it is created when something is written. */
    static Store writing(Locator locator) {
        return new Store(locator, Backends.open(locator, Access.READ_WRITE));
    }

    /**
     * Opens what is to be filled. A dry run must not even finish what an interrupted writer left, so it reads what is there.
     */
    static Store target(Locator locator, boolean dryRun) {
        if (dryRun) {
            try {
                return reading(locator);
            } catch (UnavailableException notThere) {
                return writing(locator);
            }
        }
        return writing(locator);
    }

    SessionName session() {
        return locator.session();
    }

    /** The same, showing how much is read of it. */
    Store shown(ProgressBar bar, String what) {
        return new Store(locator, new ShownBackend(backend, bar, what));
    }

    /** Whether the session has credentials or keys, damaged ones included. */
    boolean hasSession() {
        try {
            return backend.get(session(), Key.CREDENTIALS).isPresent()
                    || !backend.partitions(session(), Family.KEY, Optional.empty(), 1)
                            .items()
                            .isEmpty();
        } catch (CorruptDataException damaged) {
            return true;
        }
    }

    /**
     * Checks that the session is there.
     *
     * @throws Failure with status 1 when it is not
     */
    void requireSession() {
        if (!hasSession()) {
            throw Failure.notFound(
                    Plain.line(locator.toString()), "no credentials and no keys of a session " + session());
        }
    }

    /** Whether the session has any rows of these families that the store holds, damaged ones included. */
    boolean hasRows(Set<Family> families) {
        return families.stream()
                .filter(backend.traits().families()::contains)
                .map(family -> Scan.of(family).limit(1).withoutValues())
                .anyMatch(scan -> !backend.scan(session(), scan).items().isEmpty());
    }

    /**
     * Checks that the session has anything at all.
     *
     * @throws Failure with status 1 when it has not
     */
    void requireSomething() {
        if (!hasSession() && !hasRows(Part.MESSAGES.families()) && !hasRows(Part.JOBS.families())) {
            throw Failure.notFound(Plain.line(locator.toString()), "nothing of a session " + session());
        }
    }

    /** Has what was stored found by search, where there is an index of words. */
    void awaitSearch(ProgressBar bar) {
        backend.as(Searching.class).ifPresent(index -> {
            while (!index.flush(session(), Duration.ofMillis(100))) {
                bar.show("indexing, still to do", index.waiting(session()), 0);
            }
        });
    }

    /** How many changes of messages a search does not see yet; empty where there is no index. */
    Optional<Long> notIndexed() {
        return backend.as(Searching.class).map(index -> index.waiting(session()));
    }

    @Override
    public void close() {
        backend.close();
    }
}

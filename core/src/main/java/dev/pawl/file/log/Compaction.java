package dev.pawl.file.log;

import dev.pawl.backend.Key;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * Makes a log new when most of it is of no use any more. The live rows are copied beside those who write; what they change
 * meanwhile is copied in rounds, each shorter than the one before; only for the last of them, which is small, and to put the
 * new log in place, do they wait.
 */
final class Compaction {

    /** When this much or less is left to copy, those who write wait for it. */
    private static final int LITTLE = 64;

    private static final int ROUNDS = 8;

    private final LogDirectory directory;
    private final LogSession session;

    Compaction(LogDirectory directory, LogSession session) {
        this.directory = directory;
        this.session = session;
    }

    /** Rows that were changed: those that are still there, and those that are not. */
    private record Changed(OpenLog.View puts, List<Key> deletes) {
        static Changed of(OpenLog log, Collection<Key> keys) {
            List<Index.Found> puts = new ArrayList<>();
            List<Key> deletes = new ArrayList<>();
            for (Key key : keys) {
                Optional<Place> place = log.index().find(key);
                place.ifPresentOrElse(found -> puts.add(new Index.Found(key, found)), () -> deletes.add(key));
            }
            return new Changed(log.view(puts), deletes);
        }

        int size() {
            return puts.rows().size() + deletes.size();
        }

        void copyTo(NewLog copy) throws IOException {
            try (puts) {
                copy.copy(puts);
            }
            deletes.forEach(copy::delete);
        }
    }

    /** Beside those who write. On a thread of ours. */
    void run() throws IOException {
        Optional<NewLog> begun = NewLog.begin(directory, session.name());
        if (begun.isEmpty()) {
            return; // Another process is at it.
        }
        try (NewLog copy = begun.get()) {
            Optional<Changed> next =
                    session.exclusively(log -> Changed.of(log, log.index().watch()));
            for (int round = 1; next.isPresent(); round++) {
                boolean last = next.get().size() <= LITTLE || round == ROUNDS;
                next.get().copyTo(copy);
                copy.force();
                next = session.exclusively(log -> last ? replace(log, copy) : changed(log))
                        .flatMap(more -> more);
            }
        } finally {
            session.withIndex(Index::unwatch);
        }
    }

    /** Empty when this is not the log that was copied: then nobody has noted what was changed. */
    private static Optional<Changed> changed(OpenLog log) {
        return log.index().changed().map(keys -> Changed.of(log, keys));
    }

    private Optional<Changed> replace(OpenLog log, NewLog copy) throws IOException {
        Optional<Changed> rest = changed(log);
        if (rest.isPresent()) {
            rest.get().copyTo(copy);
            session.replace(copy.takePlace());
        }
        return Optional.empty();
    }

    /**
     * While nobody writes or reads: with the turn, the lock of the session and the write side of its state.
     *
     * @return the new log, or empty when another process is at it
     */
    Optional<OpenLog> runAlone(OpenLog log) throws IOException {
        Optional<NewLog> begun = NewLog.begin(directory, session.name());
        if (begun.isEmpty()) {
            return Optional.empty();
        }
        try (NewLog copy = begun.get()) {
            Changed.of(log, log.index().keys()).copyTo(copy);
            return Optional.of(copy.takePlace());
        }
    }
}

package dev.pawl.file.log;

import dev.pawl.backend.Key;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * Makes a log new when most of it is of no use any more. The live rows are copied beside those who write; what they
 * change meanwhile is copied in rounds, each shorter than the one before; only for the last of them, which is small,
 * and to put the new log in place, do they wait.
 */
final class Compaction {

    /** When this much or less is left to copy, those who write wait for it. */
    private static final int LITTLE = 64;

    private static final int ROUNDS = 8;

    private final LogDirectory directory;
    private final LogSession session;
    private final SessionLog log;
    private Optional<OpenLog.View> old = Optional.empty();

    Compaction(LogDirectory directory, LogSession session, SessionLog log) {
        this.directory = directory;
        this.session = session;
        this.log = log;
    }

    /** A new log could not be made, and the old one is as it was. */
    static final class NotMadeException extends IOException {
        private static final long serialVersionUID = 1L;

        NotMadeException(IOException cause) {
            super(cause.getMessage(), cause);
        }
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

    /**
     * Beside those who write. On a thread of ours, without the turn.
     *
     * @return whether there is a new log
     */
    boolean run() throws IOException {
        Optional<NewLog> begun = NewLog.begin(directory, session.name());
        if (begun.isEmpty()) {
            return false; // Another process is at it.
        }
        try (NewLog copy = begun.get()) {
            Optional<Changed> next =
                    session.exclusively(open -> Changed.of(open, open.index().watch()));
            old = next.map(all -> all.puts().keepOpen());
            for (int round = 1; next.isPresent(); round++) {
                boolean last = next.get().size() <= LITTLE || round == ROUNDS;
                next.get().copyTo(copy);
                copy.force();
                if (last) {
                    return session.exclusively(open -> replace(open, copy)).orElse(false);
                }
                next = session.exclusively(Compaction::changed).flatMap(changed -> changed);
            }
            return false;
        } finally {
            log.unwatch();
        }
    }

    /**
     * Lets go of the old log, after {@link #run}. Who does that last waits until the system has freed its room, so
     * nobody should be waiting for him.
     */
    void letGo() {
        old.ifPresent(OpenLog.View::close);
        old = Optional.empty();
    }

    /** Empty when the log was closed meanwhile: then nobody has noted what was changed. */
    private static Optional<Changed> changed(OpenLog open) {
        return open.index().changed().map(keys -> Changed.of(open, keys));
    }

    private boolean replace(OpenLog open, NewLog copy) throws IOException {
        Optional<Changed> rest = changed(open);
        if (rest.isEmpty()) {
            return false;
        }
        rest.get().copyTo(copy);
        log.replace(copy.takePlace());
        return true;
    }

    /**
     * While nobody writes or reads: with the turn, open for writing, and the write side of the state.
     *
     * @return whether there is a new log; if not, another process is making one, and everything is as it was
     * @throws NotMadeException when it cannot be made, and everything is as it was
     * @throws IOException when nobody knows which of them there is
     */
    boolean runAlone(OpenLog open) throws IOException {
        Optional<NewLog> begun = begin();
        if (begun.isEmpty()) {
            return false;
        }
        try (NewLog copy = begun.get()) {
            try {
                Changed.of(open, open.index().keys()).copyTo(copy);
                log.replace(copy.takePlace());
            } catch (IOException e) {
                throw copy.isTaken() ? e : new NotMadeException(e);
            }
        }
        return true;
    }

    private Optional<NewLog> begin() throws NotMadeException {
        try {
            return NewLog.begin(directory, session.name());
        } catch (IOException e) {
            throw new NotMadeException(e);
        }
    }
}

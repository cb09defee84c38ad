package dev.pawl.backend;

import java.util.Optional;
import java.util.Set;

/**
 * Optional capability of backends that can hand out what is intact of a session that is damaged, and say what is not:
 * the source of a repair, which always writes to another store.
 *
 * <p>Changes nothing, takes no lease and no lock, and works where {@link Backend#get} and {@link Backend#scan}
 * refuse. <b>Blocking.</b> May take as long as reading the whole session. <b>Thread-safety.</b> May be called from
 * many threads; one call uses its visitor on the calling thread only. <b>Not supported.</b> Repairing anything, and
 * judging which of the rows are still true: whoever asks knows what they mean.
 */
public interface Salvageable {

    /**
     * Goes through everything that was ever committed to a session and is still there, oldest first, with what is
     * damaged at the place where it stands. Applying the batches in their order gives the session as it is, when
     * nothing was lost.
     *
     * <p>What a crash left of a commit that was never acknowledged is not damage, and is not told. Beside a running
     * client the walk ends somewhere between its beginning and the last commit. A session that is not there has no
     * batches.
     *
     * @param visitor what it throws ends the walk and reaches the caller
     * @throws CorruptDataException when nothing can be made out at all, such as in a foreign file
     * @throws UnsupportedException when a newer version wrote it
     * @throws UnavailableException when the storage cannot be read; the caller tries again
     */
    void salvage(SessionName session, Visitor visitor);

    /** What a walk finds. */
    interface Visitor {

        /**
         * The next batch, or all of it but the rows that {@link #lost} names right after it.
         *
         * @param batch puts and deletes whose bytes are proven to be those that were committed; no checks
         */
        void intact(Batch batch);

        /**
         * Something that was committed here is damaged or missing.
         *
         * @param part what is known about it
         */
        void lost(Lost part);
    }

    /**
     * A part of the storage that cannot be read any more.
     *
     * @param place the file, as {@link Backend#locate} gives it or beside that
     * @param from the first byte of the file that is damaged or missing
     * @param to the first byte behind it, at least {@code from}; beyond the end of a file that was cut short
     * @param text what is wrong, for people, without any content
     * @param records the rows whose values were there, where that much is known: then nothing else was lost. Empty when
     *     nobody knows what was there: any row may have been put or deleted, any number of times.
     */
    record Lost(String place, long from, long to, String text, Optional<Set<Key>> records) {

        /** Copies the set. */
        public Lost {
            records = records.map(Set::copyOf);
        }
    }
}

package dev.pawl.backend;

import java.util.Optional;

/** What is stored cannot be read; nothing was changed. The caller repairs or restores. The message begins with the place: a file or row, then the member or byte where that is known. */
public final class CorruptDataException extends StoreException {

    private static final long serialVersionUID = 1L;

    private final String place;
    private final String problem;
    private final transient Optional<Key> key;

    /**
     * A row that is damaged.
     *
     * @param key the row
     * @param place the file, table and id, or key that is damaged, as {@link Backend#locate} gives it
     * @param problem what is wrong with it, without any of its content
     */
    public CorruptDataException(Key key, String place, String problem) {
        super(Code.STORE_CORRUPTED, place + ": " + problem, null);
        this.place = place;
        this.problem = problem;
        this.key = Optional.of(key);
    }

    /**
     * Damage that is not in one row: a file header, an index, a page.
     *
     * @param place what is damaged, for people
     * @param problem what is wrong with it, without any of its content
     */
    public CorruptDataException(String place, String problem) {
        super(Code.STORE_CORRUPTED, place + ": " + problem, null);
        this.place = place;
        this.problem = problem;
        this.key = Optional.empty();
    }

    /** The file or row that is damaged. */
    public String place() {
        return place;
    }

    /** What is wrong: the message without the place. */
    public String problem() {
        return problem;
    }

    /** The row that is damaged, where it is one. */
    public Optional<Key> key() {
        return key;
    }
}

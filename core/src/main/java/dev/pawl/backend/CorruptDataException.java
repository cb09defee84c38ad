package dev.pawl.backend;

/** What is stored cannot be read; nothing was changed. The caller repairs or restores. The message begins with the place: a file or row, then the member or byte where that is known. */
public final class CorruptDataException extends StoreException {

    private static final long serialVersionUID = 1L;

    private final String place;

    /**
     * Damage at a place.
     *
     * @param place the file, table and id, or key that is damaged, as {@link Backend#locate} gives it
     * @param problem what is wrong with it, without any of its content
     */
    public CorruptDataException(String place, String problem) {
        super(Code.STORE_CORRUPTED, place + ": " + problem, null);
        this.place = place;
    }

    /** The file or row that is damaged. */
    public String place() {
        return place;
    }
}

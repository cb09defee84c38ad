package dev.pawl.backend;

/**
 * What a row can be filtered and searched by, derived from its value by the store above. A backend may index facets or ignore them; they are never data: dropping them loses nothing, and a
 * row read back may come without ({@link #NONE}).
 *
 * @param archived the chat is archived
 * @param unread the chat has unread messages or is marked unread
 * @param pinned the chat is pinned
 * @param searchText text that full-text search should find, empty for none
 */
public record Facets(boolean archived, boolean unread, boolean pinned, String searchText) {

    /** No facets at all. */
    public static final Facets NONE = new Facets(false, false, false, "");

    /** Shows the flags and how long the text is, never the text. */
    @Override
    public String toString() {
        return "Facets[archived=" + archived + ", unread=" + unread + ", pinned=" + pinned + ", searchText="
                + searchText.length() + " characters]";
    }
}

package dev.pawl.jdbc;

/**
 * What a row of a message is called in the tables of zaileys.
 *
 * @param id the id of the message, or any other name behind a bar
 * @param fromMe whether it was sent from here; not, for any other name
 */
record MessageId(String id, boolean fromMe) {

    private static final String FROM_ME = "|1";
    private static final String FROM_OTHERS = "|0";

    /** For this name. No two names have the same. */
    static MessageId of(String rowId) {
        String id = rowId.substring(0, Math.max(0, rowId.length() - FROM_ME.length()));
        if (rowId.endsWith(FROM_ME)) {
            return new MessageId(id, true);
        }
        return rowId.endsWith(FROM_OTHERS) && !id.startsWith("|")
                ? new MessageId(id, false)
                : new MessageId("|" + rowId, false);
    }
}

package dev.pawl.json;

/**
 * Says that something is not the JSON it should be, why, and where; it never quotes the input, which may hold secrets.
 *
 * <p>A caller that read the text from a store reports damage at {@link #offset()}; a caller that made the text fixes it.
 */
public final class JsonException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String reason;
    private final int offset;

    JsonException(String reason, int offset) {
        super(offset < 0 ? reason : reason + " at offset " + offset);
        this.reason = reason;
        this.offset = offset;
    }

    /** What is wrong, without the place: a short phrase such as {@code "unexpected end of text"}. */
    public String reason() {
        return reason;
    }

    /**
     * Where the fault is, counted from 0: in bytes for a text given as bytes, in {@code char}s for a text given as
     * {@code String}; the size of the text when it ended too early. -1 when there is no text: a tree built in memory is
     * nested too deeply.
     */
    public int offset() {
        return offset;
    }
}

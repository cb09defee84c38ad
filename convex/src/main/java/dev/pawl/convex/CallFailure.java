package dev.pawl.convex;

import dev.pawl.backend.CorruptDataException;
import dev.pawl.backend.InDoubtException;
import dev.pawl.backend.StoreException;
import dev.pawl.backend.UnavailableException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A function that gave no answer, or not the one that was asked for. Says nothing of arguments and answers. */
final class CallFailure extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** What kind of failure it is. */
    enum Kind {
        /** The deployment takes neither secret nor identity. */
        REFUSED,
        /** The deployment has neither a secret nor identities. */
        CLOSED,
        /** There is no such function. */
        MISSING,
        /** A row cannot be read as it is. */
        DAMAGED,
        /** A row has an order that is none, which zaileys wrote. */
        DISORDERED,
        /** The function failed, for instance because it would read too much; production says no more. What it did is undone. */
        FAILED,
        /** The request itself is not taken. */
        REJECTED,
        /** Nothing came back in time. */
        UNANSWERED
    }

    private final Kind kind;
    private final boolean doubtful;
    private final String row;

    private CallFailure(Kind kind, String message, boolean doubtful, String row, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
        this.doubtful = doubtful;
        this.row = row;
    }

    static CallFailure of(Kind kind, String message) {
        return new CallFailure(kind, message, false, "", null);
    }

    static CallFailure damaged(String row) {
        return new CallFailure(Kind.DAMAGED, "parts of its value are missing", false, row, null);
    }

    static CallFailure disordered(String row) {
        return new CallFailure(Kind.DISORDERED, "its order is no whole number", false, row, null);
    }

    static CallFailure unanswered(String message, boolean doubtful, Throwable cause) {
        return new CallFailure(Kind.UNANSWERED, message, doubtful, "", cause);
    }

    /** The same, after an attempt that may have been applied. */
    CallFailure inDoubt() {
        return doubtful ? this : new CallFailure(kind, String.valueOf(getMessage()), true, row, getCause());
    }

    Kind kind() {
        return kind;
    }

    /** What the row is called that this is about. */
    String row() {
        return row;
    }

    /** Whether what was asked for may have been done, or may even be done later. */
    boolean isDoubtful() {
        return doubtful;
    }

    /** Whether asking for less may help. What may still be done as it was asked for is not asked for in another way. */
    boolean mayBeTooMuch() {
        return kind == Kind.FAILED && !doubtful;
    }

    /**
     * What reading says because of it.
     *
     * @param place deployment and namespace
     */
    StoreException whenReading(String place) {
        return common(place).orElseGet(() -> UnavailableException.readFailed(place + ": " + getMessage(), this));
    }

    /** What writing says because of it. */
    StoreException whenWriting(String place) {
        if (doubtful) {
            return new InDoubtException(place + ": " + getMessage() + "; it may have been applied", this);
        }
        return common(place).orElseGet(() -> UnavailableException.writeFailed(place + ": " + getMessage(), this));
    }

    /** What opening says because of it. */
    StoreException whenOpening(String place) {
        return common(place).orElseGet(() -> UnavailableException.connectionFailed(place + ": " + getMessage(), this));
    }

    private Optional<StoreException> common(String place) {
        return switch (kind) {
            case REFUSED, CLOSED, MISSING, REJECTED ->
                Optional.of(UnavailableException.connectionFailed(place + ": " + getMessage(), this));
            case DAMAGED, DISORDERED ->
                Optional.of(Names.parse(row)
                        .map(key -> new CorruptDataException(key, place + ", key " + row, String.valueOf(getMessage())))
                        .orElseGet(
                                () -> new CorruptDataException(place + ", key " + row, String.valueOf(getMessage()))));
            default -> Optional.empty();
        };
    }
}

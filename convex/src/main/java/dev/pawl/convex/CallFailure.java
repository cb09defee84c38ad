package dev.pawl.convex;

import dev.pawl.backend.ConflictException;
import dev.pawl.backend.CorruptDataException;
import dev.pawl.backend.InDoubtException;
import dev.pawl.backend.StoreException;
import dev.pawl.backend.UnavailableException;
import dev.pawl.backend.UnsupportedException;
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
        /** The rows that a batch is about are too long together, which the function says itself; nothing was applied. */
        MUCH,
        /** A row is empty through functions of zaileys, as one is whose value is in parts. */
        CUT,
        /** The function failed, for instance because it would read too much; production says no more. What it did is undone. */
        FAILED,
        /** Convex gave a mutation up that ran beside others on the same documents; nothing was applied. */
        RACED,
        /** The request itself is not taken: the function did not run. */
        REJECTED,
        /** There is no token to send, or it is not taken: the function did not run. */
        TOKEN,
        /** Something answers that is no function, so that nobody knows whether one ran. */
        STRANGE,
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

    /** Functions of zaileys show nothing of this row. */
    static CallFailure cut(String row) {
        return new CallFailure(
                Kind.CUT,
                "it is empty through the functions of zaileys, as Pawl leaves a row whose value is in parts beside it:"
                        + " read it through the functions of Pawl, without functions=zaileys",
                false,
                row,
                null);
    }

    static CallFailure of(Kind kind, String message, @Nullable Throwable cause) {
        return new CallFailure(kind, message, false, "", cause);
    }

    /** The same, after an attempt that may have been applied. */
    CallFailure inDoubt() {
        return doubtful ? this : new CallFailure(kind, String.valueOf(getMessage()), true, row, getCause());
    }

    /** The same of a first call, which a deployment in production answers so where there is no such function, too. */
    CallFailure orMissing() {
        return of(kind, getMessage() + "; or the functions of Pawl are not there: deploy them first", this);
    }

    Kind kind() {
        return kind;
    }

    /** Whether what was asked for may have been done, or may even be done later. */
    boolean isDoubtful() {
        return doubtful;
    }

    /** The same of a call that changes nothing which is read, so that nobody has to know what became of it. */
    CallFailure withoutDoubt() {
        return new CallFailure(kind, String.valueOf(getMessage()), false, row, getCause());
    }

    /** Whether a function itself said so, and what it would have done is undone: nothing of this call comes later. */
    boolean isDecided() {
        return !doubtful
                && switch (kind) {
                    case REFUSED, CLOSED, MISSING, DAMAGED, MUCH, FAILED -> true;
                    default -> false;
                };
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
        if (kind == Kind.RACED) {
            return new ConflictException(place + ": " + getMessage());
        }
        return common(place).orElseGet(() -> UnavailableException.writeFailed(place + ": " + getMessage(), this));
    }

    /** What opening says because of it. */
    StoreException whenOpening(String place) {
        return common(place).orElseGet(() -> UnavailableException.connectionFailed(place + ": " + getMessage(), this));
    }

    private Optional<StoreException> common(String place) {
        return switch (kind) {
            case REFUSED, CLOSED, MISSING, REJECTED, TOKEN, STRANGE ->
                Optional.of(UnavailableException.connectionFailed(place + ": " + getMessage(), this));
            case DAMAGED ->
                Optional.of(Names.parse(row)
                        .map(key -> new CorruptDataException(key, place + ", key " + row, String.valueOf(getMessage())))
                        .orElseGet(
                                () -> new CorruptDataException(place + ", key " + row, String.valueOf(getMessage()))));
            case CUT -> Optional.of(new UnsupportedException(place + ", key " + row + ": " + getMessage(), this));
            case MUCH -> Optional.of(new UnsupportedException(place + ": " + getMessage(), this));
            default -> Optional.empty();
        };
    }
}

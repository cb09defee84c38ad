package dev.pawl.auth;

import dev.pawl.backend.CorruptDataException;
import dev.pawl.backend.Key;

/** A value is not shaped as its type demands. Inside this package only: whoever knows the place turns it into a {@link CorruptDataException}. */
final class ShapeException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /**
     * With what is wrong.
     *
     * @param member path of the member, empty for the value as a whole
     * @param problem what is wrong with it, without any of its content
     */
    ShapeException(String member, String problem) {
        super(member.isEmpty() ? problem : member + ": " + problem);
    }

    /** What is wrong, beginning with the member. */
    String problem() {
        return String.valueOf(getMessage());
    }

    /** The same as damage of a stored row. */
    CorruptDataException at(Key key, String place) {
        return new CorruptDataException(key, place, problem());
    }
}

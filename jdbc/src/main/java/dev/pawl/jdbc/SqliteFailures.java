package dev.pawl.jdbc;

import dev.pawl.backend.CorruptDataException;
import dev.pawl.backend.InDoubtException;
import dev.pawl.backend.StoreException;
import dev.pawl.backend.UnavailableException;
import dev.pawl.backend.UnsupportedException;
import java.sql.SQLException;

/**
 * What an error of SQLite means to who called.
 *
 * <p>Source of the codes: the result codes of SQLite, of which {@link SQLException#getErrorCode} is the primary one.
 */
final class SqliteFailures implements GroupCommit.Failures {

    static final int BUSY = 5;
    static final int CORRUPT = 11;

    private static final int LOCKED = 6;
    private static final int READ_ONLY = 8;
    private static final int IO_ERROR = 10;
    private static final int FULL = 13;
    private static final int CANNOT_OPEN = 14;
    private static final int TOO_BIG = 18;
    private static final int NOT_A_DATABASE = 26;

    private final String place;

    /** For the database at this place. */
    SqliteFailures(String place) {
        this.place = place;
    }

    /** It could not be opened. */
    StoreException opening(SQLException e) {
        return damage(e, UnavailableException.connectionFailed(text("cannot be opened", e), e));
    }

    /** It could not be read. */
    StoreException reading(SQLException e) {
        return damage(e, UnavailableException.readFailed(text("cannot be read", e), e));
    }

    @Override
    public StoreException notApplied(SQLException e) {
        if (e.getErrorCode() == TOO_BIG) {
            return new UnsupportedException(place + " cannot hold a value as big as this", e);
        }
        return damage(e, UnavailableException.writeFailed(text("cannot be written", e), e));
    }

    @Override
    public StoreException atCommit(SQLException e) {
        // What was written but not forced is found again, perhaps, when the log is read after a crash.
        return e.getErrorCode() == IO_ERROR
                ? new InDoubtException(text("may or may not have taken a change", e), e)
                : notApplied(e);
    }

    @Override
    public StoreException unfinished() {
        return new InDoubtException(place + " may or may not have taken a change that was cut off by an error");
    }

    private StoreException damage(SQLException e, StoreException otherwise) {
        return switch (e.getErrorCode()) {
            case CORRUPT -> new CorruptDataException(place, "the database is damaged; nothing was changed");
            case NOT_A_DATABASE ->
                new CorruptDataException(place, "this is not a SQLite database, or its first page is damaged");
            default -> otherwise;
        };
    }

    private String text(String what, SQLException e) {
        return place + " " + what + ": "
                + switch (e.getErrorCode()) {
                    case BUSY, LOCKED -> "another program has it locked; try again when that is done";
                    case READ_ONLY -> "the file or its directory is read-only";
                    case FULL -> "the disk is full; make room and try again";
                    case CANNOT_OPEN -> "it is not there, or this user may not open it";
                    default -> e.getMessage();
                };
    }
}

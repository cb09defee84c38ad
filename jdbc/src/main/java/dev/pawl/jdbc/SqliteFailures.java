package dev.pawl.jdbc;

import dev.pawl.backend.CorruptDataException;
import dev.pawl.backend.InDoubtException;
import dev.pawl.backend.StoreException;
import dev.pawl.backend.UnavailableException;
import dev.pawl.backend.UnsupportedException;
import java.sql.SQLException;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What an error of SQLite means to who called.
 *
 * <p>Source of the codes: the result codes of SQLite. {@link SQLException#getErrorCode} is the primary one; the driver
 * begins the message with the name of the extended one, in square brackets.
 */
final class SqliteFailures implements GroupCommit.Failures {

    static final int BUSY = 5;
    static final int CORRUPT = 11;
    static final int CANNOT_OPEN = 14;

    private static final int ERROR = 1;
    private static final int LOCKED = 6;
    private static final int READ_ONLY = 8;
    private static final int IO_ERROR = 10;
    private static final int FULL = 13;
    private static final int TOO_BIG = 18;
    private static final int NOT_A_DATABASE = 26;

    private static final Pattern NAME = Pattern.compile("\\[(SQLITE_[A-Z_]+)]");

    /** What SQLite says of tables that are not as Pawl made them; it names tables and columns, never content. */
    private static final Pattern WRONG_TABLES =
            Pattern.compile("no such (table|column|index): [\\w.]+|table \\w+ has no column named \\w+");

    /** Its number in the header is one that this version of SQLite has never written. */
    private static final String UNKNOWN_FORMAT = "unsupported file format";

    private final String place;
    private final Supplier<String> obstacle;

    /** For the database at this place. */
    SqliteFailures(String place) {
        this(place, () -> "it is not there, or this user may not open it");
    }

    /** For the database at this place; the other one says what is in the way when it cannot be opened. */
    SqliteFailures(String place, Supplier<String> obstacle) {
        this.place = place;
        this.obstacle = obstacle;
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
        return mayBeFoundAgain(e)
                ? new InDoubtException(text("may or may not have taken a change", e), e)
                : notApplied(e);
    }

    /**
     * Whether the log may hold all of a change that was not acknowledged. Then it is found after a crash. What could not
     * even be written has no checksum that fits, and counts for nobody.
     */
    private static boolean mayBeFoundAgain(SQLException e) {
        return e.getErrorCode() == IO_ERROR && !name(e).equals("SQLITE_IOERR_WRITE");
    }

    @Override
    public StoreException unfinished() {
        return new InDoubtException(place + " may or may not have taken a change that was cut off by an error");
    }

    private StoreException damage(SQLException e, StoreException otherwise) {
        return switch (e.getErrorCode()) {
            case CORRUPT -> corrupt("the database is damaged; nothing was changed");
            case NOT_A_DATABASE -> corrupt("this is not a SQLite database, or its first page is damaged");
            case ERROR -> {
                Matcher wrong = WRONG_TABLES.matcher(message(e));
                if (wrong.find()) {
                    yield corrupt("its tables are not as Pawl made them, there is " + wrong.group());
                }
                yield message(e).contains(UNKNOWN_FORMAT)
                        ? corrupt("its first page is damaged, or from a newer SQLite than this program has")
                        : otherwise;
            }
            default -> otherwise;
        };
    }

    private CorruptDataException corrupt(String problem) {
        return new CorruptDataException(place, problem);
    }

    private String text(String what, SQLException e) {
        return place + " " + what + ": "
                + switch (e.getErrorCode()) {
                    case BUSY, LOCKED -> "another program has it locked; try again when that is done";
                    case READ_ONLY -> readOnly(name(e));
                    case FULL -> "the disk is full; make room and try again";
                    case IO_ERROR -> "the disk does not do what it should (" + name(e) + "); is it full?";
                    case CANNOT_OPEN -> obstacle.get();
                    default -> message(e);
                };
    }

    private static String readOnly(String name) {
        return switch (name) {
            case "SQLITE_READONLY_DIRECTORY" -> "this user may not make files in its directory";
            case "SQLITE_READONLY_DBMOVED" -> "the file was moved or removed while it was open";
            case "SQLITE_READONLY_ROLLBACK", "SQLITE_READONLY_RECOVERY", "SQLITE_READONLY_CANTINIT" ->
                "a program that was killed has left it half-way; open it for writing once, which tidies up";
            default -> "this user may not write to the file, or the disk is read-only";
        };
    }

    static String name(SQLException e) {
        Matcher name = NAME.matcher(message(e));
        return name.find() ? name.group(1) : "error " + e.getErrorCode();
    }

    private static String message(SQLException e) {
        String message = e.getMessage();
        return message == null ? e.getClass().getSimpleName() : message;
    }
}

package dev.pawl.jdbc;

import dev.pawl.backend.CorruptDataException;
import dev.pawl.backend.InDoubtException;
import dev.pawl.backend.StoreException;
import dev.pawl.backend.UnavailableException;
import dev.pawl.backend.UnsupportedException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.sql.SQLException;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;

/**
 * What an error of PostgreSQL means to who called, by its SQLSTATE.
 *
 * <p>The driver puts into a message what the server says in detail, and that can be a part of a value. So an exception
 * goes on with the first line of it only, and its cause is a copy that has no more.
 */
final class PostgresFailures {

    private static final String UNREACHED = "08001";
    private static final String INSUFFICIENT_PRIVILEGE = "42501";
    private static final String ROW_THERE = "23505";

    private static final String LOCK_NOT_AVAILABLE = "55P03";
    private static final String CANCELED = "57014";
    private static final String READ_ONLY = "25006";
    private static final String TOO_DEEP = "54001";
    private static final String DEADLOCK = "40P01";
    private static final String NOT_SERIALIZABLE = "40001";
    private static final String IDLE_TOO_LONG = "25P03";

    /** In an address: as an option, or between a user and a host. */
    private static final Pattern PASSWORD =
            Pattern.compile("(?<=password=)[^&;,\\s]*|(?<=//[^/@:\\s]{0,64}:).*(?=@)", Pattern.CASE_INSENSITIVE);

    private final String place;

    /** For the database at this place. */
    PostgresFailures(String place) {
        this.place = place;
    }

    /** There is no connection to be had. */
    StoreException noConnection(SQLException e) {
        SQLException last = last(e);
        return UnavailableException.connectionFailed(place + " cannot be reached: " + reason(last), clean(last));
    }

    /** It could not be opened. */
    StoreException opening(SQLException e) {
        return special(e)
                .orElseGet(() -> e instanceof PostgresConnections.NoConnection
                        ? noConnection(e)
                        : UnavailableException.connectionFailed(text("cannot be opened", e), clean(e)));
    }

    /** It could not be read. */
    StoreException reading(SQLException e) {
        return special(e)
                .orElseGet(() -> e instanceof PostgresConnections.NoConnection
                        ? noConnection(e)
                        : UnavailableException.readFailed(text("cannot be read", e), clean(e)));
    }

    /** It could not be written, and nothing of it was. */
    StoreException notApplied(SQLException e) {
        return special(e)
                .orElseGet(() -> e instanceof PostgresConnections.NoConnection
                        ? noConnection(e)
                        : UnavailableException.writeFailed(text("cannot be written", e), clean(e)));
    }

    /** Those before it in this process, which are of these sessions, did not come to an end. */
    StoreException noTurn(String whose) {
        String reason = "commits of " + whose + " before it did not come to an end";
        return UnavailableException.writeFailed(
                place + " cannot be written: " + reason + "; try again", new TimeoutException(reason));
    }

    /** Nobody knows whether it was written. */
    StoreException inDoubt(SQLException e) {
        return new InDoubtException(text("may or may not have taken a change", e), clean(e));
    }

    /** Whether the same again may well succeed: others were in the way, and the server has undone all of it. */
    static boolean isOfOthers(SQLException e) {
        return DEADLOCK.equals(e.getSQLState()) || NOT_SERIALIZABLE.equals(e.getSQLState());
    }

    /** Whether the connection went, or the server. */
    static boolean isOfConnection(SQLException e) {
        String state = state(e);
        return state.startsWith("08") || state.startsWith("57P") || state.equals(IDLE_TOO_LONG);
    }

    /**
     * Whether the server may have carried out what was sent. An error that it reports itself ends the transaction; only
     * when it, or the way to it, ended in the middle, or nobody knows what happened, there may have been a commit.
     */
    static boolean mayBeApplied(SQLException e) {
        String state = state(e);
        return !(e instanceof PostgresConnections.NoConnection)
                && (state.isEmpty() || isOfConnection(e) || state.equals("40003") || state.startsWith("99"));
    }

    /** Whether the server lets nobody in by this name, or has no such database: waiting does not help. */
    static boolean isOfEntry(SQLException e) {
        SQLException last = last(e);
        return state(last).startsWith("28") || state(last).equals("3D000");
    }

    /** Whether the server does not do such a thing, or not for this role. */
    static boolean isRefused(SQLException e) {
        return state(e).startsWith("42") || state(e).startsWith("0A");
    }

    /** Whether it takes no writes just now, as a standby. */
    static boolean isOfStandby(SQLException e) {
        return READ_ONLY.equals(e.getSQLState());
    }

    /** Whether it is a text that the server would not take. */
    static boolean isOfText(SQLException e) {
        return state(e).startsWith("22") || TOO_DEEP.equals(e.getSQLState());
    }

    /** Whether a row was to be new and is there. */
    static boolean isOfRowThere(SQLException e) {
        return ROW_THERE.equals(e.getSQLState());
    }

    /** Whether others kept a lock for too long. */
    static boolean isOfLocks(SQLException e) {
        return LOCK_NOT_AVAILABLE.equals(e.getSQLState());
    }

    /** Whether this role may not do it. */
    static boolean isOfRights(SQLException e) {
        return INSUFFICIENT_PRIVILEGE.equals(e.getSQLState());
    }

    /** What is no failure of the moment. */
    private Optional<StoreException> special(SQLException e) {
        String state = state(e);
        return switch (state) {
            // A table or a column that is not there.
            case "42P01", "42703", "42883" ->
                Optional.of(new CorruptDataException(place, "its tables are not as Pawl made them: " + first(e)));
            case "XX001", "XX002" ->
                Optional.of(new CorruptDataException(place, "the server says that it is damaged: " + first(e)));
            case "54000" ->
                Optional.of(new UnsupportedException(place + " cannot hold something as big as this", clean(e)));
            default -> Optional.empty();
        };
    }

    /** A pool says that there is none, and its cause why. */
    private static SQLException last(SQLException e) {
        SQLException last = e;
        while (last.getCause() instanceof SQLException deeper) {
            last = deeper;
        }
        return last;
    }

    private String text(String what, SQLException e) {
        return place + " " + what + ": " + reason(e);
    }

    private static String reason(SQLException e) {
        String state = state(e);
        return switch (state) {
            case INSUFFICIENT_PRIVILEGE -> "the role that is used may not do that: " + first(e);
            case LOCK_NOT_AVAILABLE ->
                "another process is writing the same session and does not come to an end; try again";
            case CANCELED -> "the server gave up after its time limit for statements, or was told to: " + first(e);
            case READ_ONLY -> "it takes no writes just now, as a standby does, or was told not to: " + first(e);
            case "26000", "42P05" ->
                "a pool between here and the server does not keep prepared statements apart:"
                        + " connect with prepareThreshold=0";
            case UNREACHED -> unreached(e).orElseGet(() -> first(e));
            case "53100" -> "the disk of the server is full";
            case "28P01", "28000" -> "the server does not let this user in: " + first(e);
            default -> state.startsWith("22") ? "it refuses a value (SQLSTATE " + state + ")" : first(e);
        };
    }

    /** The driver itself says why, and what to check, only of a connection that was refused. */
    private static Optional<String> unreached(SQLException e) {
        for (Throwable at = e.getCause(); at != null; at = at.getCause()) {
            if (at instanceof UnknownHostException) {
                return Optional.of("no host of that name is known: check the name");
            }
            if (at instanceof SocketTimeoutException) {
                return Optional.of(
                        String.valueOf(at.getMessage()).startsWith("Connect")
                                ? "nobody answers there in time: check host and port, and that no firewall is in between"
                                : "it does not answer in time: check that it is a PostgreSQL server, and how busy it is");
            }
        }
        return Optional.empty();
    }

    /**
     * What the server or the driver says first: never a value, which only details have, and no password, which a data
     * source of somebody else may quote with the address that it was given.
     */
    private static String first(SQLException e) {
        String message = String.valueOf(e.getMessage());
        int end = message.indexOf('\n');
        String line = PASSWORD.matcher(end < 0 ? message : message.substring(0, end))
                .replaceAll("…")
                .strip();
        return e.getSQLState() == null ? line : line + " (SQLSTATE " + e.getSQLState() + ")";
    }

    private static String state(SQLException e) {
        return String.valueOf(e.getSQLState() == null ? "" : e.getSQLState());
    }

    /** The same error without what it says in detail. */
    static SQLException clean(SQLException e) {
        SQLException copy = new SQLException(reason(e), e.getSQLState());
        copy.setStackTrace(e.getStackTrace());
        return copy;
    }
}

package dev.pawl.redis;

import dev.pawl.backend.CorruptDataException;
import dev.pawl.backend.InDoubtException;
import dev.pawl.backend.StoreException;
import dev.pawl.backend.UnavailableException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.exceptions.JedisRedirectionException;

/**
 * What went wrong, by what can be done about it. Its texts are made of what is known of the kind, never of what the
 * server or a command held, since an answer such as "unknown command" repeats arguments.
 */
final class Failure {

    /** Errors that go away by themselves. */
    private static final Set<String> PASSING =
            Set.of("LOADING", "BUSY", "TRYAGAIN", "CLUSTERDOWN", "MASTERDOWN", "MOVED", "ASK");

    private static final Pattern ERROR = Pattern.compile(
            "\\b(LOADING|BUSY|TRYAGAIN|CLUSTERDOWN|MASTERDOWN|MOVED|ASK|OOM|READONLY|MISCONF|NOREPLICAS|NOPERM|NOAUTH"
                    + "|WRONGPASS|WRONGTYPE|CROSSSLOT|UNKILLABLE|NOPROTO|EXECABORT|NOSCRIPT)\\b");

    private final Optional<String> error;
    private final boolean connection;
    private final boolean unsent;
    private final JedisException cause;

    private Failure(Optional<String> error, boolean connection, boolean unsent, JedisException cause) {
        this.error = error;
        this.connection = connection;
        this.unsent = unsent;
        this.cause = cause;
    }

    static Failure of(JedisException e) {
        if (e instanceof JedisRedirectionException) {
            return new Failure(Optional.of("MOVED"), false, true, e);
        }
        for (Throwable at = e; at != null; at = at.getCause()) {
            // Also where logging in was refused, which comes as a connection that could not be made.
            if (at instanceof JedisDataException) {
                Matcher matcher = ERROR.matcher(String.valueOf(at.getMessage()));
                return new Failure(matcher.find() ? Optional.of(matcher.group(1)) : Optional.of("ERR"), false, true, e);
            }
        }
        return new Failure(Optional.empty(), true, isUnsent(e), e);
    }

    /** Whether nothing can have reached the server. */
    private static boolean isUnsent(JedisException e) {
        for (Throwable at = e; at != null; at = at.getCause()) {
            if (at instanceof ConnectException
                    || at instanceof UnknownHostException
                    || at instanceof NoRouteToHostException
                    || at instanceof SSLException
                    || at instanceof NoSuchElementException
                    || at instanceof InterruptedException) {
                return true;
            }
        }
        return false;
    }

    /** Whether the command may have been applied, as far as this attempt goes. */
    boolean maybeApplied() {
        return !unsent;
    }

    /** Whether there is no answer, and another connection may give one. */
    boolean lostConnection() {
        return connection;
    }

    /** Whether it goes away by itself, and soon. */
    boolean passes() {
        return error.map(PASSING::contains).orElse(connection && !unsent || isInterruption());
    }

    private boolean isInterruption() {
        for (Throwable at = cause; at != null; at = at.getCause()) {
            if (at instanceof InterruptedException) {
                return true;
            }
        }
        return false;
    }

    StoreException whenReading() {
        return connection
                ? unreachable()
                : wrongType().orElseGet(() -> UnavailableException.readFailed(text(), safeCause()));
    }

    StoreException whenWriting() {
        return connection
                ? unreachable()
                : wrongType().orElseGet(() -> UnavailableException.writeFailed(text(), safeCause()));
    }

    /** The answer to a write did not come in time. */
    StoreException inDoubt() {
        return new InDoubtException(
                "the connection to the Redis server broke after a batch was sent, and no other tells what became of it",
                cause);
    }

    private StoreException unreachable() {
        return UnavailableException.connectionFailed(
                isExhausted()
                        ? "no connection to the Redis server came free in time"
                        : "the Redis server is not reached",
                cause);
    }

    private boolean isExhausted() {
        for (Throwable at = cause; at != null; at = at.getCause()) {
            if (at instanceof NoSuchElementException) {
                return true;
            }
        }
        return false;
    }

    private Optional<StoreException> wrongType() {
        return error.filter("WRONGTYPE"::equals)
                .map(type -> new CorruptDataException(
                        "a key of the session", "it has a type that nothing of this layout has"));
    }

    /** Not one that repeats what was sent. */
    private Throwable safeCause() {
        return new JedisDataException(error.orElse("ERR").toLowerCase(Locale.ROOT));
    }

    private String text() {
        return switch (error.orElse("")) {
            case "OOM" -> "the Redis server has no memory left (OOM: maxmemory)";
            case "READONLY" -> "this Redis server is a replica that takes no writes (READONLY)";
            case "MISCONF" -> "the Redis server takes no writes because it cannot save to its disk (MISCONF)";
            case "NOREPLICAS" -> "the Redis server takes no writes because it has too few replicas (NOREPLICAS)";
            case "NOPERM" -> "this user of the Redis server may not do what it takes (NOPERM)";
            case "NOAUTH", "WRONGPASS" -> "the Redis server does not accept this user and password";
            case "LOADING" -> "the Redis server still loads its data (LOADING)";
            case "BUSY" -> "the Redis server is busy with a script of somebody (BUSY)";
            case "CROSSSLOT" -> "the keys are in different slots of the cluster (CROSSSLOT)";
            case "MOVED", "ASK", "TRYAGAIN", "CLUSTERDOWN", "MASTERDOWN" ->
                "the Redis servers are being rearranged (" + error.orElse("") + ")";
            default -> "the Redis server refused a command (" + error.orElse("ERR") + ")";
        };
    }
}

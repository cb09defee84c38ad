package dev.pawl.redis;

import dev.pawl.backend.CorruptDataException;
import dev.pawl.backend.InDoubtException;
import dev.pawl.backend.StoreException;
import dev.pawl.backend.UnavailableException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;
import redis.clients.jedis.exceptions.JedisClusterOperationException;
import redis.clients.jedis.exceptions.JedisConnectionException;
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
    private final boolean nobody;
    private final JedisException cause;

    /** Errors that no word at their beginning tells apart, and what is to be done about them. */
    private static final Map<String, String> BY_TEXT = Map.of(
            "without any password configured",
            "wants no password: take it out of the address, and out of PAWL_REDIS_PASSWORD",
            "DB index is out of range",
            "has no database of this number: take a lower one, or raise its setting databases",
            "invalid DB index",
            "has no database of this number: take a lower one, or raise its setting databases",
            "SELECT is not allowed in cluster mode",
            "is a node of a cluster: add cluster=true, and no number of a database",
            "cluster support disabled",
            "is no cluster: take cluster=true away");

    private Failure(Optional<String> error, boolean connection, boolean unsent, boolean nobody, JedisException cause) {
        this.error = error;
        this.connection = connection;
        this.unsent = unsent;
        this.nobody = nobody;
        this.cause = cause;
    }

    static Failure of(JedisException e) {
        if (e instanceof JedisRedirectionException) {
            return new Failure(Optional.of("MOVED"), false, true, false, e);
        }
        for (Throwable at : chain(e)) {
            // Also where logging in was refused, which comes as a connection that could not be made.
            if (at instanceof JedisDataException) {
                Matcher matcher = ERROR.matcher(String.valueOf(at.getMessage()));
                return new Failure(
                        matcher.find() ? Optional.of(matcher.group(1)) : Optional.of("ERR"), false, true, false, e);
            }
        }
        boolean nobody = isNobodyThere(e);
        return new Failure(Optional.empty(), true, nobody || e instanceof Connections.NotSent, nobody, e);
    }

    /** With its causes, and what else a client met with when it opened a cluster. */
    private static List<Throwable> chain(Throwable first) {
        List<Throwable> chain = new ArrayList<>();
        for (Throwable at = first; at != null; at = at.getCause()) {
            chain.add(at);
            if (at instanceof JedisClusterOperationException) {
                chain.addAll(List.of(at.getSuppressed()));
            }
        }
        return chain;
    }

    /** Whether another connection would not be made either. */
    private static boolean isNobodyThere(JedisException e) {
        for (Throwable at = e; at != null; at = at.getCause()) {
            if (at instanceof ConnectException
                    || at instanceof UnknownHostException
                    || at instanceof NoRouteToHostException
                    || at instanceof SSLHandshakeException
                    || at instanceof SSLPeerUnverifiedException
                    || at instanceof NoSuchElementException
                    || at instanceof InterruptedException
                    || at instanceof JedisConnectionException && saysSo(at)) {
                return true;
            }
        }
        return false;
    }

    private static boolean saysSo(Throwable connecting) {
        String text = String.valueOf(connecting.getMessage());
        return text.startsWith("Failed to connect") || text.startsWith("Failed to create socket");
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
        return error.map(PASSING::contains).orElse(connection && !nobody || isInterruption());
    }

    /** Whether there is nobody to connect to. */
    boolean isUnreachable() {
        return connection && !isExhausted();
    }

    /** Whether the server is a replica. */
    boolean isReadOnly() {
        return error.filter("READONLY"::equals).isPresent();
    }

    /** Whether somebody wanted to stop the caller while it waited for a connection. */
    boolean isInterruption() {
        for (Throwable at = cause; at != null; at = at.getCause()) {
            if (at instanceof InterruptedException) {
                return true;
            }
        }
        return false;
    }

    /** Whether this user, or this server, does not do it at all. */
    boolean isForbidden() {
        return error.filter(code -> code.equals("NOPERM") || code.equals("ERR")).isPresent();
    }

    /** What to tell who opens a store on this server. */
    StoreException whenOpening(String server) {
        return cannotConnect(server)
                .orElseGet(() -> UnavailableException.connectionFailed(server + " " + text(), safeCause()));
    }

    /** What to tell who only read from this server. */
    StoreException whenReading(String server) {
        return cannotConnect(server)
                .or(this::wrongType)
                .orElseGet(() -> UnavailableException.readFailed(server + " " + text(), safeCause()));
    }

    /** What to tell who wrote to this server, where nothing was applied. */
    StoreException whenWriting(String server) {
        return cannotConnect(server)
                .or(this::wrongType)
                .orElseGet(() -> UnavailableException.writeFailed(server + " " + text(), safeCause()));
    }

    /** The answer to a write did not come in time. */
    StoreException inDoubt(String server) {
        return new InDoubtException(
                "the connection to " + server + " broke after a batch was sent, and none since tells what became of it",
                error.isPresent() ? safeCause() : cause);
    }

    private Optional<StoreException> cannotConnect(String server) {
        if (error.filter(code -> code.equals("NOAUTH") || code.equals("WRONGPASS"))
                        .isPresent()
                || remedy().isPresent()) {
            return Optional.of(UnavailableException.connectionFailed(server + " " + text(), safeCause()));
        }
        if (!connection) {
            return Optional.empty();
        }
        return Optional.of(UnavailableException.connectionFailed(
                isExhausted()
                        ? "no connection to " + server + " came free in time"
                        : server + " is not reached"
                                + Unreached.reason(cause)
                                        .map(reason -> ": " + reason)
                                        .orElse(""),
                cause));
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
            case "OOM" -> "has no memory left (OOM: maxmemory)";
            case "READONLY" -> "is a replica that takes no writes (READONLY)";
            case "MISCONF" -> "takes no writes because it cannot save to its disk (MISCONF)";
            case "NOREPLICAS" -> "takes no writes because it has too few replicas (NOREPLICAS)";
            case "NOPERM" -> "does not let this user do what it takes (NOPERM)";
            case "NOAUTH", "WRONGPASS" -> "does not accept this user and password";
            case "LOADING" -> "still loads its data (LOADING)";
            case "BUSY" -> "is busy with a script of somebody (BUSY)";
            case "CROSSSLOT" -> "has the keys in different slots of a cluster (CROSSSLOT)";
            case "MOVED", "ASK", "TRYAGAIN", "CLUSTERDOWN", "MASTERDOWN" ->
                "is being rearranged (" + error.orElse("") + ")";
            default -> remedy().orElseGet(() -> "refused a command (" + error.orElse("ERR") + ")");
        };
    }

    private Optional<String> remedy() {
        for (Throwable at : chain(cause)) {
            String said = String.valueOf(at.getMessage());
            for (Map.Entry<String, String> known : BY_TEXT.entrySet()) {
                if (said.contains(known.getKey())) {
                    return Optional.of(known.getValue());
                }
            }
        }
        return Optional.empty();
    }
}

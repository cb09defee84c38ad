package dev.pawl.redis;

import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLException;

/**
 * Why a server is not reached, and what to look at. Clients of Jedis say "Failed to connect", and of each address that
 * they tried, each sentinel and each node, why, in what they suppressed.
 */
final class Unreached {

    private static final String SILENT =
            "nobody answers there in time: check host and port, and that no firewall is in between";
    private static final String NO_WAY = "no way leads to that host: check its address and the network";
    private static final String CLOSED = "the connection breaks off: check that it is a Redis server, and whether it"
            + " speaks TLS, which is rediss:, or not";

    private Unreached() {}

    /** Of the first thing in a failure that says it, if any does. */
    static Optional<String> reason(Throwable failure) {
        Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        Deque<Throwable> left = new ArrayDeque<>(List.of(failure));
        while (!left.isEmpty()) {
            Throwable at = left.remove();
            if (!seen.add(at)) {
                continue;
            }
            Optional<String> reason = known(at);
            if (reason.isPresent()) {
                return reason;
            }
            Optional.ofNullable(at.getCause()).ifPresent(left::add);
            left.addAll(List.of(at.getSuppressed()));
        }
        return Optional.empty();
    }

    private static Optional<String> known(Throwable failure) {
        String said = String.valueOf(failure.getMessage());
        if (failure instanceof UnknownHostException) {
            return Optional.of("no host of that name is known: check the name");
        }
        if (failure instanceof ConnectException) {
            return Optional.of(ofConnecting(said));
        }
        if (failure instanceof NoRouteToHostException) {
            return Optional.of(NO_WAY);
        }
        if (failure instanceof SSLException) {
            return Optional.of(
                    "TLS is not agreed on: check that the certificate of the server is trusted and has the name"
                            + " of the host, and whether the server speaks TLS at all");
        }
        if (failure instanceof SocketTimeoutException) {
            return Optional.of(
                    said.startsWith("Connect")
                            ? SILENT
                            : "it does not answer in time: check how busy it is,"
                                    + " that it is a Redis server, and whether it speaks TLS, which is rediss:, or not");
        }
        if (failure instanceof InterruptedException) {
            return Optional.of("waiting for a connection was interrupted");
        }
        return failure instanceof SocketException ? Optional.of(CLOSED) : ofJedis(said);
    }

    private static String ofConnecting(String said) {
        if (said.contains("timed out")) {
            return SILENT;
        }
        return said.contains("unreachable")
                ? NO_WAY
                : "the connection is refused: check host and port, and that the server runs and listens there";
    }

    /** Its own exceptions have only their texts to tell them apart. */
    private static Optional<String> ofJedis(String said) {
        if (said.startsWith("Unexpected end of stream") || said.startsWith("It seems like server has closed")) {
            return Optional.of(CLOSED);
        }
        if (said.startsWith("Unknown reply")) {
            return Optional.of("what answers there is no Redis server: check host and port");
        }
        if (said.startsWith("All sentinels down")) {
            return Optional.of("no sentinel says where the master is: check the hosts and ports of the sentinels");
        }
        return said.startsWith("Can connect to sentinel")
                ? Optional.of("the sentinels know no master of that name: check sentinel=NAME")
                : Optional.empty();
    }
}

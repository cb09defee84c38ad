package dev.pawl.benchmarks;

import dev.pawl.json.JsonNumber;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The servers that stores need, as far as they are there. */
final class Servers implements AutoCloseable {

    private final Map<Kind, LocalServer> running = new EnumMap<>(Kind.class);

    /** A kind of server. */
    enum Kind {
        /** PostgreSQL. */
        POSTGRES,
        /** Redis. */
        REDIS;

        /** What requests call its port. */
        String member() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * Starts a server in a directory of its own.
     *
     * @return what it is
     * @throws IOException saying what is missing
     */
    String start(Kind kind, Path places) throws IOException, InterruptedException {
        Path directory = places.resolve(kind.member());
        LocalServer server = kind == Kind.POSTGRES ? PostgresServer.start(directory) : RedisServer.start(directory);
        running.put(kind, server);
        return server.version();
    }

    /** The server that a store needs. */
    Optional<LocalServer> of(Entrant entrant) {
        return entrant.server().map(running::get);
    }

    /** Says in a request where the servers are. */
    TrialRequest addTo(TrialRequest request) {
        TrialRequest told = request;
        for (Map.Entry<Kind, LocalServer> each : running.entrySet()) {
            told = told.with(
                    each.getKey().member(), JsonNumber.of(each.getValue().port()));
        }
        return told;
    }

    @Override
    public void close() {
        running.values().forEach(LocalServer::close);
    }
}

package dev.pawl.baileys;

import dev.pawl.convex.LocalConvex;
import dev.pawl.redis.LocalRedis;
import dev.pawl.tck.server.PostgresServer;
import java.nio.file.Path;
import java.util.UUID;

/** Where a session can be. */
enum Place {
    BAILEYS,
    NATIVE,
    SQLITE,
    ZAILEYS,
    POSTGRESQL,
    REDIS,
    CONVEX;

    /** One server for all tests of this process; they end with that. */
    private static final class Servers {
        private static final LocalRedis REDIS = LocalRedis.start();
    }

    private static final class Deployments {
        private static final LocalConvex CONVEX = LocalConvex.start();
    }

    /** A place of this kind where nothing is. */
    String empty(Path directory) {
        String name = UUID.randomUUID().toString();
        return switch (this) {
            case BAILEYS, NATIVE, ZAILEYS -> name().toLowerCase(java.util.Locale.ROOT) + ":" + directory.resolve(name);
            case SQLITE -> "sqlite:" + directory.resolve(name + ".db");
            case POSTGRESQL -> PostgresServer.shared().newSchema();
            case REDIS -> Servers.REDIS.url() + "?namespace=" + name;
            case CONVEX ->
                "convex:" + Deployments.CONVEX.url() + "?namespace=" + name + "&secret=" + LocalConvex.SECRET;
        };
    }
}

package dev.pawl.baileys;

import dev.pawl.redis.LocalRedis;
import dev.pawl.tck.server.PostgresServer;
import java.nio.file.Path;
import java.util.UUID;

/** What a client can keep everything in, each with a history. */
enum StoreKind {
    NATIVE,
    SQLITE,
    POSTGRESQL,
    REDIS;

    /** One server for all tests of this process; it ends with that. */
    private static final class Redis {
        private static final LocalRedis SERVER = LocalRedis.start();
    }

    /** The locators of new stores of this kind, to be opened as often as one likes. */
    String[] locators(Path directory) {
        String history = "sqlite:" + directory.resolve("store.db");
        return switch (this) {
            case NATIVE -> new String[] {"native:" + directory.resolve("native"), history};
            case SQLITE -> new String[] {history};
            case POSTGRESQL -> new String[] {PostgresServer.shared().newSchema()};
            case REDIS -> new String[] {Redis.SERVER.url() + "?namespace=" + UUID.randomUUID()};
        };
    }
}

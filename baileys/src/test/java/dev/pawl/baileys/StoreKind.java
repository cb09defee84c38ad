package dev.pawl.baileys;

import dev.pawl.redis.LocalRedis;
import dev.pawl.tck.server.PostgresServer;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** Where everything of a session may be kept. */
enum StoreKind {
    /** Keys in the native log, the history beside it in SQLite, which the native log does not hold. */
    NATIVE,
    SQLITE,
    POSTGRESQL,
    REDIS;

    private static final AtomicInteger NAMESPACES = new AtomicInteger();

    /** Started when it is first needed. */
    private static final class Redis {
        private static final LocalRedis SERVER = LocalRedis.start("--appendonly", "yes", "--appendfsync", "always");
    }

    /** Those without a server: what is closed is there again for whoever names the same directory. */
    static Stream<StoreKind> files() {
        return Stream.of(NATIVE, SQLITE);
    }

    /** Those that every build tries, and under the profile soak all. */
    static Stream<StoreKind> now() {
        return Boolean.getBoolean("pawl.soak") ? Stream.of(values()) : files();
    }

    /** One alone, where keys and history are of different kinds; under the profile soak all. */
    static Stream<StoreKind> oneNow() {
        return now().filter(kind -> kind != SQLITE || Boolean.getBoolean("pawl.soak"));
    }

    /** A new place, which is empty. Servers are shared by all tests; {@link Storehouse} has one to kill. */
    String[] locators(Path directory) {
        String file = "sqlite:" + directory.resolve("store.db");
        return switch (this) {
            case NATIVE -> new String[] {"native:" + directory.resolve("native"), file};
            case SQLITE -> new String[] {file};
            case POSTGRESQL -> new String[] {PostgresServer.shared().newSchema("baileys")};
            case REDIS -> new String[] {Redis.SERVER.url() + "?namespace=baileys" + NAMESPACES.incrementAndGet()};
        };
    }
}

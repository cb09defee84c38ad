package dev.pawl.baileys;

import dev.pawl.redis.LocalRedis;
import dev.pawl.tck.server.PostgresServer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
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
    private static final Map<Place, List<String>> PLACES = new ConcurrentHashMap<>();

    private record Place(StoreKind kind, Path directory) {}

    /** Started when it is first needed. */
    private static final class Redis {
        private static final LocalRedis SERVER = LocalRedis.start("--appendonly", "yes", "--appendfsync", "always");
    }

    /** Those without a server. */
    static Stream<StoreKind> files() {
        return Stream.of(NATIVE, SQLITE);
    }

    /** Those that every build tries, and under the profile soak all. */
    static Stream<StoreKind> now() {
        return these(NATIVE, SQLITE);
    }

    /** These, and under the profile soak all. */
    static Stream<StoreKind> these(StoreKind... usually) {
        return Stream.of(Boolean.getBoolean("pawl.soak") ? values() : usually);
    }

    /** One alone, where keys and history are of different kinds; under the profile soak all. */
    static Stream<StoreKind> oneNow() {
        return these(NATIVE);
    }

    /** SQLite alone; under the profile soak all. */
    static Stream<StoreKind> sqliteNow() {
        return these(SQLITE);
    }

    /**
     * The place that belongs to a directory, which is empty at first: what was stored there is there again for whoever names
     * the same directory. Servers are shared by all tests; {@link Storehouse} has one to kill.
     */
    String[] locators(Path directory) {
        return PLACES.computeIfAbsent(new Place(this, directory), place -> List.of(place.kind.newLocators(directory)))
                .toArray(String[]::new);
    }

    private String[] newLocators(Path directory) {
        String file = "sqlite:" + directory.resolve("store.db");
        return switch (this) {
            case NATIVE -> new String[] {"native:" + directory.resolve("native"), file};
            case SQLITE -> new String[] {file};
            case POSTGRESQL -> new String[] {PostgresServer.shared().newSchema("baileys")};
            case REDIS -> new String[] {Redis.SERVER.url() + "?namespace=baileys" + NAMESPACES.incrementAndGet()};
        };
    }
}

package dev.pawl.baileys;

import dev.pawl.redis.LocalRedis;
import dev.pawl.tck.server.PostgresServer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Where the sessions of a test are kept, and a server of its own behind it when there is one. Forces what it writes. */
final class Storehouse implements AutoCloseable {

    /** A server that can be killed. */
    private interface Server extends AutoCloseable {

        void kill() throws InterruptedException;

        void restart() throws IOException, InterruptedException;

        @Override
        void close();
    }

    private final List<String> locators;
    private final Optional<Server> server;

    private Storehouse(List<String> locators, Optional<Server> server) {
        this.locators = locators;
        this.server = server;
    }

    /** One that nobody has used. */
    static Storehouse open(StoreKind kind, Path directory) {
        return switch (kind) {
            case NATIVE, SQLITE -> new Storehouse(List.of(kind.locators(directory)), Optional.empty());
            case POSTGRESQL -> postgresql();
            case REDIS -> redis();
        };
    }

    private static Storehouse postgresql() {
        PostgresServer postgres = PostgresServer.start();
        return new Storehouse(List.of(postgres.newSchema()), Optional.of(new Server() {
            @Override
            public void kill() throws InterruptedException {
                postgres.kill();
            }

            @Override
            public void restart() throws IOException, InterruptedException {
                postgres.restart();
            }

            @Override
            public void close() {
                postgres.close();
            }
        }));
    }

    private static Storehouse redis() {
        LocalRedis redis = LocalRedis.start("--appendonly", "yes", "--appendfsync", "always");
        return new Storehouse(List.of(redis.url() + "?namespace=pawl"), Optional.of(new Server() {
            @Override
            public void kill() {
                redis.kill();
            }

            @Override
            public void restart() {
                redis.restart();
            }

            @Override
            public void close() {
                redis.close();
            }
        }));
    }

    List<String> locators() {
        return locators;
    }

    boolean hasServer() {
        return server.isPresent();
    }

    void killServer() throws InterruptedException {
        server.orElseThrow().kill();
    }

    void restartServer() throws IOException, InterruptedException {
        server.orElseThrow().restart();
    }

    @Override
    public void close() {
        server.ifPresent(Server::close);
    }
}

package dev.pawl.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.params.ScanParams;
import redis.clients.jedis.resps.ScanResult;

/** Where our stores on servers are, as the peers have theirs: a database of PostgreSQL or a namespace of Redis for each place. */
final class ServerPlace {

    private static final int LONGEST = 60;

    /** In what Redis answers while it makes a snapshot by itself. */
    private static final String UNDER_WAY = "save already in progress";

    private ServerPlace() {}

    /** The server of a locator, if it is one of a server. */
    static Optional<Servers.Kind> server(String locator) {
        if (locator.startsWith("postgresql:")) {
            return Optional.of(Servers.Kind.POSTGRES);
        }
        return locator.startsWith("redis:") ? Optional.of(Servers.Kind.REDIS) : Optional.empty();
    }

    /** What a place is called on a server: by the names of the store and of what it is for. */
    static String name(Path place) {
        String name = ("pawl_" + place.getName(place.getNameCount() - 2) + "_" + place.getFileName())
                .toLowerCase(Locale.ROOT)
                .replaceAll("\\W", "_");
        return name.length() <= LONGEST ? name : name.substring(0, LONGEST - 8) + Integer.toHexString(name.hashCode());
    }

    /** Removes what the request's store has on its server, if it has one, and makes room for it anew. */
    static void clear(TrialRequest request, Path place) {
        String name = name(place);
        Optional<Servers.Kind> server = server(request.text("store"));
        if (server.equals(Optional.of(Servers.Kind.POSTGRES))) {
            makeDatabase(request.number(Servers.Kind.POSTGRES.member()), name);
        } else if (server.isPresent()) {
            emptyNamespace(request.number(Servers.Kind.REDIS.member()), name);
        }
    }

    private static void makeDatabase(int port, String name) {
        try (Connection connection = DriverManager.getConnection(
                        "jdbc:postgresql://127.0.0.1:" + port + "/postgres", "postgres", "");
                Statement statement = connection.createStatement()) {
            statement.execute("DROP DATABASE IF EXISTS " + name + " WITH (FORCE)");
            statement.execute("CREATE DATABASE " + name);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void emptyNamespace(int port, String name) {
        try (RedisClient client = RedisClient.create("127.0.0.1", port)) {
            for (String pattern : List.of(name + ":*", name + "/*")) {
                ScanParams parameters = new ScanParams().match(pattern).count(1000);
                String cursor = ScanParams.SCAN_POINTER_START;
                do {
                    ScanResult<String> page = client.scan(cursor, parameters);
                    if (!page.getResult().isEmpty()) {
                        client.unlink(page.getResult().toArray(String[]::new));
                    }
                    cursor = page.getCursor();
                } while (!cursor.equals(ScanParams.SCAN_POINTER_START));
            }
        }
    }

    /**
     * Ends a trial, so that what the server still owes its disk does not fall into the next one: the snapshots that Redis
     * makes by itself would. One of those may be under way, and then it makes no other: it is waited for.
     */
    static void keep(TrialRequest request) throws InterruptedException {
        if (!server(request.text("store")).equals(Optional.of(Servers.Kind.REDIS))) {
            return;
        }
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LocalServer.PATIENCE_SECONDS);
        while (true) {
            String answer = save(request.number(Servers.Kind.REDIS.member()));
            if (answer.startsWith("+")) {
                return;
            }
            if (!answer.contains(UNDER_WAY) || System.nanoTime() > end) {
                throw new IllegalStateException("Redis made no snapshot: " + answer);
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    private static String save(int port) {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            socket.getOutputStream().write("SAVE\r\n".getBytes(StandardCharsets.US_ASCII));
            InputStreamReader answer = new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII);
            String line = new BufferedReader(answer).readLine();
            return line == null ? "no answer" : line;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

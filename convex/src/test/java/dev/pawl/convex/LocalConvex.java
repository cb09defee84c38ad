package dev.pawl.convex;

import dev.pawl.json.JsonArray;
import dev.pawl.json.JsonNumber;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonString;
import dev.pawl.json.JsonValue;
import dev.pawl.tck.server.NodePackages;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * A Convex deployment for tests, in the one Node process that all tests of a JVM share: the real functions, run as {@code
 * convex/stand-in} says. Where there is no Node the calling test is skipped, or fails under {@code CI=true}.
 */
public final class LocalConvex implements AutoCloseable {

    /** The secret of all of them. */
    public static final String SECRET = "the-secret-of-the-tests-has-43-characters--";

    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final String name = UUID.randomUUID().toString();

    private LocalConvex() {}

    /** Started when it is first needed, and ended with this JVM, whose end it reads from its input. */
    private static final class Node {
        private static final Path DIRECTORY = NodePackages.require("convex", "stand-in", "server.mjs");
        private static final String URL = start();

        private static String start() {
            try {
                Process process = new ProcessBuilder("node", "server.mjs")
                        .directory(DIRECTORY.toFile())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
                BufferedReader out =
                        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
                String line = out.readLine();
                if (line == null || !line.startsWith("LISTENING ")) {
                    throw new IllegalStateException("the stand-in for Convex did not start: " + line);
                }
                return "http://127.0.0.1:" + line.substring("LISTENING ".length());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** A new one with our functions, which wants {@link #SECRET}. */
    public static LocalConvex start() {
        return start("pawl", withSecret());
    }

    /** A new one with functions of zaileys only. */
    public static LocalConvex ofZaileys() {
        return start("zaileys", JsonObject.EMPTY);
    }

    /** A new one with both. */
    public static LocalConvex withBoth() {
        return start("both", withSecret());
    }

    /** A new one with our functions, of which this one does not ask who calls. */
    static LocalConvex withoutAskingIn(String function) {
        return start("pawl without asking in " + function, withSecret());
    }

    private static JsonObject withSecret() {
        return JsonObject.builder().put("PAWL_SECRET", SECRET).build();
    }

    /** A new one with these functions and settings. */
    static LocalConvex start(String functions, JsonObject environment) {
        return start(functions, environment, JsonObject.EMPTY);
    }

    /** A new one that knows the identities of some tokens. */
    static LocalConvex start(String functions, JsonObject environment, JsonObject identities) {
        return start(JsonObject.builder()
                .put("functions", functions)
                .put("environment", environment)
                .put("identities", identities)
                .build());
    }

    /** A new one with these functions, which says which function is not there, as one in production does not. */
    static LocalConvex inDevelopment(String functions) {
        return start(JsonObject.builder()
                .put("functions", functions)
                .put("environment", withSecret())
                .put("development", true)
                .build());
    }

    private static LocalConvex start(JsonObject settings) {
        LocalConvex deployment = new LocalConvex();
        deployment.control("PUT", "", settings);
        return deployment;
    }

    /** Its URL, as a client has it. */
    public String url() {
        return Node.URL + "/d/" + name;
    }

    /** The directory with the packages of npm that clients in Node use. */
    public static Path packages() {
        return Node.DIRECTORY.resolve("node_modules");
    }

    /** A backend of it, not opened yet. */
    public ConvexBackend.Builder backend(String namespace) {
        return ConvexBackend.builder().url(url()).secret(SECRET).namespace(namespace);
    }

    /** What befalls the next calls, instead of what was to befall them. */
    void faults(JsonObject... faults) {
        control("POST", "/faults", JsonArray.of(faults));
    }

    /** Has what was late arrive now, and says how each of it ended. */
    List<JsonObject> deliver() {
        return objects(control("POST", "/deliver", JsonObject.EMPTY));
    }

    /** Leaves a row whose value is in parts that are gone. */
    void damage(String namespace, String key) {
        control(
                "POST",
                "/damage",
                JsonObject.builder().put("namespace", namespace).put("key", key).build());
    }

    /** Puts documents into the table of rows, as they stand here. */
    void insert(List<JsonObject> rows) {
        control("POST", "/insert", JsonArray.copyOf(rows));
    }

    /** The functions that it has, as {@code query pawl:get}. */
    List<String> functions() {
        return texts(control("GET", "/functions", JsonObject.EMPTY));
    }

    /** Forgets what clients did last, as if none of them had written for a day. */
    void forgetLanes() {
        control("POST", "/forget", JsonObject.EMPTY);
    }

    /** The documents of the table of rows, as JSON, in order. */
    List<String> rows() {
        return texts(control("GET", "/rows", JsonObject.EMPTY));
    }

    /** How many documents there are in the table of rows. */
    long documents() {
        return ((JsonNumber) control("GET", "/documents", JsonObject.EMPTY)).longValue();
    }

    /** What was called since this was asked last, and what each call read and wrote. */
    public List<JsonObject> calls() {
        return objects(control("GET", "/calls", JsonObject.EMPTY));
    }

    /** Calls a function past the backend. */
    JsonObject call(String kind, String function, JsonObject arguments) {
        return (JsonObject) control(
                "POST",
                "/api/" + kind,
                JsonObject.builder()
                        .put("path", function)
                        .put("format", "json")
                        .put("args", arguments)
                        .build());
    }

    private static List<String> texts(JsonValue array) {
        return ((JsonArray) array)
                .values().stream().map(each -> ((JsonString) each).value()).toList();
    }

    private static List<JsonObject> objects(JsonValue array) {
        List<JsonObject> objects = new ArrayList<>();
        ((JsonArray) array).forEach(each -> objects.add((JsonObject) each));
        return objects;
    }

    private JsonValue control(String method, String path, JsonValue body) {
        try {
            HttpResponse<byte[]> response = CLIENT.send(
                    HttpRequest.newBuilder(URI.create(url() + path))
                            .method(method, HttpRequest.BodyPublishers.ofString(body.toText()))
                            .build(),
                    HttpResponse.BodyHandlers.ofByteArray());
            return JsonValue.parse(response.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Throws it away. */
    @Override
    public void close() {
        control("DELETE", "", JsonObject.EMPTY);
    }
}

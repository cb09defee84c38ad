package dev.pawl.interop;

import dev.pawl.convex.LocalConvex;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonValue;
import java.nio.file.Path;

/** Real zaileys on a server or in a database. */
final class Zaileys {

    private final ZaileysProgram program;
    private final JsonObject store;

    private Zaileys(String program, JsonObject store) {
        this.program = ZaileysProgram.named(program);
        this.store = store;
    }

    /** In a namespace of a Redis server; skips the calling test where there is no Node (fails it when CI=true). */
    static Zaileys onRedis(String url, String namespace) {
        return new Zaileys(
                "redis.mjs",
                JsonObject.builder().put("url", url).put("namespace", namespace).build());
    }

    /** In a namespace of a Convex deployment, likewise. */
    static Zaileys onConvex(String url, String namespace) {
        return new Zaileys(
                "convex.mjs",
                JsonObject.builder()
                        .put("url", url)
                        .put("namespace", namespace)
                        .put("packages", LocalConvex.packages().toString())
                        .build());
    }

    /** In a database of PostgreSQL, likewise. */
    static Zaileys onPostgres(String url) {
        return new Zaileys("sql.mjs", JsonObject.builder().put("url", url).build());
    }

    /** In a SQLite file. The binding has to be compiled, which takes a compiler and a minute, once. */
    static Zaileys onSqlite(Path file) {
        BaileysInstallation.requireSqliteOfZaileys();
        return new Zaileys(
                "sql.mjs", JsonObject.builder().put("file", file.toString()).build());
    }

    /** Has it do something, and waits for the answer. */
    JsonValue ask(String operation, JsonObject request) {
        JsonObject.Builder whole = request.toBuilder().put("op", operation);
        store.forEach(whole::put);
        return program.ask(whole.build());
    }

    /** What it finds of what it is asked for. */
    JsonObject read(JsonObject request) {
        return (JsonObject) ask("read", request);
    }
}

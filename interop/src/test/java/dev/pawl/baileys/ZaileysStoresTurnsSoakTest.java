package dev.pawl.baileys;

import dev.pawl.json.JsonObject;
import dev.pawl.redis.LocalRedis;
import dev.pawl.tck.server.NodePackages;
import dev.pawl.tck.server.PostgresServer;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** zaileys on its other stores, and Pawl's client on the same. */
class ZaileysStoresTurnsSoakTest {

    @TempDir
    Path directory;

    @Test
    void postgresql() throws Exception {
        String schema = PostgresServer.shared().newSchema("turns");
        String theirs = schema.replaceFirst("([?&])currentSchema=", "$1options=-c%20search_path%3D");
        JsonObject stores = JsonObject.builder().put("url", theirs).build();
        new ZaileysTurns(directory, stores, schema + "&layout=zaileys").take();
    }

    @Test
    void redis() throws Exception {
        try (LocalRedis server = LocalRedis.start()) {
            JsonObject stores = JsonObject.builder()
                    .put("redis", server.url())
                    .put("namespace", "zaileys")
                    .build();
            new ZaileysTurns(directory, stores, server.url() + "?namespace=zaileys").take();
        }
    }

    /** Its binding of SQLite has to be compiled, once. */
    @Test
    void sqlite() throws Exception {
        NodePackages.make(
                NodePackages.require("interop", "zaileys", "app.mjs"),
                "node_modules/better-sqlite3/build/Release/better_sqlite3.node",
                "npm",
                "rebuild",
                "better-sqlite3",
                "--ignore-scripts=false",
                "--build-from-source=true");
        Path file = directory.resolve("zaileys.db");
        JsonObject stores = JsonObject.builder().put("file", file.toString()).build();
        new ZaileysTurns(directory, stores, "sqlite:" + file + "?layout=zaileys").take();
    }
}

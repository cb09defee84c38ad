package dev.pawl.interop;

import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonValue;

/** Real zaileys on a Redis server. */
final class ZaileysRedis {

    private final ZaileysProgram program;
    private final String url;
    private final String namespace;

    private ZaileysRedis(ZaileysProgram program, String url, String namespace) {
        this.program = program;
        this.url = url;
        this.namespace = namespace;
    }

    /** In a namespace of a server; skips the calling test where there is no Node (fails it when CI=true). */
    static ZaileysRedis on(String url, String namespace) {
        return new ZaileysRedis(ZaileysProgram.named("redis.mjs"), url, namespace);
    }

    /** Has it do something, and waits for the answer. */
    JsonValue ask(String operation, JsonObject request) {
        return program.ask(request.toBuilder()
                .put("url", url)
                .put("namespace", namespace)
                .put("op", operation)
                .build());
    }
}

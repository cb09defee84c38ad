package dev.pawl.interop;

import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonValue;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** Real zaileys on a Redis server, in a Node process for each request. */
final class ZaileysRedis {

    private static final long TIMEOUT_SECONDS = 60;

    private final Path directory;
    private final String url;
    private final String namespace;

    private ZaileysRedis(Path directory, String url, String namespace) {
        this.directory = directory;
        this.url = url;
        this.namespace = namespace;
    }

    /** In a namespace of a server; skips the calling test where there is no Node (fails it when CI=true). */
    static ZaileysRedis on(String url, String namespace) {
        return new ZaileysRedis(BaileysInstallation.requireZaileys(), url, namespace);
    }

    /** Has it do something, and waits for the answer. */
    JsonValue ask(String operation, JsonObject request) {
        JsonObject.Builder whole =
                request.toBuilder().put("url", url).put("namespace", namespace).put("op", operation);
        try {
            Process process = new ProcessBuilder("node", "redis.mjs")
                    .directory(directory.toFile())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            try (OutputStream out = process.getOutputStream()) {
                out.write(whole.build().toText().getBytes(StandardCharsets.UTF_8));
            }
            String answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IllegalStateException("zaileys does not end");
            }
            if (process.exitValue() != 0) {
                throw new IllegalStateException("zaileys ended with " + process.exitValue());
            }
            return JsonValue.parse(answer);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while zaileys worked", e);
        }
    }
}

package dev.pawl.interop;

import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonValue;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A program in {@code interop/zaileys}, in a Node process for each request. */
final class ZaileysProgram {

    private static final long TIMEOUT_SECONDS = 120;

    private final Path directory;
    private final String name;

    private ZaileysProgram(Path directory, String name) {
        this.directory = directory;
        this.name = name;
    }

    /** The program of this name; skips the calling test where there is no Node (fails it when CI=true). */
    static ZaileysProgram named(String name) {
        return new ZaileysProgram(BaileysInstallation.requireZaileys(), name);
    }

    /** Has it do something, and waits for the answer. */
    JsonValue ask(JsonObject request) {
        try {
            Process process = new ProcessBuilder("node", name)
                    .directory(directory.toFile())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            // Its answer ends only when it does.
            CompletableFuture.delayedExecutor(TIMEOUT_SECONDS, TimeUnit.SECONDS).execute(process::destroyForcibly);
            try (OutputStream out = process.getOutputStream()) {
                out.write(request.toText().getBytes(StandardCharsets.UTF_8));
            }
            String answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int status = process.waitFor();
            if (status != 0) {
                throw new IllegalStateException("zaileys ended with " + status + "; it has " + TIMEOUT_SECONDS + " s");
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

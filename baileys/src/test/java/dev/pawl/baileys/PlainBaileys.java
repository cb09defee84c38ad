package dev.pawl.baileys;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.json.Bytes;
import dev.pawl.json.JsonArray;
import dev.pawl.json.JsonNumber;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonString;
import dev.pawl.json.JsonValue;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A plain Baileys application on a directory of its own, without Pawl: what people have before, and may go back to. */
final class PlainBaileys implements AutoCloseable {

    private final Process process;
    private final BlockingQueue<JsonObject> said = new LinkedBlockingQueue<>();

    private PlainBaileys(Process process) {
        this.process = process;
    }

    static PlainBaileys start(WhatsAppStandIn standIn, Path directory) {
        return start(standIn, directory, Map.of());
    }

    static PlainBaileys start(WhatsAppStandIn standIn, Path directory, Map<String, String> environment) {
        Map<String, String> all = new LinkedHashMap<>(environment);
        all.put("AUTH_DIR", directory.toString());
        return run(standIn, standIn.directory(), "plain.mjs", all);
    }

    /** Any other application that speaks in such lines, in this directory. */
    static PlainBaileys run(WhatsAppStandIn standIn, Path directory, String program, Map<String, String> environment) {
        String[] command = {"node", standIn.preload().get(0), standIn.preload().get(1), program};
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().putAll(standIn.environment());
        builder.environment().put("WA_STANDIN_STRICT", "1");
        builder.environment().putAll(environment);
        try {
            PlainBaileys plain = new PlainBaileys(builder.start());
            Thread reader = new Thread(plain::read, "plain-baileys");
            reader.setDaemon(true);
            reader.start();
            return plain;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void read() {
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                said.add((JsonObject) JsonValue.parse(Bytes.utf8(line)));
            }
        } catch (IOException e) {
            // It was ended.
        }
    }

    /** Waits until it says something of this kind, and gives that. */
    JsonValue await(String kind) throws InterruptedException {
        while (true) {
            JsonObject next = said.poll(Program.PATIENCE.toSeconds(), TimeUnit.SECONDS);
            assertThat(next).as(kind).isNotNull();
            if (next.get(kind).isPresent()) {
                return next.get(kind).orElseThrow();
            }
        }
    }

    /** The same until it says just that. */
    void awaitThat(String kind, JsonValue what) throws InterruptedException {
        JsonValue said = await(kind);
        while (!said.equals(what)) {
            said = await(kind);
        }
    }

    String awaitText(String kind) throws InterruptedException {
        return ((JsonString) await(kind)).value();
    }

    long awaitNumber(String kind) throws InterruptedException {
        return ((JsonNumber) await(kind)).longValue();
    }

    /** Sends a text and gives the id of the message. */
    String send(String jid, String text) throws InterruptedException, IOException {
        JsonObject request = JsonObject.builder()
                .put("send", JsonArray.of(new JsonString(jid), new JsonString(text)))
                .build();
        process.getOutputStream().write((request.toText() + "\n").getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().flush();
        return awaitText("sent");
    }

    /** Sends so many texts, one after the other; it does not say when it is done. */
    void burst(String jid, int count) throws IOException {
        JsonObject request = JsonObject.builder()
                .put("burst", JsonArray.of(new JsonString(jid), JsonNumber.of(count)))
                .build();
        process.getOutputStream().write((request.toText() + "\n").getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().flush();
    }

    /** Has it end by itself, as the end of its input tells it to, and waits for that. */
    void end() throws InterruptedException, IOException {
        process.getOutputStream().close();
        assertThat(process.waitFor(Program.PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .as("it ends")
                .isTrue();
    }

    long pid() {
        return process.pid();
    }

    /** Ends it as {@code kill -9} does: files need no more. */
    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

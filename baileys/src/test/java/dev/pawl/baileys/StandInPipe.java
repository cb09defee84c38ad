package dev.pawl.baileys;

import dev.pawl.json.Bytes;
import dev.pawl.json.JsonBoolean;
import dev.pawl.json.JsonNull;
import dev.pawl.json.JsonNumber;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonString;
import dev.pawl.json.JsonValue;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/** The process of the stand-in and the pipe to it: one JSON object a line, questions and answers by number. */
final class StandInPipe implements AutoCloseable {

    private static final long SECONDS = 30;

    private final Process process;
    private final OutputStream requests;
    private final Object writing = new Object();
    private final AtomicBoolean isClosed = new AtomicBoolean();
    private final AtomicLong lastId = new AtomicLong();
    private final Map<Long, CompletableFuture<JsonObject>> waiting = new ConcurrentHashMap<>();
    private final CompletableFuture<JsonObject> greeting = new CompletableFuture<>();

    private StandInPipe(Process process) {
        this.process = process;
        this.requests = process.getOutputStream();
    }

    /** Starts it and waits until it is there. */
    static StandInPipe start(Path directory) {
        try {
            Process process = new ProcessBuilder("node", "control.mjs")
                    .directory(directory.toFile())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            StandInPipe pipe = new StandInPipe(process);
            Thread reader = new Thread(pipe::readAnswers, "stand-in-" + process.pid());
            reader.setDaemon(true);
            reader.start();
            pipe.greeting.get(SECONDS, TimeUnit.SECONDS);
            return pipe;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start node", e);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("the stand-in does not start", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** What it said of itself at its start. */
    String greeting(String name) {
        return textOf(greeting.join(), name);
    }

    /** Asks, and gives the result. */
    JsonValue call(String operation, JsonObject.Builder arguments) {
        CompletableFuture<JsonObject> answer = callAside(operation, arguments);
        try {
            JsonObject said = answer.get(SECONDS, TimeUnit.SECONDS);
            if (!JsonBoolean.TRUE.equals(member(said, "ok"))) {
                throw new AssertionError("the stand-in could not " + operation + ": " + textOf(said, "error"));
            }
            return member(said, "result");
        } catch (ExecutionException | TimeoutException e) {
            throw new AssertionError("the stand-in did not answer " + operation, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Asks, and does not wait. */
    CompletableFuture<JsonObject> callAside(String operation, JsonObject.Builder arguments) {
        long id = lastId.incrementAndGet();
        CompletableFuture<JsonObject> answer = new CompletableFuture<>();
        waiting.put(id, answer);
        JsonObject request =
                arguments.put("n", JsonNumber.of(id)).put("op", operation).build();
        try {
            synchronized (writing) {
                requests.write((request.toText() + "\n").getBytes(StandardCharsets.UTF_8));
                requests.flush();
            }
        } catch (IOException e) {
            answer.completeExceptionally(e);
        }
        return answer;
    }

    private void readAnswers() {
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                JsonObject answer = (JsonObject) JsonValue.parse(Bytes.utf8(line));
                if (answer.get("n").isEmpty()) {
                    greeting.complete(answer);
                } else {
                    CompletableFuture<JsonObject> asked = waiting.remove(number(answer, "n"));
                    if (asked != null) {
                        asked.complete(answer);
                    }
                }
            }
        } catch (IOException e) {
            greeting.completeExceptionally(e);
        }
        IOException ended = new IOException("the stand-in has ended");
        greeting.completeExceptionally(ended);
        waiting.values().forEach(answer -> answer.completeExceptionally(ended));
    }

    /** Ends it when that has been done, the first time, and also when that fails. */
    void endAfter(Runnable last) {
        try {
            if (!isClosed.getAndSet(true)) {
                last.run();
            }
        } finally {
            close();
        }
    }

    @Override
    public void close() {
        try {
            requests.close();
        } catch (IOException e) {
            // It has ended already.
        }
        process.destroy();
    }

    static JsonValue member(JsonObject object, String name) {
        return object.get(name).orElse(JsonNull.NULL);
    }

    static String textOf(JsonObject object, String name) {
        return member(object, name) instanceof JsonString text ? text.value() : "";
    }

    static long number(JsonObject object, String name) {
        return member(object, name) instanceof JsonNumber number ? number.longValue() : 0;
    }
}

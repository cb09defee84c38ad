package dev.pawl.json;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/**
 * A Node process that is asked what JavaScript does with a text. Arguments and answers travel as base64, so that this
 * judge needs none of the code it judges.
 */
final class NodePeer implements AutoCloseable {
    private final Process process;
    private final Writer requests;
    private final BufferedReader answers;

    private NodePeer(Process process) {
        this.process = process;
        this.requests = process.outputWriter(UTF_8);
        this.answers = process.inputReader(UTF_8);
    }

    /** Starts Node; where there is none the calling tests are skipped, and fail when CI=true. */
    static NodePeer start() {
        try (InputStream program = NodePeer.class.getResourceAsStream("node-peer.cjs")) {
            String source = new String(program.readAllBytes(), UTF_8);
            Process process = new ProcessBuilder("node", "--input-type=commonjs", "-e", source)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            return new NodePeer(process);
        } catch (IOException e) {
            String reason = "node cannot be started: " + e.getMessage();
            if ("true".equals(System.getenv("CI"))) {
                Assertions.fail(reason);
            }
            return Assumptions.abort(reason);
        }
    }

    /** What {@code JSON.stringify(JSON.parse(text))} gives, empty when the text is refused. */
    Optional<String> reparse(String text) {
        return optional(Utf8.unpairedSurrogate(text) < 0 ? ask("parse", utf8(text)) : ask("parse16", utf16(text)));
    }

    /** The text of a number. */
    String number(double value) {
        long bits = Double.doubleToRawLongBits(value);
        byte[] bytes = new byte[Long.BYTES];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (bits >> (56 - 8 * i));
        }
        return text(ask("number", bytes));
    }

    /** The text of a value made up from {@code seed}. */
    String random(int seed) {
        return text(ask("random", utf8(Integer.toString(seed))));
    }

    /** The text of a string. */
    String stringify(String value) {
        return text(ask("stringify16", utf16(value)));
    }

    /** The bytes Node reads from base64. */
    byte[] base64(String text) {
        return Base64.getDecoder().decode(ask("base64", utf16(text)));
    }

    /** Whether {@code parseInt} finds a number. */
    boolean startsWithInteger(String text) {
        return Boolean.parseBoolean(text(ask("startsWithInteger", utf16(text))));
    }

    /** What a number becomes as an element of a Buffer. */
    byte[] toByte(String number) {
        return Base64.getDecoder().decode(ask("byte", utf8(number)));
    }

    /** Reads an object to be changed, and returns its text. */
    String open(String text) {
        return text(ask("open", utf8(text)));
    }

    /** Sets a member of the object that was opened, and returns the new text of the object. */
    String set(String name, String value) {
        return text(ask("set", utf16(name), utf8(value)));
    }

    /** Takes a member from the object that was opened, and returns the new text of the object. */
    String remove(String name) {
        return text(ask("remove", utf16(name)));
    }

    private String ask(String operation, byte[]... parameters) {
        try {
            StringBuilder request = new StringBuilder(operation);
            for (byte[] parameter : parameters) {
                request.append(' ').append(Base64.getEncoder().encodeToString(parameter));
            }
            requests.append(request).append('\n').flush();
            String answer = answers.readLine();
            if (answer == null) {
                throw new IOException("node ended; see its error output");
            }
            return answer;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Optional<String> optional(String answer) {
        return answer.equals("refused") ? Optional.empty() : Optional.of(text(answer));
    }

    private static String text(String answer) {
        return new String(Base64.getDecoder().decode(answer), UTF_8);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(UTF_8);
    }

    private static byte[] utf16(String text) {
        byte[] units = new byte[text.length() * 2];
        for (int i = 0; i < text.length(); i++) {
            units[2 * i] = (byte) text.charAt(i);
            units[2 * i + 1] = (byte) (text.charAt(i) >> 8);
        }
        return units;
    }

    @Override
    public void close() throws IOException {
        requests.close();
        try {
            if (process.waitFor(10, TimeUnit.SECONDS)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        process.destroyForcibly();
    }
}

package dev.pawl.cli;

import dev.pawl.json.Bytes;
import dev.pawl.json.JsonObject;
import java.io.BufferedOutputStream;
import java.io.Console;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What a command talks through: data goes out, words go out, input comes in. Text is UTF-8.
 *
 * <p>A write that fails ends the command, so that a full disk behind {@code >} is never taken for success.
 */
final class Streams {

    private final InputStream in;
    private final OutputStream out;
    private final PrintStream err;
    private final boolean asking;
    private final boolean showing;

    /**
     * Streams of a test or another program.
     *
     * @param asking whether a person can answer a question on {@code in}
     * @param showing whether {@code err} is a terminal on which a bar can be drawn
     */
    Streams(InputStream in, OutputStream out, OutputStream err, boolean asking, boolean showing) {
        this.in = in;
        this.out = new BufferedOutputStream(out, 1 << 16);
        this.err = new PrintStream(err, true, StandardCharsets.UTF_8);
        this.asking = asking;
        this.showing = showing;
    }

    /** The streams of this process. */
    static Streams ofProcess() {
        return new Streams(
                System.in,
                new FileOutputStream(FileDescriptor.out),
                new FileOutputStream(FileDescriptor.err),
                terminal(0),
                terminal(2));
    }

    /** One line of data. */
    void line(String line) {
        write(Bytes.utf8(line + "\n"));
    }

    /** One line of data as a JSON object. */
    void json(JsonObject object) {
        write(object.toBytes());
        write(Bytes.utf8("\n"));
    }

    /** Data, byte for byte. */
    void write(Bytes bytes) {
        try {
            out.write(bytes.toArray());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write to standard output", e);
        }
    }

    /** Hands over all data written so far. */
    void flush() {
        try {
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write to standard output", e);
        }
    }

    /** One line for people. */
    void say(String line) {
        err.println(line);
    }

    /** Words for people. */
    PrintStream err() {
        return err;
    }

    /** Standard input. */
    InputStream in() {
        return in;
    }

    /** All of standard input. */
    Bytes readAll() {
        try {
            return Bytes.wrap(in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read standard input", e);
        }
    }

    /** Whether a person can be asked. */
    boolean canAsk() {
        return asking;
    }

    /** Whether a progress bar can be drawn on standard error. */
    boolean canShowProgress() {
        return showing;
    }

    /** Asks a person, who has to type {@code yes}. */
    boolean confirm(String question) {
        flush();
        err.print(question + " Type yes to go on: ");
        err.flush();
        StringBuilder answer = new StringBuilder();
        try {
            for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
                answer.append((char) c);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read standard input", e);
        }
        return answer.toString().strip().equalsIgnoreCase("yes");
    }

    /** The console of Java 17 tells only of input and output together; where there is /proc, each descriptor tells. */
    private static boolean terminal(int descriptor) {
        Path link = Path.of("/proc/self/fd/" + descriptor);
        if (Files.isSymbolicLink(link)) {
            try {
                String target = Files.readSymbolicLink(link).toString();
                return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty") || target.equals("/dev/console");
            } catch (IOException e) {
                return false;
            }
        }
        return Optional.ofNullable(System.console()).filter(Streams::isTerminal).isPresent();
    }

    /** From Java 22 on there is a console without a terminal too, and a method that tells. */
    private static boolean isTerminal(Console console) {
        try {
            return Boolean.TRUE.equals(Console.class.getMethod("isTerminal").invoke(console));
        } catch (NoSuchMethodException olderJava) {
            return true;
        } catch (ReflectiveOperationException e) {
            return false;
        }
    }
}

package dev.pawl.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.util.List;

/**
 * One run of the command in this process.
 *
 * @param status the exit status
 * @param bytes what went to standard output
 * @param err what went to standard error
 */
record Run(int status, byte[] bytes, String err) {

    static Run pawl(String... arguments) {
        return with(new byte[0], arguments);
    }

    /** With this on standard input, and nobody to ask. */
    static Run with(byte[] input, String... arguments) {
        return run(input, false, arguments);
    }

    /** With somebody who gives this answer. */
    static Run answering(String answer, String... arguments) {
        return run(answer.getBytes(UTF_8), true, arguments);
    }

    private static Run run(byte[] input, boolean asking, String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int status = PawlCommand.run(new Streams(new ByteArrayInputStream(input), out, err, asking, false), arguments);
        return new Run(status, out.toByteArray(), err.toString(UTF_8));
    }

    String out() {
        return new String(bytes, UTF_8);
    }

    List<String> lines() {
        return out().lines().toList();
    }
}

package dev.pawl.baileys;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** What tests measured, in {@code target/lives.txt}: one line each, for the documentation. */
final class Report {

    private static final Path FILE = Path.of("target", "lives.txt");

    private Report() {}

    /** The same of something that goes on for long, also to whoever looks at it. */
    static void progress(String text) throws IOException {
        System.out.println(text);
        line(text);
    }

    static void line(String text) throws IOException {
        String line = Instant.now().truncatedTo(ChronoUnit.SECONDS) + " " + text + "\n";
        Files.writeString(FILE, line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
}

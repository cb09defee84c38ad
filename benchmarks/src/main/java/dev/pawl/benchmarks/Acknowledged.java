package dev.pawl.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * What was acknowledged before a crash, see {@link CrashWork}.
 *
 * @param sessions the number of the last message of each session
 * @param deleted the pre-keys that were used up
 * @param nextPreKey the highest one
 * @param changes how many in all
 */
record Acknowledged(Map<String, Long> sessions, Set<String> deleted, long nextPreKey, long changes) {

    /** Reads the notes of the writer; a last line without its end counts for nothing. */
    static Acknowledged read(Path notes) {
        try {
            String text = Files.readString(notes, StandardCharsets.US_ASCII);
            Map<String, Long> sessions = new HashMap<>();
            Set<String> deleted = new HashSet<>();
            long nextPreKey = 0;
            long changes = 0;
            for (String line :
                    text.substring(0, text.lastIndexOf('\n') + 1).lines().toList()) {
                String[] words = line.split(" ");
                switch (words[0]) {
                    case "S" -> sessions.put(words[1], Long.valueOf(words[2]));
                    case "D" -> deleted.add(words[1]);
                    default -> nextPreKey = Long.parseLong(words[1]);
                }
                changes++;
            }
            return new Acknowledged(sessions, deleted, nextPreKey, changes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

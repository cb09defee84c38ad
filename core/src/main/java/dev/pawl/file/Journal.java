package dev.pawl.file;

import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The redo journal of a batch that changes several files: what each file was before and shall be after.
 *
 * <pre>
 * pawl-journal 1
 * batch 1f0c6a52b7d94e03
 * put 9f86d0... 60303a... session-628.0.json         before, after, target in percent encoding
 * put - 2c26b4... pre-key-7.json                     "-" is: no such file
 * delete 3fdba3... - pre-key-6.json
 * end 486ea4...                                      SHA-256 of all lines above
 * </pre>
 *
 * <p>The new content of the put in line <i>n</i> (from 0) is staged in {@code .pawl/<batch>-<n>.staged}. Lines are in the
 * order in which they are applied.
 *
 * @param batch a name that no other batch has
 * @param entries the changes
 */
record Journal(String batch, List<Entry> entries) {

    /** The file in our own directory. */
    static final String FILE = "journal";

    private static final String HEAD = "pawl-journal 1\n";
    private static final Pattern BATCH = Pattern.compile("[0-9a-f]{16}");
    private static final Pattern STAGED = Pattern.compile("[0-9a-f]{16}-[0-9]+\\.staged|journal\\.new");

    /**
     * What becomes of one file.
     *
     * @param target the file
     * @param before the digest of its content before the batch, empty when there was none
     * @param after the digest of its content after the batch, empty when it is removed
     */
    record Entry(String target, Optional<String> before, Optional<String> after) {

        /** Keys before credentials before removals, so that no reader meets credentials without their keys. */
        int phase() {
            return target.equals(DirectoryLayout.CREDENTIALS) ? 1 : after.isPresent() ? 0 : 2;
        }
    }

    /** What is to be done with a journal that was found. */
    enum Verdict {
        /** Every file is as it was before or shall be after, and what is missing is staged: apply the rest. */
        ROLL_FORWARD,
        /** Nothing was applied and not all is staged: the batch was never acknowledged. */
        DISCARD,
        /** A file is neither: another program has moved on, and the batch must not be applied. */
        SET_ASIDE
    }

    /** Copies the entries. */
    Journal {
        entries = List.copyOf(entries);
    }

    /** Whether a file in our own directory is one that a batch staged. */
    static boolean isStaged(String name) {
        return STAGED.matcher(name).matches();
    }

    /** The file that holds the new content of an entry. */
    String staged(int entry) {
        return SharedDirectory.OWN + "/" + batch + "-" + entry + ".staged";
    }

    /** The text above. */
    byte[] toBytes() {
        StringBuilder text =
                new StringBuilder(HEAD).append("batch ").append(batch).append('\n');
        for (Entry entry : entries) {
            text.append(entry.after().isPresent() ? "put " : "delete ")
                    .append(entry.before().orElse("-"))
                    .append(' ')
                    .append(entry.after().orElse("-"))
                    .append(' ')
                    .append(OwnNames.escape(entry.target()))
                    .append('\n');
        }
        String digest = Digest.of(text.toString().getBytes(StandardCharsets.UTF_8));
        return text.append("end ").append(digest).append('\n').toString().getBytes(StandardCharsets.UTF_8);
    }

    /** Reads a journal, or nothing when it is not whole. */
    static Optional<Journal> parse(byte[] content) {
        String text = new String(content, StandardCharsets.UTF_8);
        int end = text.lastIndexOf("end ");
        if (end < 0
                || !text.startsWith(HEAD)
                || !text.substring(end)
                        .equals("end " + Digest.of(text.substring(0, end).getBytes(StandardCharsets.UTF_8)) + "\n")) {
            return Optional.empty();
        }
        String[] lines = text.substring(HEAD.length(), end).split("\n");
        String batch = lines[0].substring(Math.min(lines[0].length(), "batch ".length()));
        List<Entry> entries = new ArrayList<>();
        for (int i = 1; i < lines.length; i++) {
            String[] parts = lines[i].split(" ");
            if (parts.length != 4) {
                return Optional.empty();
            }
            entries.add(
                    new Entry(URLDecoder.decode(parts[3], StandardCharsets.UTF_8), digest(parts[1]), digest(parts[2])));
        }
        return BATCH.matcher(batch).matches() ? Optional.of(new Journal(batch, entries)) : Optional.empty();
    }

    /** The entries whose file does not yet have its new content. */
    List<Integer> pending(SharedDirectory directory) throws IOException {
        List<Integer> pending = new ArrayList<>();
        for (int i = 0; i < entries.size(); i++) {
            if (!digest(directory, entries.get(i).target())
                    .equals(entries.get(i).after())) {
                pending.add(i);
            }
        }
        return pending;
    }

    /**
     * Looks at every file. While another process applies this very journal the answer may only change from roll forward
     * to nothing left to do.
     */
    Verdict judge(SharedDirectory directory) throws IOException {
        boolean applied = false;
        boolean complete = true;
        for (int i = 0; i < entries.size(); i++) {
            Entry entry = entries.get(i);
            Optional<String> found = digest(directory, entry.target());
            if (found.equals(entry.after())) {
                applied |= !entry.before().equals(entry.after());
                continue;
            }
            if (!found.equals(entry.before())) {
                return Verdict.SET_ASIDE;
            }
            if (entry.after().isPresent() && !digest(directory, staged(i)).equals(entry.after())) {
                if (digest(directory, entry.target()).equals(entry.after())) {
                    applied = true; // It was moved into place between the two looks.
                } else {
                    complete = false;
                }
            }
        }
        return complete ? Verdict.ROLL_FORWARD : applied ? Verdict.SET_ASIDE : Verdict.DISCARD;
    }

    private static Optional<String> digest(SharedDirectory directory, String target) throws IOException {
        Path path = directory.path(target);
        return Digest.of(directory.disk().read(path));
    }

    private static Optional<String> digest(String text) {
        return text.equals("-") ? Optional.empty() : Optional.of(text);
    }
}

package dev.pawl.file;

import dev.pawl.backend.CorruptDataException;
import dev.pawl.backend.Key;
import dev.pawl.json.Bytes;
import dev.pawl.json.JsonException;
import dev.pawl.json.JsonValue;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * The files of a directory as one look sees them: what is on disk, and over it what a journal has promised but nobody
 * has applied yet.
 *
 * <p>A view does not hold still by itself: {@link ConsistentReads} notices when it moved.
 */
final class View {

    /**
     * A damaged file that was changed this recently may be in the middle of being written by Baileys, whose event loop can
     * stand still between truncating a file and writing it.
     */
    private static final Duration YOUNG = Duration.ofSeconds(2);

    /** The waits before a damaged file is looked at again, as long as it stays the same; the last one repeats. */
    private static final List<Duration> AGAIN =
            List.of(Duration.ofMillis(3), Duration.ofMillis(50), Duration.ofMillis(150), Duration.ofMillis(400));

    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /** The new content of a file that has not got it yet, or its absence. */
    private record Promised(Optional<String> digest, String staged) {}

    private final SharedDirectory directory;
    private final Map<String, Promised> promised = new HashMap<>();
    private final Map<String, Set<String>> spelled = new HashMap<>();
    private final NameIndex index;

    /** Looks at a directory, given the journal that was found in it. */
    View(SharedDirectory directory, Optional<byte[]> journal) throws IOException {
        this.directory = directory;
        Optional<Journal> pending = journal.flatMap(Journal::parse);
        if (pending.isPresent() && pending.get().judge(directory) == Journal.Verdict.ROLL_FORWARD) {
            List<Journal.Entry> entries = pending.get().entries();
            for (int entry : pending.get().pending(directory)) {
                promised.put(
                        entries.get(entry).target(),
                        new Promised(entries.get(entry).after(), pending.get().staged(entry)));
            }
        }
        this.index = NameIndex.parse(directory.layout(), content(SharedDirectory.OWN + "/" + BatchWriter.NAMES));
    }

    /** Whether a journal has promised something that is not on disk yet. */
    boolean isPromising() {
        return !promised.isEmpty();
    }

    /** Which files hold which records where their names do not tell. */
    NameIndex index() {
        return index;
    }

    /** The content of a file, whole or damaged, or empty when there is no such file. */
    Optional<byte[]> content(String target) throws IOException {
        Promised next = promised.get(target);
        Optional<byte[]> found = directory.disk().read(directory.path(target));
        if (next == null || Digest.of(found).equals(next.digest())) {
            return found;
        }
        if (next.digest().isEmpty()) {
            return Optional.empty();
        }
        Optional<byte[]> staged = directory.disk().read(directory.path(next.staged()));
        if (Digest.of(staged).equals(next.digest())) {
            return staged;
        }
        // Applied between the two reads, by another process; if not, the view has moved, which is noticed above.
        return directory.disk().read(directory.path(target));
    }

    /** Whether there is such a file, whatever it holds. */
    boolean exists(String target) throws IOException {
        Promised next = promised.get(target);
        return next != null
                ? next.digest().isPresent()
                : directory.disk().stat(directory.path(target)).isPresent();
    }

    /**
     * The content of the file of a record, or empty when there is no such file.
     *
     * @throws CorruptDataException when it is not JSON, and nobody is about to change that
     */
    Optional<Bytes> json(Key key, String target) throws IOException {
        Disk disk = directory.disk();
        Path path = directory.path(target);
        Duration end = disk.uptime().plus(PATIENCE);
        Optional<byte[]> before = Optional.empty();
        Optional<Disk.Stat> statBefore = Optional.empty();
        for (int unchanged = 0; ; ) {
            Optional<byte[]> content = content(target);
            if (content.isEmpty()) {
                return Optional.empty();
            }
            Optional<String> problem = problem(content.get());
            if (problem.isEmpty()) {
                return content.map(Bytes::wrap);
            }
            Optional<Disk.Stat> stat = disk.stat(path);
            boolean same = before.isPresent()
                    && Arrays.equals(before.get(), content.get())
                    && stat.map(Disk.Stat::modified).equals(statBefore.map(Disk.Stat::modified));
            unchanged = same ? unchanged + 1 : 0;
            boolean young = stat.isPresent()
                    && Duration.between(stat.get().modified(), disk.now()).abs().compareTo(YOUNG) < 0;
            if (same && !young) {
                throw new CorruptDataException(key, path.toString(), problem.get());
            }
            if (disk.uptime().compareTo(end) > 0) {
                throw new IOException(path + " has been written to all the time, never whole");
            }
            before = content;
            statBefore = stat;
            disk.pause(AGAIN.get(Math.min(unchanged, AGAIN.size() - 1)));
        }
    }

    /** Hands over all files that may hold records. */
    void names(Consumer<String> names) throws IOException {
        Set<String> added = promised(false);
        for (String place : directory.places()) {
            names(directory.path(place), place, added, names);
        }
        added.forEach(names);
    }

    /** Hands over the names of all files in our own directory. */
    void ownNames(Consumer<String> names) throws IOException {
        String prefix = SharedDirectory.OWN + "/";
        Set<String> added = promised(true);
        Consumer<String> withoutPrefix = target -> names.accept(target.substring(prefix.length()));
        names(directory.own(), prefix, added, withoutPrefix);
        added.forEach(withoutPrefix);
    }

    /**
     * The files whose names differ from this one in case at most. The names are those of one walk through the directory
     * for all questions; only when it did not meet the very name, which may be younger, is there another.
     */
    Set<String> spellings(String name) throws IOException {
        Set<String> found = spelled.getOrDefault(name.toLowerCase(Locale.ROOT), Set.of());
        if (!found.contains(name)) {
            spelled.clear();
            names(other -> spelled.computeIfAbsent(other.toLowerCase(Locale.ROOT), lower -> new TreeSet<>())
                    .add(other));
            found = spelled.getOrDefault(name.toLowerCase(Locale.ROOT), Set.of());
        }
        return found;
    }

    /** The files that a journal promises, ours or the others. */
    private Set<String> promised(boolean own) {
        Set<String> targets = new TreeSet<>();
        promised.forEach((target, next) -> {
            if (next.digest().isPresent() && SharedDirectory.isOwn(target) == own) {
                targets.add(target);
            }
        });
        return targets;
    }

    private void names(Path path, String prefix, Set<String> added, Consumer<String> targets) throws IOException {
        directory.disk().list(path, name -> {
            String target = prefix + name;
            Promised next = promised.get(target);
            if (next == null || next.digest().isPresent()) {
                added.remove(target);
                targets.accept(target);
            }
        });
    }

    /** What keeps a content from being JSON, with the place of the fault and nothing of the content. */
    static Optional<String> problem(byte[] content) {
        if (content.length == 0) {
            return Optional.of("empty file");
        }
        if (content.length >= 3
                && content[0] == (byte) 0xEF
                && content[1] == (byte) 0xBB
                && content[2] == (byte) 0xBF) {
            return Optional.of("not JSON: a byte order mark at byte 0");
        }
        try {
            JsonValue.check(Bytes.wrap(content));
            return Optional.empty();
        } catch (JsonException e) {
            String problem = content[Math.min(e.offset(), content.length - 1)] == 0 ? "NUL bytes" : e.reason();
            return Optional.of("not JSON: " + problem + " at byte " + e.offset());
        }
    }
}

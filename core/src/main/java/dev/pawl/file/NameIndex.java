package dev.pawl.file;

import dev.pawl.backend.Key;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Which record a file holds, for the files whose name does not tell: the content of {@code .pawl/names}.
 *
 * <p>One line a record, type and id in the percent encoding of HTML forms with a space between; the file is what {@link
 * DirectoryLayout#file} makes of them. Lines that are not so are passed over. It is advisory: a line whose file is gone says
 * nothing.
 */
final class NameIndex {

    private final DirectoryLayout layout;
    private final Map<String, Key> byFile;

    private NameIndex(DirectoryLayout layout, Map<String, Key> byFile) {
        this.layout = layout;
        this.byFile = byFile;
    }

    /** Reads the file's content; empty when there is none. */
    static NameIndex parse(DirectoryLayout layout, Optional<byte[]> content) {
        Map<String, Key> byFile = new LinkedHashMap<>();
        String text = new String(content.orElse(new byte[0]), StandardCharsets.UTF_8);
        for (String line : text.split("\n")) {
            String[] parts = line.split(" ", -1);
            if (parts.length == 2) {
                key(parts[0], parts[1]).ifPresent(key -> layout.file(key).ifPresent(file -> byFile.put(file, key)));
            }
        }
        return new NameIndex(layout, byFile);
    }

    /** Whether it names no record at all. */
    boolean isEmpty() {
        return byFile.isEmpty();
    }

    /** The record this file was written for, if this index knows. */
    Optional<Key> recorded(String file) {
        return Optional.ofNullable(byFile.get(file));
    }

    /** The record a file must be taken for: what is recorded, else the rule where the type is known. */
    Optional<Key> owner(String file) {
        return recorded(file).or(() -> layout.isKnown(file) ? layout.record(file) : Optional.empty());
    }

    /** The record a file is listed as: what is recorded, else the rule, which may be a guess. */
    Optional<Key> listed(String file) {
        return recorded(file).or(() -> layout.record(file));
    }

    /** Whether a record must be named here because its file's name would not tell for certain. */
    boolean mustRecord(Key key, String file) {
        return !layout.isKnown(file) || !layout.record(file).equals(Optional.of(key));
    }

    /** The same index with some records added and every line left out whose file is gone. */
    NameIndex with(Iterable<Key> added, Predicate<String> exists) {
        Map<String, Key> next = new LinkedHashMap<>();
        byFile.forEach((file, key) -> {
            if (exists.test(file)) {
                next.put(file, key);
            }
        });
        for (Key key : added) {
            layout.file(key).ifPresent(file -> next.put(file, key));
        }
        return new NameIndex(layout, next);
    }

    /** The content of the file. */
    byte[] toBytes() {
        StringBuilder text = new StringBuilder();
        byFile.values()
                .forEach(key -> text.append(OwnNames.escape(key.partition()))
                        .append(' ')
                        .append(OwnNames.escape(key.id()))
                        .append('\n'));
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof NameIndex that && byFile.equals(that.byFile);
    }

    @Override
    public int hashCode() {
        return byFile.hashCode();
    }

    private static Optional<Key> key(String type, String id) {
        try {
            return Optional.of(Key.ofKey(
                    URLDecoder.decode(type, StandardCharsets.UTF_8), URLDecoder.decode(id, StandardCharsets.UTF_8)));
        } catch (IllegalArgumentException e) {
            return Optional.empty(); // Not a line of ours.
        }
    }
}

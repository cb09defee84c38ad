package dev.pawl.file;

import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.UnsupportedException;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How records and files of a zaileys directory belong together.
 *
 * <p>A key is in {@code signal/<type>/<id>.json}, the type as it is. In the id every UTF-16 code unit that is no ASCII
 * letter or digit and none of {@code . _ -} is an underscore and its number in small hexadecimal digits, as many as it
 * takes. Underscores stand for themselves, so that {@code a@b} and {@code a_40b} share a file, and the way back is a
 * rule: {@code _2b _2f _3a _3d _40} are {@code + / : = @}, and everything else stands for itself. That finds every id
 * that WhatsApp makes.
 */
final class ZaileysLayout implements DirectoryLayout {

    private static final String KEYS = "signal";
    private static final Pattern ESCAPED = Pattern.compile("_(2b|2f|3a|3d|40)");
    private static final Pattern KEY = Pattern.compile(KEYS + "/([^/]+)/([A-Za-z0-9._-]*)\\.json");
    private static final Pattern LEFTOVER = Pattern.compile("(|" + KEYS + "/[^/]+/)tmp-[0-9a-f]{16}");

    @Override
    public String program() {
        return "zaileys";
    }

    @Override
    public String scheme() {
        return "zaileys";
    }

    @Override
    public String format() {
        return "zaileys files";
    }

    @Override
    public Optional<String> file(Key key) {
        if (key.family() == Family.CREDENTIALS) {
            return Optional.of(CREDENTIALS);
        }
        return isName(key.partition())
                ? Optional.of(KEYS + "/" + key.partition() + "/" + escape(key.id()) + SUFFIX)
                : Optional.empty();
    }

    @Override
    public Optional<Key> record(String file) {
        if (file.equals(CREDENTIALS)) {
            return Optional.of(Key.CREDENTIALS);
        }
        Matcher matcher = KEY.matcher(file);
        // A file system whose names are UTF-16 may hold half of a surrogate pair; a key does not.
        if (!matcher.matches()
                || file.codePoints().anyMatch(point -> Character.getType(point) == Character.SURROGATE)) {
            return Optional.empty();
        }
        return Optional.of(Key.ofKey(matcher.group(1), unescape(matcher.group(2))))
                .filter(key -> file(key).equals(Optional.of(file)));
    }

    @Override
    public boolean isKnown(String file) {
        Matcher matcher = KEY.matcher(file);
        return file.equals(CREDENTIALS) || matcher.matches() && TYPES.contains(matcher.group(1));
    }

    /** What zaileys writes before it renames it is not named after the file that it shall be. */
    @Override
    public Optional<String> leftoverOf(String file) {
        Matcher matcher = LEFTOVER.matcher(file);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        return Optional.of(matcher.group(1).isEmpty() ? CREDENTIALS : file + SUFFIX);
    }

    @Override
    public List<String> places(Disk disk, Path directory) throws IOException {
        List<String> places = new ArrayList<>(List.of(""));
        if (isDirectory(disk, directory.resolve(KEYS))) {
            places.add(KEYS + "/");
            List<String> types = new ArrayList<>();
            disk.list(directory.resolve(KEYS), types::add);
            for (String type : types) {
                if (isDirectory(disk, type(directory, type))) {
                    places.add(KEYS + "/" + type + "/");
                }
            }
        }
        return places;
    }

    private static Path type(Path directory, String type) {
        try {
            return directory.resolve(KEYS).resolve(type);
        } catch (InvalidPathException e) {
            throw new UnsupportedException(
                    directory.resolve(KEYS) + " holds a directory whose name this process cannot read: "
                            + "set LC_ALL=C.UTF-8 or another UTF-8 locale",
                    e);
        }
    }

    /** Whether there is a place for keys in a directory. */
    static boolean hasPlace(Disk disk, Path directory) throws IOException {
        return isDirectory(disk, directory.resolve(KEYS));
    }

    private static boolean isDirectory(Disk disk, Path path) throws IOException {
        return disk.stat(path)
                .filter(stat -> stat.kind() == Disk.Kind.DIRECTORY)
                .isPresent();
    }

    /** Whether a type can be the name of a directory. */
    private static boolean isName(String type) {
        return !type.isEmpty()
                && !type.equals(".")
                && !type.equals("..")
                && type.indexOf('/') < 0
                && type.indexOf('\\') < 0
                && type.indexOf('\0') < 0;
    }

    private static String escape(String id) {
        StringBuilder escaped = new StringBuilder();
        for (int i = 0; i < id.length(); i++) {
            char c = id.charAt(i);
            if (c < 0x80 && (Character.isLetterOrDigit(c) || c == '.' || c == '_' || c == '-')) {
                escaped.append(c);
            } else {
                escaped.append('_').append(Integer.toHexString(c));
            }
        }
        return escaped.toString();
    }

    private static String unescape(String name) {
        return ESCAPED.matcher(name)
                .replaceAll(
                        match -> Matcher.quoteReplacement(Character.toString(Integer.parseInt(match.group(1), 16))));
    }
}

package dev.pawl.file;

import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How records and file names of a Baileys directory belong together.
 *
 * <p>Baileys names a key {@code <type>-<id>.json} and then writes {@code __} for each slash and {@code -} for each
 * colon. Several records share a name that way, so the way back is a rule: the longest known type at the front of the
 * name is the type; in the id of a {@code sender-key} the last two {@code --} are {@code ::}, in that of an {@code
 * app-state-sync-key} each {@code __} is a slash, and everything else stands for itself. That finds every id that
 * WhatsApp makes.
 *
 * <p>Of a type that is not known, the words of small letters at the front of the name are the type and the rest is the
 * id ({@code new-thing-628-1@g.us} is {@code new-thing}, {@code 628-1@g.us}); of nothing but words, the last is the id.
 */
final class BaileysLayout implements DirectoryLayout {

    private static final Pattern WORDS = Pattern.compile("((?:[a-z]+-)*[a-z]+)-(.*)", Pattern.DOTALL);
    private static final Pattern LAST_WORD = Pattern.compile("((?:[a-z]+-)*[a-z]+)-([a-z]+)");
    private static final Pattern LEFTOVER = Pattern.compile("(.+\\.json)\\.(?:tmp|bak)(?:[-.].*)?", Pattern.DOTALL);

    @Override
    public String program() {
        return "Baileys";
    }

    @Override
    public String scheme() {
        return "baileys";
    }

    @Override
    public String format() {
        return "baileys multi-file";
    }

    @Override
    public Optional<String> file(Key key) {
        return Optional.of(
                key.family() == Family.CREDENTIALS
                        ? CREDENTIALS
                        : (key.partition() + "-" + key.id()).replace("/", "__").replace(":", "-") + SUFFIX);
    }

    @Override
    public Optional<Key> record(String file) {
        if (file.equals(CREDENTIALS)) {
            return Optional.of(Key.CREDENTIALS);
        }
        int dash = file.indexOf('-');
        if (!file.endsWith(SUFFIX) || dash < 0 || file.indexOf(':') >= 0 || dash > file.length() - SUFFIX.length()) {
            return Optional.empty();
        }
        // A file system whose names are UTF-16 may hold half of a surrogate pair; a key does not.
        if (file.codePoints().anyMatch(point -> Character.getType(point) == Character.SURROGATE)) {
            return Optional.empty();
        }
        String name = file.substring(0, file.length() - SUFFIX.length());
        Optional<Key> known = knownType(name).map(type -> Key.ofKey(type, id(type, name.substring(type.length() + 1))));
        return known.or(() -> Optional.of(guess(name, dash)))
                .filter(key -> file(key).equals(Optional.of(file)));
    }

    @Override
    public boolean isKnown(String file) {
        return file.equals(CREDENTIALS) || knownType(file).isPresent();
    }

    /** Newer releases of Baileys leave such copies. */
    @Override
    public Optional<String> leftoverOf(String file) {
        Matcher matcher = LEFTOVER.matcher(file);
        return matcher.matches() ? Optional.of(matcher.group(1)) : Optional.empty();
    }

    @Override
    public List<String> places(Disk disk, Path directory) {
        return List.of("");
    }

    private static Optional<String> knownType(String name) {
        for (String type : TYPES) {
            if (name.length() > type.length() && name.startsWith(type) && name.charAt(type.length()) == '-') {
                return Optional.of(type);
            }
        }
        return Optional.empty();
    }

    private static String id(String type, String text) {
        if (type.equals("app-state-sync-key")) {
            return text.replace("__", "/");
        }
        if (type.equals("sender-key")) {
            int second = text.lastIndexOf("--");
            int first = second < 2 ? -1 : text.lastIndexOf("--", second - 2);
            if (first >= 0) {
                return text.substring(0, first) + "::" + text.substring(first + 2, second) + "::"
                        + text.substring(second + 2);
            }
        }
        return text;
    }

    private static Key guess(String name, int dash) {
        Matcher words = LAST_WORD.matcher(name);
        if (words.matches()) {
            return Key.ofKey(words.group(1), words.group(2));
        }
        words = WORDS.matcher(name);
        if (words.matches()) {
            return Key.ofKey(words.group(1), words.group(2));
        }
        return Key.ofKey(name.substring(0, dash), name.substring(dash + 1));
    }
}

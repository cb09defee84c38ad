package dev.pawl.file;

import dev.pawl.backend.Key;
import dev.pawl.backend.SessionName;
import dev.pawl.backend.UnsupportedException;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.util.Optional;
import java.util.stream.Stream;

/** Where the rows of a directory stand. */
final class Targets {

    /** The most bytes of a file name that common file systems hold. */
    private static final int MAX_BYTES = 255;

    private final SharedDirectory directory;

    Targets(SharedDirectory directory) {
        this.directory = directory;
    }

    /**
     * Requires a session that a directory can hold.
     *
     * @throws UnsupportedException naming what to use instead
     */
    void require(SessionName session) {
        if (!session.equals(SessionName.DEFAULT) && !session.equals(SessionName.PAWL)) {
            throw new UnsupportedException("a " + directory.layout().program() + " directory is one session, "
                    + SessionName.DEFAULT + ": use one directory for each session, or a store that holds many");
        }
    }

    /** The file of a row, whether or not a file system takes its name; empty when this layout has no such row. */
    Optional<String> name(SessionName session, Key key) {
        boolean pawl = session.equals(SessionName.PAWL);
        return switch (key.family()) {
            case LEASE ->
                key.partition().isEmpty()
                        ? Optional.of(
                                SharedDirectory.OWN + "/" + (pawl ? OwnNames.beat(key.id()) : OwnNames.lease(key.id())))
                        : Optional.empty();
            case CREDENTIALS ->
                !pawl && key.equals(Key.CREDENTIALS) ? Optional.of(DirectoryLayout.CREDENTIALS) : Optional.empty();
            case KEY -> pawl ? Optional.empty() : directory.layout().file(key);
            default -> Optional.empty();
        };
    }

    /** Whether a row tells only that a process lives, and may be lost with the power. */
    static boolean isBeat(String target) {
        return target.startsWith(SharedDirectory.OWN + "/node-");
    }

    /**
     * The file to read a row from; empty when no file can hold it, so that it does not exist.
     *
     * @throws UnsupportedException when there may be such a file, but this process cannot name it
     */
    Optional<String> readable(SessionName session, Key key) {
        return name(session, key)
                .filter(name -> tooLong(name) == 0 && name.indexOf('\0') < 0)
                .map(name -> {
                    requireNameable(key, name);
                    return name;
                });
    }

    /**
     * The file to write a row to.
     *
     * @throws UnsupportedException when this layout or this file system has no place for it
     */
    String writable(SessionName session, Key key) {
        String name = name(session, key)
                .orElseThrow(
                        () -> new UnsupportedException("a " + directory.layout().program()
                                + " directory has no place for " + key + " of session " + session));
        if (tooLong(name) > 0) {
            throw new UnsupportedException("the file name of " + key.partition() + " record of "
                    + key.id().length()
                    + " characters has " + tooLong(name) + " bytes, file systems take " + MAX_BYTES
                    + ": use a store of another kind");
        }
        if (name.indexOf('\0') >= 0) {
            throw new UnsupportedException(
                    "a file name cannot hold the character NUL that " + key.family() + " id has: use another store");
        }
        requireNameable(key, name);
        return name;
    }

    private static int tooLong(String name) {
        int longest = Stream.of(name.split("/"))
                .mapToInt(part -> part.getBytes(StandardCharsets.UTF_8).length)
                .max()
                .orElse(0);
        return longest > MAX_BYTES ? longest : 0;
    }

    private void requireNameable(Key key, String name) {
        try {
            directory.path(name);
        } catch (InvalidPathException e) {
            throw new UnsupportedException(
                    "this process cannot write the file name of " + key.family() + " " + key.partition()
                            + ": its character set is " + System.getProperty("sun.jnu.encoding", "unknown")
                            + "; set LC_ALL=C.UTF-8 or another UTF-8 locale",
                    e);
        }
    }
}

package dev.pawl.file;

import dev.pawl.backend.Key;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * How a program that keeps one session in a directory of JSON files names them. It is all in which such directories
 * differ here; journal, locks, leases and recovery are the same in each.
 *
 * <p>Files are given by their path in the directory, with a slash between names: {@code creds.json}.
 */
interface DirectoryLayout {

    /** The file of the credentials. */
    String CREDENTIALS = "creds.json";

    /** What ends the name of a file that holds a record. */
    String SUFFIX = ".json";

    /** The types of keys that are known, longest first where one begins with another. */
    List<String> TYPES = List.of(
            "app-state-sync-version",
            "app-state-sync-key",
            "sender-key-memory",
            "sender-key",
            "identity-key",
            "device-list",
            "lid-mapping",
            "pre-key",
            "session",
            "tctoken");

    /** The program, for messages. */
    String program();

    /** The scheme of its locators. */
    String scheme();

    /** What its directories are called where a person looks at one. */
    String format();

    /**
     * The file this program gives a record; not necessarily one that a file system takes.
     *
     * @param key credentials or a key
     * @return empty when it cannot be a file in the directory
     */
    Optional<String> file(Key key);

    /** The record that a file most likely holds, or empty when the program gives no record this name. */
    Optional<Key> record(String file);

    /** Whether the type is known, so that {@link #record} is more than a guess. */
    boolean isKnown(String file);

    /**
     * The file whose half-written or former content this one holds, when it is named like such a copy; where its name
     * does not tell which, one that could stand in the same place.
     */
    Optional<String> leftoverOf(String file);

    /**
     * Where records may stand: the directory itself as an empty text, and directories in it, each with a slash behind.
     */
    List<String> places(Disk disk, Path directory) throws IOException;
}

package dev.pawl.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.backend.Access;
import dev.pawl.backend.Backend;
import dev.pawl.backend.Batch;
import dev.pawl.backend.Key;
import dev.pawl.backend.Row;
import dev.pawl.backend.SessionName;
import dev.pawl.backend.UnavailableException;
import dev.pawl.backend.UnsupportedException;
import dev.pawl.json.Bytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What may stand at the path of a SQLite file: what cannot be looked at is not taken for missing. */
class SqlitePlaceTest {

    private static final SessionName SESSION = SessionName.DEFAULT;

    @TempDir
    private Path directory;

    @Test
    void thePathMayHoldAnything() throws IOException {
        Path file = directory.resolve("a b/100%25 #1? ü=&;+.db");
        try (Backend backend = SqliteBackend.open(file, Access.READ_WRITE)) {
            put(backend, Key.CREDENTIALS, "{}");
        }
        assertThat(names(file.getParent())).containsExactly(file.getFileName().toString());
        try (Backend backend = SqliteBackend.open(file, Access.READ_ONLY)) {
            assertThat(backend.get(SESSION, Key.CREDENTIALS)).isPresent();
        }
    }

    @Test
    void namesOfOneFileGiveOnePlace() throws IOException {
        Path real = Files.createDirectory(directory.resolve("real"));
        Path link = Files.createSymbolicLink(directory.resolve("link"), real);
        try (Backend one = SqliteBackend.open(real.resolve("pawl.db"), Access.READ_WRITE);
                Backend other = SqliteBackend.open(link.resolve("../link/pawl.db"), Access.READ_WRITE)) {
            assertThat(other.locate(SESSION, Key.CREDENTIALS)).isEqualTo(one.locate(SESSION, Key.CREDENTIALS));
        }
    }

    @Test
    void aDirectoryThatMayNotBeLookedIntoIsNoMissingFile() throws Exception {
        Path store = Files.createDirectory(directory.resolve("store"));
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path file = store.toRealPath().resolve("pawl.db");
        fill(file);
        Files.setPosixFilePermissions(store, PosixFilePermissions.fromString("---------"));
        try {
            for (Access access : Access.values()) {
                Path copies = Files.createDirectory(directory.resolve("copies-" + access));
                Files.setPosixFilePermissions(copies, PosixFilePermissions.fromString("rwxr-xr-x"));
                try (OtherProcess other = OtherProcess.startWithoutPrivileges(copies, file, access)) {
                    assertThat(other.does("ids"))
                            .startsWith("STORE_CONNECTION_FAILED " + file)
                            .contains("may not look into");
                }
            }
        } finally {
            Files.setPosixFilePermissions(store, PosixFilePermissions.fromString("rwx------"));
        }
    }

    @Test
    void aLinkToNothingIsNoMissingFile() throws IOException {
        Path dangling = Files.createSymbolicLink(directory.resolve("dangling.db"), directory.resolve("gone.db"));
        Path loop = Files.createSymbolicLink(directory.resolve("loop.db"), directory.resolve("loop.db"));
        for (Access access : Access.values()) {
            assertThatThrownBy(() -> SqliteBackend.open(dangling, access))
                    .isInstanceOf(UnavailableException.class)
                    .hasMessageContaining("is a link to a file that is not there");
            assertThatThrownBy(() -> SqliteBackend.open(loop, access)).isInstanceOf(UnavailableException.class);
        }
        assertThat(names(directory)).containsExactly("dangling.db", "loop.db");
    }

    @Test
    void aFileWithTwoNamesIsRefused() throws IOException {
        Path file = directory.resolve("pawl.db");
        fill(file);
        Path second = Files.createLink(directory.resolve("second.db"), file);
        for (Path name : List.of(file, second)) {
            for (Access access : Access.values()) {
                assertThatThrownBy(() -> SqliteBackend.open(name, access))
                        .isInstanceOf(UnsupportedException.class)
                        .hasMessageContaining("2 names");
            }
        }
        Files.delete(second);
        fill(file);
    }

    @Test
    void aPathThroughALinkMeansWhatTheSystemMakesOfIt() throws IOException {
        Path real = Files.createDirectories(directory.resolve("far/away/real"));
        Path link = Files.createSymbolicLink(directory.resolve("link"), real);
        fill(link.resolve("../pawl.db"));
        assertThat(names(real.getParent())).containsExactly("pawl.db", "real");
    }

    private static void fill(Path file) {
        try (Backend backend = SqliteBackend.open(file, Access.READ_WRITE)) {
            put(backend, Key.CREDENTIALS, "{}");
        }
    }

    private static void put(Backend backend, Key key, String value) {
        backend.commit(SESSION, Batch.of(Row.of(key, Bytes.utf8(value))));
    }

    private static List<String> names(Path of) throws IOException {
        try (Stream<Path> files = Files.list(of)) {
            return files.map(path -> path.getFileName().toString()).sorted().toList();
        }
    }
}

package dev.pawl.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.backend.Access;
import dev.pawl.backend.StoreException;
import dev.pawl.backend.UnavailableException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Reading a SQLite file leaves no trace, whatever state the file is in and whoever else uses it. */
@Timeout(120)
final class SqliteReadOnlyTest {

    @TempDir
    Path temporary;

    private Path directory;
    private Path file;

    @BeforeEach
    void makeDirectory() throws IOException {
        directory = Files.createDirectory(temporary.resolve("store")).toRealPath();
        file = directory.resolve("pawl.db");
    }

    @Test
    @DisplayName("a file that was closed is read and nothing beside it appears")
    void closed() throws Exception {
        fill("a", "b");
        assertThat(directory.toFile().list()).containsExactly("pawl.db");
        assertReadsWithoutTrace("a", "b");
    }

    @Test
    @DisplayName("a living writer is seen at once, and nothing of its files changes by reading")
    void living() throws Exception {
        try (OtherProcess writer = OtherProcess.start(file, Access.READ_WRITE)) {
            assertThat(writer.does("put a 9")).isEqualTo("ok");
            assertReadsWithoutTrace("a");
            try (SqliteBackend reader = SqliteBackend.open(file, Access.READ_ONLY)) {
                for (String id : List.of("b", "c", "d")) {
                    assertThat(writer.does("put " + id + " 9")).isEqualTo("ok");
                    assertThat(OtherProcess.ids(reader)).endsWith(id);
                }
            }
            assertReadsWithoutTrace("a", "b", "c", "d");
        }
    }

    @Test
    @DisplayName("a writer that starts, commits and empties its log between two reads is seen")
    void between() throws Exception {
        fill("a");
        try (SqliteBackend reader = SqliteBackend.open(file, Access.READ_ONLY)) {
            assertThat(OtherProcess.ids(reader)).containsExactly("a");
            try (OtherProcess writer = OtherProcess.start(file, Access.READ_WRITE)) {
                assertThat(writer.does("put b 9")).isEqualTo("ok");
                assertThat(OtherProcess.ids(reader)).containsExactly("a", "b");
                assertThat(writer.does("reopen")).isEqualTo("ok");
                assertThat(OtherProcess.ids(reader)).containsExactly("a", "b");
                assertThat(writer.does("put c 9")).isEqualTo("ok");
                assertThat(OtherProcess.ids(reader)).containsExactly("a", "b", "c");
                writer.end();
            }
            assertThat(directory.toFile().list()).containsExactly("pawl.db");
            assertThat(OtherProcess.ids(reader)).containsExactly("a", "b", "c");
        }
        assertReadsWithoutTrace("a", "b", "c");
    }

    @Test
    @DisplayName("what a killed writer has committed is read, and its log stays as it is")
    void killed() throws Exception {
        try (OtherProcess writer = OtherProcess.start(file, Access.READ_WRITE)) {
            assertThat(writer.does("put a 9")).isEqualTo("ok");
            assertThat(writer.does("put b 9")).isEqualTo("ok");
            writer.kill();
        }
        assertThat(directory.toFile().list()).containsExactlyInAnyOrder("pawl.db", "pawl.db-wal", "pawl.db-shm");
        assertReadsWithoutTrace("a", "b");
    }

    @Test
    @DisplayName("a file is read with the log that was copied with it")
    void copiedPair() throws Exception {
        leaveLog("a", "b");
        Files.delete(shared());
        assertReadsWithoutTrace("a", "b");
    }

    @Test
    @DisplayName(
            "a thread that is interrupted reads as any other, whatever the state of the file, and stays interrupted")
    void interrupted() throws Exception {
        leaveLog("a");
        for (int state = 0; state < 3; state++) {
            try (SqliteBackend reader = SqliteBackend.open(file, Access.READ_ONLY)) {
                Thread.currentThread().interrupt();
                List<String> ids = OtherProcess.ids(reader);
                assertThat(Thread.interrupted()).isTrue();
                assertThat(ids).containsExactly("a");
            }
            Files.delete(state == 0 ? shared() : state == 1 ? log() : file);
            if (state == 1) {
                fillBeside("a");
            }
        }
    }

    @Test
    @DisplayName("a log without a whole transaction is left where it is, and the file read without it")
    void tornLog() throws Exception {
        leaveLog("a");
        byte[] content = Files.readAllBytes(log());
        for (int size : new int[] {0, 1, 31, 32, 500, 5_000}) {
            Files.write(log(), Arrays.copyOf(content, size));
            Files.deleteIfExists(shared());
            fillBeside("x");
            assertReadsWithoutTrace("x");
        }
    }

    @Test
    @DisplayName("a log that counts up to a damaged frame is read up to there, and left where it is")
    void logWithDamage() throws Exception {
        leaveLog("a", "b");
        byte[] content = Files.readAllBytes(log());
        content[content.length - 100] ^= 1;
        Files.write(log(), content);
        Files.delete(shared());
        assertReadsWithoutTrace("a");
    }

    @Test
    @DisplayName("who may write neither file nor directory reads all of it: closed, after a crash, and a copied pair")
    void withoutPrivileges() throws Exception {
        Path copies = Files.createDirectory(temporary.resolve("copies"));
        for (Path path : List.of(temporary, copies)) {
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        try (OtherProcess reader = OtherProcess.startWithoutPrivileges(copies, file, Access.READ_ONLY)) {
            fill("a");
            assertReadsWithoutPrivileges(reader, "a");
            leaveLog("b");
            assertReadsWithoutPrivileges(reader, "a", "b");
            Files.delete(shared());
            assertReadsWithoutPrivileges(reader, "a", "b");
        }
    }

    @Test
    @DisplayName("no character in the path of a file means anything else")
    void hostilePath() throws Exception {
        directory = Files.createDirectories(directory.resolve("a b%20c?d#e&f=g;\u00fcml\u00e4ut+'\""));
        file = directory.resolve("x y%41?mode=memory#1.db");
        fill("a");
        assertThat(directory.toFile().list()).containsExactly("x y%41?mode=memory#1.db");
        assertReadsWithoutTrace("a");
        leaveLog("b");
        assertReadsWithoutTrace("a", "b");
        Files.delete(shared());
        assertReadsWithoutTrace("a", "b");
    }

    @Test
    @DisplayName("an empty file is an empty store and stays empty")
    void emptyFile() throws Exception {
        Files.createFile(file);
        assertReadsWithoutTrace();
    }

    @Test
    @DisplayName("what is not there is an error and does not come to be")
    void missing() throws Exception {
        Snapshot before = Snapshot.of(directory);
        for (Path path : List.of(file, directory.resolve("no/such/directory.db"))) {
            assertThatThrownBy(() -> SqliteBackend.open(path, Access.READ_ONLY).close())
                    .isInstanceOf(UnavailableException.class)
                    .hasMessageContaining(path.toString());
        }
        assertThat(Snapshot.of(directory)).isEqualTo(before);
    }

    @Test
    @DisplayName("a file that changes during a read is read again: no locks are held on it")
    void changedMeanwhile() throws Exception {
        fill("a");
        assertSeesWhatIsWrittenMeanwhile();
    }

    @Test
    @DisplayName("a copied pair that changes during a read is read again, and no log is removed")
    void pairChangedMeanwhile() throws Exception {
        leaveLog("a");
        Files.delete(shared());
        assertSeesWhatIsWrittenMeanwhile();
    }

    @Test
    @DisplayName("a file that is brought back to life after a crash during a read is read again")
    void revivedMeanwhile() throws Exception {
        leaveLog("a");
        assertSeesWhatIsWrittenMeanwhile();
    }

    @Test
    @DisplayName("a read that goes on keeps no writer from committing")
    void locksNobodyOut() throws Exception {
        try (OtherProcess writer = OtherProcess.start(file, Access.READ_WRITE)) {
            assertThat(writer.does("put a 9")).isEqualTo("ok");
            String answer = readers().read(connection -> {
                connection.text("SELECT count(*) FROM pawl_keys");
                connection.run("BEGIN");
                connection.text("SELECT count(*) FROM pawl_keys");
                return writer.does("put b 9");
            });
            assertThat(answer).isEqualTo("ok");
        }
    }

    @Test
    @DisplayName("a writer of this process that opens the file during a read can write")
    void writerOfThisProcess() throws Exception {
        leaveLog("a");
        AtomicReference<CompletableFuture<List<String>>> writing = new AtomicReference<>();
        readers().read(connection -> {
            Optional<String> keys = connection.text("SELECT count(*) FROM pawl_keys");
            if (writing.get() == null) {
                writing.set(startWriting("b"));
            }
            return keys;
        });
        assertThat(writing.get().get()).containsExactly("a", "b");
        assertThat(directory.toFile().list()).containsExactly("pawl.db");
        assertReadsWithoutTrace("a", "b");
    }

    @Test
    @DisplayName(
            "a journal that a killed writer left is not rolled back by reading: an error says so, and writing does it")
    void journal() throws Exception {
        fill("a", "b");
        try (OtherProcess other = OtherProcess.start(file, Access.READ_WRITE)) {
            assertThat(other.does("sql PRAGMA journal_mode = DELETE; PRAGMA cache_size = 1; BEGIN;"
                            + " UPDATE pawl_keys SET value = hex(randomblob(30000)), id = 'z' || id"))
                    .isEqualTo("ok");
            other.kill();
        }
        assertThat(directory.toFile().list()).containsExactlyInAnyOrder("pawl.db", "pawl.db-journal");
        Snapshot before = Snapshot.of(directory);
        assertThatThrownBy(() -> SqliteBackend.open(file, Access.READ_ONLY).close())
                .isInstanceOf(UnavailableException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining("writing");
        assertThat(Snapshot.of(directory)).isEqualTo(before);
        fill("c");
        assertReadsWithoutTrace("a", "b", "c");
    }

    /** In a query, another process commits and then puts everything from the log into the file and removes the log. */
    private void assertSeesWhatIsWrittenMeanwhile() throws Exception {
        AtomicInteger runs = new AtomicInteger();
        try (OtherProcess writer = OtherProcess.start(file, Access.READ_WRITE)) {
            Optional<String> newest = readers().read(connection -> {
                connection.text("SELECT count(*) FROM pawl_keys");
                if (runs.getAndIncrement() == 0) {
                    assertThat(writer.does("put b 9")).isEqualTo("ok");
                    assertThat(writer.does("sql PRAGMA wal_checkpoint(RESTART)"))
                            .isEqualTo("ok");
                    assertThat(writer.does("put c 9")).isEqualTo("ok");
                }
                return connection.text("SELECT max(id) FROM pawl_keys");
            });
            assertThat(runs).hasValueGreaterThan(1);
            assertThat(newest).contains("c");
            assertThat(writer.does("put d 9")).isEqualTo("ok");
            writer.end();
        }
        assertReadsWithoutTrace("a", "b", "c", "d");
    }

    /** Returns when the writer has come as far as it gets while the read goes on. */
    private CompletableFuture<List<String>> startWriting(String id) {
        CompletableFuture<List<String>> done = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                done.complete(write(id));
            } catch (StoreException e) {
                done.completeExceptionally(e);
            }
        });
        thread.start();
        while (thread.isAlive() && thread.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
        return done;
    }

    private List<String> write(String id) {
        try (SqliteBackend writer = SqliteBackend.open(file, Access.READ_WRITE)) {
            OtherProcess.put(writer, id, 9);
            return OtherProcess.ids(writer);
        }
    }

    private Readers readers() {
        return new ReadOnlyReaders(file, 5_000, 4);
    }

    private Path log() {
        return FileGlance.beside(file, "-wal");
    }

    private Path shared() {
        return FileGlance.beside(file, "-shm");
    }

    /** Puts keys and closes. */
    private void fill(String... ids) {
        try (SqliteBackend writer = SqliteBackend.open(file, Access.READ_WRITE)) {
            for (String id : ids) {
                OtherProcess.put(writer, id, 9);
            }
        }
    }

    /** Makes the file as it is elsewhere, whatever is beside it here. */
    private void fillBeside(String id) throws IOException {
        Path elsewhere = Files.createTempDirectory(temporary, "elsewhere").resolve("pawl.db");
        try (SqliteBackend writer = SqliteBackend.open(elsewhere, Access.READ_WRITE)) {
            OtherProcess.put(writer, id, 9);
        }
        Files.copy(elsewhere, file, StandardCopyOption.REPLACE_EXISTING);
    }

    /**
     * Puts keys and leaves the files as a killed writer does. They are copied while the database is open, which gives up
     * its locks: here nobody else is there to mind.
     */
    private void leaveLog(String... ids) throws IOException {
        Path kept = Files.createTempDirectory(temporary, "kept");
        try (SqliteBackend writer = SqliteBackend.open(file, Access.READ_WRITE)) {
            for (String id : ids) {
                OtherProcess.put(writer, id, 9);
            }
            copyFiles(directory, kept);
        }
        copyFiles(kept, directory);
    }

    private static void copyFiles(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.list(from)) {
            for (Path source : files.toList()) {
                Files.copy(source, to.resolve(source.getFileName()), StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    private void assertReadsWithoutTrace(String... ids) throws IOException {
        Snapshot before = Snapshot.of(directory);
        for (int i = 0; i < 2; i++) {
            try (SqliteBackend reader = SqliteBackend.open(file, Access.READ_ONLY)) {
                assertThat(OtherProcess.ids(reader)).containsExactly(ids);
                assertThat(Snapshot.of(directory)).as("while it is open").isEqualTo(before);
            }
        }
        assertThat(Snapshot.of(directory)).isEqualTo(before);
    }

    private void assertReadsWithoutPrivileges(OtherProcess reader, String... ids) throws IOException {
        setModes("r--r--r--", "r-xr-xr-x");
        Snapshot before = Snapshot.of(directory);
        assertThat(reader.does("reopen")).isEqualTo("ok");
        assertThat(reader.does("ids")).isEqualTo("ok " + String.join(" ", ids));
        assertThat(Snapshot.of(directory)).isEqualTo(before);
        setModes("rw-------", "rwx------");
    }

    private void setModes(String ofFiles, String ofDirectory) throws IOException {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
        try (Stream<Path> files = Files.list(directory)) {
            for (Path path : files.toList()) {
                Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(ofFiles));
            }
        }
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString(ofDirectory));
    }
}

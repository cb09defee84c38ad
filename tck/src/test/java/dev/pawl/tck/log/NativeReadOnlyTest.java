package dev.pawl.tck.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.backend.Access;
import dev.pawl.backend.Backend;
import dev.pawl.backend.Batch;
import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Row;
import dev.pawl.backend.Scan;
import dev.pawl.backend.SessionName;
import dev.pawl.file.Disk;
import dev.pawl.file.log.NativeBackend;
import dev.pawl.json.Bytes;
import dev.pawl.tck.log.WatchedFiles.Operation;
import dev.pawl.tck.process.ChildProcess;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Who opens native logs for reading only writes nothing, and needs no right to. */
@Timeout(120)
final class NativeReadOnlyTest {

    private static final SessionName SESSION = SessionName.DEFAULT;
    private static final int ROWS = 50;

    @TempDir
    private Path directory;

    /** What was tried and refused. */
    private final Queue<String> refused = new ConcurrentLinkedQueue<>();

    private Path store() {
        return directory.resolve("store");
    }

    private static Key key(int id) {
        return Key.ofKey("row", "" + id);
    }

    private static void put(Backend backend, int id) {
        backend.commit(SESSION, Batch.of(Row.of(key(id), Bytes.utf8("" + id))));
    }

    private Backend openOnReadOnlyDisk() {
        Disk disk = WatchedFiles.of(Disk.system(), (operation, file, end, length) -> {
            if (operation != Operation.READ) {
                refused.add(operation + " " + file);
                throw new AccessDeniedException(file.toString());
            }
        });
        return NativeBackend.builder(store())
                .access(Access.READ_ONLY)
                .disk(disk)
                .open();
    }

    private Map<String, String> files() throws IOException {
        Map<String, String> files = new TreeMap<>();
        try (Stream<Path> names = Files.list(store())) {
            for (Path file : names.toList()) {
                files.put(file.getFileName().toString(), Files.size(file) + " " + Files.getLastModifiedTime(file));
            }
        }
        return files;
    }

    private void requireAll(Backend backend) {
        assertThat(backend.sessions(Set.of(Family.KEY), Optional.empty(), 10).items())
                .containsExactly(SESSION);
        assertThat(backend.scan(SESSION, Scan.of(Family.KEY).limit(ROWS + 1)).items())
                .hasSize(ROWS);
        assertThat(backend.get(SESSION, key(7)).orElseThrow().value()).isEqualTo(Bytes.utf8("7"));
        assertThat(backend.get(SessionName.of("other"), key(7))).isEmpty();
        backend.inspect(SESSION);
    }

    @Test
    void allIsReadWhereNothingMayBeWrittenAndNothingIsTried() throws Exception {
        try (Backend backend = NativeBackend.open(store(), Access.READ_WRITE)) {
            for (int id = 0; id < ROWS; id++) {
                put(backend, id);
            }
        }
        // As it is on a copy that was made without it.
        Files.delete(store().resolve("lock"));
        Map<String, String> before = files();
        Set<Path> paths = Set.of(store().resolve("default.log"), store());
        for (Path path : paths) {
            Files.setPosixFilePermissions(
                    path, PosixFilePermissions.fromString(path.equals(store()) ? "r-x------" : "r--------"));
        }
        try (Backend backend = openOnReadOnlyDisk()) {
            requireAll(backend);
        } finally {
            Files.setPosixFilePermissions(store(), PosixFilePermissions.fromString("rwx------"));
        }
        assertThat(refused).isEmpty();
        assertThat(files()).isEqualTo(before).containsOnlyKeys("default.log");
    }

    /** A copy of a log that was being written, or one whose writer was killed. */
    @Test
    void aLogThatWasNotClosedIsReadWithoutMendingIt() throws Exception {
        Path other = directory.resolve("other");
        try (Backend backend = NativeBackend.open(other, Access.READ_WRITE)) {
            for (int id = 0; id < ROWS; id++) {
                put(backend, id);
            }
            Files.createDirectory(store());
            Files.copy(other.resolve("default.log"), store().resolve("default.log"));
        }
        Map<String, String> before = files();
        try (Backend backend = openOnReadOnlyDisk()) {
            requireAll(backend);
        }
        assertThat(refused).isEmpty();
        assertThat(files()).isEqualTo(before);
    }

    @Test
    void itIsReadBesideAProcessThatWrites() throws Exception {
        int times = 300;
        Files.createDirectories(store());
        try (ChildProcess child = NativeChild.counting(directory, store(), 1, times)) {
            assertThat(child.line()).contains("ready");
            List<Long> seen = new ArrayList<>();
            try (Backend backend = openOnReadOnlyDisk()) {
                Counter counter = new Counter(backend, Counter.SESSIONS.get(0));
                // what takes time the first time, in which the child would count to its end
                assertThat(counter.number()).isZero();
                child.tell("go");
                for (Optional<String> line = child.line(); !line.equals(Optional.of("closed")); line = child.line()) {
                    assertThat(line).as(child::errors).isPresent();
                    seen.add(counter.number());
                }
                assertThat(counter.number()).isEqualTo(times);
            }
            assertThat(seen).isSorted();
            assertThat(seen.stream().distinct().count()).isGreaterThan(10);
            assertThat(refused).isEmpty();
        }
    }
}

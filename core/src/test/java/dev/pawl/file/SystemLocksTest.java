package dev.pawl.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.file.Disk.FileLock;
import dev.pawl.file.Disk.LockFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Bytes that are locked, as one process sees it. */
class SystemLocksTest {

    private static final long FAR = (1L << 62) + 12_345;

    private final Disk disk = Disk.system();

    @TempDir
    Path temporary;

    private Path path;

    @BeforeEach
    void name() {
        path = temporary.resolve("lock");
    }

    @Test
    void aByteHasOneHolderInAllOfThisProcess() throws IOException {
        try (LockFile one = disk.openLocks(path);
                LockFile two = disk.openLocks(temporary.resolve("x/../lock").normalize())) {
            for (long position : new long[] {0, 1, FAR}) {
                FileLock lock = one.tryLock(position).orElseThrow();
                assertThat(one.tryLock(position)).isEmpty();
                assertThat(two.tryLock(position)).isEmpty();
                try (FileLock neighbour = two.tryLock(position + 10).orElseThrow()) {
                    assertThat(one.tryLock(position + 10)).isEmpty();
                    assertThat(neighbour).isNotNull();
                }
                lock.close();
                try (FileLock next = two.tryLock(position).orElseThrow()) {
                    lock.close();
                    assertThat(one.tryLock(position)).as("released twice").isEmpty();
                    assertThat(next).isNotNull();
                }
            }
        }
    }

    @Test
    void aLockOutlivesTheUseThatTookIt() throws IOException {
        LockFile one = disk.openLocks(path);
        FileLock lock = one.tryLock(FAR).orElseThrow();
        one.close();
        one.close();
        assertThatThrownBy(() -> one.tryLock(1)).isInstanceOf(IOException.class).hasMessageContaining("lock");
        try (LockFile two = disk.openLocks(path)) {
            assertThat(two.tryLock(FAR)).isEmpty();
            lock.close();
            Optional<FileLock> next = two.tryLock(FAR);
            assertThat(next).isPresent();
            next.orElseThrow().close();
        }
    }

    @Test
    void interruptsCloseNothing() throws IOException {
        try (LockFile locks = disk.openLocks(path);
                FileLock kept = locks.tryLock(1).orElseThrow()) {
            Thread.currentThread().interrupt();
            locks.tryLock(0).orElseThrow().close();
            disk.openLocks(path).close();
            assertThat(Thread.interrupted()).isTrue();
            locks.tryLock(0).orElseThrow().close();
            assertThat(locks.tryLock(1)).isEmpty();
            assertThat(kept).isNotNull();
        } finally {
            Thread.interrupted();
        }
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "an open file cannot be removed there")
    void aFileThatHasTakenThePlaceOfAnotherHasItsOwnLocks() throws IOException {
        try (LockFile old = disk.openLocks(path);
                FileLock lock = old.tryLock(0).orElseThrow()) {
            Files.delete(path);
            try (LockFile recent = disk.openLocks(path);
                    FileLock other = recent.tryLock(0).orElseThrow()) {
                assertThat(disk.openLocks(path).tryLock(0)).isEmpty();
                assertThat(old.tryLock(0)).isEmpty();
                assertThat(other).isNotSameAs(lock);
            }
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void oneDescriptorServesAllAndGoesWithTheLastUseAndTheLastLock() throws IOException {
        LockFile one = disk.openLocks(path);
        LockFile two = disk.openLocks(path);
        assertThat(descriptors()).isOne();
        FileLock lock = two.tryLock(0).orElseThrow();
        two.close();
        lock.close();
        assertThat(descriptors()).isOne();
        lock = one.tryLock(0).orElseThrow();
        one.close();
        assertThat(descriptors()).isOne();
        lock.close();
        assertThat(descriptors()).isZero();
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "it has no such permissions")
    void theFileIsForItsOwnerOnly() throws IOException {
        disk.openLocks(path).close();
        assertThat(Files.getPosixFilePermissions(path)).isEqualTo(PosixFilePermissions.fromString("rw-------"));
        assertThat(path).isEmptyFile();
    }

    private long descriptors() throws IOException {
        Path real = path.toRealPath();
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return open.filter(link -> leadsTo(link, real)).count();
        }
    }

    private static boolean leadsTo(Path link, Path file) {
        try {
            return Files.readSymbolicLink(link).equals(file);
        } catch (IOException e) {
            return false; // It was the one that lists them.
        }
    }
}

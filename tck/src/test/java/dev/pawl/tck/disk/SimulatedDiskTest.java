package dev.pawl.tck.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.file.Disk.FileLock;
import dev.pawl.file.Disk.LockFile;
import dev.pawl.file.Disk.OpenFile;
import dev.pawl.tck.disk.Faults.Breakage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the simulated disk does while the power is on: open files, locked bytes, faults and too little space. */
class SimulatedDiskTest {

    private static final Path FILE = Path.of("/file");
    private static final Path OTHER = Path.of("/other");

    private final SimulatedDisk disk = SimulatedDisk.empty();

    @BeforeEach
    void makeFile() throws IOException {
        create(FILE, "0123456789");
    }

    @Test
    void readingEndsWhereTheFileEndsAndGapsAreZeros() throws IOException {
        OpenFile file = open(FILE);
        byte[] into = new byte[8];
        assertThat(file.read(6, into, 2, 6)).isEqualTo(4);
        assertThat(into).isEqualTo(utf8("\0\0006789\0\0"));
        assertThat(file.read(10, into, 0, 8)).isZero();
        assertThat(file.read(1L << 40, into, 0, 8)).isZero();
        file.setLength(4);
        file.write(6, utf8("xaby"), 1, 2);
        file.setLength(10);
        assertThat(file.size()).isEqualTo(10);
        assertThat(content(FILE)).isEqualTo("0123\0\0ab\0\0");
    }

    @Test
    void whatIsAbsentOrNoFileIsNotOpened() throws IOException {
        assertThat(disk.open(OTHER, true)).isEmpty();
        assertThat(disk.stat(OTHER)).isEmpty();
        assertThatThrownBy(() -> disk.open(Path.of("/"), false)).isInstanceOf(IOException.class);
    }

    @Test
    void anOpenFileFollowsARenameAndOutlivesItsName() throws IOException {
        OpenFile file = open(FILE);
        disk.rename(FILE, OTHER);
        create(FILE, "new");
        file.write(0, utf8("AB"), 0, 2);
        assertThat(content(OTHER)).isEqualTo("AB23456789");
        assertThat(content(FILE)).isEqualTo("new");
        disk.rename(FILE, OTHER);
        disk.delete(OTHER);
        file.force("test");
        byte[] into = new byte[2];
        assertThat(file.read(0, into, 0, 2)).isEqualTo(2);
        assertThat(into).isEqualTo(utf8("AB"));
    }

    @Test
    void openFilesAndLocksEndWithTheirProcess() throws IOException {
        OpenFile file = open(FILE);
        LockFile locks = disk.openLocks(OTHER);
        FileLock lock = locks.tryLock(7).orElseThrow();
        disk.afterKill();
        assertThatThrownBy(() -> file.read(0, new byte[1], 0, 1)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> file.write(0, new byte[1], 0, 1)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> file.force("test")).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> locks.tryLock(8)).isInstanceOf(IOException.class);
        LockFile next = disk.openLocks(OTHER);
        assertThat(next.tryLock(7)).isPresent();
        lock.close();
        assertThat(next.tryLock(7)).as("the dead gave it back").isEmpty();
        assertThat(content(FILE)).isEqualTo("0123456789");
    }

    @Test
    void aByteHasOneHolder() throws IOException {
        LockFile one = disk.openLocks(OTHER);
        LockFile two = disk.openLocks(OTHER);
        FileLock lock = one.tryLock(1L << 62).orElseThrow();
        assertThat(two.tryLock(1L << 62)).isEmpty();
        assertThat(two.tryLock(0)).isPresent();
        assertThat(disk.openLocks(FILE).tryLock(1L << 62)).isPresent();
        one.close();
        assertThatThrownBy(() -> one.tryLock(5)).isInstanceOf(IOException.class);
        assertThat(two.tryLock(1L << 62)).isEmpty();
        lock.close();
        assertThat(two.tryLock(1L << 62)).isPresent();
    }

    @Test
    void everyChangeThroughAnOpenFileIsCountedAndNoReading() throws IOException {
        OpenFile file = open(FILE);
        long before = disk.faults().operations();
        file.size();
        file.read(0, new byte[4], 0, 4);
        disk.openLocks(OTHER).tryLock(0);
        assertThat(disk.faults().operations()).isEqualTo(before);
        file.write(0, new byte[4], 0, 4);
        file.setLength(3);
        file.force("the third");
        assertThat(disk.faults().operations()).isEqualTo(before + 3);
        assertThat(disk.faults().purposes()).contains("the third");
    }

    @Test
    void withoutPowerNothingWorks() throws IOException {
        OpenFile file = open(FILE);
        disk.faults().cutAt(disk.faults().operations() + 1);
        assertThatThrownBy(() -> file.write(0, new byte[1], 0, 1)).isInstanceOf(PowerCut.class);
        assertThatThrownBy(() -> file.read(0, new byte[1], 0, 1)).isInstanceOf(PowerCut.class);
        assertThatThrownBy(file::size).isInstanceOf(PowerCut.class);
        assertThatThrownBy(() -> file.force("test")).isInstanceOf(PowerCut.class);
        file.close();
    }

    @Test
    void aKillLeavesAsMuchOfAWriteAsWasAskedFor() throws IOException {
        OpenFile file = open(FILE);
        disk.faults().cutAt(disk.faults().operations() + 1, 3);
        assertThatThrownBy(() -> file.write(8, utf8("abcdef"), 0, 6)).isInstanceOf(PowerCut.class);
        disk.afterKill();
        assertThat(content(FILE)).isEqualTo("01234567abc");
    }

    @Test
    void aWriteThatFailsHasWrittenAnyFirstPart() throws IOException {
        Set<Integer> lengths = new HashSet<>();
        OpenFile file = open(FILE);
        disk.faults().failFrom(disk.faults().operations() + 1, Long.MAX_VALUE);
        for (int i = 0; i < 200; i++) {
            assertThatThrownBy(() -> file.write(10, utf8("abcd"), 0, 4))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(FILE.toString());
            lengths.add(content(FILE).length());
            assertThat("0123456789abcd").startsWith(content(FILE));
            disk.writeInPlace(FILE, utf8("0123456789"));
        }
        assertThat(lengths).containsExactlyInAnyOrder(10, 11, 12, 13, 14);
        assertThatThrownBy(() -> file.setLength(3)).isInstanceOf(IOException.class);
        assertThat(content(FILE)).isEqualTo("0123456789");
    }

    @Test
    void aFullDiskTakesWhatNeedsNoSpaceAndAFirstPartOfWhatDoes() throws IOException {
        OpenFile file = open(FILE);
        disk.faults().space(3);
        assertThatThrownBy(() -> file.setLength(14)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> file.write(8, utf8("abcdef"), 0, 6)).isInstanceOf(IOException.class);
        assertThat(content(FILE)).isEqualTo("01234567abcde");
        file.write(0, utf8("AB"), 0, 2);
        file.force("test");
        assertThatThrownBy(() -> file.write(20, utf8("x"), 0, 1)).isInstanceOf(IOException.class);
        assertThat(file.size()).isEqualTo(13);
        assertThatThrownBy(() -> create(OTHER, "1")).isInstanceOf(IOException.class);
        disk.delete(OTHER);
        file.setLength(10);
        create(OTHER, "1");
        file.setLength(12);
        assertThatThrownBy(() -> file.setLength(13)).isInstanceOf(IOException.class);
        disk.rename(FILE, OTHER);
        file.setLength(13);
        assertThatThrownBy(() -> file.setLength(14)).isInstanceOf(IOException.class);
        disk.faults().space(1);
        file.setLength(14);
    }

    @Test
    void aForceThatIsLeftOutIsMadeUpForByTheNext() throws IOException {
        OpenFile file = open(FILE);
        disk.forceDirectory(Path.of("/"), "name");
        disk.faults().breakForce("broken", Breakage.LEFT_OUT);
        file.force("broken");
        assertThat(left(0, FILE)).contains("");
        file.force("sound");
        assertThat(left(0, FILE)).contains("0123456789");
    }

    @Test
    void aForceThatIsPutOffHappensWithTheRename() throws IOException {
        OpenFile file = open(FILE);
        disk.faults().breakForce("broken", Breakage.AFTER_RENAME);
        file.force("broken");
        disk.forceDirectory(Path.of("/"), "name");
        assertThat(left(0, FILE)).contains("");
        disk.rename(FILE, OTHER);
        assertThat(left(0, FILE)).contains("0123456789");
    }

    private Optional<String> left(long seed, Path path) throws IOException {
        return disk.afterPowerCut(seed).read(path).map(found -> new String(found, StandardCharsets.UTF_8));
    }

    private OpenFile open(Path path) throws IOException {
        return disk.open(path, true).orElseThrow();
    }

    private void create(Path path, String content) throws IOException {
        disk.create(path, utf8(content), PosixFilePermissions.fromString("rw-------"));
    }

    private String content(Path path) throws IOException {
        return new String(disk.read(path).orElseThrow(), StandardCharsets.UTF_8);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}

package dev.pawl.tck.disk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.file.Disk;
import dev.pawl.file.Disk.FileLock;
import dev.pawl.file.Disk.LockFile;
import dev.pawl.file.Disk.OpenFile;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Locked bytes and open files of this machine when there is more than one process, or too little of something. */
class SystemDiskProcessTest {

    private static final long FAR = (1L << 62) + 12_345;

    @TempDir
    Path temporary;

    private Path path;

    @BeforeEach
    void name() {
        path = temporary.resolve("lock");
    }

    /** Says of each of some bytes whether it is free, and holds those that are until it is ended. */
    static final class Locker {

        private Locker() {}

        public static void main(String[] arguments) throws IOException {
            LockFile locks = Disk.system().openLocks(Path.of(arguments[0]));
            List<FileLock> held = new ArrayList<>();
            for (String position : List.of(arguments).subList(1, arguments.length)) {
                Optional<FileLock> lock = locks.tryLock(Long.parseLong(position));
                lock.ifPresent(held::add);
                System.out.println(lock.isPresent() ? "held" : "busy");
            }
            System.out.println(System.in.read() + held.size());
        }
    }

    /** Opens a file until that fails. */
    static final class Opener {

        private Opener() {}

        public static void main(String[] arguments) {
            List<OpenFile> open = new ArrayList<>();
            try {
                // The first keeps the classes that opening needs from being looked for when nothing can be opened.
                Optional<OpenFile> file = Disk.system().open(Path.of(arguments[0]), true);
                while (file.isPresent()) {
                    open.add(file.get());
                    file = Disk.system().open(Path.of(arguments[0]), true);
                }
                System.out.println("absent");
            } catch (IOException e) {
                open.forEach(OpenFile::close);
                System.out.println("refused");
            }
        }
    }

    @Test
    void aByteHasOneHolderAmongProcesses() throws Exception {
        try (LockFile locks = Disk.system().openLocks(path);
                Child child = child(0, FAR)) {
            assertThat(child.line()).contains("held");
            assertThat(child.line()).contains("held");
            assertThat(locks.tryLock(0)).isEmpty();
            assertThat(locks.tryLock(FAR)).isEmpty();
            locks.tryLock(1).orElseThrow().close();
            child.kill();
            assertThat(locks.tryLock(0)).isPresent();
            assertThat(locks.tryLock(FAR)).isPresent();
        }
    }

    @Test
    void openingAndClosingItOnceMoreDropsNoLock() throws Exception {
        try (LockFile locks = Disk.system().openLocks(path);
                FileLock near = locks.tryLock(0).orElseThrow()) {
            FileLock far = locks.tryLock(FAR).orElseThrow();
            try (LockFile again = Disk.system().openLocks(path)) {
                again.tryLock(1).orElseThrow().close();
            }
            Thread.currentThread().interrupt();
            locks.tryLock(2).orElseThrow().close();
            assertThat(Thread.interrupted()).isTrue();
            try (Child child = child(0, 1, 2, FAR)) {
                assertThat(child.line()).contains("busy");
                assertThat(child.line()).contains("held");
                assertThat(child.line()).contains("held");
                assertThat(child.line()).contains("busy");
            }
            far.close();
            try (Child child = child(0, FAR)) {
                assertThat(child.line()).contains("busy");
                assertThat(child.line()).contains("held");
            }
            assertThat(near).isNotNull();
        }
    }

    @Test
    void whatAnotherCopyOfTheseClassesHoldsIsTakenAndStaysTheirs() throws Exception {
        Files.createFile(path);
        try (FileChannel theirs = FileChannel.open(path, StandardOpenOption.WRITE)) {
            assertThat(theirs.tryLock(FAR, 1, false)).isNotNull();
            try (LockFile locks = Disk.system().openLocks(path)) {
                assertThat(locks.tryLock(FAR)).isEmpty();
                assertThat(locks.tryLock(FAR)).isEmpty();
            }
            try (Child child = child(FAR)) {
                assertThat(child.line()).contains("busy");
            }
        }
    }

    @Test
    void tooManyOpenFilesAreNotTakenForAnAbsentOne() throws Exception {
        Files.createFile(path);
        try (Child child = Child.startAfter("ulimit -n 64", Opener.class, path.toString())) {
            assertThat(child.line()).contains("refused");
        }
    }

    private Child child(long... positions) throws IOException {
        List<String> arguments = new ArrayList<>(List.of(path.toString()));
        for (long position : positions) {
            arguments.add(Long.toString(position));
        }
        return Child.start(Locker.class, arguments.toArray(String[]::new));
    }
}

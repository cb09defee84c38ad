package dev.pawl.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.file.Disk.OpenFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Open files of this machine. */
class SystemFileTest {

    private final Disk disk = Disk.system();

    @TempDir
    Path temporary;

    private Path path;

    @BeforeEach
    void name() {
        path = temporary.resolve("file");
    }

    @Test
    void whatIsAbsentIsEmptyAndNotMadeByOpeningIt() throws IOException {
        assertThat(disk.open(path, false)).isEmpty();
        assertThat(disk.open(path, true)).isEmpty();
        assertThat(path).doesNotExist();
    }

    @Test
    void whatCannotBeOpenedIsNotTakenForAbsent() {
        assertThatThrownBy(() -> disk.open(temporary, false))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(temporary.toString());
    }

    @Test
    void readingEndsWhereTheFileEnds() throws IOException {
        try (OpenFile file = open("0123456789")) {
            byte[] into = new byte[8];
            assertThat(file.read(6, into, 2, 6)).isEqualTo(4);
            assertThat(into).isEqualTo("\0\0006789\0\0".getBytes(StandardCharsets.UTF_8));
            assertThat(file.read(10, into, 0, 8)).isZero();
            assertThat(file.read(1L << 40, into, 0, 8)).isZero();
            assertThat(file.read(0, into, 0, 0)).isZero();
        }
    }

    @Test
    void everyCallGoesToItsOwnPlaceWhereverTheOneBeforeHasEnded() throws IOException {
        try (OpenFile file = open("0123456789")) {
            byte[] into = new byte[4];
            file.write(2, utf8("ab"), 0, 2);
            file.write(4, utf8("cd"), 0, 2);
            assertThat(file.read(6, into, 0, 4)).isEqualTo(4);
            assertThat(into).isEqualTo(utf8("6789"));
            file.write(10, utf8("ef"), 0, 2);
            file.setLength(8);
            file.write(12, utf8("gh"), 0, 2);
            assertThat(file.read(20, into, 0, 4)).isZero();
            file.write(0, utf8("x"), 0, 1);
            file.write(6, utf8("yz"), 0, 2);
        }
        assertThat(Files.readAllBytes(path)).isEqualTo(utf8("x1abcdyz\0\0\0\0gh"));
    }

    @Test
    void aGapAndWhatIsAddedReadAsZeros() throws IOException {
        try (OpenFile file = open("0123456789")) {
            file.setLength(4);
            file.write(6, utf8("xaby"), 1, 2);
            file.setLength(10);
            assertThat(file.size()).isEqualTo(10);
            assertThat(Files.readAllBytes(path)).isEqualTo(utf8("0123\0\0ab\0\0"));
        }
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "an open file cannot be renamed there")
    void itFollowsItsFileThroughARenameAndAReplacement() throws IOException {
        Path other = temporary.resolve("other");
        try (OpenFile file = open("old")) {
            disk.rename(path, other);
            Files.write(path, utf8("new"));
            file.write(0, utf8("OLD"), 0, 3);
            file.force("test");
            assertThat(Files.readAllBytes(other)).isEqualTo(utf8("OLD"));
            assertThat(Files.readAllBytes(path)).isEqualTo(utf8("new"));
            disk.rename(path, other);
            byte[] into = new byte[3];
            assertThat(file.read(0, into, 0, 3)).isEqualTo(3);
            assertThat(into).isEqualTo(utf8("OLD"));
        }
    }

    @Test
    void interruptsNeitherEndNorCloseAnything() throws Exception {
        int rounds = 300;
        try (OpenFile file = open("")) {
            FutureTask<Boolean> work = new FutureTask<>(() -> {
                byte[] block = new byte[10_000];
                byte[] found = new byte[10_000];
                boolean interrupted = true;
                for (int round = 0; round < rounds; round++) {
                    Thread.currentThread().interrupt();
                    Arrays.fill(block, (byte) round);
                    file.write(10_000L * round, block, 0, block.length);
                    assertThat(file.read(10_000L * round, found, 0, found.length))
                            .isEqualTo(10_000);
                    assertThat(found).isEqualTo(block);
                    if (round % 30 == 0) {
                        file.force("test");
                    }
                    interrupted &= Thread.interrupted();
                }
                file.setLength(10_000L * rounds + 1);
                return interrupted && file.size() == 10_000L * rounds + 1;
            });
            Thread worker = new Thread(work);
            worker.start();
            while (!work.isDone()) {
                worker.interrupt();
                Thread.onSpinWait();
            }
            assertThat(work.get()).isTrue();
            assertThat(file.size()).isEqualTo(10_000L * rounds + 1);
        }
    }

    @Test
    void manyThreadsReadAndWriteTheirOwnPlaces() throws Exception {
        int threads = 4;
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try (OpenFile file = open("")) {
            List<Callable<Boolean>> tasks = new ArrayList<>();
            for (int thread = 0; thread < threads; thread++) {
                int base = thread * 500;
                tasks.add(() -> {
                    byte[] block = new byte[100];
                    byte[] found = new byte[100];
                    for (int i = 0; i < 500; i++) {
                        Arrays.fill(block, (byte) (base + i));
                        file.write((base + i) * 100L, block, 0, 100);
                        if (file.read((base + i) * 100L, found, 0, 100) != 100 || !Arrays.equals(block, found)) {
                            return false;
                        }
                    }
                    return true;
                });
            }
            for (Future<Boolean> answer : pool.invokeAll(tasks)) {
                assertThat(answer.get()).isTrue();
            }
        } finally {
            pool.shutdown();
        }
    }

    @Test
    void afterClosingNothingIsDoneAndTheErrorNamesTheFile() throws IOException {
        OpenFile file = open("text");
        file.close();
        file.close();
        byte[] bytes = utf8("SECRET");
        assertRefused(() -> file.write(0, bytes, 0, bytes.length));
        assertRefused(() -> file.read(0, bytes, 0, bytes.length));
        assertRefused(file::size);
        assertRefused(() -> file.setLength(0));
        assertRefused(() -> file.force("test"));
        assertThat(path).hasContent("text");
    }

    @Test
    void whatIsOpenForReadingIsNotWritten() throws IOException {
        Files.write(path, utf8("text"));
        try (OpenFile file = disk.open(path, false).orElseThrow()) {
            byte[] bytes = utf8("SECRET");
            assertRefused(() -> file.write(0, bytes, 0, bytes.length));
            assertRefused(() -> file.setLength(0));
        }
        assertThat(path).hasContent("text");
    }

    private void assertRefused(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOf(IOException.class)
                .hasMessageContaining(path.toString())
                .hasMessageNotContaining("SECRET");
    }

    private OpenFile open(String content) throws IOException {
        Files.write(path, utf8(content));
        return disk.open(path, true).orElseThrow();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}

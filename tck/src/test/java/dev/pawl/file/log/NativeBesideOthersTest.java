package dev.pawl.file.log;

import static dev.pawl.file.log.OneProcess.DIRECTORY;
import static dev.pawl.file.log.OneProcess.SESSION;
import static dev.pawl.file.log.OneProcess.present;
import static dev.pawl.file.log.OneProcess.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.backend.Durability;
import dev.pawl.backend.UnavailableException;
import dev.pawl.file.Disk;
import dev.pawl.tck.disk.SimulatedDisk;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Native logs of which other processes see, or have left, what was never finished. */
@Timeout(60)
final class NativeBesideOthersTest {

    private static final Duration A_WHILE = Duration.ofSeconds(1);

    private final SimulatedDisk disk = SimulatedDisk.empty();

    /** A write may reach the file and fail all the same, and until it is taken away again others take it for a commit. */
    @Test
    void aRefusedCommitThatAReaderSawHarmsNobody() throws Exception {
        AtomicBoolean fails = new AtomicBoolean();
        Set<String> seen = new TreeSet<>();
        OneProcess reading = new OneProcess(disk);
        try (reading;
                NativeBackend reader = reading.open(Durability.POWER_LOSS)) {
            OneProcess writing = new OneProcess(disk, (name, arguments, operation) -> {
                Object answer = operation.answer();
                if (name.equals(OneProcess.WRITE)
                        && (int) arguments.get(4) > 60_000
                        && ((byte[]) arguments.get(2))[0] == FrameHeader.MARK_BEGIN
                        && fails.getAndSet(false)) {
                    seen.addAll(present(reader, "x"));
                    throw new IOException("No space left on device");
                }
                return answer;
            });
            try (writing;
                    NativeBackend writer = writing.open(Durability.POWER_LOSS)) {
                writer.commit(SESSION, row("a", 10));
                assertThat(present(reader, "a")).containsExactly("a");
                fails.set(true);
                assertThatThrownBy(() -> writer.commit(SESSION, row("x", 64 << 10)))
                        .isInstanceOf(UnavailableException.class);
                assertThat(seen).containsExactly("x");
                // Behind these the log is longer than it was when the reader saw what is gone.
                writer.commit(SESSION, row("y", 30 << 10));
                writer.commit(SESSION, row("z", 60 << 10));
                assertThat(present(reader, "a", "x", "y", "z")).containsExactly("a", "y", "z");
                writing.pass(A_WHILE);
                reader.commit(SESSION, row("w", 10));
                assertThat(present(writer, "a", "w", "x", "y", "z")).containsExactly("a", "w", "y", "z");
            }
        }
        try (OneProcess third = new OneProcess(disk);
                NativeBackend backend = third.open(Durability.POWER_LOSS)) {
            assertThat(present(backend, "a", "w", "x", "y", "z")).containsExactly("a", "w", "y", "z");
        }
    }

    /** What it left begins with zeros, so nobody who has the log open sees it, until it stands behind an end mark. */
    @Test
    void aTailThatAnotherProcessLeftIsNotTakenForDamageAfterAnEndMark() throws Exception {
        AtomicBoolean cannotCut = new AtomicBoolean();
        OneProcess process = new OneProcess(disk, (name, arguments, operation) -> {
            if (name.equals(OneProcess.SET_LENGTH) && cannotCut.get()) {
                throw new IOException("Input/output error");
            }
            return operation.answer();
        });
        try (NativeBackend backend = process.open(Durability.POWER_LOSS)) {
            backend.commit(SESSION, row("a", 10));
            process.pass(A_WHILE);
            try (Disk.OpenFile left =
                    disk.open(DIRECTORY.resolve("s.log"), true).orElseThrow()) {
                left.write(30_000, new byte[] {1, 2, 3}, 0, 3);
            }
            backend.commit(SESSION, row("b", 10));
        }
        cannotCut.set(true);
        process.close();
        try (OneProcess other = new OneProcess(disk);
                NativeBackend backend = other.open(Durability.POWER_LOSS)) {
            assertThat(present(backend, "a", "b")).containsExactly("a", "b");
            backend.commit(SESSION, row("c", 10));
            assertThat(present(backend, "a", "b", "c")).containsExactly("a", "b", "c");
        }
    }

    /** Whoever walks through a log while another process takes its end mark away and writes on sees no damage. */
    @Test
    void aCheckBesideAWriterReportsNothing() throws Exception {
        try (OneProcess filling = new OneProcess(disk);
                NativeBackend backend = filling.open(Durability.POWER_LOSS)) {
            for (int i = 0; i < 10; i++) {
                backend.commit(SESSION, row("k" + i, 60 << 10));
            }
            filling.pass(Duration.ofSeconds(60));
            for (int read = 1; read <= 30; read++) {
                int when = read;
                AtomicInteger reads = new AtomicInteger();
                OneProcess checking = new OneProcess(disk, (name, arguments, operation) -> {
                    if (name.equals(OneProcess.READ) && reads.incrementAndGet() == when) {
                        backend.commit(SESSION, row("k0", 60 << 10));
                    }
                    return operation.answer();
                });
                try (checking;
                        NativeBackend checked = checking.open(Durability.POWER_LOSS)) {
                    assertThat(checked.check(SESSION))
                            .as("a commit at read %d", when)
                            .isEmpty();
                }
                filling.pass(Duration.ofSeconds(60));
            }
        }
    }
}

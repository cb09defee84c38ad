package dev.pawl.file.log;

import static dev.pawl.file.log.OneProcess.DIRECTORY;
import static dev.pawl.file.log.OneProcess.SESSION;
import static dev.pawl.file.log.OneProcess.key;
import static dev.pawl.file.log.OneProcess.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.backend.Batch;
import dev.pawl.backend.Check;
import dev.pawl.backend.ConflictException;
import dev.pawl.backend.CorruptDataException;
import dev.pawl.backend.Durability;
import dev.pawl.backend.Family;
import dev.pawl.backend.SessionName;
import dev.pawl.file.Disk;
import dev.pawl.tck.disk.SimulatedDisk;
import dev.pawl.tck.disk.WatchedDisk;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What sessions of native logs hold that nobody uses, and how they come to hold nothing. */
@Timeout(60)
final class NativeRestTest {

    /** More than are awake at a time. */
    private static final int MANY = 200;

    private static final Duration A_WHILE = Duration.ofSeconds(1);
    private static final Duration LONG = Duration.ofSeconds(60);

    private final SimulatedDisk disk = SimulatedDisk.empty();
    private final AtomicInteger pauses = new AtomicInteger();
    private final WatchedDisk.Watcher countingPauses = (name, arguments, operation) -> {
        if (name.equals("pause")) {
            pauses.incrementAndGet();
        }
        return operation.answer();
    };

    private static SessionName session(int number) {
        return SessionName.of("s" + number);
    }

    private static void read(NativeBackend backend, SessionName session) {
        backend.get(session, List.of(key("k")));
    }

    @Test
    void readingWhatIsNotThereLeavesNothingBehind() {
        try (OneProcess process = new OneProcess(disk, countingPauses);
                NativeBackend backend = process.open(Durability.POWER_LOSS)) {
            for (int i = 0; i < MANY; i++) {
                read(backend, session(i));
                assertThat(process.directory().session(session(i)).isAsleep()).isTrue();
            }
            assertThat(process.waiting()).isZero();
            backend.commit(SESSION, row("k", 10));
            assertThat(pauses).hasValue(0);
        }
    }

    @Test
    void readingADamagedLogLeavesNothingBehind() throws Exception {
        try (OneProcess process = new OneProcess(disk);
                NativeBackend backend = process.open(Durability.POWER_LOSS)) {
            backend.commit(SESSION, row("k", 10));
        }
        try (Disk.OpenFile log = log(SESSION)) {
            log.write(0, new byte[] {'?'}, 0, 1);
        }
        try (OneProcess process = new OneProcess(disk);
                NativeBackend backend = process.open(Durability.POWER_LOSS)) {
            for (int i = 0; i < MANY; i++) {
                assertThatThrownBy(() -> read(backend, SESSION)).isInstanceOf(CorruptDataException.class);
            }
            assertThat(process.waiting()).isLessThanOrEqualTo(1);
            process.pass(LONG);
            assertThat(process.waiting()).isZero();
            backend.commit(session(1), row("k", 10));
            assertThat(backend.get(session(1), List.of(key("k")))).hasSize(1);
        }
    }

    private Disk.OpenFile log(SessionName session) throws IOException {
        return disk.open(DIRECTORY.resolve(LogNames.log(session)), true).orElseThrow();
    }

    @Test
    void sessionsThatTakeTurnsInBeingAwakeAddNothingThatIsToBeDoneLater() {
        try (OneProcess process = new OneProcess(disk);
                NativeBackend backend = process.open(Durability.PROCESS_CRASH)) {
            for (int i = 0; i < MANY; i++) {
                backend.commit(session(i), row("k", 10));
            }
            process.pass(A_WHILE);
            for (int round = 0; round < 3; round++) {
                for (int i = 0; i < MANY; i++) {
                    process.pass(Duration.ofNanos(1));
                    read(backend, session(i));
                }
            }
            assertThat(process.waiting()).isEqualTo(1);
            process.pass(LONG);
            assertThat(process.waiting()).isZero();
            for (int i = 0; i < MANY; i++) {
                assertThat(process.directory().session(session(i)).isAsleep()).isTrue();
            }
        }
    }

    @Test
    void listingDoesNotWakeSessions() {
        try (OneProcess process = new OneProcess(disk);
                NativeBackend backend = process.open(Durability.POWER_LOSS)) {
            for (int i = 0; i < MANY; i++) {
                backend.commit(session(i), row("k", 10));
            }
        }
        try (OneProcess process = new OneProcess(disk, countingPauses);
                NativeBackend backend = process.open(Durability.POWER_LOSS)) {
            read(backend, session(0));
            int waiting = process.waiting();
            assertThat(backend.sessions(Set.of(Family.KEY), Optional.empty(), 2 * MANY)
                            .items())
                    .hasSize(MANY);
            assertThat(backend.sessions(Set.of(Family.JOB), Optional.empty(), 2 * MANY)
                            .items())
                    .isEmpty();
            assertThat(process.directory().session(session(0)).isAsleep()).isFalse();
            for (int i = 1; i < MANY; i++) {
                assertThat(process.directory().session(session(i)).isAsleep()).isTrue();
            }
            assertThat(process.waiting()).isEqualTo(waiting);
            assertThat(pauses).hasValue(0);
        }
    }

    /** A session whose log somebody else has made unreadable, or a newer version has written to, stays as it is. */
    @Test
    void oneBadSessionDoesNotKeepTheOthersFromResting() throws Exception {
        int sessions = 9;
        int bad = 4;
        OneProcess process = new OneProcess(disk);
        try (NativeBackend backend = process.open(Durability.PROCESS_CRASH)) {
            for (int i = 0; i < sessions; i++) {
                backend.commit(session(i), row("k", 10));
            }
            process.pass(A_WHILE);
            appendWhatANewerVersionKnows(process, session(bad));
        }
        process.close();
        try (OneProcess other = new OneProcess(disk)) {
            for (int i = 0; i < sessions; i++) {
                if (i != bad) {
                    assertThat(other.isLeftClosed(session(i))).isTrue();
                }
            }
        }
    }

    @Test
    void oneBadSessionDoesNotKeepTheOthersFromRestingWhileTheDirectoryIsOpen() throws Exception {
        int sessions = 9;
        int bad = 4;
        try (OneProcess process = new OneProcess(disk);
                NativeBackend backend = process.open(Durability.PROCESS_CRASH);
                OneProcess other = new OneProcess(disk)) {
            for (int i = 0; i < sessions; i++) {
                backend.commit(session(i), row("k", 10));
            }
            process.pass(A_WHILE);
            appendWhatANewerVersionKnows(process, session(bad));
            process.pass(LONG);
            for (int i = 0; i < sessions; i++) {
                assertThat(process.directory().session(session(i)).isAsleep()).isTrue();
                if (i != bad) {
                    assertThat(other.isLeftClosed(session(i))).isTrue();
                }
            }
        }
    }

    private void appendWhatANewerVersionKnows(OneProcess process, SessionName session) throws IOException {
        record End(LogEnd end, long generation) {}
        End log = process.directory()
                .session(session)
                .read(open -> new End(open.end(), open.header().generation()))
                .orElseThrow();
        long offset = log.end().offset();
        byte[] frame = FrameHeader.encode(7, 0, 0, offset, 0, 0, log.generation(), offset);
        try (Disk.OpenFile file = log(session)) {
            file.write(offset, frame, 0, frame.length);
        }
    }

    @Test
    void restingBesideAReaderKeepsTheRightToWrite() throws Exception {
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try (OneProcess process = new OneProcess(disk);
                OneProcess other = new OneProcess(disk);
                NativeBackend backend = process.open(Durability.POWER_LOSS)) {
            backend.commit(SESSION, row("k", 10));
            LogSession session = process.directory().session(SESSION);
            CountDownLatch inside = new CountDownLatch(1);
            CountDownLatch goOn = new CountDownLatch(1);
            Future<Optional<Boolean>> reader = thread.submit(() -> session.read(open -> {
                inside.countDown();
                await(goOn);
                return true;
            }));
            await(inside);
            assertThat(session.rest()).isFalse();
            assertThat(other.directory().locks().tryCommit(SESSION)).isEmpty();
            goOn.countDown();
            assertThat(reader.get(30, TimeUnit.SECONDS)).hasValue(true);
            assertThat(session.rest()).isTrue();
            other.directory().locks().tryCommit(SESSION).orElseThrow().close();
        } finally {
            thread.shutdownNow();
        }
    }

    @Test
    void aCommitThatChangedNothingLeavesTheLogClosedAsItWas() throws Exception {
        try (OneProcess process = new OneProcess(disk)) {
            try (NativeBackend backend = process.open(Durability.POWER_LOSS)) {
                backend.commit(SESSION, row("k", 10));
                process.pass(LONG);
                Batch refused = row("other", 10).with(Check.absent(key("k")));
                assertThatThrownBy(() -> backend.commit(SESSION, refused)).isInstanceOf(ConflictException.class);
                process.pass(LONG);
                assertThat(OpenLog.open(process.directory(), SESSION)
                                .orElseThrow()
                                .end()
                                .closed())
                        .isTrue();
            }
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}

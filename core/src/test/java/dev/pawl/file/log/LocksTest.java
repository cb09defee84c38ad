package dev.pawl.file.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.backend.SessionName;
import dev.pawl.file.Disk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** By two who use one directory in one process. */
class LocksTest {

    private static final SessionName SESSION = SessionName.DEFAULT;

    @TempDir
    Path directory;

    private Locks one;
    private Locks other;

    @BeforeEach
    void open() {
        one = new Locks(Disk.system(), directory);
        other = new Locks(Disk.system(), directory);
    }

    @AfterEach
    void close() {
        one.close();
        other.close();
    }

    @Test
    void aSessionHasThePositionsThatItsFormatSays() {
        // The digests of "default" and of "default", NUL, "auth" begin with these.
        assertThat(Locks.commit(SESSION)).isEqualTo(4 * (0x37a8eec1ce19687dL >>> 5));
        assertThat(Locks.lease(SESSION, "auth")).isEqualTo((1L << 62) + (0x65179690beafb305L >>> 4));
    }

    @Test
    void namesThatDifferInCaseOnlyHavePositionsOfTheirOwn() {
        assertThat(Locks.commit(SessionName.of("work"))).isNotEqualTo(Locks.commit(SessionName.of("Work")));
        assertThat(Locks.lease(SessionName.of("work"), "auth"))
                .isNotEqualTo(Locks.lease(SessionName.of("Work"), "auth"))
                .isNotEqualTo(Locks.lease(SessionName.of("work"), "Auth"));
    }

    @Test
    void nothingOfManySessionsOverlaps() {
        Set<Long> positions = new HashSet<>();
        IntStream.range(0, 1_000).mapToObj(i -> SessionName.of("s" + i)).forEach(session -> {
            long commit = Locks.commit(session);
            assertThat(commit).isBetween(0L, (1L << 61) - 4);
            assertThat(Locks.lease(session, "auth")).isBetween(1L << 62, (1L << 62) + (1L << 60) - 1);
            List.of(commit, commit + 1, commit + 2, Locks.lease(session, "auth"))
                    .forEach(position -> assertThat(positions.add(position)).isTrue());
        });
    }

    @Test
    void eachLockHasOneHolderAndIsFreeAfterwards() throws IOException {
        List<Trial> trials = List.of(
                locks -> locks.tryCommit(SESSION),
                locks -> locks.tryContender(SESSION),
                locks -> locks.tryCompaction(SESSION),
                locks -> locks.tryLease(SESSION, "auth"),
                locks -> locks.tryLease(SESSION, "jobs"),
                locks -> locks.tryCommit(SessionName.PAWL));
        for (Trial trial : trials) {
            Disk.FileLock held = trial.of(one).orElseThrow();
            assertThat(trial.of(other)).isEmpty();
            assertThat(trial.of(one)).isEmpty();
            for (Trial another : trials) {
                if (another != trial) {
                    another.of(other).orElseThrow().close();
                }
            }
            held.close();
            held.close();
            trial.of(other).orElseThrow().close();
        }
    }

    private interface Trial {
        java.util.Optional<Disk.FileLock> of(Locks locks) throws IOException;
    }

    @Test
    void thereIsNoFileBeforeALockIsTried() throws IOException {
        assertThat(directory).isEmptyDirectory();
        one.tryCommit(SESSION).orElseThrow().close();
        assertThat(directory.resolve("lock")).isEmptyFile();
    }

    @Test
    void whatIsHeldOutlivesTheClosing() throws IOException {
        Disk.FileLock held = one.tryCommit(SESSION).orElseThrow();
        one.close();
        one.close();
        assertThat(other.tryCommit(SESSION)).isEmpty();
        assertThatThrownBy(() -> one.tryCommit(SESSION))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("closed");
        held.close();
        other.tryCommit(SESSION).orElseThrow().close();
    }

    @Test
    void aLockInAFileThatWasReplacedIsLost() throws IOException {
        Disk.FileLock held = one.tryCommit(SESSION).orElseThrow();
        assertThat(one.lost(held)).isFalse();
        Files.delete(directory.resolve("lock"));
        assertThat(one.lost(held)).as("removed").isTrue();
        Disk.FileLock theirs = other.tryCommit(SESSION).orElseThrow();
        assertThat(one.lost(held)).as("replaced").isTrue();
        assertThat(other.lost(theirs)).isFalse();
        held.close();
        assertThat(one.tryCommit(SESSION))
                .as("asked in the file that has the name")
                .isEmpty();
        theirs.close();
        one.tryCommit(SESSION).orElseThrow().close();
    }

    @Test
    void interruptionsDisturbNothing() throws IOException {
        Thread.currentThread().interrupt();
        Disk.FileLock held = one.tryCommit(SESSION).orElseThrow();
        assertThat(other.tryCommit(SESSION)).isEmpty();
        held.close();
        other.tryCommit(SESSION).orElseThrow().close();
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void aMissingDirectoryIsTold() {
        Locks nowhere = new Locks(Disk.system(), directory.resolve("missing"));
        assertThatThrownBy(() -> nowhere.tryCommit(SESSION)).isInstanceOf(IOException.class);
        assertThat(directory).isEmptyDirectory();
    }
}

package dev.pawl.tck.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.pawl.backend.Access;
import dev.pawl.backend.Backend;
import dev.pawl.backend.Family;
import dev.pawl.file.log.NativeBackend;
import dev.pawl.tck.process.ChildProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A thousand sessions in one process, and what they cost while they are used and while they rest. */
@Timeout(300)
final class NativeManySessionsTest {

    /** 128 sessions with a file to read and one to write each. */
    private static final int AWAKE = 2 * 128;

    /** The lock file, files that are being made, and directories that are being forced or listed. */
    private static final int BESIDES = 2 * ManySessionsChild.THREADS + 8;

    @TempDir
    private Path directory;

    @Test
    void aThousandSessionsHoldABoundedNumberOfFilesOpenAndHardlyAnythingAtRest() throws Exception {
        assumeTrue(
                Files.isDirectory(Path.of("/proc/self/fd")), "this system does not list the open files of a process");
        Path store = directory.resolve("store");
        Map<String, Long> said = new HashMap<>();
        try (ChildProcess child = ChildProcess.start(directory, List.of(), ManySessionsChild.class, store.toString())) {
            for (String line : child.until("closed")) {
                String[] parts = line.split(" ");
                said.put(parts[0], Long.parseLong(parts[1]));
            }
            child.requireSuccess();
        }
        assertThat(said.get("open-files")).isBetween(100L, (long) AWAKE + BESIDES);
        assertThat(said.get("open-logs-at-rest")).isZero();
        // Those of the pool look after sessions that are awake, each in turn, and work for those who wait.
        assertThat(said.get("threads")).isLessThanOrEqualTo(AWAKE / 2 + 4 * ManySessionsChild.THREADS);
        assertThat(said.get("bytes-at-rest")).isBetween(100L, 5_000L);

        try (Backend backend = NativeBackend.open(store, Access.READ_ONLY)) {
            assertThat(backend.sessions(Set.of(Family.KEY), Optional.empty(), 2_000)
                            .items())
                    .hasSize(ManySessionsChild.SESSIONS);
        }
        for (int session = 0; session < ManySessionsChild.SESSIONS; session++) {
            // A log that was not closed has room for more behind its last frame.
            assertThat(Files.size(store.resolve(ManySessionsChild.session(session) + ".log")))
                    .isLessThan(1_000);
        }
    }
}

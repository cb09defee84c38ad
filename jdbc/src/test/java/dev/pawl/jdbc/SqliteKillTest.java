package dev.pawl.jdbc;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.auth.AuthState;
import dev.pawl.auth.AuthStore;
import dev.pawl.backend.Access;
import dev.pawl.backend.Backend;
import dev.pawl.backend.SessionName;
import dev.pawl.backend.UnavailableException;
import dev.pawl.tck.process.ChildProcess;
import dev.pawl.tck.process.KilledWriterTck;
import dev.pawl.tck.process.Lane;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that writes to a SQLite file is killed at some moment. */
final class SqliteKillTest extends KilledWriterTck {

    private static Path file(Path place) {
        return place.resolve("pawl.db");
    }

    @Override
    protected String locator(Path place, int number) {
        // A log that is written and not forced survives a kill as well.
        return "sqlite:" + file(place) + (number % 3 == 1 ? "?synchronous=normal" : "");
    }

    @Override
    protected ChildProcess start(Path errors) throws IOException {
        return SqliteChild.start(errors);
    }

    @Override
    protected Backend open(Path place, Access access) {
        return SqliteBackend.open(file(place), access);
    }

    @Override
    protected boolean exists(Path place) {
        return Files.exists(file(place));
    }

    @Override
    protected void requireNothingBeside(List<String> names, Before before) {
        assertThat(names)
                .isSubsetOf(
                        switch (before) {
                            // SQLite guards the change to a log ahead with a journal, as a database without a log does.
                            case KILLED_MAKER -> List.of("pawl.db", "pawl.db-wal", "pawl.db-shm", "pawl.db-journal");
                            case KILLED -> List.of("pawl.db", "pawl.db-wal", "pawl.db-shm");
                            case CLOSED -> List.of("pawl.db");
                        });
    }

    /** Only a writer can roll a journal back; the one of the change to a log ahead guards no commit yet. */
    @Override
    protected void requireGoodReason(Path place, UnavailableException refusal) {
        assertThat(place.resolve("pawl.db-journal")).exists();
        assertThat(refusal).hasMessageContaining("open it for writing once");
    }

    /** SQLite itself never comes to an end with these two when it must not write. */
    @Test
    void aLogThatGotNoFurtherThanItsHeaderIsNoneForThoseWhoOnlyRead(@TempDir Path place) throws Exception {
        Lane lane = new Lane(SessionName.of("one"), 0);
        try (Backend backend = open(place, Access.READ_WRITE);
                AuthStore store = AuthStore.open(backend, lane.session())) {
            AuthState.loadOrCreate(store);
            lane.write(store, 1, ProcessHandle.current().pid());
        }
        ByteBuffer header = ByteBuffer.allocate(32);
        header.putInt(0x377f0682)
                .putInt(3_007_000)
                .putInt(4_096)
                .putInt(0)
                .putInt(1_234_567)
                .putInt(7_654_321);
        Files.write(place.resolve("pawl.db-wal"), header.array());
        Files.write(place.resolve("pawl.db-shm"), new byte[32_768]);
        try (Backend backend = open(place, Access.READ_ONLY)) {
            assertThat(lane.wholeEnd(backend)).isEqualTo(1);
        }
        requireNothingBeside(List.of(requireNonNull(place.toFile().list())), Before.KILLED);
        try (Backend backend = open(place, Access.READ_WRITE)) {
            assertThat(lane.wholeEnd(backend)).isEqualTo(1);
        }
    }
}

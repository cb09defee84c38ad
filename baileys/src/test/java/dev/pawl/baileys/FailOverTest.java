package dev.pawl.baileys;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A few sessions on a server, half of them of a program that is killed while everybody writes. */
class FailOverTest {

    private static final int SESSIONS = 6;
    private static final int EVERY_MILLIS = 10;

    @TempDir
    Path directory;

    @ParameterizedTest
    @EnumSource(names = {"POSTGRESQL", "REDIS"})
    void theOtherTakesEachOverAndNothingIsLost(StoreKind kind) throws Exception {
        FailOver.run(kind, directory, SESSIONS, EVERY_MILLIS, false);
    }
}

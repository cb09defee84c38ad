package dev.pawl.baileys;

import java.nio.file.Path;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Fifty sessions, half of them of a program that is killed and seems to be on another machine. */
@Timeout(1_800)
class FailOverSoakTest {

    private static final int SESSIONS = 50;
    private static final int EVERY_MILLIS = 10;

    @TempDir
    Path directory;

    @ParameterizedTest
    @EnumSource(names = {"POSTGRESQL", "REDIS"})
    void theOtherTakesEachOverWithin30Seconds(StoreKind kind) throws Exception {
        FailOver.run(kind, directory, SESSIONS, EVERY_MILLIS, true);
    }

    @ParameterizedTest
    @EnumSource(names = {"POSTGRESQL", "REDIS"})
    void onOneMachineAtOnce(StoreKind kind) throws Exception {
        FailOver.run(kind, directory, SESSIONS, EVERY_MILLIS, false);
    }
}

package dev.pawl.baileys;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.baileys.DeviceChild.Way;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Several programs that want one linked device, while messages go both ways: on two kinds of stores each, under the profile soak on all. */
class OneHolderTest {

    private static final String SESSION = "s0";
    private static final int EVERY_MILLIS = 30;
    private static final int SOME = 10;

    @TempDir
    Path directory;

    static Stream<StoreKind> deployedOn() {
        return StoreKind.these(StoreKind.NATIVE, StoreKind.REDIS);
    }

    static Stream<StoreKind> takenOverOn() {
        return StoreKind.these(StoreKind.SQLITE, StoreKind.POSTGRESQL);
    }

    @ParameterizedTest
    @MethodSource("deployedOn")
    void aDeployHandsOverWithoutALostMessage(StoreKind kind) throws Exception {
        try (Fleet fleet = new Fleet(kind, directory, 1)) {
            DeviceProcess old = fleet.start();
            fleet.pair(old);
            DeviceProcess next = fleet.start();
            fleet.talk(EVERY_MILLIS);
            fleet.hand(List.of(SESSION), old);
            fleet.awaitSent(SOME);
            requireLeftAlone(old, next);
            fleet.awaitSent(SOME);

            next.open(Way.WAITING, SESSION);
            fleet.awaitSent(SOME);
            assertThat(next.said("took")).isEmpty();
            fleet.runShort();
            long begin = System.currentTimeMillis();
            old.terminate();
            next.await("took", SESSION);
            fleet.hand(List.of(SESSION), next);
            long connected = next.await("connected", SESSION).at();
            fleet.awaitSent(SOME);
            old.awaitEnd();
            Report.line(kind + ", deploy: connected again " + (connected - begin) + " ms after SIGTERM");
            fleet.settle();
            assertThat(next.said("error")).isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("takenOverOn")
    void aTakeOverFencesTheHolderWhichStopsAtOnce(StoreKind kind) throws Exception {
        try (Fleet fleet = new Fleet(kind, directory, 1)) {
            DeviceProcess holder = fleet.start();
            fleet.pair(holder);
            DeviceProcess other = fleet.start();
            fleet.talk(EVERY_MILLIS);
            fleet.hand(List.of(SESSION), holder);
            fleet.awaitSent(SOME);
            requireLeftAlone(holder, other);

            fleet.runShort();
            long begin = System.currentTimeMillis();
            other.open(Way.TAKING_OVER, SESSION);
            DeviceProcess.Said end = holder.await("ended", SESSION);
            assertThat(end.words()).contains("LEASE_LOST", "false");
            fleet.hand(List.of(SESSION), other);
            long connected = other.await("connected", SESSION).at();
            fleet.awaitSent(SOME);
            Report.line(kind + ", take-over: the holder stopped after " + (end.at() - begin)
                    + " ms, the other was connected after " + (connected - begin) + " ms");
            assertThat(holder.said("ended")).hasSize(1);
            assertThat(other.said("ended")).isEmpty();
            holder.leave();
            fleet.settle();
        }
    }

    /** Who opens politely is told who is there, and the holder does not notice. */
    private static void requireLeftAlone(DeviceProcess holder, DeviceProcess other) throws Exception {
        for (int attempt = 0; attempt < 2; attempt++) {
            other.open(Way.POLITE, SESSION);
            List<String> refused = other.await("refused", SESSION, attempt).words();
            assertThat(refused.get(2)).isEqualTo("STORE_IN_USE");
            assertThat(refused.get(3))
                    .contains("process " + holder.pid() + " on ")
                    .contains(" since ");
        }
        assertThat(holder.said("ended")).isEmpty();
        assertThat(holder.said("error")).isEmpty();
    }
}

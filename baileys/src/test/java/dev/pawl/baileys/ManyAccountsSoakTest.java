package dev.pawl.baileys;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.baileys.DeviceChild.Way;
import dev.pawl.baileys.DeviceProcess.Said;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Fifty accounts in one JVM: how long until all are connected, what that takes of memory, and how many messages come in a
 * second, with one process of Node and with several. Writes {@code target/many-accounts.md}.
 */
@Timeout(3_600)
class ManyAccountsSoakTest {

    private static final int ACCOUNTS = Integer.getInteger("pawl.accounts", 50);
    private static final int TRIALS = Integer.getInteger("pawl.trials", 3);
    private static final List<Integer> CHILDREN = List.of(1, 2, 5, 10);
    private static final int SECONDS = 10;

    @TempDir
    Path directory;

    @ParameterizedTest
    @EnumSource(names = {"POSTGRESQL", "REDIS"})
    void fiftyAccountsInOneJvm(StoreKind kind) throws Exception {
        try (Fleet fleet = new Fleet(kind, directory, ACCOUNTS)) {
            DeviceProcess first = fleet.start(fleet.setting.quietWith(1));
            fleet.pair(first);
            first.leave();
            fleet.lives.watch();
            for (int trial = 0; trial < TRIALS; trial++) {
                for (int children : CHILDREN) {
                    report(kind, children, measure(fleet, children));
                }
            }
            assertThat(fleet.lives.violations()).isEmpty();
        }
    }

    private record Result(long startedMillis, long connectedMillis, long jvm, long heap, long nodes, long perSecond) {}

    private static Result measure(Fleet fleet, int children) throws Exception {
        long begin = System.currentTimeMillis();
        DeviceProcess process = fleet.start(fleet.setting.quietWith(children));
        fleet.sessions().forEach(session -> process.open(Way.POLITE, session));
        long started = process.next(said -> said.words().get(0).equals("ready"), 0, DeviceProcess.PATIENCE)
                .orElseThrow(() -> new AssertionError(process.toString()))
                .at();
        long last = begin;
        for (String session : fleet.sessions()) {
            last = Math.max(last, process.await("connected", session).at());
            fleet.standIn.awaitLive(fleet.device(session));
        }
        process.tell("memory");
        Said memory = process.next(said -> said.words().get(0).equals("memory"), 0, DeviceProcess.PATIENCE)
                .orElseThrow();
        fleet.lives.talk(List.of(Person.ANA, Person.BUDI), List.copyOf(fleet.devices.values()), 0, 0, children);
        LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(SECONDS));
        long confirmed = fleet.lives.said().stream()
                .filter(message -> message.confirmed() > 0)
                .count();
        fleet.lives.hush();
        for (String session : fleet.sessions()) {
            fleet.lives.awaitQuiet(fleet.device(session));
        }
        process.leave();
        List<Long> sizes = memory.words().stream().skip(1).map(Long::parseLong).toList();
        return new Result(started - begin, last - begin, sizes.get(0), sizes.get(1), sizes.get(2), confirmed / SECONDS);
    }

    private static void report(StoreKind kind, int children, Result result) throws Exception {
        String line = String.format(
                Locale.ROOT,
                "| %s | %d | %d | %d | %d | %d | %d | %d |%n",
                kind.name().toLowerCase(Locale.ROOT),
                children,
                result.startedMillis(),
                result.connectedMillis(),
                result.jvm(),
                result.heap(),
                result.nodes(),
                result.perSecond());
        Files.writeString(
                Path.of("target", "many-accounts.md"), line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
}

package dev.pawl.baileys;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.baileys.DeviceChild.Way;
import dev.pawl.baileys.DeviceProcess.Said;
import dev.pawl.baileys.StandInLives.Heard;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Fifty accounts in one JVM: how long until all are connected, what that takes of memory, how many messages come in and go out
 * in a second and how long one takes to leave, with one process of Node and with several. Writes a row for each into
 * {@code target/many-accounts.md}.
 */
@Timeout(3_600)
class ManyAccountsSoakTest {

    private static final int ACCOUNTS = Integer.getInteger("pawl.accounts", 50);
    private static final int TRIALS = Integer.getInteger("pawl.trials", 1);
    private static final Duration TIME = Duration.ofSeconds(8);

    /** The mean pause between two messages that come in, in milliseconds, while it is measured how long one takes to leave. */
    private static final int EVERY_MILLIS = Integer.getInteger("pawl.every", 10);

    @TempDir
    Path directory;

    static List<StoreKind> kinds() {
        return Arrays.stream(
                        System.getProperty("pawl.stores", "POSTGRESQL,REDIS").split(","))
                .map(StoreKind::valueOf)
                .toList();
    }

    /** How many processes of Node there are, in turns. */
    private static List<Integer> children() {
        return Arrays.stream(System.getProperty("pawl.children", "1,2,5,10").split(","))
                .map(Integer::valueOf)
                .toList();
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void fiftyAccountsInOneJvm(StoreKind kind) throws Exception {
        try (Fleet fleet = new Fleet(kind, directory, ACCOUNTS)) {
            DeviceProcess first = fleet.start(fleet.setting.quietWith(1));
            fleet.pair(first);
            // so that each has written to her before anything is measured
            first.ask("rate", 1, 10_000, Person.BUDI.lid());
            first.leave();
            fleet.lives.watch();
            for (int trial = 0; trial < TRIALS; trial++) {
                for (int children : children()) {
                    report(kind, children, measure(fleet, children));
                }
            }
            assertThat(fleet.lives.violations()).isEmpty();
        }
    }

    private static List<Long> measure(Fleet fleet, int children) throws Exception {
        List<Long> found = new ArrayList<>();
        long begin = System.currentTimeMillis();
        DeviceProcess process = fleet.start(fleet.setting.quietWith(children));
        fleet.sessions().forEach(session -> process.open(Way.POLITE, session));
        long started = process.next(said -> said.words().get(0).equals("ready"), 0, DeviceProcess.PATIENCE)
                .map(Said::at)
                .orElseThrow(() -> new AssertionError(process.toString()));
        long last = begin;
        for (String session : fleet.sessions()) {
            last = Math.max(last, process.await("connected", session).at());
            fleet.standIn.awaitLive(fleet.device(session));
        }
        found.add(last - started);

        memory(process, found);
        found.addAll(out(fleet, process, 1));
        found.addAll(out(fleet, process, fleet.sessions().size()));
        List<Heard> said = new ArrayList<>(in(fleet, process, found));
        talk(fleet, EVERY_MILLIS, children);
        found.addAll(out(fleet, process, 1));
        said.addAll(hush(fleet));
        memory(process, found);

        process.leave();
        Set<String> history = fleet.history();
        assertThat(said).isNotEmpty();
        assertThat(said.stream().filter(message -> !history.contains(message.text())))
                .as("written and not in the history")
                .isEmpty();
        return found;
    }

    /** What the JVM has, how much of its heap is in use, and what Node has, twice: see {@link Consumption}. */
    private static void memory(DeviceProcess process, List<Long> found) throws Exception {
        long heap = process.ask("heap").get(0);
        Consumption nodes = Consumption.of(process.nodes());
        found.addAll(List.of(jvm(process).resident(), heap, nodes.resident(), nodes.proportional()));
    }

    private static Consumption jvm(DeviceProcess process) {
        return Consumption.of(ProcessHandle.of(process.pid()).stream().toList());
    }

    /** How many leave in a second, and how long one takes, in microseconds: the median, and than which one in a hundred takes longer. */
    private static List<Long> out(Fleet fleet, DeviceProcess process, int atOnce) throws Exception {
        List<Long> rate = process.ask("rate", atOnce, TIME.toMillis(), Person.BUDI.lid());
        return List.of(rate.get(0) / TIME.toSeconds(), rate.get(1), rate.get(2));
    }

    /**
     * How many come in in a second when people write as fast as they can, and what one takes of a processor, in microseconds.
     * Gives what they wrote.
     */
    private static List<Heard> in(Fleet fleet, DeviceProcess process, List<Long> found) throws Exception {
        long nodes = Consumption.of(process.nodes()).processor();
        long jvm = jvm(process).processor();
        talk(fleet, 0, 1);
        LockSupport.parkNanos(TIME.toNanos());
        long confirmed = fleet.lives.said().stream()
                .filter(message -> message.confirmed() > 0)
                .count();
        long usedByNodes = Consumption.of(process.nodes()).processor() - nodes;
        long usedByJvm = jvm(process).processor() - jvm;
        List<Heard> said = hush(fleet);
        found.add(confirmed / TIME.toSeconds());
        found.add(TimeUnit.MILLISECONDS.toMicros(usedByNodes) / Math.max(1, confirmed));
        found.add(TimeUnit.MILLISECONDS.toMicros(usedByJvm) / Math.max(1, confirmed));
        return said;
    }

    private static void talk(Fleet fleet, int every, int seed) {
        fleet.lives.talk(List.of(Person.ANA, Person.BUDI), List.copyOf(fleet.devices.values()), every, 0, seed);
    }

    /** They stop, and all that they wrote is confirmed. */
    private static List<Heard> hush(Fleet fleet) throws Exception {
        fleet.lives.hush();
        for (String session : fleet.sessions()) {
            fleet.lives.awaitQuiet(fleet.device(session));
        }
        return fleet.lives.said();
    }

    /**
     * A row: until all are connected, ms; JVM, heap, Node resident and proportional, MiB; out one at a time: a second, median and
     * 99th of a hundred, µs; out with one of each account: the same; in: a second, of Node, of the JVM, µs; out one at a time
     * meanwhile: the same; memory again.
     */
    private static void report(StoreKind kind, int children, List<Long> result) throws Exception {
        String line = "| " + kind.name().toLowerCase(Locale.ROOT) + " | " + children + " | "
                + result.stream().map(String::valueOf).collect(Collectors.joining(" | ")) + " |\n";
        Files.writeString(
                Path.of("target", "many-accounts.md"), line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
}

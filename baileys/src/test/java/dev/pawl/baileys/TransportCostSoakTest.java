package dev.pawl.baileys;

import static dev.pawl.baileys.Person.ANA;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.Client;
import dev.pawl.Content;
import dev.pawl.baileys.WhatsAppStandIn.Device;
import dev.pawl.json.Bytes;
import dev.pawl.json.JsonArray;
import dev.pawl.json.JsonNumber;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonValue;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the bridge costs: messages in, messages out one after the other, and echoes, on our stores and on plain Baileys with
 * its own files, in turns. Writes {@code target/transport-cost.md}.
 */
class TransportCostSoakTest {

    private static final int TRIALS = Integer.getInteger("trials", 5);

    /** Trials before those that count: the JVM of a bot has been running for days, when this one has just begun. */
    private static final int WARM_UP = 2;

    private static final int IN = 1000;
    private static final int OUT = 300;
    private static final int PINGS = 200;
    private static final int SESSIONS = 20;

    @TempDir
    Path directory;

    /** The milliseconds of single operations, by contender and operation. */
    private final Map<String, Map<String, List<Double>>> operations = new LinkedHashMap<>();

    /** Somebody who is linked, and does what is measured. */
    private interface Contender extends AutoCloseable {

        void send(int count) throws Exception;

        void echo() throws Exception;

        @Override
        void close();
    }

    @Test
    void costsLittleBesidePlainBaileys() throws Exception {
        Map<String, List<double[]>> all = new LinkedHashMap<>();
        for (int trial = 1 - WARM_UP; trial <= TRIALS; trial++) {
            for (String who : List.of("plain, files", "native:", "sqlite:")) {
                Path place = directory.resolve(who.replaceAll("\\W", "") + (trial + WARM_UP));
                double[] measured = measure(who, place);
                if (trial > 0) {
                    all.computeIfAbsent(who, name -> new ArrayList<>()).add(measured);
                }
            }
            if (trial == 0) {
                // Node is a new process in each trial, for all of them.
                operations.clear();
            }
        }
        String report = report(all) + "\n" + operations();
        Files.writeString(Path.of("target", "transport-cost.md"), report);
        for (int column = 0; column < 3; column++) {
            double plain = median(all.get("plain, files"), column);
            for (String ours : List.of("native:", "sqlite:")) {
                // Beside other work the medians of five trials are off by some tenths.
                assertThat(median(all.get(ours), column))
                        .as("%s, column %d of%n%s", ours, column, report)
                        .isGreaterThanOrEqualTo(0.8 * plain);
            }
        }
    }

    /** The memory of one child with one session and with many, against as many children. */
    @Test
    void sessionsShareTheMemoryOfAChild() throws Exception {
        StringBuilder text = new StringBuilder("Resident memory of Node, in MiB: ");
        try (WhatsAppStandIn standIn = WhatsAppStandIn.start();
                Program program = Program.open(
                        standIn.transport(directory.resolve("cache")).build(),
                        "s0",
                        "native:" + directory.resolve("native"))) {
            program.pair(standIn);
            long one = residentMiB(program);
            long last = one;
            text.append("1 session ").append(one);
            for (int i = 1; i < SESSIONS; i++) {
                Client client = program.pawl.client(
                        "s" + i, builder -> builder.transport(program.transport).reconnect(Program.HASTY));
                client.onQr(standIn::scan);
                client.connect(Program.PATIENCE);
                last = residentMiB(program);
            }
            text.append(", ").append(SESSIONS).append(" sessions in one child ").append(last);
            Files.writeString(Path.of("target", "transport-memory.md"), text + "\n");
            assertThat(last).as(text.toString()).isLessThan(one * SESSIONS / 2);
        }
    }

    private static long residentMiB(Program program) throws IOException {
        Path status =
                Path.of("/proc", program.transport.processId().orElseThrow().toString(), "status");
        return Files.readAllLines(status).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
                .sum();
    }

    /** Messages a second in and out, echoes a second, and the median and the 99th percentile of an echo in milliseconds. */
    private double[] measure(String who, Path place) throws Exception {
        try (WhatsAppStandIn standIn = WhatsAppStandIn.start()) {
            Measuring ana = new Measuring(standIn);
            Device[] device = new Device[1];
            double[] result = new double[5];
            Path times = Path.of(place + ".times");
            try (Contender contender = contender(who, standIn, place, device, times)) {
                ana.flood(device[0], 100);
                result[0] = IN * 1000.0 / ana.flood(device[0], IN);
                CompletableFuture<Double> warm = ana.timeOfReading(30);
                contender.send(30);
                millis(warm, who, standIn);
                CompletableFuture<Double> out = ana.timeOfReading(OUT);
                contender.send(OUT);
                result[1] = OUT * 1000.0 / millis(out, who, standIn);
                contender.echo();
                ana.pings(device[0], 30);
                List<Double> pings =
                        ana.pings(device[0], PINGS).stream().sorted().toList();
                result[2] = PINGS
                        * 1000.0
                        / pings.stream().mapToDouble(time -> time).sum();
                result[3] = pings.get(PINGS / 2);
                result[4] = pings.get(PINGS * 99 / 100);
            }
            assertThat(standIn.failures(ANA)).as(who).isEmpty();
            collect(who, times);
            return result;
        }
    }

    private static double millis(CompletableFuture<Double> reading, String who, WhatsAppStandIn standIn)
            throws InterruptedException {
        try {
            return reading.get();
        } catch (ExecutionException e) {
            String inbox = standIn.inbox(ANA).size() + " messages, the last of them "
                    + standIn.inbox(ANA).get(standIn.inbox(ANA).size() - 1).text();
            throw new AssertionError(who + ": not all was read, but " + inbox + "; unread " + standIn.failures(ANA), e);
        }
    }

    /** Adds what {@code times.mjs} wrote down. */
    private void collect(String who, Path times) throws IOException {
        JsonObject all = (JsonObject) JsonValue.parse(Bytes.wrap(Files.readAllBytes(times)));
        all.forEach((operation, list) -> operations
                .computeIfAbsent(who, name -> new LinkedHashMap<>())
                .computeIfAbsent(operation, name -> new ArrayList<>())
                .addAll(((JsonArray) list)
                        .values().stream()
                                .map(time -> ((JsonNumber) time).doubleValue())
                                .toList()));
    }

    private Contender contender(String who, WhatsAppStandIn standIn, Path place, Device[] device, Path times)
            throws Exception {
        return who.startsWith("plain")
                ? plain(standIn, place, device, times)
                : ours(who, standIn, place, device, times);
    }

    private static Contender plain(WhatsAppStandIn standIn, Path place, Device[] device, Path times) throws Exception {
        PlainBaileys[] running = {PlainBaileys.start(standIn, place, Map.of("TIMES", times + ".before"))};
        device[0] = standIn.scan(running[0].awaitText("qr"));
        running[0].await("open");
        standIn.awaitLive(device[0]);
        return new Contender() {
            @Override
            public void send(int count) throws IOException {
                running[0].burst(ANA.lid(), count);
            }

            /** It echoes from its start on, so it is started again. */
            @Override
            public void echo() throws Exception {
                running[0].send(ANA.lid(), "the last before");
                standIn.awaitReceipt(ANA, standIn.send(ANA, device[0], "and stored"));
                running[0].close();
                standIn.awaitGone(device[0]);
                running[0] = PlainBaileys.start(standIn, place, Map.of("ECHO", "1", "TIMES", times.toString()));
                running[0].await("open");
                standIn.awaitLive(device[0]);
            }

            @Override
            public void close() {
                running[0].close();
            }
        };
    }

    private Contender ours(String who, WhatsAppStandIn standIn, Path place, Device[] device, Path times)
            throws Exception {
        String locator = who.equals("native:") ? "native:" + place : "sqlite:" + place + ".db";
        Map<String, String> environment = new LinkedHashMap<>(standIn.environment());
        environment.put("TIMES", times.toString());
        List<String> arguments = new ArrayList<>(standIn.preload());
        arguments.addAll(List.of(
                "--import", standIn.directory().resolve("times.mjs").toUri().toString()));
        BaileysTransport transport = standIn.transport(directory.resolve("cache"))
                .nodeArguments(arguments)
                .environment(environment)
                .build();
        Program program = Program.open(transport, "main", locator);
        device[0] = program.pair(standIn);
        return new Contender() {
            @Override
            public void send(int count) throws Exception {
                for (int i = 0; i < count; i++) {
                    program.client.send(ANA.lid(), Content.text("out " + i));
                }
            }

            @Override
            public void echo() {
                program.client.onMessage(message -> program.client.send(
                        message.chat(), Content.text(message.text().orElse(""))));
            }

            @Override
            public void close() {
                program.close();
            }
        };
    }

    private String report(Map<String, List<double[]>> all) throws IOException {
        StringBuilder text =
                new StringBuilder("| | in, messages/s | out, messages/s | echoes/s | echo, median ms | p99 ms |\n"
                        + "|---|---|---|---|---|---|\n");
        all.forEach((who, trials) -> {
            text.append("| ").append(who);
            for (int column = 0; column < 5; column++) {
                int of = column;
                double[] sorted =
                        trials.stream().mapToDouble(trial -> trial[of]).sorted().toArray();
                text.append(String.format(
                        Locale.ROOT,
                        " | %.1f [%.1f..%.1f]",
                        sorted[sorted.length / 2],
                        sorted[0],
                        sorted[sorted.length - 1]));
            }
            text.append(" |\n");
        });
        text.append(String.format(
                Locale.ROOT,
                "%nMedians of %d trials in turns. A force of 4 KiB to this disk takes %.2f ms.%n",
                TRIALS,
                forceMillis()));
        return text.toString();
    }

    /** How long single operations took while all of that was going on; of plain Baileys while it echoed. */
    private String operations() {
        StringBuilder text =
                new StringBuilder("| | operation | how many | median ms | p99 ms |\n" + "|---|---|---|---|---|\n");
        operations.forEach((who, each) -> each.forEach((operation, times) -> {
            List<Double> sorted = times.stream().sorted().toList();
            text.append(String.format(
                    Locale.ROOT,
                    "| %s | %s | %d | %.3f | %.3f |%n",
                    who,
                    operation,
                    sorted.size(),
                    sorted.get(sorted.size() / 2),
                    sorted.get(sorted.size() * 99 / 100)));
        }));
        return text.toString();
    }

    private static double median(List<double[]> trials, int column) {
        return trials.stream().mapToDouble(trial -> trial[column]).sorted().toArray()[trials.size() / 2];
    }

    private double forceMillis() throws IOException {
        List<Double> times = new ArrayList<>();
        try (FileChannel file =
                FileChannel.open(directory.resolve("force"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            for (int i = 0; i < 200; i++) {
                long begin = System.nanoTime();
                file.write(ByteBuffer.allocate(4096));
                file.force(false);
                times.add((System.nanoTime() - begin) / 1e6);
            }
        }
        return times.stream().sorted().toList().get(100);
    }
}

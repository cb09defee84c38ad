package dev.pawl.baileys;

import static dev.pawl.baileys.Person.ANA;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.Content;
import dev.pawl.baileys.WhatsAppStandIn.Device;
import dev.pawl.json.JsonNumber;
import dev.pawl.json.JsonObject;
import dev.pawl.message.MessageStatus;
import dev.pawl.message.PageRequest;
import dev.pawl.message.WaMessage;
import dev.pawl.transport.TransportException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** All faults of the wire at random, one upon the other, on each kind of store. The seed is in what a failure says. */
class WireSoakTest {

    private static final Duration LENGTH = Duration.ofSeconds(90);

    private static final JsonObject LIVELY = JsonObject.builder()
            .put("keepAliveIntervalMs", JsonNumber.of(1000))
            .put("defaultQueryTimeoutMs", JsonNumber.of(1000))
            .build();

    private static final List<String> ENDS = List.of(
            "stream-end",
            "reset",
            "empty",
            "ack",
            "not-well-formed",
            "malformed-frame",
            "short-frame",
            "endless-frame");

    private static final List<String> QUESTIONS = List.of(
            "encrypt/get/count",
            "passive/set/active",
            "encrypt/get/digest",
            "usync/get/usync",
            "encrypt/get/key",
            "encrypt/set/registration",
            "privacy/set/tokens");

    @TempDir
    Path directory;

    @ParameterizedTest
    @EnumSource
    void nothingIsLostAndNothingIsThereTwice(StoreKind kind) throws Exception {
        long seed = System.nanoTime();
        try (WhatsAppStandIn standIn = WhatsAppStandIn.start();
                Road road = Road.to(standIn);
                Program program = Program.open(
                        road.transport(directory.resolve("cache"))
                                .socketOptions(LIVELY)
                                .loginTimeout(Duration.ofSeconds(10))
                                .build(),
                        "main",
                        kind.locators(directory))) {
            Storm storm = new Storm(standIn, new Wire(standIn), road, program, program.pair(standIn), new Random(seed));
            long end = System.nanoTime() + LENGTH.toNanos();
            int rounds = 0;
            while (System.nanoTime() < end) {
                storm.fault();
                storm.talk();
                rounds++;
            }
            storm.calm();
            System.out.printf(
                    "%s, seed %d: %d rounds, %d messages in, %d out of which %d had to arrive, %d sends failed%n",
                    kind, seed, rounds, storm.in.size(), storm.out.size(), storm.arrived.size(), storm.failed);
        } catch (Exception | AssertionError e) {
            throw new AssertionError(kind + ", seed " + seed, e);
        }
    }

    private static final class Storm {

        private final WhatsAppStandIn standIn;
        private final Wire wire;
        private final Road road;
        private final Program program;
        private final Device device;
        private final Random random;
        private final List<String> in = new ArrayList<>();
        private final List<String> out = new ArrayList<>();
        /** Of those, what the server has: something that we said later, over the same connection, has reached it. */
        private final List<String> arrived = new ArrayList<>();

        private int failed;

        Storm(WhatsAppStandIn standIn, Wire wire, Road road, Program program, Device device, Random random) {
            this.standIn = standIn;
            this.wire = wire;
            this.road = road;
            this.program = program;
            this.device = device;
            this.random = random;
        }

        private <T> T any(List<T> list) {
            return list.get(random.nextInt(list.size()));
        }

        void fault() {
            switch (random.nextInt(9)) {
                case 0, 1 -> standIn.close(device, any(ENDS));
                case 2 -> road.breakSilently();
                case 3 -> wire.loses(any(List.of(Wire.Part.values())), any(QUESTIONS), 1);
                case 4 -> wire.copies(1 + random.nextInt(3));
                case 5 -> wire.compressed(any(List.of("none", "all", "mixed", "messages")));
                case 6 -> wire.runShort(device, random.nextInt(4));
                case 7 -> road.slow(100 + random.nextInt(2000), 50_000 + random.nextInt(500_000));
                default -> {
                    if (!in.isEmpty()) {
                        wire.again(device, any(in.subList(Math.max(0, in.size() - 20), in.size())));
                    }
                }
            }
        }

        void talk() throws Exception {
            in.addAll(standIn.burst(ANA, device, random.nextInt(20), "storm " + in.size() + ", "));
            program.client.connect(Program.PATIENCE.multipliedBy(2));
            long connections = connections();
            int before = out.size();
            for (int i = random.nextInt(4); i > 0; i--) {
                send();
            }
            in.addAll(standIn.burst(ANA, device, 1 + random.nextInt(5), "after " + in.size() + ", "));
            program.client.connect(Program.PATIENCE.multipliedBy(2));
            standIn.awaitEmptyQueue(device);
            if (connections() == connections) {
                arrived.addAll(out.subList(before, out.size()));
            }
        }

        /** How many there were so far. */
        private long connections() {
            return StandInPipe.number((JsonObject) standIn.call("state", WhatsAppStandIn.args()), "upgrades");
        }

        /** What is said to be sent may be lost with its connection; who needs more schedules it. */
        private void send() throws InterruptedException {
            try {
                out.add(program.client
                        .send(ANA.lid(), Content.text("out " + out.size()))
                        .key()
                        .id());
            } catch (TransportException e) {
                failed++;
            }
        }

        /** Whether the history says that the server, or Ana, has it. */
        private boolean isConfirmed(String id) {
            return program.client
                    .messages()
                    .message(LinkedProgram.key(ANA.lid(), true, id))
                    .flatMap(WaMessage::status)
                    .filter(status -> status.compareTo(MessageStatus.SERVER_ACK) >= 0)
                    .isPresent();
        }

        void calm() throws Exception {
            wire.losesNothing();
            wire.copies(1);
            program.client.connect(Program.PATIENCE.multipliedBy(2));
            standIn.awaitLive(device);
            standIn.awaitEmptyQueue(device);
            String last = program.client
                    .send(ANA.lid(), Content.text("the last"))
                    .key()
                    .id();
            standIn.awaitMessage(ANA, last);
            arrived.forEach(id -> standIn.awaitMessage(ANA, id));
            assertThat(arrived).as("what cannot have been lost").isNotEmpty();
            out.stream().filter(this::isConfirmed).forEach(id -> standIn.awaitMessage(ANA, id));
            program.client.disconnect();
            List<String> ids = new ArrayList<>();
            var page = program.pawl
                    .messages("main")
                    .messages(ANA.lid(), PageRequest.oldest().limit(1000));
            while (true) {
                page.items().stream()
                        .filter(message -> !message.key().fromMe())
                        .forEach(message -> ids.add(message.key().id()));
                if (page.next().isEmpty()) {
                    break;
                }
                page = program.pawl
                        .messages("main")
                        .messages(
                                ANA.lid(),
                                PageRequest.oldest()
                                        .limit(1000)
                                        .after(page.next().get()));
            }
            assertThat(ids).containsExactlyInAnyOrderElementsOf(in);
            assertThat(wire.preKeys(device).announced()).doesNotHaveDuplicates();
            assertThat(program.sawQr()).isFalse();
        }
    }
}

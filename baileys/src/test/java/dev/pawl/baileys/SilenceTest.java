package dev.pawl.baileys;

import static dev.pawl.baileys.Person.ANA;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.DisconnectReason;
import dev.pawl.Disconnection;
import dev.pawl.baileys.WhatsAppStandIn.Device;
import dev.pawl.json.JsonNumber;
import dev.pawl.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;

/**
 * Connections that stand and over which nothing comes. Baileys allows five seconds beyond the time between two of its signs
 * of life, whatever that is, so all of them are waited for together.
 */
class SilenceTest {

    private static final JsonObject LIVELY =
            JsonObject.builder().put("keepAliveIntervalMs", JsonNumber.of(200)).build();

    @TempDir
    Path directory;

    private String[] place(StoreKind kind, String name) throws IOException {
        return kind.locators(Files.createDirectory(directory.resolve(name)));
    }

    /** Somebody linked, who is told of every end. */
    private record Linked(Program program, Device device) implements AutoCloseable {

        static Linked open(WhatsAppStandIn standIn, BaileysTransport.Builder transport, String... locators)
                throws Exception {
            Program program = Program.open(transport.socketOptions(LIVELY).build(), "main", locators);
            Device device = program.pair(standIn);
            assertThat(program.end().reason()).isEqualTo(DisconnectReason.RESTART_REQUIRED);
            // With a session, so that what is written later needs none.
            standIn.send(ANA, device, "before");
            program.message("before");
            return new Linked(program, device);
        }

        void isGivenUp() throws Exception {
            Disconnection end = program.end();
            assertThat(end.reason()).isEqualTo(DisconnectReason.CONNECTION_LOST);
            assertThat(end.code()).hasValue(408);
            assertThat(end.willReconnect()).isTrue();
        }

        void comesBack(WhatsAppStandIn standIn, String missed) throws Exception {
            program.message(missed);
            standIn.awaitEmptyQueue(device);
            assertThat(program.sawQr()).isFalse();
        }

        @Override
        public void close() {
            program.close();
        }
    }

    @OnEachStore
    void aSilentConnectionIsGivenUpAndNothingThatWasSentMeanwhileIsLost(StoreKind kind) throws Exception {
        try (WhatsAppStandIn standIn = WhatsAppStandIn.start();
                Road road = Road.to(standIn);
                Linked unheard =
                        Linked.open(standIn, standIn.transport(directory.resolve("cache")), place(kind, "unheard"));
                Linked swallowing =
                        Linked.open(standIn, standIn.transport(directory.resolve("cache")), place(kind, "swallowing"));
                Linked cut = Linked.open(standIn, road.transport(directory.resolve("cache")), place(kind, "cut"))) {
            Wire wire = new Wire(standIn);

            // A server that looks at nothing; one that announces a frame that never ends; and a cable that was pulled.
            wire.deafTo(unheard.device(), true);
            standIn.close(swallowing.device(), "endless-frame");
            standIn.send(ANA, swallowing.device(), "swallowed");
            road.breakSilently();
            standIn.send(ANA, cut.device(), "into nothing");
            long begin = System.nanoTime();

            for (Linked each : List.of(swallowing, cut, unheard)) {
                each.isGivenUp();
            }
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(15));
            swallowing.comesBack(standIn, "swallowed");
            cut.comesBack(standIn, "into nothing");
            // Nobody would send to a server that is deaf: here it is told only now.
            standIn.send(ANA, unheard.device(), "and now");
            unheard.comesBack(standIn, "and now");
        }
    }

    /** Baileys is content with an unanswered wish to be sent what comes, and is open and silent from then on. */
    @OnEachStore
    void aServerThatSendsNothingAfterTheLoginIsLeft(StoreKind kind) throws Exception {
        JsonObject impatient = JsonObject.builder()
                .put("defaultQueryTimeoutMs", JsonNumber.of(300))
                .build();
        String[] locators = kind.locators(directory);
        try (WhatsAppStandIn standIn = WhatsAppStandIn.start()) {
            Device device;
            try (Program patient =
                    Program.open(standIn.transport(directory.resolve("cache")).build(), "main", locators)) {
                device = patient.pair(standIn);
            }
            standIn.awaitGone(device);

            new Wire(standIn).loses(Wire.Part.QUESTION, "passive/set/active", 1);
            BaileysTransport.Builder transport = standIn.transport(directory.resolve("cache"));
            try (Program program = Program.open(
                    transport
                            .socketOptions(impatient)
                            .loginTimeout(Duration.ofMillis(1500))
                            .build(),
                    "main",
                    locators)) {
                program.client.connect();
                Disconnection end = program.end();
                while (!end.message().contains("sends nothing")) {
                    // A login that took too long, as on a machine that is busy.
                    assertThat(end.message()).contains("Login timed out");
                    end = program.end();
                }
                assertThat(end.code()).hasValue(408);
                program.connect();
                standIn.awaitLive(device);
                standIn.send(ANA, device, "here it is");
                program.message("here it is");
            }
        }
    }
}

package dev.pawl.baileys;

import static dev.pawl.baileys.Person.ANA;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.Content;
import dev.pawl.DisconnectReason;
import dev.pawl.baileys.WhatsAppStandIn.Device;
import dev.pawl.baileys.WhatsAppStandIn.Tally;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the peer can read after we died at a bad moment, and when both sides write at once. */
class DurabilityTest {

    @TempDir
    Path directory;

    private Program program(BaileysTransport transport) {
        return Program.open(transport, "main", "sqlite:" + directory.resolve("store.db"));
    }

    private BaileysTransport.Builder transport(WhatsAppStandIn standIn) {
        return standIn.transport(directory.resolve("cache"));
    }

    /** A conversation in which both have written, so that messages go without a new session. */
    private static void settle(WhatsAppStandIn standIn, Program program, Device device) throws Exception {
        standIn.send(ANA, device, "one");
        program.message("one");
        standIn.awaitMessage(
                ANA, program.client.send(ANA.lid(), Content.text("two")).key().id());
        standIn.send(ANA, device, "three");
        program.message("three");
    }

    @Test
    void killedWhenAMessageHasLeftThePeerReadsTheNext() throws Exception {
        assertThat(unreadableAfterKills(transport -> transport)).isEmpty();
    }

    /** That the test above can fail. */
    @Test
    void asPublishedThePeerCannotReadIt() throws Exception {
        assertThat(unreadableAfterKills(transport -> transport.without(Mend.STORE_BEFORE_SENDING)))
                .isNotEmpty();
    }

    private List<String> unreadableAfterKills(UnaryOperator<BaileysTransport.Builder> how) throws Exception {
        try (WhatsAppStandIn standIn = WhatsAppStandIn.start();
                Program program = program(how.apply(transport(standIn)).build())) {
            Device device = program.pair(standIn);
            settle(standIn, program, device);
            standIn.retries(ANA, false);

            for (int i = 0; i < 2; i++) {
                long child = program.transport.processId().orElseThrow();
                standIn.killOnMessage(child);
                program.forgetEnds();
                program.trySend(ANA.lid(), "the last before the end " + i);
                standIn.awaitText(ANA, "the last before the end " + i);
                assertThat(program.end().reason()).isEqualTo(DisconnectReason.TRANSPORT_FAILED);
                program.connect();
                standIn.awaitLive(device);

                int before = standIn.awaitCount(ANA, 0).all();
                program.client.send(ANA.lid(), Content.text("the first after it " + i));
                standIn.awaitCount(ANA, before + 1);
            }
            return standIn.failures(ANA);
        }
    }

    @Test
    void aBurstThatIsEchoedIsReadByThePeerToTheLast() throws Exception {
        ExecutorService echo = Executors.newFixedThreadPool(16);
        try (WhatsAppStandIn standIn = WhatsAppStandIn.start();
                Program program = program(transport(standIn).build())) {
            Device device = program.pair(standIn);
            settle(standIn, program, device);
            standIn.retries(ANA, false);
            int before = standIn.inbox(ANA).size();

            program.client.onMessage(message -> echo.execute(
                    () -> program.trySend(message.chat(), message.text().orElse(""))));
            standIn.burst(ANA, device, 100, "echo ");

            assertThat(standIn.awaitCount(ANA, before + 100)).isEqualTo(new Tally(before + 100, 0));
        } finally {
            echo.shutdownNow();
        }
    }
}

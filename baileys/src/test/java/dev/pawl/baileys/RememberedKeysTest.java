package dev.pawl.baileys;

import static dev.pawl.baileys.Person.ANA;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.baileys.WhatsAppStandIn.Device;
import dev.pawl.json.Bytes;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonString;
import dev.pawl.transport.OutgoingMessage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A link asks once for what it has read or written already, and the next link asks anew. */
class RememberedKeysTest {

    private static final int MESSAGES = 5;

    @TempDir
    Path directory;

    /** Notes what it is asked for. */
    private static final class AskedHost extends MemoryHost {

        private final Queue<String> sessions = new ConcurrentLinkedQueue<>();

        @Override
        public Map<String, Bytes> read(String type, Collection<String> names) {
            if (type.equals("session")) {
                sessions.addAll(names);
            }
            return super.read(type, names);
        }
    }

    @Test
    void aConversationIsReadOnceForEachLink() throws Exception {
        try (WhatsAppStandIn standIn = WhatsAppStandIn.start();
                BaileysTransport transport =
                        standIn.transport(directory.resolve("cache")).build()) {
            AskedHost host = new AskedHost();
            Device device = host.pair(standIn, transport);
            for (int link = 1; link <= 2; link++) {
                host.sessions.clear();
                BaileysLink open = (BaileysLink) transport.open(host);
                assertThat(host.next()).isEqualTo("opened");
                standIn.awaitLive(device);
                for (int i = 0; i < MESSAGES; i++) {
                    standIn.awaitReceipt(ANA, standIn.send(ANA, device, "in " + i));
                    String id = "3EB0" + link + "00" + i;
                    open.send(text("out " + i, id)).get(Program.PATIENCE.toSeconds(), TimeUnit.SECONDS);
                    assertThat(standIn.awaitMessage(ANA, id).text()).isEqualTo("out " + i);
                }
                open.close();
                standIn.awaitGone(device);
                assertThat(host.sessions)
                        .as("sessions that were read")
                        .isNotEmpty()
                        .doesNotHaveDuplicates();
            }
            assertThat(standIn.failures(ANA)).isEmpty();
        }
    }

    private static OutgoingMessage text(String text, String id) {
        JsonObject content =
                JsonObject.builder().put("text", new JsonString(text)).build();
        return new OutgoingMessage(ANA.lid(), content, JsonObject.EMPTY, id);
    }

    @Test
    void whatIsRememberedIsWhatWasWrittenLast() throws Exception {
        Path bridge = new Packages(directory).bridge();
        Programs.Result run = Programs.run(
                WhatsAppStandIn.packages(),
                Duration.ofMinutes(2),
                List.of(
                        Programs.find("node").orElseThrow().toString(),
                        "recent-check.mjs",
                        bridge.resolveSibling("recent.mjs").toString()));
        assertThat(run.status()).as(run.output()).isZero();
        assertThat(Long.parseLong(run.output())).isGreaterThan(10_000);
    }
}

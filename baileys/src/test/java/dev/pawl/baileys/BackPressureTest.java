package dev.pawl.baileys;

import static dev.pawl.baileys.Person.ANA;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.baileys.WhatsAppStandIn.Device;
import dev.pawl.event.RawEvent;
import dev.pawl.json.JsonObject;
import dev.pawl.transport.OutgoingMessage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A program that takes no events holds up the server, and not a heap. */
class BackPressureTest {

    private static final int MANY = 1200;
    private static final Pattern FLOOD = Pattern.compile("\"flood (\\d+)\"");

    @TempDir
    Path directory;

    /** Takes events only when it is let. */
    private static final class SlowHost extends MemoryHost {

        final List<Integer> numbers = new ArrayList<>();
        volatile CountDownLatch gate = new CountDownLatch(0);
        final CountDownLatch all = new CountDownLatch(MANY);

        /** Waits as long as more comes: how fast that is depends on what else the machine has to do. */
        void awaitAll() throws InterruptedException {
            long missing = Long.MAX_VALUE;
            while (!all.await(Program.PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                assertThat(all.getCount()).as("messages that are missing").isLessThan(missing);
                missing = all.getCount();
            }
        }

        @Override
        public void event(RawEvent event) {
            try {
                gate.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
            if (event.name().equals("messages.upsert")) {
                // One event may bring many messages.
                FLOOD.matcher(event.data().toText()).results().forEach(found -> {
                    numbers.add(Integer.parseInt(found.group(1)));
                    all.countDown();
                });
            }
        }
    }

    @Test
    void whatIsNotTakenStaysWithTheServer() throws Exception {
        try (WhatsAppStandIn standIn = WhatsAppStandIn.start();
                BaileysTransport transport =
                        standIn.transport(directory.resolve("cache")).build()) {
            SlowHost host = new SlowHost();
            Device device = host.pair(standIn, transport);
            BaileysLink link = (BaileysLink) transport.open(host);
            assertThat(host.next()).isEqualTo("opened");
            standIn.awaitLive(device);

            host.gate = new CountDownLatch(1);
            standIn.burstAside(ANA, device, MANY, "flood ").get(2, TimeUnit.MINUTES);
            link.awaitPause();
            int waiting = standIn.device(device).queued();
            JsonObject hello = JsonObject.builder().put("text", "hello").build();
            link.send(new OutgoingMessage(ANA.lid(), hello, JsonObject.EMPTY, "3EB0AAAA"))
                    .get(Program.PATIENCE.toSeconds(), TimeUnit.SECONDS);
            assertThat(standIn.awaitMessage(ANA, "3EB0AAAA").text())
                    .as("what is sent needs answers of the server")
                    .isEqualTo("hello");
            host.gate.countDown();

            assertThat(waiting).isGreaterThan(MANY / 3);
            host.awaitAll();
            assertThat(host.numbers)
                    .containsExactlyInAnyOrderElementsOf(
                            IntStream.range(0, MANY).boxed().toList());
            link.close();
        }
    }
}

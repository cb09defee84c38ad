package dev.pawl.baileys;

import static dev.pawl.baileys.Person.ANA;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.baileys.WhatsAppStandIn.Device;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What waited at the server for somebody who was away. */
class WaitedTest {

    private static final int WAITING = 30;
    private static final int UNREADABLE = 40;

    /** For how long Baileys as published does nothing after each message that it asks for again. */
    private static final Duration PUBLISHED_DELAY = Duration.ofMillis(250);

    @TempDir
    Path directory;

    @Test
    void whatComesMeanwhileIsToldAfterIt() throws Exception {
        assertThat(isOvertaken()).isFalse();
    }

    /** That the test above can fail. */
    @Test
    void asPublishedItIsToldFirst() throws Exception {
        assertThat(isOvertaken(Mend.FRAMES_IN_ORDER)).isTrue();
    }

    private boolean isOvertaken(Mend... without) throws Exception {
        WatchfulHost host = new WatchfulHost();
        List<String> all = new ArrayList<>();
        try (WhatsAppStandIn standIn = WhatsAppStandIn.start();
                BaileysTransport transport = without(standIn.transport(directory.resolve("cache")), without)) {
            Device device = host.pair(standIn, transport);
            for (int i = 0; i < WAITING; i++) {
                all.add("waited " + i);
                standIn.send(ANA, device, "waited " + i);
            }
            all.add("came");
            WatchfulHost.Hold first = host.holdWrite(changes -> changes.keys().containsKey("session"));
            BaileysLink link = (BaileysLink) transport.open(host);
            first.awaitReached();
            standIn.awaitLive(device);
            String last = standIn.send(ANA, device, "came");
            first.release();
            standIn.awaitEmptyQueue(device);
            standIn.awaitReceipt(ANA, last);
            link.disconnect().get(Program.PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }
        assertThat(host.texts).containsExactlyInAnyOrderElementsOf(all);
        return !host.texts.equals(all);
    }

    private static BaileysTransport without(BaileysTransport.Builder builder, Mend... mends) {
        List.of(mends).forEach(builder::without);
        return builder.build();
    }

    @Test
    void whatCannotBeReadHoldsUpNothing() throws Exception {
        try (WhatsAppStandIn standIn = WhatsAppStandIn.start();
                BaileysTransport transport =
                        standIn.transport(directory.resolve("cache")).build()) {
            WatchfulHost host = new WatchfulHost();
            Device device = host.pair(standIn, transport);
            String first = standIn.sendBroken(ANA, device, "broken 0");
            for (int i = 1; i < UNREADABLE; i++) {
                standIn.sendBroken(ANA, device, "broken " + i);
            }
            String last = standIn.send(ANA, device, "last");
            transport.open(host);
            // Not from the start on, which takes its time where the machine is busy.
            standIn.awaitReceipt(ANA, first);
            long begin = System.nanoTime();
            standIn.awaitReceipt(ANA, last);
            assertThat(Duration.ofNanos(System.nanoTime() - begin))
                    .isLessThan(PUBLISHED_DELAY.multipliedBy(UNREADABLE - 1));
        }
    }
}

package dev.pawl.baileys;

import static dev.pawl.baileys.Person.ANA;
import static dev.pawl.baileys.Person.BUDI;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.baileys.WhatsAppStandIn.Device;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a phone is asked for when much waited that could not be read: it takes longer than Baileys waits before it asks. */
class PhoneAskedSoakTest {

    private static final int UNREADABLE = 20;
    private static final int WAITING = 5000;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @TempDir
    Path directory;

    @Test
    void onlyWhatNobodySendsAgain() throws Exception {
        try (WhatsAppStandIn standIn = WhatsAppStandIn.start();
                BaileysTransport transport =
                        standIn.transport(directory.resolve("cache")).build()) {
            standIn.add("peer", BUDI);
            Asking asking = new Asking(standIn);
            MemoryHost host = new MemoryHost();
            transport.open(host);
            Device device = standIn.scan(host.next().substring("qr ".length()));
            assertThat(host.next()).isEqualTo("closed");
            for (int i = 0; i < UNREADABLE; i++) {
                standIn.sendBroken(ANA, device, "comes again " + i);
            }
            String lost = standIn.sendBroken(BUDI, device, "does not come again");
            asking.forgetSent(BUDI);
            standIn.burst(ANA, device, WAITING, "waits ");
            transport.open(host);
            assertThat(asking.awaitAskedOfPhone(PATIENCE)).containsExactly(lost);
        }
    }
}

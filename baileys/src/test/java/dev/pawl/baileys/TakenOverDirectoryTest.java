package dev.pawl.baileys;

import static dev.pawl.baileys.Person.ANA;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.Content;
import dev.pawl.baileys.WhatsAppStandIn.Device;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A directory that plain Baileys paired is taken over as it lies, and handed back the same way. */
class TakenOverDirectoryTest {

    @TempDir
    Path directory;

    @Test
    void plainBaileysAndPawlTakeTurnsOnOneDirectory() throws Exception {
        Path files = directory.resolve("auth");
        String[] stores = {"baileys:" + files, "sqlite:" + directory.resolve("history.db")};
        try (WhatsAppStandIn standIn = WhatsAppStandIn.start()) {
            Device device;
            try (PlainBaileys plain = PlainBaileys.start(standIn, files)) {
                device = standIn.scan(plain.awaitText("qr"));
                plain.await("open");
                standIn.awaitLive(device);
                standIn.awaitReceipt(ANA, standIn.send(ANA, device, "to plain"));
                assertThat(plain.awaitText("text")).isEqualTo("to plain");
                standIn.awaitMessage(ANA, plain.send(ANA.lid(), "from plain"));
                // Plain Baileys stores what a send advanced only after the send; once it has read the next, it has.
                standIn.awaitReceipt(ANA, standIn.send(ANA, device, "and stored"));
                plain.awaitText("text");
            }
            standIn.awaitGone(device);
            standIn.send(ANA, device, "for whoever comes");

            BaileysTransport transport =
                    standIn.transport(directory.resolve("cache")).build();
            try (Program program = Program.open(transport, "default", stores)) {
                program.connect();
                assertThat(program.sawQr()).isFalse();
                program.message("for whoever comes");
                String id = program.client
                        .send(ANA.lid(), Content.text("from Pawl"))
                        .key()
                        .id();
                assertThat(standIn.awaitMessage(ANA, id).text()).isEqualTo("from Pawl");
            }
            standIn.awaitGone(device);
            standIn.send(ANA, device, "welcome back");

            try (PlainBaileys plain = PlainBaileys.start(standIn, files)) {
                plain.await("open");
                assertThat(plain.awaitText("text")).isEqualTo("welcome back");
                String id = plain.send(ANA.lid(), "plain again");
                assertThat(standIn.awaitMessage(ANA, id).text()).isEqualTo("plain again");
            }
            assertThat(standIn.failures(ANA)).isEmpty();
        }
    }
}

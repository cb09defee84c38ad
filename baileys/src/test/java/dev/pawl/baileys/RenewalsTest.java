package dev.pawl.baileys;

import static dev.pawl.baileys.Person.ANA;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.baileys.Asking.How;
import dev.pawl.baileys.WhatsAppStandIn.Device;
import dev.pawl.json.JsonObject;
import dev.pawl.transport.OutgoingMessage;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When a session with somebody is begun with whom there is one. */
class RenewalsTest {

    @TempDir
    Path directory;

    private int messages;

    @Test
    void whoAsksForAMessageAgainGetsItOnOneNewSession() throws Exception {
        try (WhatsAppStandIn standIn = WhatsAppStandIn.start();
                BaileysTransport transport =
                        standIn.transport(directory.resolve("cache")).build()) {
            MemoryHost host = new MemoryHost();
            Device device = host.pair(standIn, transport);
            BaileysLink link = host.open(standIn, transport, device);
            settle(standIn, link, device);
            for (How how : How.values()) {
                String id = send(link, "is asked for " + how);
                standIn.awaitMessage(ANA, id);
                long before = host.sessions(ANA);
                assertThat(new Asking(standIn).ask(ANA, device, id, how))
                        .as(how.name())
                        .isEqualTo("pkmsg");
                assertThat(host.sessions(ANA)).as(how.name()).isEqualTo(before + 1);
                settle(standIn, link, device);
            }
        }
    }

    /** As Baileys has it: it heals what a store has lost that went back to an older state. */
    @Test
    void aStartBeginsOneAndGoesOnWithThat() throws Exception {
        try (WhatsAppStandIn standIn = WhatsAppStandIn.start();
                BaileysTransport transport =
                        standIn.transport(directory.resolve("cache")).build()) {
            MemoryHost host = new MemoryHost();
            Device device = host.pair(standIn, transport);
            BaileysLink link = host.open(standIn, transport, device);
            settle(standIn, link, device);
            host.end(standIn, link, device);

            link = host.open(standIn, transport, device);
            String first = send(link, "first after a start");
            assertThat(standIn.awaitMessage(ANA, first).type()).isEqualTo("pkmsg");
            settle(standIn, link, device);
            String next = send(link, "after she has answered");
            assertThat(standIn.awaitMessage(ANA, next).type()).isEqualTo("msg");
        }
    }

    /** They have written to each other, and both go on with that. */
    private void settle(WhatsAppStandIn standIn, BaileysLink link, Device device) throws Exception {
        standIn.awaitMessage(ANA, send(link, "mine"));
        standIn.awaitReceipt(ANA, standIn.send(ANA, device, "yours"));
    }

    private String send(BaileysLink link, String text) throws Exception {
        String id = "3EB0" + String.format("%08X", ++messages);
        JsonObject content = JsonObject.builder().put("text", text).build();
        link.send(new OutgoingMessage(ANA.lid(), content, JsonObject.EMPTY, id))
                .get(Program.PATIENCE.toSeconds(), TimeUnit.SECONDS);
        return id;
    }
}

package dev.pawl.baileys;

import static dev.pawl.baileys.Person.ANA;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.Content;
import dev.pawl.Pawl;
import dev.pawl.baileys.WhatsAppStandIn.Device;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonString;
import dev.pawl.message.PageRequest;
import dev.pawl.message.WaMessage;
import dev.pawl.tck.server.NodePackages;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * An application of real zaileys pairs and talks on its own stores; Pawl's client takes them over as they lie, and hands them
 * back the same way. Nobody pairs a second time, and nobody asks for a message to be sent again.
 */
final class ZaileysTurns {

    private static final int TURNS = Boolean.getBoolean("pawl.soak") ? 3 : 1;

    private final Path directory;
    private final JsonObject stores;
    private final String[] locators;

    /**
     * Those who share stores.
     *
     * @param directory in which both run
     * @param stores what zaileys is told of the stores; when that is nothing, it has its default ones, which are files
     * @param locators the same stores for us, and a history where they have none
     */
    ZaileysTurns(Path directory, JsonObject stores, String... locators) {
        this.directory = directory;
        this.stores = stores;
        this.locators = locators.clone();
    }

    private PlainBaileys zaileys(WhatsAppStandIn standIn) {
        Path program = NodePackages.require("interop", "zaileys", "app.mjs").resolve("app.mjs");
        Map<String, String> environment =
                Map.of("STORES", stores.toText(), "WA_STANDIN_FROM", String.valueOf(program.getParent()));
        return PlainBaileys.run(standIn, directory, program.toString(), environment);
    }

    void take() throws Exception {
        try (WhatsAppStandIn standIn = WhatsAppStandIn.start()) {
            // zaileys begins to connect before it has read the credentials. A server on the same machine is faster than
            // that
            // now and then, and zaileys tries again after 3 seconds, then 6, then 12.
            standIn.call("distance", JsonObject.builder().put("millis", 200));
            Device device;
            try (PlainBaileys zaileys = zaileys(standIn)) {
                device = standIn.scan(zaileys.awaitText("qr"));
                zaileys.await("open");
                standIn.awaitLive(device);
                standIn.awaitReceipt(ANA, standIn.send(ANA, device, "to zaileys"));
                assertThat(zaileys.awaitText("text")).isEqualTo("to zaileys");
                assertThat(standIn.awaitMessage(ANA, zaileys.send(ANA.lid(), "from zaileys"))
                                .text())
                        .isEqualTo("from zaileys");
                standIn.awaitReceipt(ANA, standIn.send(ANA, device, "before you go"));
                zaileys.end();
            }
            standIn.awaitGone(device);
            for (int turn = 0; turn < TURNS; turn++) {
                pawlTakesOver(standIn, device, turn);
                zaileysTakesBack(standIn, device, turn);
            }
            assertThat(standIn.failures(ANA)).isEmpty();
            assertThat(standIn.askedAgain(ANA)).isEmpty();
            look();
        }
    }

    private void pawlTakesOver(WhatsAppStandIn standIn, Device device, int turn) throws Exception {
        String offline = standIn.send(ANA, device, "for Pawl " + turn);
        try (Program program =
                Program.open(standIn.transport(directory.resolve("cache")).build(), "default", locators)) {
            program.connect();
            assertThat(program.sawQr()).isFalse();
            assertThat(program.message("for Pawl " + turn).key().id()).isEqualTo(offline);
            standIn.send(ANA, device, "and live " + turn);
            program.message("and live " + turn);
            WaMessage sent = program.client.send(ANA.lid(), Content.text("from Pawl " + turn));
            assertThat(standIn.awaitMessage(ANA, sent.key().id()).text()).isEqualTo("from Pawl " + turn);
            assertThat(program.errors).isEmpty();
        }
        standIn.awaitGone(device);
    }

    private void zaileysTakesBack(WhatsAppStandIn standIn, Device device, int turn) throws Exception {
        String offline = standIn.send(ANA, device, "for zaileys " + turn);
        try (PlainBaileys zaileys = zaileys(standIn)) {
            zaileys.await("open");
            standIn.awaitReceipt(ANA, offline);
            standIn.awaitReceipt(ANA, standIn.send(ANA, device, "welcome back " + turn));
            zaileys.awaitThat("text", new JsonString("welcome back " + turn));
            String sent = zaileys.send(ANA.lid(), "zaileys again " + turn);
            assertThat(standIn.awaitMessage(ANA, sent).text()).isEqualTo("zaileys again " + turn);
            zaileys.end();
        }
        standIn.awaitGone(device);
    }

    /** What both have written is in one history, where zaileys' stores have one. */
    private void look() {
        if (locators.length > 1) {
            return;
        }
        try (Pawl pawl = Pawl.openReadOnly(locators)) {
            List<String> texts =
                    pawl.messagesReadOnly("default").messages(ANA.lid(), PageRequest.newest()).items().stream()
                            .map(message -> message.text().orElse(""))
                            .toList();
            // Not the last of zaileys' turns: it does not wait for what it is storing when it ends.
            assertThat(texts).contains("to zaileys", "from zaileys", "for Pawl 0", "and live 0", "from Pawl 0");
        }
    }
}

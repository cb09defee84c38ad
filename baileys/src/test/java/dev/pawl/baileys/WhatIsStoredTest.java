package dev.pawl.baileys;

import static dev.pawl.baileys.Person.ANA;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.baileys.WhatsAppStandIn.Device;
import dev.pawl.event.RawEvent;
import dev.pawl.transport.KeyChanges;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What real Baileys has stored, and in which commits; and what it prints nowhere. */
class WhatIsStoredTest {

    @TempDir
    Path directory;

    private static final class CountingHost extends MemoryHost {

        final List<KeyChanges> commits = new CopyOnWriteArrayList<>();

        @Override
        public void write(KeyChanges changes) {
            super.write(changes);
            commits.add(changes);
        }

        /** Which commit was the first with such keys, or with none, and with this member of the credentials; or -1. */
        int first(String type, String member) {
            for (int i = 0; i < commits.size(); i++) {
                KeyChanges changes = commits.get(i);
                boolean hasKeys = type.isEmpty()
                        ? changes.keys().isEmpty()
                        : changes.keys().containsKey(type);
                boolean hasMember = member.isEmpty()
                        || changes.credentials()
                                .flatMap(members -> members.get(member))
                                .isPresent();
                if (hasKeys && hasMember) {
                    return i;
                }
            }
            return -1;
        }
    }

    @Test
    void credentialsGoAloneWhenNoKeysFollow() throws Exception {
        try (WhatsAppStandIn standIn = WhatsAppStandIn.start();
                BaileysTransport transport =
                        standIn.transport(directory.resolve("cache")).build()) {
            CountingHost host = new CountingHost();
            Device device = host.pair(standIn, transport);
            transport.open(host);
            assertThat(host.next()).isEqualTo("opened");
            standIn.awaitLive(device);

            // Who we are came with no keys; the number of the next pre-key counts what is stored already.
            assertThat(host.first("", "me")).isNotNegative();
            assertThat(host.first("pre-key", "")).isNotNegative().isLessThan(host.first("", "nextPreKeyId"));
        }
    }

    /**
     * Baileys tells of the number of the next pre-key in the transaction that makes pre-keys. {@link
     * Mend#STORE_BEFORE_SENDING} has them durable before that, so that the number comes right behind them.
     */
    @Test
    void credentialsRideOnTheKeysThatFollow() throws Exception {
        try (WhatsAppStandIn standIn = WhatsAppStandIn.start();
                BaileysTransport transport = standIn.transport(directory.resolve("cache"))
                        .without(Mend.STORE_BEFORE_SENDING)
                        .build()) {
            CountingHost host = new CountingHost();
            Device device = host.pair(standIn, transport);
            transport.open(host);
            assertThat(host.next()).isEqualTo("opened");
            standIn.awaitLive(device);

            assertThat(host.first("pre-key", ""))
                    .isNotNegative()
                    .isEqualTo(host.first("pre-key", "nextPreKeyId"))
                    .isEqualTo(host.first("pre-key", "firstUnuploadedPreKeyId"));
        }
    }

    @Test
    void pairsThatAreKeysBecomeEvents() throws Exception {
        List<RawEvent> events = new CopyOnWriteArrayList<>();
        try (WhatsAppStandIn standIn = WhatsAppStandIn.start();
                Program program = Program.open(
                        standIn.transport(directory.resolve("cache")).build(),
                        "main",
                        "sqlite:" + directory.resolve("store.db"))) {
            Device device = program.pair(standIn);
            program.client.onEvent(events::add);
            standIn.send(ANA, device, "who am I");
            program.message("who am I");

            Eventually.holds(() -> assertThat(events)
                    .anyMatch(event -> event.name().equals("lid-mapping.update")
                            && event.data().toText().contains(ANA.number())
                            && event.data().toText().contains(ANA.lidUser())));
        }
    }

    @Test
    void whatIsPrintedToTheConsoleIsDropped() throws Exception {
        String print = "for (const way of ['log', 'info', 'warn', 'error', 'debug', 'trace', 'dir'])"
                + " console[way]('Closing session', { privKey: Buffer.alloc(32) }); process.stdout.write('privKey')";
        String quiet = WhatIsStoredTest.class.getResource("node/quiet.mjs").toString();

        assertThat(printed("await import('" + quiet + "'); " + print)).isEmpty();
        assertThat(printed(print)).contains("privKey");
    }

    private static String printed(String script) throws Exception {
        Process node = new ProcessBuilder("node", "--input-type=module", "-e", script)
                .redirectErrorStream(true)
                .start();
        String all = new String(node.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(node.waitFor()).isZero();
        return all;
    }
}

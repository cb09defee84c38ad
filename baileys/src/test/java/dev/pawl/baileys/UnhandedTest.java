package dev.pawl.baileys;

import static dev.pawl.baileys.Person.ANA;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.backend.UnavailableException;
import dev.pawl.baileys.WhatsAppStandIn.Device;
import dev.pawl.event.RawEvent;
import dev.pawl.json.Bytes;
import dev.pawl.transport.KeyChanges;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Messages that came when a link ended: handed over, or still with the server. */
class UnhandedTest {

    private static final int MANY = 60;
    private static final int ROAD_PIECE = 64 * 1024;

    @TempDir
    Path directory;

    /** Fails writes or reads of sessions when it is told to. */
    private static final class BrittleHost extends MemoryHost {

        private final AtomicInteger writesLeft = new AtomicInteger(Integer.MAX_VALUE);
        private final AtomicInteger readsToFail = new AtomicInteger();
        private final CountDownLatch held = new CountDownLatch(1);
        private volatile CountDownLatch first = new CountDownLatch(1);
        private volatile CountDownLatch go = new CountDownLatch(0);

        @Override
        public Map<String, Bytes> read(String type, Collection<String> names) {
            if (type.equals("session") && go.getCount() > 0) {
                held.countDown();
                await(go);
            }
            if (type.equals("session") && readsToFail.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                throw UnavailableException.connectionFailed("no connection");
            }
            return super.read(type, names);
        }

        @Override
        public void write(KeyChanges changes) {
            if (changes.keys().containsKey("session") && writesLeft.decrementAndGet() < 0) {
                throw UnavailableException.connectionFailed("no connection");
            }
            super.write(changes);
        }

        @Override
        public void event(RawEvent event) {
            super.event(event);
            if (!ids.isEmpty()) {
                first.countDown();
            }
        }

        private void awaitFirst() {
            await(first);
        }

        private void awaitHeld() {
            await(held);
        }

        private static void await(CountDownLatch latch) {
            try {
                assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private BaileysTransport transport(WhatsAppStandIn standIn) {
        return standIn.transport(directory.resolve("cache")).build();
    }

    /** Waits for what follows a pairing: else it goes on over the next connection, in the middle of what is tried there. */
    private static void settles(WhatsAppStandIn standIn, MemoryHost host, Device device) throws Exception {
        standIn.awaitEmptyQueue(device);
        host.awaitSynchronised();
    }

    private static void awaitAll(MemoryHost host, Collection<String> wanted) {
        Set<String> missing = new HashSet<>(wanted);
        missing.removeAll(host.ids);
        assertThat(missing).as("messages that nobody was given").isEmpty();
    }

    @Test
    void whatCameWhileKeysCouldNotBeReadIsDeliveredAgain() throws Exception {
        try (WhatsAppStandIn standIn = WhatsAppStandIn.start();
                BaileysTransport transport = transport(standIn)) {
            BrittleHost host = new BrittleHost();
            Device device = host.pair(standIn, transport);
            BaileysLink first = host.open(standIn, transport, device);
            String before = standIn.send(ANA, device, "before");
            standIn.awaitReceipt(ANA, before);
            settles(standIn, host, device);
            standIn.retries(ANA, false);

            // A link remembers what it has read: another has to read the session of this conversation.
            host.end(standIn, first, device);
            host.open(standIn, transport, device);
            host.readsToFail.set(1);
            String during = standIn.send(ANA, device, "while the store was away");
            assertThat(host.next()).isEqualTo("closed");
            standIn.awaitGone(device);
            assertThat(standIn.device(device).queued()).as("not refused").isEqualTo(1);

            BaileysLink link = host.open(standIn, transport, device);
            standIn.awaitEmptyQueue(device);
            host.end(standIn, link, device);
            awaitAll(host, List.of(before, during));
        }
    }

    /** The way is slow, so that it takes a moment from the goodbye to the end. Its ratchet is not stored in that any more. */
    @Test
    void whatIsDecryptedWhileTheConnectionClosesIsDeliveredAgain() throws Exception {
        try (WhatsAppStandIn standIn = WhatsAppStandIn.start();
                Road road = Road.to(standIn);
                BaileysTransport transport =
                        road.transport(directory.resolve("cache")).build()) {
            BrittleHost host = new BrittleHost();
            Device device = host.pair(standIn, transport);
            BaileysLink link = host.open(standIn, transport, device);
            standIn.awaitReceipt(ANA, standIn.send(ANA, device, "before"));
            settles(standIn, host, device);
            host.end(standIn, link, device);
            standIn.retries(ANA, false);

            host.open(standIn, transport, device);
            host.go = new CountDownLatch(1);
            String during = standIn.send(ANA, device, "at the end");
            host.awaitHeld();
            road.slow(ROAD_PIECE, ROAD_PIECE * 3);
            new Wire(standIn).endStream(device);
            host.go.countDown();
            assertThat(host.next()).isEqualTo("closed");
            standIn.awaitGone(device);
            assertThat(standIn.device(device).queued()).as("not refused").isEqualTo(1);

            road.slow(ROAD_PIECE, Integer.MAX_VALUE);
            link = host.open(standIn, transport, device);
            standIn.awaitEmptyQueue(device);
            host.end(standIn, link, device);
            awaitAll(host, List.of(during));
        }
    }

    @Test
    void whatWasConfirmedBeforeKeysCouldNotBeStoredIsHandedOver() throws Exception {
        try (WhatsAppStandIn standIn = WhatsAppStandIn.start();
                BaileysTransport transport = transport(standIn)) {
            BrittleHost host = new BrittleHost();
            Device device = host.pair(standIn, transport);
            BaileysLink link = host.open(standIn, transport, device);
            standIn.awaitReceipt(ANA, standIn.send(ANA, device, "before"));
            settles(standIn, host, device);
            host.end(standIn, link, device);

            List<String> sent = standIn.burst(ANA, device, MANY, "missed ");
            host.writesLeft.set(MANY / 2);
            transport.open(host);
            assertThat(host.next()).isEqualTo("opened");
            assertThat(host.next()).isEqualTo("closed");
            standIn.awaitGone(device);
            Set<String> confirmed = standIn.receipts(ANA);
            confirmed.retainAll(sent);
            assertThat(confirmed).isNotEmpty();
            awaitAll(host, confirmed);

            host.writesLeft.set(Integer.MAX_VALUE);
            link = host.open(standIn, transport, device);
            standIn.awaitEmptyQueue(device);
            host.end(standIn, link, device);
            awaitAll(host, sent);
        }
    }

    /** The child, and what it remembers, is another after each. */
    @Test
    void whoDisconnectsInABurstLosesNothing() throws Exception {
        try (WhatsAppStandIn standIn = WhatsAppStandIn.start()) {
            BrittleHost host = new BrittleHost();
            Device device;
            try (BaileysTransport transport = transport(standIn)) {
                device = host.pair(standIn, transport);
                BaileysLink link = host.open(standIn, transport, device);
                standIn.awaitReceipt(ANA, standIn.send(ANA, device, "before"));
                settles(standIn, host, device);
                host.end(standIn, link, device);
            }
            for (int round = 0; round < 2; round++) {
                List<String> sent = standIn.burst(ANA, device, MANY, "missed ");
                host.ids.clear();
                host.first = new CountDownLatch(1);
                try (BaileysTransport transport = transport(standIn)) {
                    BaileysLink link = (BaileysLink) transport.open(host);
                    assertThat(host.next()).isEqualTo("opened");
                    host.awaitFirst();
                    host.end(standIn, link, device);
                }
                try (BaileysTransport transport = transport(standIn)) {
                    BaileysLink link = host.open(standIn, transport, device);
                    standIn.awaitEmptyQueue(device);
                    host.end(standIn, link, device);
                }
                awaitAll(host, sent);
            }
        }
    }
}

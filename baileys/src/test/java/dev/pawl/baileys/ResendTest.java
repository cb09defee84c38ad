package dev.pawl.baileys;

import static dev.pawl.baileys.Person.ANA;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.backend.UnavailableException;
import dev.pawl.baileys.WhatsAppStandIn.Device;
import dev.pawl.json.JsonObject;
import dev.pawl.transport.KeyChanges;
import dev.pawl.transport.OutgoingMessage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A message of ours that somebody asks for again, and that cannot be sent again now: it is, as soon as it can be. */
class ResendTest {

    private static final String ID = "3EB0AAAA";
    private static final String OTHER = "3EB0BBBB";
    private static final String KEYS = "encrypt/get/key";

    /** More often than it is tried. */
    private static final int ALWAYS = 1000;

    @TempDir
    Path directory;

    /** Fails the next write of a session when it is told to. */
    private static final class BrittleHost extends MemoryHost {

        final AtomicBoolean fails = new AtomicBoolean();

        @Override
        public void write(KeyChanges changes) {
            if (changes.keys().containsKey("session") && fails.getAndSet(false)) {
                throw UnavailableException.connectionFailed("no connection");
            }
            super.write(changes);
        }
    }

    /** Somebody who has read a message of mine asks for it again. */
    private interface Story {
        void tell(Linked linked) throws Exception;
    }

    private record Linked(
            WhatsAppStandIn standIn,
            BaileysTransport transport,
            BrittleHost host,
            Device device,
            BaileysLink link,
            Resending resending) {

        void send(String id) throws Exception {
            JsonObject hello = JsonObject.builder().put("text", "hello").build();
            link.send(new OutgoingMessage(ANA.lid(), hello, JsonObject.EMPTY, id))
                    .get(20, TimeUnit.SECONDS);
        }
    }

    private void with(UnaryOperator<BaileysTransport.Builder> how, Story story) throws Exception {
        try (WhatsAppStandIn standIn = WhatsAppStandIn.start();
                BaileysTransport transport =
                        how.apply(standIn.transport(directory.resolve("cache"))).build()) {
            BrittleHost host = new BrittleHost();
            Device device = host.pair(standIn, transport);
            BaileysLink link = host.open(standIn, transport, device);
            story.tell(new Linked(standIn, transport, host, device, link, new Resending(standIn)));
        }
    }

    /** The connection ends, and the next one serves who asked. */
    private void servedByTheNext(int requests, Story story) throws Exception {
        with(asItIs -> asItIs, linked -> {
            WhatsAppStandIn standIn = linked.standIn;
            linked.send(ID);
            standIn.awaitMessage(ANA, ID);
            standIn.awaitEmptyQueue(linked.device);
            story.tell(linked);
            assertThat(linked.host.next()).isEqualTo("closed");
            standIn.awaitGone(linked.device);
            assertThat(standIn.device(linked.device).queued())
                    .as("not confirmed")
                    .isEqualTo(requests);
            new Wire(standIn).losesNothing();
            linked.host.open(standIn, linked.transport, linked.device);
            standIn.awaitEmptyQueue(linked.device);
            assertThat(linked.resending.copies(ANA, ID)).isEqualTo(2);
        });
    }

    /** What the bridge makes of no answer at all is in its own checks, which need not wait for that. */
    @Test
    void whenTheServerHasTrouble() throws Exception {
        servedByTheNext(2, linked -> {
            // Also when it is tried again before this connection ends.
            Wire wire = new Wire(linked.standIn);
            wire.asked();
            wire.refuses(KEYS, ALWAYS);
            askTwice(linked);
            List<String> asked = new ArrayList<>();
            Eventually.holds(() -> {
                asked.addAll(wire.asked());
                assertThat(asked).filteredOn(KEYS::equals).hasSizeGreaterThan(1);
            });
            linked.standIn.close(linked.device, "stream-end");
        });
    }

    /** Receipts are dealt with one after another: when the second is, so was the first. */
    private static void askTwice(Linked linked) {
        linked.resending.ask(ANA, linked.device, ID);
        linked.resending.ask(ANA, linked.device, OTHER);
    }

    @Test
    void asPublishedWhoAsksWhileTheServerHasTroubleIsForgotten() throws Exception {
        with(mended -> mended.without(Mend.SEND_AGAIN), linked -> {
            linked.send(ID);
            linked.standIn.awaitMessage(ANA, ID);
            linked.standIn.awaitEmptyQueue(linked.device);
            new Wire(linked.standIn).refuses(KEYS, 1);
            askTwice(linked);
            linked.standIn.awaitEmptyQueue(linked.device);
            assertThat(linked.resending.copies(ANA, ID)).isEqualTo(1);
        });
    }

    @Test
    void whenTheStoreIsAway() throws Exception {
        servedByTheNext(1, linked -> {
            linked.host.fails.set(true);
            linked.resending.ask(ANA, linked.device, ID);
        });
    }

    @Test
    void whoCannotReadItFiveTimesGetsItTheSixth() throws Exception {
        with(asItIs -> asItIs, linked -> {
            linked.resending.unreadable(ANA, 5);
            linked.send(ID);
            linked.standIn.awaitMessage(ANA, ID);
        });
    }

    @Test
    void asPublishedItIsSentAgainTwice() throws Exception {
        with(mended -> mended.without(Mend.SEND_AGAIN), linked -> {
            linked.resending.unreadable(ANA, 3);
            linked.send(ID);
            linked.standIn.awaitCount(ANA, 3);
            linked.standIn.awaitEmptyQueue(linked.device);
            // Behind what would answer the third request.
            linked.send(OTHER);
            linked.standIn.awaitMessage(ANA, OTHER);
            assertThat(linked.resending.copies(ANA, ID)).isZero();
        });
    }
}

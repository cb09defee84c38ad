package dev.pawl.baileys;

import static dev.pawl.baileys.Person.ANA;
import static dev.pawl.baileys.Person.ME;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.backend.UnavailableException;
import dev.pawl.baileys.WhatsAppStandIn.Device;
import dev.pawl.event.RawEvent;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonString;
import dev.pawl.transport.KeyChanges;
import dev.pawl.transport.LinkEndedException;
import dev.pawl.transport.OutgoingMessage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What comes in, and is asked for, at the moment of an end: whatever had been read by then is told, once. */
class KilledReceiverTest {

    private static final int MANY = 80;

    @TempDir
    Path directory;

    /** Keeps what it is told to keep of what it was told. */
    private static final class Recipient extends MemoryHost {

        /** How often each message was told. */
        final Map<String, Integer> told = new ConcurrentHashMap<>();

        private final Set<String> history = ConcurrentHashMap.newKeySet();
        private volatile Runnable afterWrite = () -> {};
        private volatile boolean refuses;
        private volatile boolean isAway;

        @Override
        public void write(KeyChanges changes) {
            super.write(changes);
            if (changes.keys().containsKey("session")) {
                afterWrite.run();
            }
        }

        @Override
        public void event(RawEvent event) {
            if (refuses && event.name().equals("messages.upsert")) {
                throw new LinkEndedException("refused");
            }
            Set<String> before = new HashSet<>(ids);
            ids.clear();
            super.event(event);
            ids.forEach(id -> told.merge(id, 1, Integer::sum));
            ids.addAll(before);
        }

        @Override
        public Optional<JsonObject> messageForRetry(JsonObject key) {
            if (isAway) {
                throw UnavailableException.connectionFailed("no connection");
            }
            String id = StandInPipe.textOf(key, "id");
            return history.contains(id) ? Optional.of(JsonObject.EMPTY) : super.messageForRetry(key);
        }
    }

    private record Linked(WhatsAppStandIn standIn, Recipient host, Device device) {

        BaileysLink open(BaileysTransport transport) throws Exception {
            BaileysLink link = (BaileysLink) transport.open(host);
            assertThat(host.next()).isEqualTo("opened");
            return link;
        }

        void end(BaileysLink link) throws Exception {
            link.disconnect().get(20, TimeUnit.SECONDS);
            assertThat(host.next()).isEqualTo("closed");
            standIn.awaitGone(device);
        }

        void isKilled(BaileysTransport transport) throws Exception {
            kill(transport);
            assertThat(host.next()).isEqualTo("closed");
            standIn.awaitGone(device);
        }

        /** How often each of these was told, once all that waited has been looked at. */
        Map<String, Integer> toldBy(BaileysTransport transport, List<String> ids) throws Exception {
            BaileysLink link = open(transport);
            standIn.awaitEmptyQueue(device);
            Eventually.holds(() -> assertThat(host.told.keySet()).containsAll(ids));
            end(link);
            host.told.keySet().retainAll(ids);
            return host.told;
        }
    }

    private static void kill(BaileysTransport transport) {
        ProcessHandle.of(transport.processId().orElseThrow()).ifPresent(ProcessHandle::destroyForcibly);
    }

    private BaileysTransport transport(WhatsAppStandIn standIn, boolean keeps) {
        BaileysTransport.Builder builder = standIn.transport(directory.resolve("cache"));
        return (keeps ? builder : builder.without(Mend.KEEP_RECEIVED)).build();
    }

    private interface Scene {
        void play(Linked linked, BaileysTransport transport) throws Exception;
    }

    /** With somebody who has written before. */
    private void on(boolean keeps, Scene scene) throws Exception {
        try (WhatsAppStandIn standIn = WhatsAppStandIn.start();
                BaileysTransport transport = transport(standIn, keeps)) {
            Recipient host = new Recipient();
            Device device = host.pair(standIn, transport);
            Linked linked = new Linked(standIn, host, device);
            BaileysLink link = linked.open(transport);
            standIn.awaitReceipt(ANA, standIn.send(ANA, device, "before"));
            // Else what the phone sends after a pairing may come again in the middle of a scene.
            standIn.awaitEmptyQueue(device);
            host.awaitSynchronised();
            linked.end(link);
            scene.play(linked, transport);
        }
    }

    /** Baileys keeps what waited for us together until all has come: confirmed, and handed over to nobody. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatWasConfirmedAndNotHandedOverIsToldByWhoComesNext(boolean keeps) throws Exception {
        on(keeps, (linked, transport) -> {
            Wire wire = new Wire(linked.standIn());
            String group = linked.standIn().group("Warung", ANA, ME);
            List<String> sent = new ArrayList<>(linked.standIn().burst(ANA, linked.device(), MANY, "missed "));
            sent.add(linked.standIn().sendGroup(ANA, group, "in the group"));
            wire.endlessOffline(true);
            linked.open(transport);
            linked.standIn().awaitEmptyQueue(linked.device());
            assertThat(linked.host().told).doesNotContainKeys(sent.toArray(String[]::new));
            linked.isKilled(transport);
            wire.endlessOffline(false);

            try (BaileysTransport other = transport(linked.standIn(), keeps)) {
                if (keeps) {
                    assertThat(linked.toldBy(other, sent))
                            .hasSize(sent.size())
                            .allSatisfy((id, times) -> assertThat(times).isOne());
                } else {
                    String last = linked.standIn().send(ANA, linked.device(), "the last");
                    assertThat(linked.toldBy(other, List.of(last))).hasSize(1);
                    assertThat(linked.host().ids).doesNotContainAnyElementsOf(sent);
                }
            }
        });
    }

    @Test
    void whatWasReadAndNotConfirmedIsReadWhenItComesAgain() throws Exception {
        on(true, (linked, transport) -> {
            linked.open(transport);
            linked.host().afterWrite = () -> kill(transport);
            String id = linked.standIn().send(ANA, linked.device(), "read when killed");
            assertThat(linked.host().next()).isEqualTo("closed");
            linked.host().afterWrite = () -> {};
            linked.standIn().awaitGone(linked.device());
            assertThat(linked.standIn().device(linked.device()).queued()).isOne();

            try (BaileysTransport other = transport(linked.standIn(), true)) {
                assertThat(linked.toldBy(other, List.of(id))).containsEntry(id, 1);
            }
            assertThat(linked.standIn().askedAgain(ANA)).isEmpty();
        });
    }

    @Test
    void whatTheHistoryHasIsNotToldAgain() throws Exception {
        on(true, (linked, transport) -> {
            linked.open(transport);
            String known = linked.standIn().send(ANA, linked.device(), "known");
            String unknown = linked.standIn().send(ANA, linked.device(), "unknown");
            Eventually.holds(() -> assertThat(linked.host().told).containsKeys(known, unknown));
            linked.host().history.add(known);
            linked.isKilled(transport);

            try (BaileysTransport other = transport(linked.standIn(), true)) {
                BaileysLink link = linked.open(other);
                Eventually.holds(() -> assertThat(linked.host().told).containsEntry(unknown, 2));
                assertThat(linked.host().told).containsEntry(known, 1);
                linked.end(link);
                // Said twice, since nobody knew it: it is settled now.
                linked.host().history.add(unknown);
                String next = linked.standIn().send(ANA, linked.device(), "next");
                assertThat(linked.toldBy(other, List.of(next))).containsEntry(next, 1);
                assertThat(linked.host().read("pawl-received", List.of("size", "0", "1", "2", "3")))
                        .as("an end that is no kill leaves nothing")
                        .isEmpty();
            }
        });
    }

    @Test
    void whatTheClientDidNotTakeIsToldOverTheNextLink() throws Exception {
        on(true, (linked, transport) -> {
            BaileysLink link = linked.open(transport);
            linked.host().refuses = true;
            String id = linked.standIn().send(ANA, linked.device(), "to nobody");
            linked.standIn().awaitReceipt(ANA, id);
            linked.standIn().awaitEmptyQueue(linked.device());
            link.close();
            linked.standIn().awaitGone(linked.device());
            linked.host().refuses = false;

            assertThat(linked.toldBy(transport, List.of(id))).containsEntry(id, 1);
        });
    }

    @Test
    void whoAsksAgainWhileTheHistoryIsAwayIsAnsweredOverTheNextLink() throws Exception {
        on(true, (linked, transport) -> {
            BaileysLink link = linked.open(transport);
            linked.standIn().awaitMessage(ANA, send(link, "3EB0AA01"));
            linked.standIn().awaitReceipt(ANA, linked.standIn().send(ANA, linked.device(), "yes"));
            linked.standIn().forget(ANA, linked.device());
            // Over the link that sent it, it is in the memory of Baileys.
            Wire wire = new Wire(linked.standIn());
            wire.hold(ANA);
            int before = linked.standIn().awaitCount(ANA, 0).all();
            String unreadable = send(link, "3EB0AA02");
            assertThat(linked.standIn().awaitCount(ANA, before + 1).unread()).isOne();
            linked.end(link);
            linked.host().isAway = true;
            linked.open(transport);
            linked.standIn().awaitLive(linked.device());
            wire.letGo(ANA);
            assertThat(linked.host().next()).isEqualTo("closed");
            linked.standIn().awaitGone(linked.device());

            linked.host().isAway = false;
            link = linked.open(transport);
            linked.standIn().awaitMessage(ANA, unreadable);
            linked.end(link);
        });
    }

    private static String send(BaileysLink link, String id) throws Exception {
        JsonObject content =
                JsonObject.builder().put("text", new JsonString("mine " + id)).build();
        link.send(new OutgoingMessage(ANA.lid(), content, JsonObject.EMPTY, id)).get(20, TimeUnit.SECONDS);
        return id;
    }
}

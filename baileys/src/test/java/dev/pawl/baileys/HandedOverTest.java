package dev.pawl.baileys;

import static dev.pawl.baileys.Person.ANA;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.pawl.Client;
import dev.pawl.Pawl;
import dev.pawl.baileys.WhatsAppStandIn.Device;
import dev.pawl.event.MessageKey;
import dev.pawl.json.JsonBoolean;
import dev.pawl.json.JsonObject;
import dev.pawl.transport.Link;
import dev.pawl.transport.LinkHost;
import dev.pawl.transport.OutgoingMessage;
import dev.pawl.transport.Transport;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whoever ends a client in the middle of what comes in has in the history all that was confirmed to the server: it sends
 * none of that again.
 */
class HandedOverTest {

    private static final int MANY = 60;
    private static final int ROUNDS = Boolean.getBoolean("pawl.soak") ? 30 : 2;

    @TempDir
    Path directory;

    enum End {
        DISCONNECT,
        CLOSE;

        void of(Client client) {
            if (this == DISCONNECT) {
                client.disconnect();
            } else {
                client.close();
            }
        }
    }

    /** Ends links without a word, as if that were all there is to it. */
    private record Rude(Transport transport) implements Transport {
        @Override
        public Link open(LinkHost host) throws InterruptedException {
            Link link = transport.open(host);
            return new Link() {
                @Override
                public CompletableFuture<JsonObject> send(OutgoingMessage message) {
                    return link.send(message);
                }

                @Override
                public CompletableFuture<String> requestPairingCode(String number) {
                    return link.requestPairingCode(number);
                }

                @Override
                public CompletableFuture<Void> logout() {
                    return link.logout();
                }

                @Override
                public void close() {
                    link.close();
                }
            };
        }
    }

    private static MessageKey key(String id) {
        JsonObject.Builder key = JsonObject.builder()
                .put("remoteJid", ANA.lid())
                .put("fromMe", JsonBoolean.FALSE)
                .put("id", id);
        return MessageKey.find(key.build()).orElseThrow();
    }

    private static Set<String> missing(Pawl pawl, Iterable<String> ids) {
        Set<String> missing = new HashSet<>();
        ids.forEach(id -> {
            if (pawl.messages("main").message(key(id)).isEmpty()) {
                missing.add(id);
            }
        });
        return missing;
    }

    static Stream<Arguments> ends() {
        return StoreKind.oneNow().flatMap(kind -> Stream.of(End.values()).map(end -> arguments(kind, end)));
    }

    @ParameterizedTest
    @MethodSource("ends")
    void whatWaitsToBeHandedOverTogetherIs(StoreKind kind, End end) throws Exception {
        assertThat(lost(kind, end, transport -> transport)).isEmpty();
    }

    /** That the test above can fail. */
    @Test
    void cutOffItIsLost() throws Exception {
        assertThat(lost(StoreKind.NATIVE, End.DISCONNECT, Rude::new)).hasSize(MANY);
    }

    /** What of many confirmed messages is not in the history, when Baileys still kept all of them together. */
    private Set<String> lost(StoreKind kind, End end, UnaryOperator<Transport> how) throws Exception {
        try (WhatsAppStandIn standIn = WhatsAppStandIn.start();
                Program program = program(standIn, kind)) {
            Wire wire = new Wire(standIn);
            Device device = program.pair(standIn);
            standIn.send(ANA, device, "before");
            program.message("before");
            program.client.close();
            standIn.awaitGone(device);
            List<String> sent = standIn.burst(ANA, device, MANY, "missed ");
            wire.endlessOffline(true);

            try (Client client = program.pawl.client(
                    "main",
                    builder -> builder.transport(how.apply(program.transport)).reconnect(Program.HASTY))) {
                client.connect(Program.PATIENCE);
                sent.forEach(id -> standIn.awaitReceipt(ANA, id));
                assertThat(missing(program.pawl, sent)).as("waits in Baileys").hasSize(MANY);
                end.of(client);
                return missing(program.pawl, sent);
            }
        }
    }

    private Program program(WhatsAppStandIn standIn, StoreKind kind) {
        // What it remembers of one connection for the next would hide what was lost.
        return Program.open(
                standIn.transport(directory.resolve("cache"))
                        .without(Mend.KEEP_RECEIVED)
                        .build(),
                "main",
                kind.locators(directory));
    }

    @ParameterizedTest
    @MethodSource("dev.pawl.baileys.StoreKind#oneNow")
    void inTheMiddleOfABurst(StoreKind kind) throws Exception {
        try (WhatsAppStandIn standIn = WhatsAppStandIn.start();
                Program program = program(standIn, kind)) {
            Device device = program.pair(standIn);
            standIn.send(ANA, device, "before");
            program.message("before");
            for (int round = 0; round < ROUNDS; round++) {
                CountDownLatch some = new CountDownLatch(5 + 20 * (round % 5));
                program.client.onMessage(message -> some.countDown());
                CompletableFuture<List<String>> burst = standIn.burstAside(ANA, device, 3 * MANY, "live ");
                assertThat(some.await(20, TimeUnit.SECONDS)).isTrue();

                program.client.disconnect();
                standIn.awaitGone(device);

                Set<String> confirmed = standIn.confirmed(ANA);
                List<String> sent = burst.get(20, TimeUnit.SECONDS);
                confirmed.retainAll(sent);
                assertThat(missing(program.pawl, confirmed)).isEmpty();
                assertThat(confirmed).isNotEmpty();
                program.connect();
                standIn.awaitEmptyQueue(device);
                program.client.disconnect();
                assertThat(missing(program.pawl, sent)).isEmpty();
                program.connect();
                standIn.awaitLive(device);
            }
        }
    }
}

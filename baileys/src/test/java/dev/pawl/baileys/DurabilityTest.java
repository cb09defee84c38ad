package dev.pawl.baileys;

import static dev.pawl.baileys.Person.ANA;
import static dev.pawl.baileys.Person.ME;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.Backends;
import dev.pawl.Content;
import dev.pawl.DisconnectReason;
import dev.pawl.Pawl;
import dev.pawl.backend.Access;
import dev.pawl.backend.Backend;
import dev.pawl.backend.Batch;
import dev.pawl.backend.Family;
import dev.pawl.backend.ForwardingBackend;
import dev.pawl.backend.Key;
import dev.pawl.backend.Locator;
import dev.pawl.backend.SessionName;
import dev.pawl.backend.UnavailableException;
import dev.pawl.baileys.WhatsAppStandIn.Device;
import dev.pawl.baileys.WhatsAppStandIn.Received;
import dev.pawl.baileys.WhatsAppStandIn.Tally;
import dev.pawl.event.MessageKey;
import dev.pawl.json.JsonBoolean;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonString;
import dev.pawl.transport.TransportException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the peer can read after we died at a bad moment, and when both sides write at once. */
class DurabilityTest {

    @TempDir
    Path directory;

    private Program program(StoreKind kind, BaileysTransport transport) {
        return Program.open(transport, "main", kind.locators(directory));
    }

    private BaileysTransport.Builder transport(WhatsAppStandIn standIn) {
        return standIn.transport(directory.resolve("cache"));
    }

    /** A conversation in which both have written, so that messages go without a new session. */
    private static void settle(WhatsAppStandIn standIn, Program program, Device device) throws Exception {
        standIn.send(ANA, device, "one");
        program.message("one");
        standIn.awaitMessage(
                ANA, program.client.send(ANA.lid(), Content.text("two")).key().id());
        standIn.send(ANA, device, "three");
        program.message("three");
    }

    @OnEachStore
    void killedWhenAMessageHasLeftThePeerReadsTheNext(StoreKind kind) throws Exception {
        try (WhatsAppStandIn standIn = WhatsAppStandIn.start();
                Program program = program(kind, transport(standIn).build())) {
            Device device = program.pair(standIn);
            settle(standIn, program, device);
            String group = settledGroup(standIn, program);
            standIn.retries(ANA, false);

            for (String chat : List.of(ANA.lid(), group)) {
                program.forgetEnds();
                standIn.killOnMessage(program.transport.processId().orElseThrow());
                program.trySend(chat, "the last before the end in " + chat);
                Received last = standIn.awaitText(ANA, "the last before the end in " + chat);
                assertThat(program.end().reason()).isEqualTo(DisconnectReason.TRANSPORT_FAILED);
                assertThat(program.pawl.messages("main").message(ownKey(chat, last.id())))
                        .as("stored before it left")
                        .isPresent();
                program.connect();
                standIn.awaitLive(device);

                program.client.send(chat, Content.text("the first after it in " + chat));
                standIn.awaitText(ANA, "the first after it in " + chat);
            }
            assertThat(standIn.failures(ANA)).isEmpty();
        }
    }

    private static MessageKey ownKey(String chat, String id) {
        JsonObject.Builder key = JsonObject.builder()
                .put("remoteJid", new JsonString(chat))
                .put("fromMe", JsonBoolean.TRUE)
                .put("id", new JsonString(id));
        return MessageKey.find(key.build()).orElseThrow();
    }

    @OnEachStore
    void whatCannotBeStoredDoesNotLeave(StoreKind kind) throws Exception {
        assertThat(afterAFailedWrite(kind, transport -> transport)).containsExactly("to all", "and again", "the next");
    }

    /** It is stored while it is being encrypted, and so refused when it is nearly on its way. */
    @OnEachStore
    void anOwnMessageThatTheHistoryDoesNotTakeDoesNotLeave(StoreKind kind) throws Exception {
        AtomicBoolean full = new AtomicBoolean();
        Pawl pawl = without(full, kind, key -> key.family() == Family.MESSAGE);
        try (WhatsAppStandIn standIn = WhatsAppStandIn.start();
                Program program = Program.open(transport(standIn).build(), "main", pawl)) {
            Device device = program.pair(standIn);
            settle(standIn, program, device);
            String group = settledGroup(standIn, program);

            for (String chat : List.of(ANA.lid(), group)) {
                full.set(true);
                assertThatThrownBy(() -> program.client.send(chat, Content.text("not stored")))
                        .isInstanceOf(TransportException.class)
                        .hasMessageContaining("the disk is full");
                full.set(false);
                String next = program.client
                        .send(chat, Content.text("the next"))
                        .key()
                        .id();
                assertThat(standIn.awaitMessage(ANA, next).text()).isEqualTo("the next");
            }
            assertThat(standIn.inbox(ANA)).extracting(Received::text).doesNotContain("not stored");
            assertThat(standIn.failures(ANA)).isEmpty();
        }
    }

    /** That {@link #whatCannotBeStoredDoesNotLeave} can fail: the message is out before its sender key is stored, and the next is not readable. */
    @Test
    void asPublishedItLeavesAndTheNextCannotBeRead() throws Exception {
        assertThat(afterAFailedWrite(StoreKind.NATIVE, transport -> transport.without(Mend.STORE_BEFORE_SENDING)))
                .containsExactly("to all", "and again", "not stored", "unreadable");
    }

    /** What Ana gets in a group when the key of one message cannot be stored, and then another is sent. */
    private List<String> afterAFailedWrite(StoreKind kind, UnaryOperator<BaileysTransport.Builder> how)
            throws Exception {
        AtomicBoolean full = new AtomicBoolean();
        Pawl pawl = without(full, kind, key -> key.partition().equals("sender-key"));
        try (WhatsAppStandIn standIn = WhatsAppStandIn.start();
                Program program = Program.open(how.apply(transport(standIn)).build(), "main", pawl)) {
            Device device = program.pair(standIn);
            String group = settledGroup(standIn, program);
            standIn.retries(ANA, false);
            program.forgetEnds();

            full.set(true);
            program.trySend(group, "not stored");
            assertThat(program.end().reason()).isEqualTo(DisconnectReason.STORE_FAILED);
            full.set(false);
            program.connect();
            standIn.awaitLive(device);
            int before = standIn.awaitCount(ANA, 0).all();
            program.client.send(group, Content.text("the next"));
            Tally tally = standIn.awaitCount(ANA, before + 1);

            List<String> got = new ArrayList<>();
            standIn.inbox(ANA).forEach(message -> got.add(message.text()));
            got.addAll(Collections.nCopies(tally.unread(), "unreadable"));
            return got;
        }
    }

    /** Stores that have no room for some rows while they are full. */
    private Pawl without(AtomicBoolean full, StoreKind kind, Predicate<Key> refused) {
        return Pawl.of(Stream.of(kind.locators(directory))
                .map(locator -> Backends.open(Locator.parse(locator), Access.READ_WRITE))
                .map(backend -> new ForwardingBackend(backend) {
                    @Override
                    public void commit(SessionName session, Batch batch) {
                        if (full.get() && batch.puts().stream().anyMatch(row -> refused.test(row.key()))) {
                            throw UnavailableException.connectionFailed("the disk is full");
                        }
                        super.commit(session, batch);
                    }
                })
                .toArray(Backend[]::new));
    }

    private static String settledGroup(WhatsAppStandIn standIn, Program program) throws Exception {
        String group = standIn.group("Warung", ANA, ME);
        for (String text : List.of("to all", "and again")) {
            standIn.awaitMessage(
                    ANA, program.client.send(group, Content.text(text)).key().id());
        }
        return group;
    }

    @OnEachStore
    void connectionsThatBreakInABurstLoseNoMessage(StoreKind kind) throws Exception {
        try (WhatsAppStandIn standIn = WhatsAppStandIn.start();
                Program program = program(kind, transport(standIn).build())) {
            Device device = program.pair(standIn);
            settle(standIn, program, device);
            program.forgetEnds();

            Set<String> texts = new HashSet<>();
            for (int round = 0; round < 5; round++) {
                String prefix = "round " + round + ", ";
                standIn.burst(ANA, device, 40, prefix);
                standIn.close(device, "reset");
                while (texts.size() < (round + 1) * 40) {
                    texts.add(program.message().text().orElse(""));
                }
                // All may have come before it broke: only then is the next connection another one.
                program.end();
                program.connect();
                standIn.awaitLive(device);
            }
            assertThat(texts).hasSize(200);
        }
    }

    /** What loses echoes without {@link Mend#ONE_LOCK} is brought about on purpose in {@link MendsTest}. */
    @OnEachStore
    void aBurstThatIsEchoedIsReadByThePeerToTheLast(StoreKind kind) throws Exception {
        assertThat(unreadEchoes(kind, transport -> transport)).isZero();
    }

    /** Then reading a session takes its time, as it does when it was not read or written lately. */
    @ParameterizedTest
    @MethodSource("dev.pawl.baileys.StoreKind#oneNow")
    void alsoWhenNothingIsRemembered(StoreKind kind) throws Exception {
        assertThat(unreadEchoes(kind, BaileysTransport.Builder::withoutRemembering))
                .isZero();
    }

    private int unreadEchoes(StoreKind kind, UnaryOperator<BaileysTransport.Builder> how) throws Exception {
        ExecutorService echo = Executors.newFixedThreadPool(16);
        try (WhatsAppStandIn standIn = WhatsAppStandIn.start();
                Program program = program(kind, how.apply(transport(standIn)).build())) {
            Device device = program.pair(standIn);
            settle(standIn, program, device);
            standIn.retries(ANA, false);
            int before = standIn.inbox(ANA).size();

            program.client.onMessage(message -> echo.execute(
                    () -> program.trySend(message.chat(), message.text().orElse(""))));
            standIn.burst(ANA, device, 100, "echo ");

            // In parts, each of which may take its time.
            for (int some = 10; some < 100; some += 10) {
                standIn.awaitCount(ANA, before + some);
            }
            Tally tally = standIn.awaitCount(ANA, before + 100);
            assertThat(tally.all()).isEqualTo(before + 100);
            return tally.unread();
        } finally {
            echo.shutdownNow();
        }
    }
}

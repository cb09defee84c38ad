package dev.pawl.baileys;

import static dev.pawl.baileys.Person.ANA;
import static dev.pawl.baileys.Person.BUDI;
import static dev.pawl.baileys.Person.ME;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.pawl.Content;
import dev.pawl.auth.KeyType;
import dev.pawl.baileys.WhatsAppStandIn.Device;
import dev.pawl.baileys.WhatsAppStandIn.Received;
import dev.pawl.baileys.Wire.Part;
import dev.pawl.json.JsonNumber;
import dev.pawl.json.JsonObject;
import dev.pawl.message.ChatView;
import dev.pawl.transport.TransportException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What Baileys asks the server for the work of a client that is connected, lost once on its way there, and under the profile
 * soak on its way back: it says so, or asks again, and what is done next is not the worse for it.
 */
class UnansweredWorkTest {

    private static final String LOW = "regular_low";
    private static final String CLEAN = "urn:xmpp:whatsapp:dirty/set/clean";

    /** Long enough for each answer that is not lost, also on a machine that stands still for a moment. */
    private static final JsonObject IMPATIENT = JsonObject.builder()
            .put("defaultQueryTimeoutMs", JsonNumber.of(2000))
            .build();

    @TempDir
    Path directory;

    static Stream<Arguments> lost() {
        List<Part> parts = Boolean.getBoolean("pawl.soak") ? List.of(Part.values()) : List.of(Part.QUESTION);
        return StoreKind.oneNow().flatMap(kind -> parts.stream().map(part -> arguments(kind, part)));
    }

    @ParameterizedTest
    @MethodSource("lost")
    void whatIsDoneNextIsNotTheWorse(StoreKind kind, Part part) throws Exception {
        try (WhatsAppStandIn standIn = WhatsAppStandIn.start()) {
            standIn.add("peer", BUDI);
            Device device = pair(standIn, kind);
            try (Program program = program(standIn, kind, transport -> transport.socketOptions(IMPATIENT))) {
                program.connect();
                standIn.awaitLive(device);
                Work work = new Work(standIn, new Wire(standIn), program, device, part);
                work.theMembersOfAGroup();
                work.allGroups();
                work.theHostOfFiles(Files.writeString(directory.resolve("menu.txt"), "rice and tea"));
                work.theStateOfAllDevices();
                work.preKeys();
                assertThat(standIn.failures(ANA)).isEmpty();
                assertThat(program.sawQr()).isFalse();
            }
        }
    }

    private Program program(WhatsAppStandIn standIn, StoreKind kind, UnaryOperator<BaileysTransport.Builder> how) {
        return Program.open(
                how.apply(standIn.transport(directory.resolve("cache"))).build(), "main", kind.locators(directory));
    }

    /** With the usual patience. */
    private Device pair(WhatsAppStandIn standIn, StoreKind kind) throws Exception {
        try (Program program = program(standIn, kind, transport -> transport)) {
            Device device = program.pair(standIn);
            standIn.awaitEmptyQueue(device);
            return device;
        }
    }

    private record Work(WhatsAppStandIn standIn, Wire wire, Program program, Device device, Part part) {

        private void wasLost(String what) {
            assertThat(wire.losesNothing())
                    .as("the %s of %s was lost", part, what)
                    .isZero();
        }

        private void arrives(String chat, Content content) throws Exception {
            standIn.awaitMessage(ANA, program.client.send(chat, content).key().id());
        }

        /** Without them it leaves for nobody, and says so. */
        void theMembersOfAGroup() throws Exception {
            String group = standIn.group("Warung", ANA, ME);
            wire.loses(part, "w:g2/get/query", 1);
            assertThatThrownBy(() -> program.client.send(group, Content.text("to whom?")))
                    .isInstanceOf(TransportException.class)
                    .hasMessageContaining("did not answer");
            wasLost("w:g2/get/query");
            arrives(group, Content.text("to all"));
            assertThat(standIn.inbox(ANA))
                    .extracting(Received::text)
                    .containsOnlyOnce("to all")
                    .doesNotContain("to whom?");
        }

        /** The server says again that they are old, as long as nobody has told it that they were fetched. */
        void allGroups() throws Exception {
            standIn.group("Pasar", BUDI, ME);
            String group = standIn.group("Pantai", ANA, ME);
            wire.asked();
            wire.loses(part, "w:g2/get/participating", 1);
            GroupActs.areOld(standIn, device);
            Eventually.holds(() -> assertThat(wire.asked()).contains("w:g2/get/participating"));
            wasLost("w:g2/get/participating");
            GroupActs.areOld(standIn, device);
            Eventually.holds(() -> assertThat(program.client
                            .messages()
                            .group(group)
                            .orElseThrow(AssertionError::new)
                            .subject())
                    .contains("Pantai"));
            Eventually.holds(() -> assertThat(wire.asked()).containsOnlyOnce(CLEAN));

            wire.loses(part, CLEAN, 1);
            GroupActs.areOld(standIn, device);
            Eventually.holds(() -> assertThat(wire.asked()).contains(CLEAN));
            wasLost(CLEAN);
            GroupActs.areOld(standIn, device);
            Eventually.holds(() -> assertThat(wire.asked()).contains(CLEAN));
        }

        /** Each file after it needs the answer too, which Baileys does not ask for a second time. */
        void theHostOfFiles(Path file) throws Exception {
            Content menu = Content.document(file, "text/plain");
            wire.loses(part, "w:m/set/media_conn", 2);
            assertThatThrownBy(() -> program.client.send(ANA.lid(), menu))
                    .isInstanceOf(TransportException.class)
                    .hasMessageContaining("did not answer");
            wasLost("w:m/set/media_conn");
            for (int i = 0; i < 2; i++) {
                String id = program.client.send(ANA.lid(), menu).key().id();
                assertThat(new String(Shown.await(standIn, ANA, id).bytes(), StandardCharsets.UTF_8))
                        .isEqualTo("rice and tea");
            }
        }

        /** The server may have a change that we were not told it has: whoever changes something then has read that first. */
        void theStateOfAllDevices() throws Exception {
            MyPhone phone = new MyPhone(standIn, device);
            Eventually.holds(() -> assertThat(program.client.auth().ids(KeyType.APP_STATE_SYNC_KEY))
                    .isNotEmpty());
            // Baileys looks what there is, and then tells of the change.
            for (int after = 0; after < 2; after++) {
                wire.loses(part, "w:sync:app:state/set/sync", after, 1);
                Person with = after == 0 ? ANA : BUDI;
                assertThatThrownBy(() -> program.client.modifyChat(with.lid(), PeerActs.json("{\"pin\":true}")))
                        .isInstanceOf(TransportException.class)
                        .hasMessageContaining("did not answer");
                wasLost("w:sync:app:state/set/sync after " + after);
            }
            boolean isApplied = part == Part.ANSWER;
            assertThat(phone.read(LOW)).hasSize(isApplied ? 1 : 0);

            program.client.modifyChat(ANA.lid(), PeerActs.json("{\"pin\":true}"));

            assertThat(phone.read(LOW)).hasSize(isApplied ? 2 : 1);
            Eventually.holds(() -> {
                assertThat(isPinned(ANA)).isTrue();
                assertThat(isPinned(BUDI)).isEqualTo(isApplied);
                assertThat(program.client
                                .auth()
                                .read(KeyType.APP_STATE_SYNC_VERSION, LOW)
                                .orElseThrow(AssertionError::new)
                                .version())
                        .isEqualTo(phone.version(LOW));
            });
        }

        private boolean isPinned(Person with) {
            return program.client
                    .messages()
                    .chat(with.lid())
                    .flatMap(ChatView::pinned)
                    .isPresent();
        }

        /** Nobody knows whether those arrived, so others are announced. Those that did are as good. */
        void preKeys() throws Exception {
            wire.loses(part, "encrypt/set/registration", 1);
            wire.runShort(device, 2);
            wire.awaitPreKeys(device, part == Part.ANSWER ? 12 : 7);
            wasLost("encrypt/set/registration");
            Wire.PreKeys keys = wire.preKeys(device);
            assertThat(keys.announced()).doesNotHaveDuplicates();
            assertThat(keys.here()).doesNotHaveDuplicates();
            int number = 0;
            for (int left = keys.here().size(); left > 0; left--) {
                Person stranger = new Person("Stranger" + number, "62813000000" + number, "444400000000" + number);
                standIn.add("peer", stranger);
                standIn.send(stranger, device, "we have not met " + number);
                program.message("we have not met " + number++);
            }
        }
    }
}

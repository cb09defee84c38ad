package dev.pawl.baileys;

import static dev.pawl.baileys.Person.ANA;
import static dev.pawl.baileys.Person.ME;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.Content;
import dev.pawl.baileys.WhatsAppStandIn.Device;
import dev.pawl.json.JsonBoolean;
import dev.pawl.json.JsonObject;
import dev.pawl.message.PageRequest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a network and a server do to messages: compressed beside plain, twice, unreadable, and without pre-keys. */
class WireFaultsTest {

    /** So that what is to be sent again comes out of the history. */
    private static final JsonObject FORGETFUL = JsonObject.builder()
            .put("enableRecentMessageCache", JsonBoolean.FALSE)
            .build();

    private static final Person LATE = new Person("Late", "628130000009", "44440000000009");

    @TempDir
    Path directory;

    @ParameterizedTest
    @MethodSource("dev.pawl.baileys.StoreKind#oneNow")
    void nothingIsLostAndNothingIsThereTwice(StoreKind kind) throws Exception {
        try (WhatsAppStandIn standIn = WhatsAppStandIn.start()) {
            Story story = new Story(standIn, new Wire(standIn), kind.locators(directory), directory.resolve("cache"));
            Device device;
            try (Program program = story.program()) {
                device = program.pair(standIn);
                String group = standIn.group("Warung", ANA, ME);
                story.compressedBesidePlain(program, device, group);
                story.twice(program, device, group);
                story.unreadable(program, device, group);
                story.withoutPreKeys(program, device);
                assertThat(program.errors).isEmpty();
            }
            standIn.awaitGone(device);
            story.noPreKeyIsLeft(device);
            try (Program program = story.program()) {
                program.connect();
                standIn.awaitLive(device);
                story.whoHadNoneIsRead(program, device);
                story.confirmedButDeliveredAgain(program, device);
                // What was told just now may be stored a moment later.
                Eventually.holds(() -> story.hasAllOnce(program, ANA.lid()));
                assertThat(program.sawQr()).isFalse();
            }
        }
    }

    /** What was written, and by whom, so that it can be looked for in the end. */
    private record Story(
            WhatsAppStandIn standIn,
            Wire wire,
            String[] locators,
            Path cache,
            List<String> fromAna,
            List<String> toAna) {

        Story(WhatsAppStandIn standIn, Wire wire, String[] locators, Path cache) {
            this(standIn, wire, locators, cache, new ArrayList<>(), new ArrayList<>());
        }

        Program program() {
            return Program.open(
                    standIn.transport(cache).socketOptions(FORGETFUL).build(), "main", locators);
        }

        private void receive(Program program, Device device, String text) throws Exception {
            fromAna.add(standIn.send(ANA, device, text));
            program.message(text);
        }

        private void send(Program program, String text) throws Exception {
            String id = program.client.send(ANA.lid(), Content.text(text)).key().id();
            toAna.add(id);
            assertThat(standIn.awaitMessage(ANA, id).text()).isEqualTo(text);
        }

        private void burst(Program program, Device device, int count, String prefix) throws Exception {
            fromAna.addAll(standIn.burst(ANA, device, count, prefix));
            List<String> came = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                came.add(program.message().text().orElse(""));
            }
            // Baileys begins with several at once, and the first of somebody new takes longer than those behind it.
            assertThat(came)
                    .containsExactlyInAnyOrderElementsOf(
                            IntStream.range(0, count).mapToObj(i -> prefix + i).toList());
        }

        void compressedBesidePlain(Program program, Device device, String group) throws Exception {
            for (String which : List.of("all", "mixed", "messages")) {
                Wire.Done before = wire.done();
                wire.compressed(which);
                burst(program, device, 20, which + " compressed ");
                send(program, "in between " + which);
                standIn.sendGroup(ANA, group, which + " to all");
                program.message(which + " to all");
                // Of the 21 messages to us, and what else there is.
                assertThat(wire.done().compressed() - before.compressed())
                        .as(which)
                        .isGreaterThanOrEqualTo(10);
                program.forgetEnds();
                standIn.close(device, "stream-end");
                program.end();
                program.connect();
                standIn.awaitLive(device);
            }
            wire.compressed("none");
        }

        void twice(Program program, Device device, String group) throws Exception {
            long before = wire.done().copies();
            wire.copies(2);
            burst(program, device, 20, "twice ");
            standIn.forget(ANA, device);
            burst(program, device, 5, "twice on a new session ");
            for (int i = 0; i < 3; i++) {
                standIn.sendGroup(ANA, group, "twice to all " + i);
                program.message("twice to all " + i);
            }
            send(program, "an answer to what came twice");
            wire.copies(1);
            assertThat(wire.done().copies() - before).isGreaterThanOrEqualTo(28);
            receive(program, device, "and once");
            Eventually.holds(
                    () -> assertThat(program.pawl.messages("main").count(group)).isEqualTo(6));
        }

        /** Each asks the other to send again, also what was for a group. */
        void unreadable(Program program, Device device, String group) throws Exception {
            standIn.forget(ANA, device);
            send(program, "she could not read this at first");
            assertThat(standIn.failures(ANA)).hasSize(1);
            fromAna.add(standIn.sendBroken(ANA, device, "broken, then whole"));
            program.message("broken, then whole");

            String id = program.client
                    .send(group, Content.text("to all, with a new key"))
                    .key()
                    .id();
            standIn.awaitMessage(ANA, id);
            wire.forgetsSenderKey(ANA, group, device);
            id = program.client
                    .send(group, Content.text("to all, unreadable at first"))
                    .key()
                    .id();
            assertThat(standIn.awaitMessage(ANA, id).text()).isEqualTo("to all, unreadable at first");
            assertThat(standIn.failures(ANA)).hasSize(2);
        }

        /** Strangers take the pre-keys that are left. */
        void withoutPreKeys(Program program, Device device) throws Exception {
            for (int round = 0; round < 3; round++) {
                wire.runShort(device, 2);
                wire.awaitPreKeys(device, 5);
                List<String> before = wire.preKeys(device).here();
                Person stranger = new Person("Stranger" + round, "62813000000" + round, "4444000000000" + round);
                standIn.add("peer", stranger);
                standIn.send(stranger, device, "we have not met " + round);
                program.message("we have not met " + round);
                assertThat(wire.preKeys(device).here())
                        .as("one was used up, and none came back")
                        .isEqualTo(before.subList(1, before.size()));
            }
            assertThat(wire.preKeys(device).announced()).doesNotHaveDuplicates();
            wire.runShort(device, 0);
            wire.awaitPreKeys(device, 5);
        }

        /** We were away, and strangers took the last: somebody begins without one, and we announce others when we come. */
        void noPreKeyIsLeft(Device device) {
            wire.runShort(device, 0);
            standIn.add("peer", LATE);
            standIn.send(LATE, device, "there was no pre-key for me");
            assertThat(wire.preKeys(device).here()).isEmpty();
        }

        void whoHadNoneIsRead(Program program, Device device) throws Exception {
            program.message("there was no pre-key for me");
            wire.awaitPreKeys(device, 100);
            String id = program.client
                    .send(LATE.lid(), Content.text("we have met now"))
                    .key()
                    .id();
            assertThat(standIn.awaitMessage(LATE, id).text()).isEqualTo("we have met now");
            assertThat(standIn.askedAgain(LATE)).isEmpty();
            assertThat(wire.preKeys(device).announced()).doesNotHaveDuplicates();
        }

        void confirmedButDeliveredAgain(Program program, Device device) throws Exception {
            List<String> some = fromAna.subList(fromAna.size() - 3, fromAna.size());
            some.forEach(id -> wire.again(device, id));
            receive(program, device, "after what came again");
            send(program, "an answer after what came again");
        }

        void hasAllOnce(Program program, String chat) {
            List<String> ids =
                    program
                            .pawl
                            .messages("main")
                            .messages(chat, PageRequest.newest().limit(1000))
                            .items()
                            .stream()
                            .map(message -> message.key().id())
                            .toList();
            List<String> wanted = new ArrayList<>(fromAna);
            wanted.addAll(toAna);
            assertThat(ids).containsExactlyInAnyOrderElementsOf(wanted);
        }
    }
}

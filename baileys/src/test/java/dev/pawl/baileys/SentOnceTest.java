package dev.pawl.baileys;

import static dev.pawl.baileys.Person.ANA;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.pawl.Backends;
import dev.pawl.Pawl;
import dev.pawl.auth.KeyType;
import dev.pawl.backend.Access;
import dev.pawl.backend.Backend;
import dev.pawl.backend.Batch;
import dev.pawl.backend.ForwardingBackend;
import dev.pawl.backend.Locator;
import dev.pawl.backend.SessionName;
import dev.pawl.backend.UnavailableException;
import dev.pawl.baileys.WhatsAppStandIn.Device;
import dev.pawl.message.ChatView;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What the phone sends only once, and the server forgets as soon as it is confirmed: pieces of history, and keys. */
class SentOnceTest {

    private static final String FAR = "9990001@lid";

    @TempDir
    Path directory;

    /** How the work on it is cut off. */
    enum Cut {
        THE_CHILD_IS_KILLED,
        THE_STORE_FAILS
    }

    private final AtomicReference<String> fatal = new AtomicReference<>("none");
    private final AtomicReference<Runnable> cut = new AtomicReference<>(() -> {});

    /** A store that fails as long as keys of the type {@link #fatal} are written, each time after what {@link #cut} does. */
    private Backend brittle(String locator) {
        return new ForwardingBackend(Backends.open(Locator.parse(locator), Access.READ_WRITE)) {
            @Override
            public void commit(SessionName session, Batch batch) {
                String type = fatal.get();
                if (batch.puts().stream().anyMatch(row -> row.key().partition().equals(type))) {
                    cut.get().run();
                    throw UnavailableException.connectionFailed("the disk is full");
                }
                super.commit(session, batch);
            }
        };
    }

    private interface Scene {
        void play(WhatsAppStandIn standIn, Program program, MyPhone phone) throws Exception;
    }

    private void on(StoreKind kind, UnaryOperator<BaileysTransport.Builder> how, Scene scene) throws Exception {
        Pawl pawl =
                Pawl.of(Stream.of(kind.locators(directory)).map(this::brittle).toArray(Backend[]::new));
        try (WhatsAppStandIn standIn = WhatsAppStandIn.start();
                Program program = Program.open(
                        how.apply(standIn.transport(directory.resolve("cache"))).build(), "main", pawl)) {
            Device device = program.pair(standIn);
            Eventually.holds(() -> assertThat(keys(program)).hasSize(1));
            standIn.awaitEmptyQueue(device);
            scene.play(standIn, program, new MyPhone(standIn, device));
        }
    }

    /** Has the next write of a key of this type cut the work off. */
    private void arm(Cut how, Program program, String type) {
        program.forgetEnds();
        long child = program.transport.processId().orElseThrow();
        cut.set(
                how == Cut.THE_CHILD_IS_KILLED
                        ? () -> ProcessHandle.of(child).ifPresent(ProcessHandle::destroyForcibly)
                        : () -> {});
        fatal.set(type);
    }

    private void comesBack(WhatsAppStandIn standIn, Program program, Device device) throws Exception {
        program.end();
        fatal.set("none");
        program.connect();
        standIn.awaitLive(device);
        standIn.awaitEmptyQueue(device);
        standIn.send(ANA, device, "and now");
        program.message("and now");
    }

    static Stream<Arguments> cuts() {
        return StoreKind.sqliteNow().flatMap(kind -> Stream.of(Cut.values()).map(how -> arguments(kind, how)));
    }

    @ParameterizedTest
    @MethodSource("cuts")
    void whatWasCutOffIsWorkedOnAgain(StoreKind kind, Cut how) throws Exception {
        on(kind, transport -> transport, (standIn, program, phone) -> {
            arm(how, program, "lid-mapping");
            phone.history(piece(1));
            // It waits while the first is worked on, and must not take its place.
            phone.history(piece(2));
            comesBack(standIn, program, phone.device());
            Eventually.holds(() -> {
                assertThat(program.client.messages().count(FAR)).isEqualTo(2);
                assertThat(program.client
                                .messages()
                                .chat("6289900000001@s.whatsapp.net")
                                .map(ChatView::jid))
                        .contains(FAR);
            });

            String key = phone.newKey();
            arm(how, program, "app-state-sync-key");
            phone.shareKey();
            comesBack(standIn, program, phone.device());
            Eventually.holds(() -> assertThat(keys(program)).hasSize(2).contains(key));
            phone.change("regular_low", List.of("pin_v1", ANA.lid()), "{\"pinAction\":{\"pinned\":true}}");
            Eventually.holds(
                    () -> assertThat(program.client.messages().chat(ANA.lid()).flatMap(ChatView::pinned))
                            .isPresent());

            program.client.close();
            assertThat(program.pawl.auth("main").ids(KeyType.json("pawl-unfinished")))
                    .isEmpty();
        });
    }

    @ParameterizedTest
    @MethodSource("dev.pawl.baileys.StoreKind#sqliteNow")
    void piecesAmongKillsAllArrive(StoreKind kind) throws Exception {
        int rounds = Boolean.getBoolean("pawl.soak") ? 20 : 1;
        on(kind, transport -> transport, (standIn, program, phone) -> {
            for (int round = 0; round < rounds; round++) {
                program.forgetEnds();
                for (int i = 0; i < 6; i++) {
                    phone.history(piece(round * 6 + i));
                }
                ProcessHandle.of(program.transport.processId().orElseThrow()).ifPresent(ProcessHandle::destroyForcibly);
                program.end();
                program.connect();
                standIn.awaitLive(phone.device());
            }
            Eventually.holds(
                    () -> assertThat(program.client.messages().count(FAR)).isEqualTo(rounds * 6));
        });
    }

    /** That the test above can fail. */
    @Test
    void asPublishedBothAreLost() throws Exception {
        // Nor as any other message.
        on(
                StoreKind.SQLITE,
                transport -> transport.without(Mend.FINISH_WHAT_THE_PHONE_SENT).without(Mend.KEEP_RECEIVED),
                (standIn, program, phone) -> {
                    arm(Cut.THE_CHILD_IS_KILLED, program, "lid-mapping");
                    phone.history(piece(1));
                    comesBack(standIn, program, phone.device());
                    String key = phone.newKey();
                    arm(Cut.THE_CHILD_IS_KILLED, program, "app-state-sync-key");
                    phone.shareKey();
                    comesBack(standIn, program, phone.device());

                    assertThat(program.client.messages().count(FAR)).isZero();
                    assertThat(keys(program)).hasSize(1).doesNotContain(key);
                });
    }

    private static String piece(int number) {
        return "{\"syncType\":3,\"chunkOrder\":" + number + ",\"progress\":50,\"conversations\":[{\"id\":\"" + FAR
                + "\",\"pnJid\":\"6289900000001@s.whatsapp.net\",\"messages\":[{\"message\":{\"key\":{\"remoteJid\":\""
                + FAR + "\",\"fromMe\":false,\"id\":\"OLD" + number
                + "\"},\"message\":{\"conversation\":\"old\"},\"messageTimestamp\":1700000000}}]}]}";
    }

    private static List<String> keys(Program program) {
        return program.client.auth().ids(KeyType.APP_STATE_SYNC_KEY);
    }
}

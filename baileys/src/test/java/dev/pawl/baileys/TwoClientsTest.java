package dev.pawl.baileys;

import static dev.pawl.baileys.Person.BUDI;
import static dev.pawl.baileys.Person.ME;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.Content;
import dev.pawl.baileys.WhatsAppStandIn.Device;
import dev.pawl.message.MessageStatus;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Two of our clients that talk to each other, each in stores and a process of its own. */
class TwoClientsTest {

    private static final int BURST = Boolean.getBoolean("pawl.soak") ? 200 : 20;

    @TempDir
    Path directory;

    @ParameterizedTest
    @MethodSource("dev.pawl.baileys.StoreKind#oneNow")
    void talkInBurstsAndAcrossARestart(StoreKind kind) throws Exception {
        String[] his = kind.locators(Files.createDirectory(directory.resolve("his")));
        try (LinkedProgram mine = LinkedProgram.on(kind, standIn -> standIn.add("phone", BUDI))) {
            WhatsAppStandIn standIn = mine.standIn;
            Device device;
            try (Program budi = open(standIn, his)) {
                budi.client.connect();
                device = new PeerActs(standIn).scan(BUDI, budi.qr());
                budi.connect();
                standIn.awaitLive(device);

                String hello = mine.send(BUDI.lid(), "hello");
                assertThat(budi.message("hello").key().id()).isEqualTo(hello);
                budi.client.send(ME.lid(), Content.text("hello to you"));
                mine.program().message("hello to you");
                Eventually.holds(
                        () -> assertThat(mine.stored(BUDI.lid(), true, hello).status())
                                .contains(MessageStatus.DELIVERY_ACK));

                CompletableFuture<Void> sending = CompletableFuture.runAsync(() -> burst(budi, ME, "his "));
                burst(mine.program(), BUDI, "mine ");
                sending.get(60, TimeUnit.SECONDS);
                mine.awaitTexts(numbered("his "));
                await(budi, numbered("mine "));
                assertThat(budi.errors).isEmpty();
            }
            standIn.awaitGone(device);
            burst(mine.program(), BUDI, "while out ");

            try (Program budi = open(standIn, his)) {
                budi.connect();
                await(budi, numbered("while out "));
                assertThat(budi.sawQr()).isFalse();
                mine.restart();
                burst(budi, ME, "again ");
                mine.awaitTexts(numbered("again "));
                mine.send(BUDI.lid(), "the last");
                budi.message("the last");

                Eventually.holds(() -> assertThat(LinkedProgram.texts(mine.history(), BUDI.lid()))
                        .containsExactlyInAnyOrderElementsOf(LinkedProgram.texts(budi.client.messages(), ME.lid())));
                assertThat(mine.program().errors).isEmpty();
                assertThat(budi.errors).isEmpty();
            }
        }
    }

    private Program open(WhatsAppStandIn standIn, String[] locators) {
        return Program.open(standIn.transport(directory.resolve("cache")).build(), "budi", locators);
    }

    private static void burst(Program from, Person to, String prefix) {
        for (int i = 0; i < BURST; i++) {
            from.trySend(to.lid(), prefix + i);
        }
    }

    private static Set<String> numbered(String prefix) {
        Set<String> all = new HashSet<>();
        for (int i = 0; i < BURST; i++) {
            all.add(prefix + i);
        }
        return all;
    }

    private static void await(Program at, Set<String> texts) throws InterruptedException {
        List<String> missing = new ArrayList<>(texts);
        while (!missing.isEmpty()) {
            missing.remove(at.message().text().orElse(""));
        }
    }
}

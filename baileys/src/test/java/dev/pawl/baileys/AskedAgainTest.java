package dev.pawl.baileys;

import static dev.pawl.baileys.Person.ANA;
import static dev.pawl.baileys.Person.BUDI;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.baileys.WhatsAppStandIn.Device;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** People who ask again for messages that they could not read, while both sides go on writing. */
class AskedAgainTest {

    private static final int SENDERS = 4;
    private static final int MESSAGES = 200;
    private static final int EVERY_MILLIS = 8;
    private static final double FORGETFUL = 0.06;
    private static final int ATTEMPTS = 5;

    @TempDir
    Path directory;

    @ParameterizedTest
    @MethodSource("dev.pawl.baileys.StoreKind#sqliteNow")
    void noPositionOfARatchetIsUsedTwice(StoreKind kind) throws Exception {
        assertThat(violations(kind, directory, (transport, standIn) -> transport))
                .isEmpty();
    }

    /**
     * That the test above can fail: what is sent again waits for no lock, and goes back to sessions as they were, which shows
     * where reading a session takes its time. Whether the two meet is left to chance, so it is tried again when they did not.
     */
    @Test
    void asPublishedPositionsAreUsedAgain() throws Exception {
        List<String> found = new ArrayList<>();
        for (int attempt = 0; attempt < ATTEMPTS && found.stream().noneMatch(AskedAgainTest::isUsedAgain); attempt++) {
            found.addAll(violations(
                    StoreKind.SQLITE,
                    Files.createDirectory(directory.resolve("attempt" + attempt)),
                    (transport, standIn) -> transport
                            .without(Mend.RECEIVE_OUTSIDE)
                            .withoutRemembering()
                            .nodeArguments(slowToRead(standIn))));
        }
        assertThat(found).anyMatch(AskedAgainTest::isUsedAgain);
    }

    private static boolean isUsedAgain(String violation) {
        return violation.contains("was used for");
    }

    private static List<String> slowToRead(WhatsAppStandIn standIn) {
        List<String> arguments = new ArrayList<>(standIn.preload());
        arguments.add("--import");
        arguments.add(standIn.directory().resolve("slow-reads.mjs").toUri().toString());
        return arguments;
    }

    private List<String> violations(
            StoreKind kind,
            Path place,
            BiFunction<BaileysTransport.Builder, WhatsAppStandIn, BaileysTransport.Builder> how)
            throws Exception {
        ExecutorService senders = Executors.newFixedThreadPool(SENDERS);
        try (WhatsAppStandIn standIn = WhatsAppStandIn.start();
                Program program = Program.open(
                        how.apply(standIn.transport(directory.resolve("cache")), standIn)
                                .build(),
                        "main",
                        kind.locators(place))) {
            standIn.add("peer", BUDI);
            StandInLives lives = new StandInLives(standIn);
            Device device = program.pair(standIn);
            lives.watch();
            lives.talk(List.of(ANA, BUDI), List.of(device), EVERY_MILLIS, FORGETFUL, 1);
            AtomicInteger number = new AtomicInteger();
            CompletableFuture.allOf(IntStream.range(0, SENDERS)
                            .mapToObj(sender -> CompletableFuture.runAsync(() -> send(program, number), senders))
                            .toArray(CompletableFuture[]::new))
                    .get();
            lives.hush();
            assertThat(StandInPipe.number(lives.verdict(), "retriesAskedOfIt")).isPositive();
            return lives.violations();
        } finally {
            senders.shutdownNow();
        }
    }

    private static void send(Program program, AtomicInteger number) {
        for (int mine = number.incrementAndGet(); mine <= MESSAGES; mine = number.incrementAndGet()) {
            program.trySend(mine % 2 == 0 ? ANA.lid() : BUDI.lid(), "out " + mine);
        }
    }
}

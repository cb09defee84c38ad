package dev.pawl.baileys;

import static dev.pawl.baileys.Person.ANA;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.Content;
import dev.pawl.baileys.WhatsAppStandIn.Device;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Everything comes in small pieces and late, from the pairing on. */
class SlowServerTest {

    /** Bytes a second. */
    private static final int PAIRING_RATE = 150_000;

    private static final int RATE = 20_000;

    @TempDir
    Path directory;

    /** That the fault took place: so much went over the road, and was kept for as long as that takes. */
    private static void wasSlow(Road.Carried carried, long bytes, int rate) {
        assertThat(carried.bytes()).isGreaterThan(bytes);
        // But for pieces that were on their way already.
        assertThat(carried.held())
                .as("the time for %s at %d bytes a second", carried, rate)
                .isGreaterThan(Duration.ofMillis(1000 * (carried.bytes() - 2000) / rate));
    }

    @ParameterizedTest
    @MethodSource("dev.pawl.baileys.StoreKind#oneNow")
    void pairsReceivesSendsAndComesBack(StoreKind kind) throws Exception {
        try (WhatsAppStandIn standIn = WhatsAppStandIn.start();
                Road road = Road.to(standIn);
                Program program = Program.open(
                        road.transport(directory.resolve("cache")).build(), "main", kind.locators(directory))) {
            // A pairing announces 812 pre-keys, some 60 KB.
            road.slow(1000, PAIRING_RATE);
            Device device = program.pair(standIn);
            Road.Carried pairing = road.carried();
            wasSlow(pairing, 40_000, PAIRING_RATE);
            assertThat(pairing.largest()).isBetween(1, 1000);
            road.slow(40, RATE);
            List<String> missing = new ArrayList<>(standIn.burst(ANA, device, 20, "slowly "));
            while (!missing.isEmpty()) {
                // Baileys begins with several at once, and the first of somebody new takes longer than those behind it.
                String id = program.message().key().id();
                assertThat(missing.remove(id))
                        .as("%s is one of them, and comes once", id)
                        .isTrue();
            }
            wasSlow(road.carried().since(pairing), 6000, RATE);
            String id = program.client
                    .send(ANA.lid(), Content.text("and back"))
                    .key()
                    .id();
            assertThat(standIn.awaitMessage(ANA, id).text()).isEqualTo("and back");
            program.forgetEnds();
            standIn.close(device, "reset");
            assertThat(program.end().willReconnect()).isTrue();
            program.connect();
            standIn.awaitLive(device);
            standIn.send(ANA, device, "the last");
            program.message("the last");
            assertThat(program.errors).isEmpty();
        }
    }
}

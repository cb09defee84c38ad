package dev.pawl.baileys;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Parts of the bridge by themselves, in Node: what is too rare, takes too long or leaves no trace where a whole connection is
 * tried. {@code src/test/node/checks} has them.
 */
class BridgeCheckTest {

    private static final int CHECKS = 153;

    @Test
    void eachPartDoesWhatItSays(@TempDir Path directory) throws Exception {
        Path bridge = new Packages(directory).bridge();
        Programs.Result run = Programs.run(
                WhatsAppStandIn.packages(),
                Duration.ofMinutes(5),
                List.of(
                        Programs.find("node").orElseThrow().toString(),
                        "--expose-gc",
                        // Standard output belongs to the bridge.
                        "--test-reporter=tap",
                        "--test-reporter-destination=stderr",
                        "bridge-check.mjs",
                        bridge.resolveSibling(".").toString()));
        assertThat(run.status()).as(run.output()).isZero();
        // That none was forgotten, or left out because something before it ended the process.
        assertThat(run.output()).contains("# pass " + CHECKS).contains("# fail 0");
    }
}

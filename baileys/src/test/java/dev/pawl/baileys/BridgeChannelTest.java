package dev.pawl.baileys;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The child's end of the channel, which is checked in Node: what is in {@code *-check.mjs}. */
class BridgeChannelTest {

    @TempDir
    Path directory;

    @Test
    void itsJsonIsThatOfBaileys() throws Exception {
        assertThat(Long.parseLong(check("json-check.mjs", "engine.mjs"))).isGreaterThan(10_000);
    }

    @Test
    void whatMayWaitLeavesWithWhatCannot() throws Exception {
        check("channel-check.mjs", "channel.mjs");
    }

    private String check(String program, String checked) throws Exception {
        Path bridge = new Packages(directory).bridge();
        Programs.Result run = Programs.run(
                WhatsAppStandIn.packages(),
                Duration.ofSeconds(60),
                List.of(
                        Programs.find("node").orElseThrow().toString(),
                        program,
                        bridge.resolveSibling(checked).toString()));
        assertThat(run.status()).as(run.output()).isZero();
        return run.output();
    }
}

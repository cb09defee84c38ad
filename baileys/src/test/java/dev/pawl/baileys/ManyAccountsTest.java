package dev.pawl.baileys;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Accounts that share a process of Node do not hold each other up, nor does what one has done stay in memory. */
class ManyAccountsTest {

    @TempDir
    Path directory;

    @Test
    void workWithOnePeerIsInTheOrderOfEachAccountAndIsForgottenWhenItIsThrough() throws Exception {
        check("turns-check.mjs", "mends.mjs");
    }

    /** Each connection that there was would make each promise of the process a bit larger, up to Node 22. */
    @Test
    void whatAPromiseCarriesDoesNotGrowWithTheNumberOfConnections() throws Exception {
        check("contexts-check.mjs", "engine.mjs");
    }

    private void check(String program, String part) throws Exception {
        Path bridge = new Packages(directory).bridge();
        Programs.Result run = Programs.run(
                WhatsAppStandIn.packages(),
                Duration.ofMinutes(2),
                List.of(
                        Programs.find("node").orElseThrow().toString(),
                        "--expose-gc",
                        program,
                        bridge.resolveSibling(part).toString()));
        assertThat(run.status()).as(run.output()).isZero();
    }
}

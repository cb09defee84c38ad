package dev.pawl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.convex.LocalConvex;
import dev.pawl.tck.Samples;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is peculiar to a Convex deployment: its locator, and its secret, which no command shows. */
class ConvexStoresTest {

    private static LocalConvex deployment;

    @TempDir
    private Path temp = Path.of("");

    @BeforeAll
    static void start() {
        deployment = LocalConvex.withBoth();
    }

    @AfterAll
    static void stop() {
        if (deployment != null) {
            deployment.close();
        }
    }

    private static String store(String namespace) {
        return "convex:" + deployment.url() + "?namespace=" + namespace + "&secret=" + LocalConvex.SECRET;
    }

    @Test
    void aSessionTravelsToADeploymentAndBack() {
        assertThat(Travel.thereAndBack(temp, store("travel") + "#main", LocalConvex.SECRET))
                .containsPattern("format +zaileys_kv, functions version 1")
                .contains("remove zaileys.ts");
    }

    @Test
    void whatIsRefusedIsOneLineWithTheReasonAndWithoutTheSecret() {
        String url = "convex:" + deployment.url();
        String wrong = "wrong-" + LocalConvex.SECRET;
        for (List<String> each : List.of(
                List.of(url + "?secret=" + wrong, "1", "it refuses the secret"),
                List.of("convex:http://127.0.0.1:1?timeout=1&secret=" + wrong, "1", "it is not reached"),
                List.of("convex:" + deployment.url() + "x?secret=" + wrong, "1", "no Convex deployment answers there"),
                List.of("convex:ftp://host?secret=" + wrong, "2", "has a URL like https://"),
                List.of("convex:https://user:pw@host", "2", "neither user nor query nor fragment"),
                List.of(url + "?functions=mine", "2", "functions is zaileys"),
                List.of(url + "?colour=red", "2", "has no option colour"),
                List.of(url + "?namespace=nobody&functions=zaileys", "1", "there is nothing in the namespace nobody"),
                List.of(store("nobody"), "1", "there is nothing in the namespace nobody"))) {
            Travel.assertRefused(
                    Run.pawl("keys", each.get(0)), Integer.parseInt(each.get(1)), each.get(2), LocalConvex.SECRET);
        }
    }

    /** As a user has it: in the environment of a process of its own. */
    @Test
    void theSecretMayStandInTheEnvironment() throws Exception {
        Run.pawl("migrate", "baileys:" + Samples.copyTo(temp, "paired"), store("environment"));
        String locator = "convex:" + deployment.url() + "?namespace=environment";

        Launcher launcher = Launcher.in(temp.resolve("checkout"));
        Run with = launcher.environment("CONVEX_SECRET", LocalConvex.SECRET).run("keys", locator);
        assertThat(with.status()).as(with.err()).isZero();
        assertThat(with.bytes())
                .isEqualTo(Run.pawl("keys", store("environment")).bytes());
        Run without = launcher.environment("CONVEX_SECRET", "x".repeat(40)).run("keys", locator);
        assertThat(without.status()).isEqualTo(1);
        assertThat(without.err())
                .contains("it refuses the secret", "CONVEX_SECRET", "PAWL_SECRET")
                .doesNotContain("x".repeat(40));
    }

    @Test
    void nothingIsWrittenThroughFunctionsOfZaileys() {
        String theirs = store("theirs");
        Run.pawl("migrate", "baileys:" + Samples.copyTo(temp, "paired"), theirs);
        String five = "convex:" + deployment.url() + "?namespace=theirs&functions=zaileys";

        assertThat(Run.pawl("keys", five).bytes())
                .isEqualTo(Run.pawl("keys", theirs).bytes());
        assertThat(Run.pawl("migrate", five, "native:" + temp.resolve("away")).status())
                .isZero();
        Run refused = Run.pawl("erase", "--yes", five);
        assertThat(refused.status()).isEqualTo(2);
        assertThat(refused.err()).contains("neither checks nor an atomic commit");
    }
}

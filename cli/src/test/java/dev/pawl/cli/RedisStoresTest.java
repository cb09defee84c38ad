package dev.pawl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.redis.LocalRedis;
import dev.pawl.tck.Samples;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is peculiar to a Redis server: its locator, its durability, and its password, which no command shows. */
class RedisStoresTest {

    private static final String PASSWORD = "s3same-0pen";

    private static LocalRedis server;

    @TempDir
    private Path temp = Path.of("");

    @BeforeAll
    static void start() {
        server = LocalRedis.start("--requirepass", PASSWORD);
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
        }
    }

    private static String store(String namespace) {
        return server.url().replace("//", "//:" + PASSWORD + "@") + "?namespace=" + namespace;
    }

    @Test
    void aSessionTravelsToARedisAndBack() {
        Path original = Samples.copyTo(temp, "paired");
        String redis = store("travel") + "#main";
        assertThat(Run.pawl("inspect", redis).status()).isEqualTo(1);

        List<Run> runs = new ArrayList<>(List.of(
                Run.pawl("migrate", "baileys:" + original, redis),
                Run.pawl("verify", redis),
                Run.pawl("inspect", redis),
                Run.pawl("inspect", "--json", redis),
                Run.pawl("sessions", redis),
                Run.pawl("keys", redis),
                Run.pawl("migrate", redis, "baileys:" + temp.resolve("back"))));

        assertThat(runs).extracting(Run::status).containsOnly(0);
        assertThat(Directories.records(temp.resolve("back"))).isEqualTo(Directories.records(original));
        assertThat(runs.get(4).lines()).containsExactly("main");
        assertThat(Run.pawl("get", redis, "creds").bytes()).isEqualTo(Samples.bytes("paired", "creds.json"));
        runs.add(Run.pawl("erase", "--yes", redis));
        runs.add(Run.pawl("keys", redis));
        assertThat(runs.get(7).status()).isZero();
        assertThat(runs.get(8).status()).isEqualTo(1);
        assertThat(runs).noneMatch(run -> (run.out() + run.err()).contains(PASSWORD));
    }

    @Test
    void inspectSaysWhatAnAcknowledgedWriteSurvives() {
        Path original = Samples.copyTo(temp, "paired");
        Run.pawl("migrate", "baileys:" + original, store("inspected"));

        assertThat(Run.pawl("inspect", store("inspected")).out())
                .containsPattern("format +zaileys' keys on Redis .*, appendonly no, .*maxmemory-policy noeviction")
                .contains("appendonly is no");
        Run refused = Run.pawl("keys", store("inspected") + "&durability=always");
        assertThat(refused.status()).isEqualTo(2);
        assertThat(refused.err()).contains("appendfsync always").doesNotContain(PASSWORD);
    }

    @Test
    void aServerThatRefusesOrIsNotThereIsOneLineWithTheReasonAndWithoutThePassword() {
        Map<String, String> stores = Map.of(
                server.url(),
                "does not accept this user and password",
                server.url().replace("//", "//:wrong-" + PASSWORD + "@"),
                "does not accept this user and password",
                "redis://:" + PASSWORD + "@no-such-host.invalid/0",
                "no host of that name is known: check the name",
                "redis://:" + PASSWORD + "@127.0.0.1:1/0",
                "the connection is refused: check host and port");
        stores.forEach((store, reason) -> {
            Run run = Run.pawl("inspect", store);
            assertThat(run.status()).as(run.err()).isEqualTo(1);
            assertThat(run.bytes()).isEmpty();
            assertThat(run.err())
                    .startsWith("STORE_")
                    .contains(reason)
                    .hasLineCount(1)
                    .doesNotContain(PASSWORD);
        });
    }

    @Test
    void erasingWarnsOnceOfAServerThatMayLoseAcknowledgedWrites() throws Exception {
        Run.pawl("migrate", "baileys:" + Samples.copyTo(temp, "paired"), store("warned"));

        Run run = Launcher.in(temp.resolve("checkout")).run("erase", "--yes", store("warned"));
        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.err()).containsOnlyOnce("appendonly is no").doesNotContain(PASSWORD);
    }
}

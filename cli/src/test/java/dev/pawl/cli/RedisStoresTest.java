package dev.pawl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.redis.LocalRedis;
import dev.pawl.tck.Samples;
import java.nio.file.Path;
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
        Travel.thereAndBack(temp, store("travel") + "#main", PASSWORD);
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
            Travel.assertRefused(Run.pawl("inspect", store), 1, reason, PASSWORD);
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

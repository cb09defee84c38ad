package dev.pawl.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.backend.Access;
import dev.pawl.backend.Backend;
import dev.pawl.backend.Batch;
import dev.pawl.backend.Key;
import dev.pawl.backend.Locator;
import dev.pawl.backend.StoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.Jedis;

/** A master that dies, a replica that sentinels put in its place, and a backend that goes on; with {@code -Psoak} only. */
@Timeout(120)
final class RedisSentinelSoakTest {

    private static final Logger LOG = LoggerFactory.getLogger(RedisSentinelSoakTest.class);

    @TempDir
    private Path directory;

    @Test
    void afterAFailoverTheBackendGoesOnWithTheNewMaster() throws IOException {
        try (LocalRedis master = LocalRedis.start("--appendonly", "yes", "--appendfsync", "always");
                LocalRedis replica = LocalRedis.start("--replicaof", "127.0.0.1", "" + master.port());
                LocalRedis sentinel = sentinel(master)) {
            awaitReplica(sentinel);
            Locator locator = Locator.parse("redis://127.0.0.1:" + sentinel.port() + "/0?sentinel=pawl&namespace=s");
            try (Backend backend = new RedisBackendProvider().open(locator, Access.READ_WRITE);
                    Jedis copy = new Jedis("127.0.0.1", replica.port())) {
                backend.commit(Rows.MAIN, Batch.of(Rows.key("session", "1", 1)));
                while (!copy.exists("s:auth:signal:session:1")) {
                    Thread.onSpinWait();
                }
                master.kill();
                int committed = 0;
                for (int n = 2; committed == 0; n++) {
                    try {
                        backend.commit(Rows.MAIN, Batch.of(Rows.key("session", "1", n)));
                        committed = n;
                    } catch (StoreException notYet) {
                        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
                    }
                }
                assertThat(Rows.text(backend, Key.ofKey("session", "1"))).contains("{\"n\":" + committed + "}");
                // Connections are cut when a replica becomes the master.
                try (Jedis now = new Jedis("127.0.0.1", replica.port())) {
                    assertThat(now.get("s:auth:signal:session:1")).isEqualTo("{\"n\":" + committed + "}");
                }
            }
        }
    }

    /**
     * What is promised: no half batch, a refusal means not applied, and the store goes on. Not that what was acknowledged
     * last survives: Redis answers before its replica has it.
     */
    @ParameterizedTest
    @CsvSource({"kill, 1", "ask, 1", "kill, 2", "ask, 2", "kill, 3"})
    void aMasterThatGoesWhileFourThreadsCommitLeavesNoHalfBatchBehind(String how, int round) throws Exception {
        try (LocalRedis master = LocalRedis.start("--appendonly", "yes", "--appendfsync", "always");
                LocalRedis replica = LocalRedis.start("--replicaof", "127.0.0.1", "" + master.port());
                LocalRedis sentinel = sentinel(master)) {
            awaitReplica(sentinel);
            awaitCopy(master);
            Locator locator = Locator.parse("redis://127.0.0.1:" + sentinel.port() + "/0?sentinel=pawl&namespace=s");
            try (Backend backend = new RedisBackendProvider().open(locator, Access.READ_WRITE);
                    CountingWriters writers = new CountingWriters(backend, 4);
                    Jedis guard = new Jedis("127.0.0.1", sentinel.port());
                    Jedis copy = new Jedis("127.0.0.1", replica.port())) {
                writers.awaitMore(200);
                if (how.equals("kill")) {
                    master.kill();
                } else {
                    guard.sentinelFailover("pawl");
                }
                writers.awaitMore(200);
                int lost = writers.stopAndCountLost();
                LOG.info("{} {}: {}, {} lost in the failover", how, round, writers, lost);
                assertThat(copy.info("replication")).contains("role:master");
            }
        }
    }

    private LocalRedis sentinel(LocalRedis master) throws IOException {
        Path settings = Files.writeString(
                directory.resolve("sentinel.conf"),
                "sentinel monitor pawl 127.0.0.1 " + master.port() + " 1\n"
                        + "sentinel down-after-milliseconds pawl 500\nsentinel failover-timeout pawl 5000\n");
        return LocalRedis.startSentinel(settings);
    }

    /** Until what is written is passed on, which after a first synchronization takes up to a second. */
    private static void awaitCopy(LocalRedis master) {
        try (Jedis jedis = new Jedis("127.0.0.1", master.port())) {
            jedis.set("probe", "1");
            assertThat(jedis.waitReplicas(1, 20_000)).isEqualTo(1);
        }
    }

    private static void awaitReplica(LocalRedis sentinel) {
        try (Jedis jedis = new Jedis("127.0.0.1", sentinel.port())) {
            while (jedis.sentinelReplicas("pawl").isEmpty()) {
                Thread.onSpinWait();
            }
        }
    }
}

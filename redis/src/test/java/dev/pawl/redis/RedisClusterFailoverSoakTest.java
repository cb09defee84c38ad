package dev.pawl.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.backend.Backend;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.util.JedisClusterCRC16;

/**
 * A cluster of three masters and a replica for the one that has the namespace, which goes while four threads commit; with
 * {@code -Psoak} only.
 */
@Timeout(120)
final class RedisClusterFailoverSoakTest {

    private static final Logger LOG = LoggerFactory.getLogger(RedisClusterFailoverSoakTest.class);
    private static final int SLOTS = 16_384;
    private static final int MASTERS = 3;

    private final List<LocalRedis> nodes = new ArrayList<>();

    @AfterEach
    void stop() {
        nodes.forEach(LocalRedis::close);
    }

    private LocalRedis start() {
        for (int node = 0; node <= MASTERS; node++) {
            nodes.add(LocalRedis.start(
                    "--cluster-enabled", "yes", "--cluster-node-timeout", "1000", "--appendonly", "yes"));
        }
        for (int node = 0; node < MASTERS; node++) {
            try (Jedis jedis = connect(node)) {
                jedis.clusterAddSlots(IntStream.range(node * SLOTS / MASTERS, (node + 1) * SLOTS / MASTERS)
                        .toArray());
                nodes.forEach(other -> jedis.clusterMeet("127.0.0.1", other.port()));
            }
        }
        for (int node = 0; node <= MASTERS; node++) {
            try (Jedis jedis = connect(node)) {
                await(() -> jedis.clusterInfo().contains("cluster_state:ok")
                        && jedis.clusterInfo().contains("cluster_known_nodes:" + (MASTERS + 1)));
            }
        }
        int owner = JedisClusterCRC16.getSlot("{failover}") * MASTERS / SLOTS;
        try (Jedis replica = connect(MASTERS);
                Jedis master = connect(owner)) {
            String id = master.clusterMyId();
            replica.clusterReplicate(id);
            await(() -> replica.info("replication").contains("master_link_status:up"));
            // What is written is passed on up to a second after that.
            master.set("{failover}:probe", "1");
            assertThat(master.waitReplicas(1, 20_000)).isEqualTo(1);
            // All have to know of the replica before it may take over.
            for (int node = 0; node < MASTERS; node++) {
                try (Jedis each = connect(node)) {
                    await(() -> each.clusterNodes().contains("slave " + id));
                }
            }
        }
        return nodes.get(owner);
    }

    private Jedis connect(int node) {
        return new Jedis("127.0.0.1", nodes.get(node).port());
    }

    private static void await(BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
    }

    /**
     * What is promised: no half batch, a refusal means not applied, and the store goes on. A failover that somebody asks a
     * replica for loses nothing, since the master waits for it; one after a death loses what the replica did not have.
     */
    @ParameterizedTest
    @CsvSource({"kill, 1", "ask, 1", "kill, 2", "ask, 2", "kill, 3"})
    void aMasterThatGoesWhileFourThreadsCommitLeavesNoHalfBatchBehind(String how, int round) throws Exception {
        LocalRedis master = start();
        String url = "redis://127.0.0.1:" + nodes.get(0).port() + "?cluster=true&nodes="
                + nodes.stream().skip(1).map(node -> "127.0.0.1:" + node.port()).collect(Collectors.joining(","));
        try (Backend backend =
                        RedisBackend.builder().url(url).namespace("{failover}").open();
                CountingWriters writers = new CountingWriters(backend, 4);
                Jedis replica = connect(MASTERS)) {
            writers.awaitMore(200);
            if (how.equals("kill")) {
                master.kill();
            } else {
                replica.clusterFailover();
            }
            writers.awaitMore(200);
            await(() -> replica.info("replication").contains("role:master"));
            writers.awaitMore(20);
            int lost = writers.stopAndCountLost();
            LOG.info("{} {}: {}, {} lost in the failover", how, round, writers, lost);
            if (how.equals("ask")) {
                assertThat(lost).isZero();
            }
        }
    }
}

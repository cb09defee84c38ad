package dev.pawl.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.backend.Access;
import dev.pawl.backend.Backend;
import dev.pawl.backend.Batch;
import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Locator;
import dev.pawl.backend.SessionName;
import dev.pawl.backend.UnavailableException;
import dev.pawl.backend.UnsupportedException;
import dev.pawl.tck.BackendTck;
import dev.pawl.tck.Subject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.util.JedisClusterCRC16;

/** The contract of a backend on a cluster of three nodes; with {@code -Psoak} only. */
final class RedisClusterSoakTest extends BackendTck {

    private static final int SLOTS = 16_384;
    private static final int NODES = 3;

    private static final List<LocalRedis> CLUSTER = new ArrayList<>();

    /** Starts the nodes when they are first needed. */
    private static synchronized String locator() {
        if (CLUSTER.isEmpty()) {
            for (int node = 0; node < NODES; node++) {
                CLUSTER.add(LocalRedis.start("--cluster-enabled", "yes"));
            }
            for (int node = 0; node < NODES; node++) {
                try (Jedis jedis = new Jedis("127.0.0.1", CLUSTER.get(node).port())) {
                    jedis.clusterAddSlots(IntStream.range(node * SLOTS / NODES, (node + 1) * SLOTS / NODES)
                            .toArray());
                    for (LocalRedis other : CLUSTER) {
                        jedis.clusterMeet("127.0.0.1", other.port());
                    }
                }
            }
            for (LocalRedis each : CLUSTER) {
                try (Jedis jedis = new Jedis("127.0.0.1", each.port())) {
                    while (!jedis.clusterInfo().contains("cluster_state:ok")
                            || !jedis.clusterInfo().contains("cluster_known_nodes:" + NODES)) {
                        Thread.onSpinWait();
                    }
                }
            }
        }
        return "redis://127.0.0.1:" + CLUSTER.get(0).port() + "?cluster=true&nodes="
                + CLUSTER.stream()
                        .skip(1)
                        .map(node -> "127.0.0.1:" + node.port())
                        .collect(Collectors.joining(","));
    }

    @AfterAll
    static void stop() {
        CLUSTER.forEach(LocalRedis::close);
        CLUSTER.clear();
    }

    @Override
    protected Subject subject(Path directory) {
        String name = "&namespace={" + directory.toString().replace("/", "%2F") + "}";
        return Subject.stored(access -> new RedisBackendProvider().open(Locator.parse(locator() + name), access));
    }

    @Test
    void aNamespaceWithoutBracesIsRefused() {
        assertThatThrownBy(() -> new RedisBackendProvider().open(Locator.parse(locator()), Access.READ_WRITE))
                .isInstanceOf(UnsupportedException.class);
    }

    @Test
    void namespacesOfDifferentSlotsLieOnDifferentNodes() {
        for (int n = 0; n < 12; n++) {
            try (Backend backend = new RedisBackendProvider()
                    .open(Locator.parse(locator() + "&namespace={spread" + n + "}"), Access.READ_WRITE)) {
                backend.commit(Rows.MAIN, Batch.of(Rows.key("session", "1", 1)));
            }
        }
        for (LocalRedis each : CLUSTER) {
            try (Jedis jedis = new Jedis("127.0.0.1", each.port())) {
                assertThat(jedis.keys("{spread*")).isNotEmpty();
            }
        }
    }

    /** The walks of an erasure and of a list of sessions must not go through a node that a namespace has left. */
    @Test
    void aNamespaceThatMovesToAnotherNodeIsFoundThereAllOfItOrNotAtAll() {
        String locator = locator() + "&namespace={moved}&sessions=walk";
        int slot = JedisClusterCRC16.getSlot("{moved}");
        LocalRedis source = CLUSTER.get(slot * NODES / SLOTS);
        LocalRedis target = CLUSTER.get((slot * NODES / SLOTS + 1) % NODES);
        try (Backend backend = RedisBackend.builder()
                        .url(locator())
                        .namespace("{moved}")
                        .walkForSessions()
                        .patience(Duration.ofSeconds(1))
                        .open();
                Backend other = new RedisBackendProvider().open(Locator.parse(locator), Access.READ_WRITE);
                Jedis from = new Jedis("127.0.0.1", source.port());
                Jedis to = new Jedis("127.0.0.1", target.port())) {
            backend.commit(Rows.MAIN, Batch.of(Rows.key("session", "1", 1)));
            other.commit(SessionName.of("other"), Batch.of(Rows.key("session", "1", 1)));
            assertThat(sessions(backend)).hasSize(2);

            to.clusterSetSlotImporting(slot, from.clusterMyId());
            from.clusterSetSlotMigrating(slot, to.clusterMyId());
            String half = "{moved}/other:auth:signal:session:1";
            from.migrate("127.0.0.1", target.port(), half, 0, 5_000);
            assertThatThrownBy(() -> sessions(backend)).isInstanceOf(UnavailableException.class);

            for (String key : from.keys("{moved}*")) {
                from.migrate("127.0.0.1", target.port(), key, 0, 5_000);
            }
            for (LocalRedis each : List.of(target, source)) {
                try (Jedis node = new Jedis("127.0.0.1", each.port())) {
                    node.clusterSetSlotNode(slot, to.clusterMyId());
                }
            }
            assertThat(sessions(other)).hasSize(2);
            other.erase(Rows.MAIN, EnumSet.of(Family.KEY), List.of());
            assertThat(to.keys("{moved}:auth*")).isEmpty();
            assertThat(sessions(backend)).containsExactly(SessionName.of("other"));
            backend.commit(Rows.MAIN, Batch.of(Rows.key("session", "1", 2)));
            assertThat(Rows.text(other, Key.ofKey("session", "1"))).contains("{\"n\":2}");
        }
    }

    private static List<SessionName> sessions(Backend backend) {
        return backend.sessions(EnumSet.of(Family.KEY), Optional.empty(), 10).items();
    }
}

package dev.pawl.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.backend.Backend;
import dev.pawl.backend.Batch;
import dev.pawl.backend.Check;
import dev.pawl.backend.Family;
import dev.pawl.backend.InDoubtException;
import dev.pawl.backend.Key;
import dev.pawl.backend.SessionName;
import dev.pawl.backend.UnavailableException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Jedis;

/** Servers that change places, and clusters, of as few servers as will do. */
final class RedisFailoverTest {

    private static final Key COUNTER = Key.ofKey("session", "counter");

    private static Batch step(int from) {
        Batch batch = Batch.of(Rows.key("session", "counter", from + 1));
        return batch.with(
                from == 0
                        ? Check.absent(COUNTER)
                        : Check.exact(
                                COUNTER, Rows.key("session", "counter", from).value()));
    }

    /** The connections stay, as after a failover that somebody asked for. */
    @Test
    void aServerThatBecameAReplicaIsLeftForTheNewOne() throws Exception {
        try (LocalRedis old = LocalRedis.start();
                LocalRedis other = LocalRedis.start("--replicaof", "127.0.0.1", "" + old.port());
                CutWire wire = CutWire.to(old.port());
                Jedis oldOne = TestRedis.connection(old.url());
                Jedis newOne = TestRedis.connection(other.url());
                Backend backend = RedisBackend.builder().url(wire.url()).open()) {
            backend.commit(Rows.MAIN, step(0));
            while (!newOne.exists("zaileys:auth:signal:session:counter")) {
                Thread.onSpinWait();
            }
            newOne.replicaofNoOne();
            oldOne.replicaof("127.0.0.1", other.port());
            wire.leadTo(other.port());
            for (int n = 1; n < 4; n++) {
                backend.commit(Rows.MAIN, step(n));
            }
            assertThat(newOne.get("zaileys:auth:signal:session:counter")).isEqualTo("{\"n\":4}");
        }
    }

    @Test
    void whoIsGivenAReplicaIsToldAtOnce() {
        try (LocalRedis master = LocalRedis.start();
                LocalRedis replica = LocalRedis.start("--replicaof", "127.0.0.1", "" + master.port());
                Backend backend = RedisBackend.builder()
                        .url(replica.url())
                        .patience(Duration.ofHours(1))
                        .open()) {
            assertThatThrownBy(() -> backend.commit(Rows.MAIN, step(0)))
                    .isInstanceOf(UnavailableException.class)
                    .hasMessageContaining("READONLY");
        }
    }

    /** A cluster of one node, whose answers come through a wire. */
    private static LocalRedis cluster(CutWire wire) {
        LocalRedis node = LocalRedis.start(
                "--cluster-enabled",
                "yes",
                "--cluster-announce-ip",
                "127.0.0.1",
                "--cluster-announce-port",
                "" + wire.port());
        wire.leadTo(node.port());
        try (Jedis jedis = TestRedis.connection(node.url())) {
            jedis.clusterAddSlots(IntStream.range(0, 16_384).toArray());
            while (!jedis.clusterInfo().contains("cluster_state:ok")) {
                Thread.onSpinWait();
            }
        }
        return node;
    }

    private static Backend open(CutWire wire) {
        return RedisBackend.builder()
                .url("redis://127.0.0.1:" + wire.port() + "?cluster=true")
                .namespace("{one}")
                .patience(Duration.ofSeconds(6))
                .open();
    }

    @Test
    void inAClusterABatchWhoseAnswerIsLostIsAppliedOnceOrInDoubtAndNeverSaidNotToBe() throws Exception {
        try (CutWire wire = CutWire.to(0);
                LocalRedis node = cluster(wire);
                Backend backend = open(wire);
                Jedis jedis = TestRedis.connection(node.url())) {
            jedis.set("{one}/theirs:auth:creds", "{}");
            assertThat(backend.sessions(EnumSet.allOf(Family.class), Optional.empty(), 10)
                            .items())
                    .containsExactly(SessionName.of("theirs"));
            for (int n = 0; n < 6; n++) {
                wire.loseAnswers(1 + n % 2);
                backend.commit(Rows.MAIN, step(n));
            }
            assertThat(Rows.text(backend, COUNTER)).contains("{\"n\":6}");
            wire.whenLosing(wire::cut);
            wire.loseAnswers(1);
            assertThatThrownBy(() -> backend.commit(Rows.MAIN, step(6))).isInstanceOf(InDoubtException.class);
            assertThat(jedis.get("{one}:auth:signal:session:counter")).isEqualTo("{\"n\":7}");
        }
    }
}

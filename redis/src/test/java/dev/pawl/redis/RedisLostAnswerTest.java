package dev.pawl.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.backend.Backend;
import dev.pawl.backend.Batch;
import dev.pawl.backend.Check;
import dev.pawl.backend.ConflictException;
import dev.pawl.backend.InDoubtException;
import dev.pawl.backend.Key;
import dev.pawl.backend.Row;
import dev.pawl.backend.StoreException;
import dev.pawl.backend.UnavailableException;
import dev.pawl.json.Bytes;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.RedisClient;

/** Connections that break at the worst moment. */
final class RedisLostAnswerTest {

    private static final Key COUNTER = Key.ofKey("session", "counter");

    /** Three times as long as an answer may take: a pause of a busy machine is not to end it. */
    private static final Duration PATIENCE = Duration.ofSeconds(6);

    private static LocalRedis server;

    private CutWire wire;
    private Backend backend;
    private RedisClient client;

    @BeforeAll
    static void start() {
        server = LocalRedis.start();
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
        }
    }

    @BeforeEach
    void open() throws Exception {
        client = TestRedis.client(server.url());
        wire = CutWire.to(server.port());
        backend = RedisBackend.builder()
                .url(wire.url())
                .namespace("lost")
                .patience(PATIENCE)
                .open();
        backend.commit(Rows.MAIN, Batch.of(count(0)));
    }

    @AfterEach
    void close() throws Exception {
        backend.close();
        wire.close();
        client.flushAll();
        client.close();
    }

    private static Row count(int number) {
        return Rows.key("session", "counter", number);
    }

    /** Counts up by one, from a number that is demanded. */
    private static Batch step(int from) {
        return Batch.of(count(from + 1)).with(Check.exact(COUNTER, count(from).value()));
    }

    @Test
    void aBatchWhoseAnswerIsLostIsAppliedOnceAndAcknowledged() {
        for (int n = 0; n < 20; n++) {
            wire.loseAnswers(1 + n % 3);
            // Applied twice, its check would fail.
            backend.commit(Rows.MAIN, step(n));
            assertThat(Rows.text(backend, COUNTER)).contains("{\"n\":" + (n + 1) + "}");
        }
    }

    @Test
    void aBatchThatDidNotGetThereIsSentAgain() {
        for (int n = 0; n < 20; n++) {
            wire.loseRequests(1 + n % 3);
            backend.commit(Rows.MAIN, step(n));
        }
        assertThat(Rows.text(backend, COUNTER)).contains("{\"n\":20}");
    }

    @Test
    void aConflictIsToldThoughItsFirstAnswerIsLost() {
        for (int lost = 1; lost <= 4; lost++) {
            wire.loseAnswers(lost);
            assertThatThrownBy(() -> backend.commit(Rows.MAIN, step(5)))
                    .isInstanceOfSatisfying(
                            ConflictException.class,
                            conflict -> assertThat(conflict.key()).contains(COUNTER));
            wire.loseRequests(lost);
            assertThatThrownBy(() -> backend.commit(Rows.MAIN, step(5))).isInstanceOf(ConflictException.class);
        }
        assertThat(Rows.text(backend, COUNTER)).contains("{\"n\":0}");
    }

    @Test
    void aCopyThatComesLateIsNotApplied() {
        backend.commit(Rows.MAIN, step(0));
        String lane = client.keys("lost:pawl:lane:*").iterator().next();
        long number = Long.parseLong(client.get(lane));
        List<byte[]> keys = Text.list(lane, "lost:auth:creds");
        for (long late = 0; late <= number; late++) {
            client.eval(
                    Script.COMMIT.text(),
                    keys,
                    Text.list("" + late, "60", "0", "-s", "-", "s", "2", "{\"late\":true}"));
        }
        assertThat(backend.get(Rows.MAIN, Key.CREDENTIALS)).isEmpty();
        // Not because such a batch never is.
        client.eval(
                Script.COMMIT.text(),
                keys,
                Text.list("" + (number + 1), "60", "0", "-s", "-", "s", "2", "{\"late\":false}"));
        assertThat(Rows.text(backend, Key.CREDENTIALS)).contains("{\"late\":false}");
    }

    @Test
    void aBatchThatWasRefusedIsNotAppliedByACopyThatComesLate() {
        List<byte[]> keys = Text.list("lost:pawl:lane:x", "lost:auth:creds");
        client.set("lost:pawl:lane:x", "1");
        List<byte[]> refused = Text.list("7", "60", "1", "-s", "c", "2", "{}", "-", "s", "2", "{\"late\":true}");
        assertThat((List<?>) client.eval(Script.COMMIT.text(), keys, refused)).hasSize(2);
        client.set("lost:auth:creds", "{}");
        refused.set(2, Text.bytes("0"));
        client.eval(Script.COMMIT.text(), keys, refused);
        assertThat(client.get("lost:auth:creds")).isEqualTo("{}");
    }

    @Test
    void withoutAnyAnswerABatchIsInDoubtAndSaysNothingOfItsValues() {
        wire.loseAnswers(Integer.MAX_VALUE);
        Batch batch = Batch.of(Row.of(COUNTER, Bytes.utf8("{\"n\":\"secret-4711\"}")));
        assertThatThrownBy(() -> backend.commit(Rows.MAIN, batch))
                .isInstanceOf(InDoubtException.class)
                .satisfies(doubt -> assertThat(doubt.toString()).doesNotContain("4711"));
        wire.loseAnswers(0);
        // It was applied, as it happens, and the backend goes on.
        assertThat(Rows.text(backend, COUNTER)).contains("{\"n\":\"secret-4711\"}");
        backend.commit(Rows.MAIN, Batch.of(count(1)));
    }

    @Test
    void anAnswerThatDoesNotComeIsAskedForAgain() {
        for (int n = 0; n < 2; n++) {
            wire.keepAnswers(1);
            backend.commit(Rows.MAIN, step(n));
            assertThat(Rows.text(backend, COUNTER)).contains("{\"n\":" + (n + 1) + "}");
        }
    }

    @Test
    void aLaneThatTheServerThrewAwayIsReplaced() {
        for (int n = 0; n < 3; n++) {
            client.keys("lost:pawl:lane:*").forEach(client::del);
            backend.commit(Rows.MAIN, step(n));
        }
        assertThat(Rows.text(backend, COUNTER)).contains("{\"n\":3}");
    }

    @Test
    void aBatchWhoseLaneWasThrownAwayWithItsAnswerIsInDoubtAndNotAppliedTwice() {
        wire.whenLosing(() -> client.keys("lost:pawl:lane:*").forEach(client::del));
        wire.loseAnswers(1);
        // Applied a second time its check would fail, and that would be told as if it had never been applied.
        assertThatThrownBy(() -> backend.commit(Rows.MAIN, step(0))).isInstanceOf(InDoubtException.class);
        assertThat(Rows.text(backend, COUNTER)).contains("{\"n\":1}");
        backend.commit(Rows.MAIN, step(1));
    }

    @Test
    void aReadIsRepeated() {
        wire.loseAnswers(3);
        assertThat(Rows.text(backend, COUNTER)).contains("{\"n\":0}");
    }

    @Test
    void withoutAServerNothingWasAppliedAndItIsToldAtOnce() throws Exception {
        wire.close();
        long start = System.nanoTime();
        assertThatThrownBy(() -> {
                    // The first may still find a connection that looks sound.
                    try {
                        backend.get(Rows.MAIN, COUNTER);
                    } catch (UnavailableException gone) {
                        backend.commit(Rows.MAIN, step(0));
                    }
                })
                .isInstanceOfSatisfying(
                        UnavailableException.class,
                        gone -> assertThat(gone.code()).isEqualTo(StoreException.Code.STORE_CONNECTION_FAILED));
        // Refused connections take milliseconds. Whoever gets the port meanwhile and says nothing costs a third of the
        // patience for each attempt.
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
    }

    @Test
    void aConnectionThatBrokeIsMadeAnew() {
        CommandArguments kill = new CommandArguments(Protocol.Command.CLIENT);
        List.of("KILL", "TYPE", "normal", "SKIPME", "yes").forEach(kill::add);
        client.executeCommand(kill);
        backend.commit(Rows.MAIN, step(0));
        assertThat(Rows.text(backend, COUNTER)).contains("{\"n\":1}");
    }
}

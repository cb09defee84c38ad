package dev.pawl.tck.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.auth.AuthStore;
import dev.pawl.auth.KeyPair;
import dev.pawl.auth.KeyType;
import dev.pawl.auth.Updates;
import dev.pawl.backend.Backend;
import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Row;
import dev.pawl.backend.Scan;
import dev.pawl.backend.SessionName;
import dev.pawl.json.JsonNumber;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What one thread writes to one session, step by step, so that it can be told afterwards how far it came and whether
 * every step is whole.
 *
 * <p>Each step is one commit: the session of one of {@value #PEERS} peers in turn, a marker that holds the number of the
 * step, and a line in a log of the last {@value #LOG} steps, whose oldest is deleted. Every tenth step also updates the
 * credentials, adds a one-time key and deletes the one before.
 *
 * @param session the session
 * @param number tells the lanes of a session apart
 */
public record Lane(SessionName session, int number) {

    private static final int PEERS = 20;
    private static final int LOG = 100;
    private static final KeyPair ONE_TIME_KEY = KeyPair.generate();

    /** Writes a step. When this returns it is acknowledged. */
    public void write(AuthStore store, long step, long writer) {
        JsonObject value = JsonObject.builder()
                .put("n", step)
                .put("by", writer)
                .put("filler", "x".repeat((int) (step % 7) * 300))
                .build();
        JsonObject small = value.without("filler");
        Updates updates = Updates.none()
                .put(KeyType.json("session"), peer(step), value)
                .put(KeyType.json("marker"), "" + number, small)
                .put(KeyType.json(log()), "" + step, small)
                .delete(KeyType.json(log()), "" + (step - LOG));
        if (step % 10 == 0) {
            updates = updates.put(KeyType.PRE_KEY, oneTimeKey(step), ONE_TIME_KEY)
                    .delete(KeyType.PRE_KEY, oneTimeKey(step - 10))
                    .credentials(JsonObject.builder().put("lane" + number, step).build());
        }
        store.write(updates);
    }

    private String peer(long step) {
        return number + "-" + Math.floorMod(step, PEERS) + ".0";
    }

    private String log() {
        return "log" + number;
    }

    private String oneTimeKey(long step) {
        return "" + (number * 1_000_000L + step / 10);
    }

    /** How far a store of this session came. */
    public long reached(AuthStore store) {
        return store.read(KeyType.json("marker"), "" + number)
                .map(value -> number(value, "n"))
                .orElse(0L);
    }

    /** How far the session came, after looking at one moment of it that must be between two steps. */
    public long wholeStep(Backend backend) {
        List<Key> keys = new ArrayList<>(List.of(Key.CREDENTIALS, Key.ofKey("marker", "" + number)));
        for (int peer = 0; peer < PEERS; peer++) {
            keys.add(Key.ofKey("session", peer(peer)));
        }
        Map<Key, Row> rows = backend.get(session, keys);
        long reached = number(rows, keys.get(1), "n");
        for (long step = Math.max(1, reached - PEERS + 1); step <= reached; step++) {
            assertThat(number(rows, Key.ofKey("session", peer(step)), "n"))
                    .as("%s at step %d", this, reached)
                    .isEqualTo(step);
        }
        assertThat(number(rows, Key.CREDENTIALS, "lane" + number))
                .as("credentials of %s at step %d", this, reached)
                .isEqualTo(reached - reached % 10);
        return reached;
    }

    /** The same where nobody writes meanwhile, with everything else that this lane has written. */
    public long wholeEnd(Backend backend) {
        long reached = wholeStep(backend);
        TreeMap<Long, Long> log = writers(backend);
        if (reached == 0) {
            assertThat(log).isEmpty();
        } else {
            assertThat(log.firstKey()).isEqualTo(Math.max(1, reached - LOG + 1));
            assertThat(log.lastKey()).isEqualTo(reached);
            assertThat(log).hasSize((int) Math.min(reached, LOG));
        }
        List<String> oneTimeKeys = backend.scan(session, Scan.of(Family.KEY).in("pre-key")).items().stream()
                .map(row -> row.key().id())
                .filter(id -> Long.parseLong(id) / 1_000_000 == number)
                .toList();
        assertThat(oneTimeKeys).isEqualTo(reached < 10 ? List.of() : List.of(oneTimeKey(reached)));
        return reached;
    }

    /** Who wrote the steps of the log. */
    public TreeMap<Long, Long> writers(Backend backend) {
        TreeMap<Long, Long> writers = new TreeMap<>();
        backend.scan(session, Scan.of(Family.KEY).in(log()).limit(LOG + 1))
                .items()
                .forEach(row -> {
                    JsonValue value = JsonValue.parse(row.value());
                    assertThat(number(value, "n"))
                            .isEqualTo(Long.parseLong(row.key().id()));
                    writers.put(number(value, "n"), number(value, "by"));
                });
        return writers;
    }

    private static long number(Map<Key, Row> rows, Key key, String member) {
        Row row = rows.get(key);
        return row == null ? 0 : number(JsonValue.parse(row.value()), member);
    }

    private static long number(JsonValue value, String member) {
        return ((JsonObject) value)
                .get(member)
                .map(number -> ((JsonNumber) number).longValue())
                .orElse(0L);
    }
}

package dev.pawl.interop;

import static dev.pawl.interop.BaileysPeer.member;
import static dev.pawl.interop.BaileysPeer.number;
import static dev.pawl.interop.BaileysPeer.object;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.auth.AuthStore;
import dev.pawl.auth.AuthVerification;
import dev.pawl.auth.Credentials;
import dev.pawl.auth.Finding;
import dev.pawl.auth.KeyPair;
import dev.pawl.auth.KeyType;
import dev.pawl.backend.Access;
import dev.pawl.backend.Backend;
import dev.pawl.backend.Family;
import dev.pawl.backend.Page;
import dev.pawl.backend.Partition;
import dev.pawl.backend.Position;
import dev.pawl.backend.Row;
import dev.pawl.backend.Scan;
import dev.pawl.backend.SessionName;
import dev.pawl.file.BaileysBackend;
import dev.pawl.json.Bytes;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonValue;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;

/**
 * Reads a directory on which a {@link Hammer} works, and fails when anything that always exists is absent or damaged, or
 * when a counter goes back. For one thread.
 */
final class LiveReader implements AutoCloseable {

    private static final int COUNTER_BYTES = 6;

    private final Backend backend;
    private final AuthStore store;
    private final List<String> sessions;
    private final List<String> preKeys;
    private final Map<String, Long> highest = new HashMap<>();
    private long looks;

    /** Reads what a hammer without churn keeps writing. */
    LiveReader(Path directory, WatchedDisk disk, Hammer.Status hammer) {
        this.backend = BaileysBackend.open(directory, Access.READ_ONLY, disk.disk());
        this.store = AuthStore.openReadOnly(backend, SessionName.DEFAULT);
        this.sessions = hammer.sessions();
        this.preKeys = LongStream.range(hammer.firstPreKeyId(), hammer.nextPreKeyId())
                .mapToObj(Long::toString)
                .toList();
    }

    AuthStore store() {
        return store;
    }

    /** How many records, lists and scans it has read. */
    long looks() {
        return looks;
    }

    /** The highest number of a round seen in any record. */
    long round() {
        return highest.values().stream().mapToLong(Long::longValue).max().orElse(0);
    }

    /** Reads each record the hammer writes, alone and together, and lists them. */
    void readRecords() {
        Credentials credentials = store.credentials().orElseThrow(() -> new AssertionError("credentials are absent"));
        rises("creds", credentials.accountSyncCounter().orElseThrow());
        for (String id : sessions) {
            JsonValue session = store.read(KeyType.json("session"), id).orElseThrow(() -> absent("session", id));
            rises("session " + id, counterOfSession(session));
        }
        Map<String, KeyPair> pairs = store.read(KeyType.PRE_KEY, preKeys);
        for (String id : preKeys) {
            KeyPair pair = Optional.ofNullable(pairs.get(id)).orElseThrow(() -> absent("pre-key", id));
            rises("pre-key " + id, counterOfPreKey(pair));
        }
        assertThat(store.read(KeyType.SESSION, sessions)).containsOnlyKeys(sessions);
        assertThat(store.ids(KeyType.SESSION)).containsExactlyInAnyOrderElementsOf(sessions);
        assertThat(store.ids(KeyType.PRE_KEY)).containsExactlyInAnyOrderElementsOf(preKeys);
        looks += sessions.size() + 5L;
    }

    /**
     * Reads everything there is, page by page, and counts it by type.
     *
     * @param others how many other records there are always
     */
    void scanAll(long others) {
        List<Row> rows = new ArrayList<>();
        Optional<Scan> next = Optional.of(Scan.of(Family.KEY).limit(17));
        while (next.isPresent()) {
            Scan scan = next.get();
            Page<Row, Position> page = backend.scan(SessionName.DEFAULT, scan);
            rows.addAll(page.items());
            next = page.next().map(scan::after);
            looks++;
        }
        assertThat(rows).hasSize((int) (sessions.size() + preKeys.size() + others));
        for (Row row : rows) {
            if (sessions.contains(row.key().id())) {
                rises("session " + row.key().id(), counterOfSession(JsonValue.parse(row.value())));
            }
        }
        assertThat(store.types().stream()
                        .map(Partition::rows)
                        .mapToLong(count -> count.orElseThrow())
                        .sum())
                .isEqualTo(rows.size());
        looks++;
    }

    /** Verifies the whole session, which has no fault at any moment. */
    void verify() {
        assertThat(AuthVerification.run(backend, SessionName.DEFAULT)).noneMatch(Finding::isProblem);
        looks++;
    }

    @Override
    public void close() {
        store.close();
        backend.close();
    }

    private void rises(String what, long counter) {
        assertThat(counter).as(what).isGreaterThanOrEqualTo(highest.getOrDefault(what, 0L));
        highest.put(what, counter);
    }

    private static AssertionError absent(String type, String id) {
        return new AssertionError(type + " " + id + " is absent");
    }

    static long counterOfSession(JsonValue record) {
        JsonObject entry = only(object(member(object(record), "_sessions")));
        JsonObject chain = only(object(member(entry, "_chains")));
        return number(object(member(chain, "chainKey")), "counter");
    }

    static long counterOfPreKey(KeyPair pair) {
        Bytes secret = pair.privateKey();
        long counter = 0;
        for (int n = 0; n < COUNTER_BYTES; n++) {
            counter = counter << 8 | secret.byteAt(Hammer.PRE_KEY_COUNTER_OFFSET + n) & 0xff;
        }
        return counter;
    }

    private static JsonObject only(JsonObject object) {
        assertThat(object.names()).hasSize(1);
        return object(member(object, object.names().get(0)));
    }
}

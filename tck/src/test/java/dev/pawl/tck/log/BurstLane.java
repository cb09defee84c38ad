package dev.pawl.tck.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.backend.Backend;
import dev.pawl.backend.Batch;
import dev.pawl.backend.Key;
import dev.pawl.backend.Row;
import dev.pawl.backend.SessionName;
import dev.pawl.json.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

/** What one thread writes to one session: every step is one commit of all its rows, which are equal but for their length. */
record BurstLane(SessionName session, int number) {

    static final List<SessionName> SESSIONS =
            List.of(SessionName.of("one"), SessionName.of("two"), SessionName.of("three"));
    static final int LANES = 2;

    private static final int ROWS = 4;
    private static final int LONGEST = 6_000;

    static List<BurstLane> all() {
        return SESSIONS.stream()
                .flatMap(session -> IntStream.range(0, LANES).mapToObj(number -> new BurstLane(session, number)))
                .toList();
    }

    private List<Key> keys() {
        return IntStream.range(0, ROWS)
                .mapToObj(row -> Key.ofKey("lane" + number, "" + row))
                .toList();
    }

    void write(Backend backend, long step, Random random) {
        List<Row> rows = new ArrayList<>();
        for (Key key : keys()) {
            rows.add(Row.of(key, Bytes.utf8(step + " ".repeat(random.nextInt(LONGEST)))));
        }
        backend.commit(session, new Batch(List.of(), rows, List.of()));
    }

    /** The last step, which must be there as a whole. */
    long reached(Backend backend) {
        Map<Key, Row> rows = backend.get(session, keys());
        assertThat(rows.size()).isIn(0, ROWS);
        List<Long> steps = rows.values().stream()
                .map(row -> Long.parseLong(row.value().utf8().strip()))
                .distinct()
                .toList();
        assertThat(steps).as("steps of %s", this).hasSizeLessThanOrEqualTo(1);
        return steps.isEmpty() ? 0 : steps.get(0);
    }

    /** How a step is said to be committed. */
    String line(long step) {
        return session + " " + number + " " + step;
    }
}

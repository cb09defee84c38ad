package dev.pawl.tck.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.backend.Backend;
import dev.pawl.backend.Batch;
import dev.pawl.backend.Check;
import dev.pawl.backend.ConflictException;
import dev.pawl.backend.Key;
import dev.pawl.backend.Row;
import dev.pawl.backend.SessionName;
import dev.pawl.json.Bytes;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A number that is counted up by any number of threads and processes, each of which checks that nobody was faster. It stands
 * in two rows that are always equal.
 */
record Counter(Backend backend, SessionName session) {

    static final List<SessionName> SESSIONS = List.of(SessionName.of("one"), SessionName.of("two"));

    private static final Key FIRST = Key.ofKey("counter", "first");
    private static final Key SECOND = Key.ofKey("counter", "second");

    /** Counts up by one, and says what it was before. */
    long countUp() {
        while (true) {
            Map<Key, Row> rows = backend.get(session, List.of(FIRST, SECOND));
            long number = number(rows);
            Bytes next = Bytes.utf8(Long.toString(number + 1));
            try {
                backend.commit(
                        session,
                        Batch.of(Row.of(FIRST, next), Row.of(SECOND, next))
                                .with(Check.unchanged(FIRST, Optional.ofNullable(rows.get(FIRST)))));
                return number;
            } catch (ConflictException e) {
                // Somebody was faster.
            }
        }
    }

    /** What it is now, after looking at both rows. */
    long number() {
        return number(backend.get(session, List.of(FIRST, SECOND)));
    }

    private static long number(Map<Key, Row> rows) {
        Optional<Bytes> first = Optional.ofNullable(rows.get(FIRST)).map(Row::value);
        assertThat(Optional.ofNullable(rows.get(SECOND)).map(Row::value)).isEqualTo(first);
        return first.map(value -> Long.parseLong(value.utf8())).orElse(0L);
    }
}

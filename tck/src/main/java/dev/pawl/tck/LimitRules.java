package dev.pawl.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.backend.Backend;
import dev.pawl.backend.Batch;
import dev.pawl.backend.Check;
import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Row;
import dev.pawl.backend.Traits;
import dev.pawl.backend.UnsupportedException;
import dev.pawl.json.Bytes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What does not fit is refused before anything changes: W13. */
abstract class LimitRules extends SessionRules {

    /** The most that a test builds in memory to go over a limit. */
    private static final long AFFORDABLE_BYTES = 64L << 20;

    static final int AFFORDABLE_ROWS = 20_000;

    @RuleFor(Need.MISSING_FAMILY)
    @DisplayName("W13 a row of a family that is not held is refused, and nothing of its batch is applied")
    void w13FamilyNotHeld() {
        Set<Family> missing = EnumSet.allOf(Family.class);
        missing.removeAll(backend.traits().families());
        put(row(key("1"), 1));
        for (Family family : missing) {
            Key key = anyKey(family);
            assertRefused(new Batch(List.of(), List.of(row(key("1"), 2), row(key, 1)), List.of()));
            assertRefused(new Batch(List.of(), List.of(row(key("1"), 2)), List.of(key)));
            assertRefused(Batch.of(row(key("1"), 2)).with(Check.absent(key)));
        }
    }

    @RuleFor(Need.LIMIT_OF_ROWS)
    @DisplayName("W13 a batch with more rows than the limit is refused; one with as many as the limit is applied")
    void w13RowsOfABatch() {
        int most = backend.traits().limits().rows();
        put(row(key("1"), 1));
        List<Row> rows = new ArrayList<>();
        for (int n = 1; n <= most; n++) {
            rows.add(row(key("" + n), 2));
        }
        assertRefused(new Batch(List.of(Check.exact(key("1"), number(1))), rows, List.of()));
        assertRefused(new Batch(List.of(), rows, List.of(key("pre-key", "1"))));
        backend.commit(MAIN, new Batch(List.of(), rows, List.of()));
        assertThat(all(plain())).hasSize(most);
    }

    @RuleFor(Need.LIMIT_OF_BYTES)
    @DisplayName("W13 a batch with more bytes than the limit, checked ones counted, is refused")
    void w13BytesOfABatch() {
        Traits.Limits limits = backend.traits().limits();
        put(row(key("1"), 1));
        int size = piece(limits);
        Bytes value = text(size);
        List<Row> rows = new ArrayList<>();
        for (long bytes = 0; bytes + size <= limits.bytes(); bytes += size) {
            rows.add(Row.of(key("big-" + bytes), value));
        }
        Batch full = new Batch(List.of(), rows, List.of());
        assertRefused(full.with(Check.exact(key("1"), value)));
        rows.add(Row.of(key("one-more"), value));
        assertRefused(new Batch(List.of(), rows, List.of()));
        backend.commit(MAIN, full);
        assertThat(read(key("big-0"))).isPresent();
    }

    @RuleFor(Need.LIMIT_OF_A_VALUE)
    @DisplayName("W13 a value over the limit is refused, one at the limit is kept")
    void w13BytesOfAValue() {
        Row tooBig = tooBig(backend, key("big")).orElseThrow();
        put(row(key("1"), 1));
        assertRefused(Batch.of(row(key("1"), 2), tooBig));
        Row most = Row.of(key("big"), text((int) backend.traits().limits().valueBytes()));
        put(most);
        assertThat(backend.get(MAIN, most.key()).map(row -> row.value().equals(most.value())))
                .contains(true);
    }

    @Test
    @DisplayName("W13 as many keys as the limit says are read by one get")
    void w13KeysOfAGet() {
        int most = Math.min(AFFORDABLE_ROWS, backend.traits().limits().reads());
        put(row(key("0"), 1), row(key("" + (most - 1)), 2));
        List<Key> keys = new ArrayList<>();
        for (int n = 0; n < most; n++) {
            keys.add(key("" + n));
        }
        assertThat(backend.get(MAIN, keys)).hasSize(Math.min(2, most));
    }

    /** A row whose value is one byte over the limit, where that can be built. */
    static Optional<Row> tooBig(Backend backend, Key key) {
        Traits.Limits limits = backend.traits().limits();
        return valueInReach(limits) ? Optional.of(Row.of(key, text((int) limits.valueBytes() + 1))) : Optional.empty();
    }

    /** Whether a test can go over the limit of a value. */
    static boolean valueInReach(Traits.Limits limits) {
        return limits.valueBytes() < AFFORDABLE_BYTES;
    }

    /** Whether a test can go over the limit of bytes, and the limit of rows does not come first. */
    static boolean bytesInReach(Traits.Limits limits) {
        return limits.bytes() <= AFFORDABLE_BYTES && limits.bytes() / piece(limits) < limits.rows();
    }

    /** The size of the values that fill a batch. */
    private static int piece(Traits.Limits limits) {
        return (int) Math.min(limits.valueBytes(), 1 << 20);
    }

    /** A JSON text of this many bytes. */
    private static Bytes text(int size) {
        byte[] text = new byte[size];
        Arrays.fill(text, (byte) 'x');
        text[0] = '"';
        text[size - 1] = '"';
        return Bytes.wrap(text);
    }

    /** Refused as a whole while row 1 stands at 1 and alone. */
    private void assertRefused(Batch batch) {
        assertThatThrownBy(() -> backend.commit(MAIN, batch)).isInstanceOf(UnsupportedException.class);
        assertThat(all(plain())).containsExactly(seen(row(key("1"), 1)));
    }
}

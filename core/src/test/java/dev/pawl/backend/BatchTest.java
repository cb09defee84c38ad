package dev.pawl.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.json.Bytes;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Batches, the rows in them, and the limits they are held against. */
class BatchTest {

    private static final Key ONE = Key.ofKey("session", "1");
    private static final Key TWO = Key.ofKey("session", "2");

    private static Row row(Key key, int size) {
        return Row.of(key, Bytes.wrap(new byte[size]));
    }

    @Test
    void aRowIsWrittenOnceOnly() {
        assertThatThrownBy(() -> Batch.of(row(ONE, 1), row(ONE, 2)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("twice");
        assertThatThrownBy(() -> new Batch(List.of(), List.of(row(TWO, 1)), List.of(ONE, TWO)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("puts and deletes");
    }

    @Test
    void aRowMayBeDeletedTwiceAndCheckedWhereItIsWritten() {
        Batch batch = new Batch(List.of(Check.absent(ONE), Check.absent(ONE)), List.of(row(ONE, 1)), List.of(TWO, TWO));

        assertThat(batch.rows()).isEqualTo(5);
    }

    @Test
    void itCountsWhatItWritesAndChecks() {
        Batch batch = new Batch(
                List.of(Check.absent(ONE), Check.exact(TWO, Bytes.wrap(new byte[30]))),
                List.of(row(ONE, 7), row(TWO, 5)),
                List.of(Key.CREDENTIALS));

        assertThat(batch.rows()).isEqualTo(5);
        assertThat(batch.bytes()).isEqualTo(42);
        assertThat(batch).hasToString("Batch[2 checks, 2 puts, 1 deletes]");
    }

    @Test
    void onlyWhatIsWrittenMakesItNotEmpty() {
        assertThat(Batch.EMPTY.isEmpty()).isTrue();
        assertThat(Batch.EMPTY.with(Check.absent(ONE)).isEmpty()).isTrue();
        assertThat(Batch.of(row(ONE, 0)).isEmpty()).isFalse();
        assertThat(new Batch(List.of(), List.of(), List.of(ONE)).isEmpty()).isFalse();
    }

    @Test
    void aFurtherCheckComesLastAndChangesNothingElse() {
        Batch before = Batch.of(row(ONE, 1)).with(Check.absent(ONE));
        Batch after = before.with(Check.absent(TWO));

        assertThat(before.checks()).containsExactly(Check.absent(ONE));
        assertThat(after.checks()).containsExactly(Check.absent(ONE), Check.absent(TWO));
        assertThat(after.puts()).isEqualTo(before.puts());
    }

    @Test
    void listsThatChangeLaterChangeNoBatch() {
        List<Row> puts = new ArrayList<>(List.of(row(ONE, 1)));
        List<Key> deletes = new ArrayList<>(List.of(TWO));
        List<Check> checks = new ArrayList<>();
        Batch batch = new Batch(checks, puts, deletes);
        puts.clear();
        deletes.add(ONE);
        checks.add(Check.absent(ONE));

        assertThat(batch).isEqualTo(new Batch(List.of(), List.of(row(ONE, 1)), List.of(TWO)));
    }

    @Test
    void checksSayAbsentExactOrAsRead() {
        Bytes value = Bytes.utf8("{}");

        assertThat(Check.unchanged(ONE, Optional.of(Row.of(ONE, value)))).isEqualTo(Check.exact(ONE, value));
        assertThat(Check.unchanged(ONE, Optional.empty())).isEqualTo(Check.absent(ONE));
        assertThat(Check.exact(ONE, Bytes.EMPTY)).isNotEqualTo(Check.absent(ONE));
    }

    @ParameterizedTest
    @CsvSource({
        "-9223372036854775808, 0",
        "-1, 0",
        "0, 0",
        "1, 1",
        "9007199254740990, 9007199254740990",
        "9007199254740991, 9007199254740991",
        "9007199254740992, 9007199254740991",
        "9223372036854775807, 9007199254740991",
    })
    void theOrderOfARowIsMovedIntoItsRange(long asked, long kept) {
        Row row = Row.of(ONE, asked, Bytes.EMPTY);

        assertThat(row.order()).isEqualTo(kept);
        assertThat(row.position()).isEqualTo(new Position(kept, "session", "1"));
    }

    @Test
    void aRowShowsNothingOfItsValueOrSearchText() {
        Row row = new Row(ONE, 0, Bytes.utf8("hidden"), new Facets(true, false, false, "hidden"));

        assertThat(row.toString()).doesNotContain("hidden").contains("session", "archived=true");
    }

    @Test
    void whatIsExactlyAtTheLimitsIsTaken() {
        Traits traits = traits(3, 20, 15);

        traits.requireWithin(Batch.of(row(ONE, 15), row(TWO, 2)).with(Check.exact(ONE, Bytes.wrap(new byte[3]))));
        traits.requireWithin(Batch.EMPTY);
    }

    @Test
    void oneMoreRowByteOrValueByteIsRefusedByName() {
        Traits traits = traits(3, 20, 15);

        assertRefused(traits, Batch.of(row(ONE, 16)), "16 bytes", "takes 15");
        assertRefused(
                traits,
                Batch.of(row(ONE, 15), row(TWO, 3)).with(Check.exact(ONE, Bytes.wrap(new byte[3]))),
                "21",
                "20");
        assertRefused(
                traits,
                new Batch(List.of(Check.absent(ONE), Check.absent(TWO)), List.of(row(ONE, 1)), List.of(TWO)),
                "4 rows",
                "takes 3");
    }

    @Test
    void aFamilyThatIsNotHeldIsRefusedInPutsDeletesAndChecks() {
        Traits traits = traits(100, 100, 100);
        Key chat = Key.of(Family.CHAT, "x");

        assertRefused(traits, Batch.of(row(chat, 1)), "CHAT");
        assertRefused(traits, new Batch(List.of(), List.of(), List.of(chat)), "CHAT");
        assertRefused(traits, Batch.EMPTY.with(Check.absent(chat)), "CHAT");
    }

    private static Traits traits(int rows, long bytes, long valueBytes) {
        Set<Family> families = EnumSet.of(Family.KEY, Family.CREDENTIALS);
        return new Traits(families, Durability.NONE, new Traits.Limits(rows, bytes, valueBytes, 10), true, families);
    }

    private static void assertRefused(Traits traits, Batch batch, String... says) {
        assertThatThrownBy(() -> traits.requireWithin(batch))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContainingAll(says);
    }
}

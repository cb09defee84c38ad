package dev.pawl.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.backend.Batch;
import dev.pawl.backend.Check;
import dev.pawl.backend.ConflictException;
import dev.pawl.backend.Facets;
import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Row;
import dev.pawl.backend.Scan;
import dev.pawl.backend.SessionName;
import dev.pawl.json.Bytes;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A batch that is refused leaves the transaction as it was, which goes on with the changes of others. */
class RowWriterTest {

    private static final SessionName SESSION = SessionName.DEFAULT;

    /** Every statement is a transaction: nothing rolls back what is left behind. */
    private SqlConnection connection;

    @BeforeEach
    void open() throws SQLException {
        connection = new SqlConnection(DriverManager.getConnection("jdbc:sqlite::memory:"));
        Schema.of("pawl_schema", "sqlite", "0001-tables.sql", "0002-indexes.sql")
                .bring(connection, "here");
    }

    @AfterEach
    void close() throws SQLException {
        connection.close();
    }

    @Test
    void newRowsGoInAtOnce() throws SQLException {
        RowWriter.commit(connection, SESSION, allNew());

        assertThat(stored()).isEqualTo(allNew().puts());
    }

    @Test
    void aRowThatIsThereHalfWayLeavesNothingOfItsBatch() throws SQLException {
        for (int there : List.of(0, 5, 9)) {
            Row before = message(there, "before");
            RowWriter.commit(connection, SESSION, Batch.of(before));

            assertRefused(allNew(), before.key());

            assertThat(stored()).containsExactly(before);
            RowWriter.commit(connection, SESSION, new Batch(List.of(), List.of(), List.of(before.key())));
        }
    }

    @Test
    void theFirstOfSeveralChecksThatDoNotHoldIsNamed() throws SQLException {
        Row second = message(2, "before");
        Row seventh = message(7, "before");
        RowWriter.commit(connection, SESSION, Batch.of(seventh, second));

        assertRefused(allNew(), second.key());
        assertThat(stored()).containsExactly(second, seventh);
    }

    @Test
    void aCheckOfARowThatIsNotPutIsLookedAtBetweenThoseThatAre() throws SQLException {
        Row other = message(20, "before");
        RowWriter.commit(connection, SESSION, Batch.of(other));
        List<Check> checks = new ArrayList<>(allNew().checks());
        checks.add(4, Check.absent(other.key()));

        assertRefused(new Batch(checks, allNew().puts(), List.of()), other.key());
        assertThat(stored()).containsExactly(other);
    }

    @Test
    void checksThatContradictEachOtherNeverHold() throws SQLException {
        Row row = message(1, "now");
        Check absent = Check.absent(row.key());
        Check exact = Check.exact(row.key(), row.value());

        for (List<Check> checks : List.of(List.of(absent, exact), List.of(exact, absent))) {
            assertRefused(new Batch(checks, List.of(row), List.of()), row.key());
            assertThat(stored()).isEmpty();
        }
    }

    private void assertRefused(Batch batch, Key because) {
        assertThatThrownBy(() -> RowWriter.commit(connection, SESSION, batch))
                .isInstanceOfSatisfying(
                        ConflictException.class,
                        conflict -> assertThat(conflict.key()).contains(because));
    }

    private static Batch allNew() {
        List<Row> rows = IntStream.range(0, 10).mapToObj(i -> message(i, "new")).toList();
        return new Batch(rows.stream().map(row -> Check.absent(row.key())).toList(), rows, List.of());
    }

    private static Row message(int number, String value) {
        Key key = new Key(Family.MESSAGE, "chat" + number % 3, "m" + number);
        return new Row(key, number, Bytes.utf8('"' + value + '"'), Facets.NONE);
    }

    private List<Row> stored() throws SQLException {
        return RowReader.scan(connection, SESSION, Scan.of(Family.MESSAGE)).items();
    }
}

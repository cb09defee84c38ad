package dev.pawl.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.backend.Access;
import dev.pawl.backend.Backend;
import dev.pawl.backend.Batch;
import dev.pawl.backend.Facets;
import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Row;
import dev.pawl.backend.Scan;
import dev.pawl.backend.SessionName;
import dev.pawl.json.Bytes;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A database whose tables are at an earlier step. */
class SqliteStepsTest {

    private static final Row FIRST = message("b", 1);
    private static final Row SECOND = message("a", 2);
    private static final String INDEX = "SELECT count(*) FROM sqlite_master WHERE name = 'pawl_messages_in_order'";

    @TempDir
    private Path directory;

    private Path file;

    @BeforeEach
    void makeTheFirstStep() throws SQLException {
        file = directory.resolve("pawl.db");
        try (SqlConnection connection = connect()) {
            Schema.of("pawl_schema", "sqlite", "0001-tables.sql").bring(connection, "here");
            RowWriter.commit(connection, SessionName.DEFAULT, Batch.of(SECOND, FIRST));
        }
    }

    @Test
    void whoOnlyReadsTakesNoStep() throws SQLException {
        try (Backend backend = SqliteBackend.open(file, Access.READ_ONLY)) {
            assertThat(all(backend)).containsExactly(FIRST, SECOND);
        }
        assertThat(text(INDEX)).isEqualTo("1");
        assertThat(text("SELECT max(step) FROM pawl_schema")).isEqualTo("1");
    }

    @Test
    void theFirstCommitTakesTheStepsThatAreMissing() throws SQLException {
        Row third = message("b", 3);
        try (Backend backend = SqliteBackend.open(file, Access.READ_WRITE)) {
            backend.commit(SessionName.DEFAULT, Batch.of(third));
            assertThat(all(backend)).containsExactly(FIRST, SECOND, third);
        }
        assertThat(text(INDEX)).isEqualTo("0");
        assertThat(text("SELECT max(step) FROM pawl_schema")).isEqualTo("2");
    }

    @Test
    void anIndexThatSomebodyDroppedIsNotMissed() throws SQLException {
        try (SqlConnection connection = connect()) {
            connection.runOnce("DROP INDEX pawl_messages_in_order");
        }
        try (Backend backend = SqliteBackend.open(file, Access.READ_WRITE)) {
            backend.commit(SessionName.DEFAULT, Batch.of(message("c", 3)));
            assertThat(all(backend)).hasSize(3);
        }
    }

    private static List<Row> all(Backend backend) {
        return backend.scan(SessionName.DEFAULT, Scan.of(Family.MESSAGE)).items();
    }

    private static Row message(String chat, long order) {
        return new Row(new Key(Family.MESSAGE, chat, "m" + order), order, Bytes.utf8("{}"), Facets.NONE);
    }

    private SqlConnection connect() throws SQLException {
        return new SqlConnection(DriverManager.getConnection("jdbc:sqlite:" + file));
    }

    private String text(String query) throws SQLException {
        try (SqlConnection connection = connect()) {
            return connection.text(query).orElseThrow();
        }
    }
}

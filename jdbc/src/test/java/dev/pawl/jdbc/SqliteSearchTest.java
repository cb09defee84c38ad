package dev.pawl.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.backend.Access;
import dev.pawl.backend.Backend;
import dev.pawl.backend.Batch;
import dev.pawl.backend.Locator;
import dev.pawl.backend.Row;
import dev.pawl.backend.Searching;
import dev.pawl.backend.SelfChecking;
import dev.pawl.backend.UnsupportedException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqliteSearchTest extends SearchContract {

    @TempDir
    private Path directory;

    @Override
    Backend open(boolean search, Access access) {
        return SqliteBackend.builder()
                .file(file())
                .search(search)
                .access(access)
                .open();
    }

    private Path file() {
        return directory.resolve("pawl.db");
    }

    @Test
    void wordsThatWereTakenBackAreNowhereInTheFiles() throws IOException {
        try (Backend backend = open()) {
            backend.commit(
                    SESSION,
                    Batch.of(
                            message("a@g.us", "A|0", 3, "xylophonequux stays"),
                            message("a@g.us", "B|0", 4, "xylophonequux"),
                            message("a@g.us", "C|0", 5, "nothing else")));
            assertThat(found(backend, "xylophonequux")).hasSize(2);
            backend.commit(SESSION, Batch.of(message("a@g.us", "A|0", 3, "stays"), message("a@g.us", "B|0", 4, "")));
            assertThat(found(backend, "xylophonequux")).isEmpty();
        }
        try (Backend backend = open()) {
            assertThat(found(backend, "stays")).hasSize(1);
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path each : files) {
                String content = Files.readString(each, StandardCharsets.ISO_8859_1);
                assertThat(content.contains("stays")).as(each.toString()).isTrue();
                // The index keeps words without what they have in common with the one before.
                assertThat(content.contains("phonequux")).as(each.toString()).isFalse();
            }
        }
    }

    @Test
    void theIndexIsSound() {
        try (Backend backend = open()) {
            backend.commit(SESSION, Batch.of(message("a@g.us", "A|0", 3, "one"), message("a@g.us", "B|0", 3, "two")));
            flushed(backend);
            backend.commit(SESSION, Batch.of(message("a@g.us", "A|0", 3, "three")));
            flushed(backend);

            assertThat(backend.as(SelfChecking.class).orElseThrow().check(SESSION))
                    .isEmpty();
        }
    }

    @Test
    void whoHasItOpenNoticesThatItWasSwitchedOn() {
        try (Backend other = open(false, Access.READ_WRITE)) {
            other.commit(SESSION, Batch.of(message("a@g.us", "A|0", 3, "first")));
            try (Backend backend = open()) {
                backend.commit(SESSION, Batch.of(message("a@g.us", "B|0", 4, "second")));
                other.commit(SESSION, Batch.of(message("a@g.us", "C|0", 5, "third")));

                assertThat(found(backend, "third")).containsExactly("C|0");
                assertThat(found(other, "second")).containsExactly("B|0");
            }
        }
    }

    @Test
    void withoutSearchACommitLeavesNothingForIt() throws SQLException {
        try (Backend backend = open(false, Access.READ_WRITE)) {
            backend.commit(SESSION, Batch.of(message("a@g.us", "A|0", 3, "first")));
        }
        assertThat(count("sqlite_master WHERE name LIKE 'pawl_search%'")).isZero();
    }

    @Test
    void whatWaitsWhenItIsClosedIsThereForTheNext() throws SQLException {
        int rows = 5_000;
        try (Backend backend = open()) {
            backend.commit(
                    SESSION,
                    Batch.of(IntStream.range(0, rows)
                            .mapToObj(i -> message("a@g.us", "M" + i + "|0", i, "word" + i))
                            .toArray(Row[]::new)));
        }
        assertThat(count("pawl_search") + count("pawl_search_changes")).isEqualTo(rows);
        try (Backend backend = open(false, Access.READ_WRITE)) {
            assertThat(found(backend, "word4999")).hasSize(1);
        }
        assertThat(count("pawl_search")).isEqualTo(rows);
    }

    private long count(String table) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file());
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("SELECT count(*) FROM " + table)) {
            return result.getLong(1);
        }
    }

    @Test
    void aLocatorSwitchesItOn() {
        SqliteBackendProvider provider = new SqliteBackendProvider();
        String place = "sqlite:" + file();

        assertThatThrownBy(() -> provider.open(Locator.parse(place + "?search=perhaps"), Access.READ_WRITE))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining("on or off");
        assertThatThrownBy(() -> provider.open(Locator.parse(place + "?search=on&layout=zaileys"), Access.READ_WRITE))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining("search=on");
        try (Backend backend = provider.open(Locator.parse(place + "?search=on"), Access.READ_WRITE)) {
            backend.commit(SESSION, Batch.of(message("a@g.us", "A|0", 3, "word")));
            assertThat(found(backend, "word")).isEqualTo(List.of("A|0"));
        }
        try (Backend backend = provider.open(Locator.parse(place + "?search=off"), Access.READ_ONLY)) {
            assertThat(backend.as(Searching.class)).isPresent();
        }
    }
}

package dev.pawl.jdbc;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.backend.Access;
import dev.pawl.backend.Backend;
import dev.pawl.backend.Family;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code docs/format/sqlite.md} says what is so: its queries give the answers that stand there, and its tables are there. */
class SqliteFormatTest {

    private static final FormatPage PAGE = new FormatPage("sqlite.md");

    @TempDir
    private static Path directory = Path.of("");

    private static Path file() {
        return directory.resolve("pawl.db");
    }

    @BeforeAll
    static void fillTheDatabase() {
        try (Backend backend = SqliteBackend.open(file(), Access.READ_WRITE)) {
            FormatPage.fill(backend, "At eight, by the harbour");
        }
    }

    static List<FormatPage.Query> queries() {
        return PAGE.queries();
    }

    @Test
    void thereAreAtLeastFiveQueriesAndEachHasItsAnswer() {
        PAGE.requireQueriesWithAnswers();
    }

    @ParameterizedTest
    @MethodSource("queries")
    void aQueryGivesTheAnswerOfThePage(FormatPage.Query query) throws SQLException {
        assertThat(rows(query.sql())).isEqualTo(query.answer());
    }

    @ParameterizedTest
    @MethodSource("queries")
    void theToolOfSqliteGivesItToo(FormatPage.Query query) throws Exception {
        Process tool = sqlite3();
        try (var in = tool.getOutputStream()) {
            in.write(query.sql().getBytes(UTF_8));
        }
        String said = new String(tool.getInputStream().readAllBytes(), UTF_8);

        assertThat(tool.waitFor()).as(said).isZero();
        assertThat(said.lines()).isEqualTo(query.answer());
    }

    /** Starts the tool; where there is none the calling test is skipped, and fails when CI=true. */
    private static Process sqlite3() {
        try {
            // Not those of the user.
            Path settings = Files.writeString(directory.resolve("settings"), "");
            return new ProcessBuilder("sqlite3", "-batch", "-init", settings.toString(), file().toString())
                    .redirectErrorStream(true)
                    .start();
        } catch (IOException e) {
            String reason = "sqlite3 cannot be started: " + e.getMessage();
            if ("true".equals(System.getenv("CI"))) {
                Assertions.fail(reason);
            }
            return Assumptions.abort(reason);
        }
    }

    @Test
    void thePageNamesEveryTableAndColumn() throws Exception {
        List<String> names = rows("SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'pawl%'");
        String page = PAGE.text();

        assertThat(names).hasSize(Family.values().length + 1);
        for (String table : names) {
            String line = page.lines()
                    .filter(found -> found.startsWith("|") && found.contains("`" + table + "`"))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("the page has no " + table));
            for (String column : rows("SELECT name FROM pragma_table_xinfo('" + table + "')")) {
                if (!column.equals("session") && !column.equals("value")) {
                    assertThat(line).as(table).contains("`" + column + "`");
                }
            }
        }
    }

    @Test
    void thePageShowsEachStep() throws Exception {
        String page = PAGE.text();
        for (String step : rows("SELECT '| ' || step || ' | ' || compatible_from || ' |' FROM pawl_schema")) {
            String[] cells = step.split("\\|");
            assertThat(page).containsPattern("\\|" + cells[1] + "\\|.*\\|" + cells[2] + "\\|\n");
        }
    }

    /** As the tool shows them: a bar between the columns, nothing for NULL. */
    private static List<String> rows(String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file());
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            List<String> lines = new ArrayList<>();
            while (rows.next()) {
                List<String> cells = new ArrayList<>();
                for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
                    String cell = rows.getString(i);
                    cells.add(cell == null ? "" : cell);
                }
                lines.add(String.join("|", cells));
            }
            return lines;
        }
    }
}

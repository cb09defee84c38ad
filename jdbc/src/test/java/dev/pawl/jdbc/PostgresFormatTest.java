package dev.pawl.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.backend.Backend;
import dev.pawl.tck.server.PostgresServer;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code docs/format/postgresql.md} says what is so: its queries give the answers that stand there, its tables are there. */
class PostgresFormatTest {

    private static final FormatPage PAGE = new FormatPage("postgresql.md");
    private static final Pattern TABLE = Pattern.compile("`(pawl_[a-z_]+)`");

    private static String locator = "";

    @BeforeAll
    static void fillTheDatabase() {
        locator = PostgresServer.shared().newSchema();
        try (Backend backend =
                PostgresBackend.builder().url(locator).search(true).open()) {
            FormatPage.fill(backend, "At eight,\\u0000 by the harbour");
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
        try (Connection connection = DriverManager.getConnection(PostgresServer.jdbc(locator));
                Statement statement = connection.createStatement()) {
            statement.execute("SET TIME ZONE 'UTC'");
            assertThat(PostgresServer.rows(statement, query.sql())).isEqualTo(query.answer());
        }
    }

    @Test
    void thePageNamesEveryTableAndNoOther() {
        List<String> named = new ArrayList<>();
        Matcher matcher = TABLE.matcher(PAGE.text());
        while (matcher.find()) {
            named.add(matcher.group(1));
        }
        List<String> there = PostgresServer.rows(
                locator,
                "SELECT relname FROM pg_class WHERE relkind IN ('r', 'v')"
                        + " AND relnamespace = current_schema()::regnamespace");
        assertThat(named)
                .containsAll(
                        there.stream().filter(name -> !name.endsWith("_view")).toList());
        assertThat(there)
                .containsAll(named.stream()
                        .filter(name -> !name.equals("pawl_readable"))
                        .toList());
    }
}

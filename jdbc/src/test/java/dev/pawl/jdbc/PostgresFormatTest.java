package dev.pawl.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.backend.Access;
import dev.pawl.backend.Backend;
import dev.pawl.backend.Batch;
import dev.pawl.backend.Facets;
import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Row;
import dev.pawl.backend.SessionName;
import dev.pawl.file.BaileysBackend;
import dev.pawl.json.Bytes;
import dev.pawl.migrate.Migration;
import dev.pawl.tck.server.PostgresServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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

    private static final Path PAGE = Path.of("../docs/format/postgresql.md");
    private static final Pattern QUERY = Pattern.compile("```sql\n(.*?)```\n\n```\n(.*?)```", Pattern.DOTALL);
    private static final Pattern TABLE = Pattern.compile("`(pawl_[a-z_]+)`");
    private static final SessionName SESSION = SessionName.of("demo");
    private static final String FRIEND = "6282222222222@s.whatsapp.net";
    private static final String GROUP = "120363021234567890@g.us";

    private static String locator = "";

    /** A query of the page and the lines that it gives. */
    record Query(String sql, List<String> answer) {

        @Override
        public String toString() {
            return sql;
        }
    }

    @BeforeAll
    static void fillTheDatabase() {
        locator = PostgresServer.shared().newSchema();
        try (BaileysBackend sample = BaileysBackend.open(Path.of("../examples/baileys-session"), Access.READ_ONLY);
                Backend backend =
                        PostgresBackend.builder().url(locator).search(true).open()) {
            Migration.from(sample, SessionName.DEFAULT).to(backend, SESSION).run();
            backend.commit(
                    SESSION,
                    Batch.of(
                            message(FRIEND, "3EB0A1|1", 1_700_000_000, "{\"conversation\":\"Good evening!\"}"),
                            message(FRIEND, "3EB0A2|1", 1_700_000_000, "{\"conversation\":\"When shall we meet?\"}"),
                            message(
                                    FRIEND,
                                    "3A22F0|0",
                                    1_700_000_120,
                                    "{\"extendedTextMessage\":{\"text\":\"At eight,\\u0000 by the harbour\"}}"),
                            message(GROUP, "3A22F0|0|98765432109876@lid", 1_700_000_040, "{\"conversation\":\"Hi\"}"),
                            chat(FRIEND, 1_700_000_120, false, true, false, ",\"unreadCount\":1"),
                            chat(GROUP, 1_700_000_040, false, false, true, ",\"pinned\":1700000001"),
                            chat("6283333333333@s.whatsapp.net", 1_600_000_000, true, true, false, ""),
                            row(
                                    new Key(Family.LEASE, "", "auth"),
                                    0,
                                    "{\"state\":\"held\",\"owner\":\"00000000000000000000000000000001\","
                                            + "\"node\":\"00000000000000000000000000000002\",\"locked\":false,"
                                            + "\"host\":\"web-1\",\"process\":4711,\"since\":\"2026-01-31T12:00:00Z\"}",
                                    Facets.NONE)));
        }
    }

    private static Row message(String chat, String id, long seconds, String content) {
        String messageId = id.substring(0, id.indexOf('|'));
        return row(
                new Key(Family.MESSAGE, chat, id),
                seconds,
                "{\"key\":{\"remoteJid\":\"" + chat + "\",\"fromMe\":" + id.contains("|1") + ",\"id\":\"" + messageId
                        + "\"},\"messageTimestamp\":" + seconds + ",\"message\":" + content + "}",
                Facets.NONE);
    }

    private static Row chat(String jid, long seconds, boolean archived, boolean unread, boolean pinned, String more) {
        return row(
                new Key(Family.CHAT, "", jid),
                seconds,
                "{\"id\":\"" + jid + "\",\"conversationTimestamp\":" + seconds + more + "}",
                new Facets(archived, unread, pinned, ""));
    }

    private static Row row(Key key, long order, String value, Facets facets) {
        return new Row(key, order, Bytes.utf8(value), facets);
    }

    static List<Query> queries() throws IOException {
        List<Query> queries = new ArrayList<>();
        Matcher matcher = QUERY.matcher(Files.readString(PAGE));
        while (matcher.find()) {
            queries.add(new Query(matcher.group(1), matcher.group(2).lines().toList()));
        }
        return queries;
    }

    @Test
    void thereAreAtLeastFiveQueriesAndEachHasItsAnswer() throws IOException {
        assertThat(queries())
                .hasSizeGreaterThanOrEqualTo(5)
                .hasSize(Files.readString(PAGE).split("```sql").length - 1)
                .noneMatch(query -> query.answer().isEmpty());
    }

    @ParameterizedTest
    @MethodSource("queries")
    void aQueryGivesTheAnswerOfThePage(Query query) throws SQLException {
        try (Connection connection = DriverManager.getConnection(PostgresServer.jdbc(locator));
                Statement statement = connection.createStatement()) {
            statement.execute("SET TIME ZONE 'UTC'");
            assertThat(PostgresServer.rows(statement, query.sql())).isEqualTo(query.answer());
        }
    }

    @Test
    void thePageNamesEveryTableAndNoOther() throws IOException {
        List<String> named = new ArrayList<>();
        Matcher matcher = TABLE.matcher(Files.readString(PAGE));
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

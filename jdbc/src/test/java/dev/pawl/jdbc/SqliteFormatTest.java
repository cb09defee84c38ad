package dev.pawl.jdbc;

import static java.nio.charset.StandardCharsets.UTF_8;
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
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code docs/format/sqlite.md} says what is so: its queries give the answers that stand there, and its tables are there. */
class SqliteFormatTest {

    private static final Path PAGE = Path.of("../docs/format/sqlite.md");
    private static final Pattern QUERY = Pattern.compile("```sql\n(.*?)```\n\n```\n(.*?)```", Pattern.DOTALL);
    private static final SessionName SESSION = SessionName.of("demo");
    private static final String FRIEND = "6282222222222@s.whatsapp.net";
    private static final String GROUP = "120363021234567890@g.us";

    /** A query of the page and the lines that it gives. */
    record Query(String sql, List<String> answer) {

        @Override
        public String toString() {
            return sql;
        }
    }

    @TempDir
    private static Path directory = Path.of("");

    private static Path file() {
        return directory.resolve("pawl.db");
    }

    @BeforeAll
    static void fillTheDatabase() {
        try (BaileysBackend sample = BaileysBackend.open(Path.of("../examples/baileys-session"), Access.READ_ONLY);
                Backend backend = SqliteBackend.open(file(), Access.READ_WRITE)) {
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
                                    "{\"extendedTextMessage\":{\"text\":\"At eight, by the harbour\"}}"),
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
        assertThat(rows(query.sql())).isEqualTo(query.answer());
    }

    @ParameterizedTest
    @MethodSource("queries")
    void theToolOfSqliteGivesItToo(Query query) throws Exception {
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
        String page = Files.readString(PAGE);

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
        String page = Files.readString(PAGE);
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

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
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A page of {@code docs/format}: its queries, each with the answer that stands below it, and the rows that they are asked of.
 */
final class FormatPage {

    private static final Pattern QUERY = Pattern.compile("```sql\n(.*?)```\n\n```\n(.*?)```", Pattern.DOTALL);
    private static final SessionName SESSION = SessionName.of("demo");
    private static final String FRIEND = "6282222222222@s.whatsapp.net";
    private static final String GROUP = "120363021234567890@g.us";

    private final String text;

    /** The page in this file. */
    FormatPage(String name) {
        try {
            this.text = Files.readString(Path.of("../docs/format", name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A query of the page and the lines that it gives. */
    record Query(String sql, List<String> answer) {

        @Override
        public String toString() {
            return sql;
        }
    }

    String text() {
        return text;
    }

    List<Query> queries() {
        List<Query> queries = new ArrayList<>();
        Matcher matcher = QUERY.matcher(text);
        while (matcher.find()) {
            queries.add(new Query(matcher.group(1), matcher.group(2).lines().toList()));
        }
        return queries;
    }

    /** At least five, none without an answer that is found. */
    void requireQueriesWithAnswers() {
        assertThat(queries())
                .hasSizeGreaterThanOrEqualTo(5)
                .hasSize(text.split("```sql").length - 1)
                .noneMatch(query -> query.answer().isEmpty());
    }

    /**
     * Fills an empty database with what the queries are asked of.
     *
     * @param reply what the friend wrote, as it stands within a text of JSON
     */
    static void fill(Backend backend, String reply) {
        try (BaileysBackend sample = BaileysBackend.open(Path.of("../examples/baileys-session"), Access.READ_ONLY)) {
            Migration.from(sample, SessionName.DEFAULT).to(backend, SESSION).run();
        }
        backend.commit(
                SESSION,
                Batch.of(
                        message(FRIEND, "3EB0A1|1", 1_700_000_000, "{\"conversation\":\"Good evening!\"}"),
                        message(FRIEND, "3EB0A2|1", 1_700_000_000, "{\"conversation\":\"When shall we meet?\"}"),
                        message(
                                FRIEND,
                                "3A22F0|0",
                                1_700_000_120,
                                "{\"extendedTextMessage\":{\"text\":\"" + reply + "\"}}"),
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
}

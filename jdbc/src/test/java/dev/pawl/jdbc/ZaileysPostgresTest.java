package dev.pawl.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.pawl.backend.Access;
import dev.pawl.backend.Backend;
import dev.pawl.backend.Batch;
import dev.pawl.backend.Check;
import dev.pawl.backend.ConflictException;
import dev.pawl.backend.CorruptDataException;
import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Locator;
import dev.pawl.backend.Position;
import dev.pawl.backend.Row;
import dev.pawl.backend.Scan;
import dev.pawl.backend.SessionName;
import dev.pawl.backend.UnavailableException;
import dev.pawl.backend.UnsupportedException;
import dev.pawl.json.Bytes;
import dev.pawl.tck.server.PostgresServer;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is particular to the tables of zaileys in PostgreSQL. */
final class ZaileysPostgresTest {

    private static final SessionName MAIN = SessionName.DEFAULT;
    private static final String CHAT = "6282222222222@s.whatsapp.net";
    private static final Key LEASE = Key.of(Family.LEASE, "auth");
    private static final Key FIRST = new Key(Family.MESSAGE, CHAT, "3A01|1");

    private final String schema = PostgresServer.shared().newSchema();
    private final String locator = schema + "&layout=zaileys";

    private static Row row(Key key, long order, String value) {
        return Row.of(key, order, Bytes.utf8(value));
    }

    private Backend open() {
        return PostgresBackend.open(locator, Access.READ_WRITE);
    }

    private List<String> rows(String query) {
        return PostgresServer.rows(schema, query);
    }

    @Test
    void jsonComesBackInTheOrderOfTheServerAndWithItsNumbers() {
        try (Backend backend = open()) {
            assertThat(backend.traits().verbatim())
                    .isEqualTo(EnumSet.complementOf(EnumSet.of(
                            Family.CREDENTIALS, Family.MESSAGE, Family.CHAT, Family.CONTACT, Family.PRESENCE)));
            backend.commit(
                    MAIN,
                    Batch.of(row(
                            FIRST,
                            7,
                            "{\"bb\": \"x: y, z\", \"a\":[1.50,1e3,-0,12345678901234567890], \"c\":1,\"c\":2 }")));
            assertThat(backend.get(MAIN, FIRST).orElseThrow().value().utf8())
                    .isEqualTo("{\"a\":[1.50,1000,0,12345678901234567890],\"c\":2,\"bb\":\"x: y, z\"}");
            Key key = Key.ofKey("session", "1");
            backend.commit(MAIN, Batch.of(row(key, 0, " {\"b\":1, \"a\":\"\\u0000\"} ")));
            assertThat(backend.get(MAIN, key).orElseThrow().value().utf8())
                    .as("keys are bytes")
                    .isEqualTo(" {\"b\":1, \"a\":\"\\u0000\"} ");
            backend.commit(
                    MAIN,
                    Batch.of(row(FIRST, 8, "{}"))
                            .with(Check.exact(
                                    FIRST,
                                    Bytes.utf8(
                                            "{\"c\":2,\"bb\":\"x: y, z\",\"a\":[1.5,1000,0,12345678901234567890]}"))));
            for (String other : List.of("{\"a\":1}", "\"\\u0000\"", "", "{")) {
                assertThatThrownBy(() -> backend.commit(MAIN, Batch.EMPTY.with(Check.exact(FIRST, Bytes.utf8(other)))))
                        .isInstanceOf(ConflictException.class);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"a\":\"\\u0000\"}", "[\"\\udc00\"]", "1e200000", "no json", ""})
    void whatJsonbCannotKeepIsNamedAndNothingOfTheBatchIsApplied(String value) {
        Key other = Key.ofKey("session", "1");
        try (Backend backend = open()) {
            for (Key key : List.of(FIRST, Key.CREDENTIALS, Key.of(Family.CHAT, CHAT), Key.of(Family.CONTACT, CHAT))) {
                assertThatThrownBy(() -> backend.commit(MAIN, Batch.of(row(other, 0, "{}"), row(key, 0, value))))
                        .isInstanceOf(UnsupportedException.class)
                        .hasMessageContainingAll(key.toString(), "jsonb");
                assertThat(backend.get(MAIN, other)).isEmpty();
            }
            for (Family family : Set.of(Family.LEASE, Family.GROUP)) {
                Row kept = row(Key.of(family, "1"), 0, value);
                backend.commit(MAIN, Batch.of(kept));
                assertThat(backend.get(MAIN, kept.key())).contains(kept);
            }
        }
    }

    @Test
    void tablesThatOnlyZaileysMadeAreReadWithoutAnyOfOurs() {
        assertThatThrownBy(() -> PostgresBackend.open(locator, Access.READ_ONLY))
                .isInstanceOf(UnavailableException.class)
                .hasMessageContaining("no tables of zaileys");
        execute(
                "CREATE TABLE zaileys_messages (remote_jid text NOT NULL, id text NOT NULL, from_me boolean NOT NULL,"
                        + " timestamp bigint NOT NULL, data jsonb NOT NULL, PRIMARY KEY(remote_jid, id, from_me))",
                "INSERT INTO zaileys_messages VALUES ('" + CHAT + "', '3A01', true, 17, '{\"a\": 1}')," + " ('" + CHAT
                        + "', '3A00', false, -5, '{}'), ('" + CHAT + "', '|other', false, 17, '{}')",
                "CREATE TABLE zaileys_chats (jid text PRIMARY KEY, archived boolean NOT NULL DEFAULT false,"
                        + " data jsonb NOT NULL)",
                "INSERT INTO zaileys_chats VALUES ('a', true, '{\"conversationTimestamp\": \"1700000001\"}'),"
                        + " ('b', false, '{\"conversationTimestamp\": {\"low\": 1700000002, \"high\": 0}}'),"
                        + " ('B', false, '{\"conversationTimestamp\": 1700000003}'), ('c', false, '[]')");
        for (Access access : List.of(Access.READ_ONLY, Access.READ_WRITE)) {
            try (Backend backend = PostgresBackend.open(locator, access)) {
                if (access == Access.READ_WRITE) {
                    backend.commit(MAIN, Batch.of(row(LEASE, 0, "{}")));
                }
                assertThat(backend.get(MAIN, FIRST)).contains(row(FIRST, 17, "{\"a\":1}"));
                assertThat(backend.get(MAIN, List.of(Key.CREDENTIALS, LEASE)))
                        .hasSize(access == Access.READ_WRITE ? 1 : 0);
                assertThat(backend.scan(MAIN, Scan.of(Family.MESSAGE).in(CHAT)).items())
                        .extracting(each -> each.key().id() + "@" + each.order())
                        .containsExactly("3A00|0@0", "3A01|1@17", "other@17");
                assertThat(backend.scan(MAIN, Scan.of(Family.CHAT)).items())
                        .extracting(each -> each.key().id() + "@" + each.order())
                        .containsExactly("c@0", "a@1700000001", "b@1700000002", "B@1700000003");
                assertThat(backend.partitions(MAIN, Family.MESSAGE, Optional.empty(), 1)
                                .items())
                        .hasSize(1);
                assertThat(backend.sessions(EnumSet.allOf(Family.class), Optional.empty(), 5)
                                .items())
                        .containsExactly(MAIN);
                assertThat(backend.inspect(MAIN).format())
                        .contains("tables of zaileys", access == Access.READ_ONLY ? "none of Pawl's" : "step 1");
            }
        }
        assertThat(rows("SELECT relname FROM pg_class WHERE relnamespace = current_schema()::regnamespace"
                        + " AND relname LIKE 'zaileys%idx'"))
                .containsExactlyInAnyOrder("zaileys_messages_jid_ts_idx", "zaileys_chats_archived_idx");
    }

    private void execute(String... statements) {
        for (String sql : statements) {
            try (Connection connection = DriverManager.getConnection(PostgresServer.jdbc(schema));
                    Statement statement = connection.createStatement()) {
                statement.execute(sql);
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    @Test
    void anAccountOfZaileysIsNotTakenForNone() {
        try (Backend theirs = open()) {
            theirs.commit(MAIN, Batch.of(row(LEASE, 0, "{\"a\":1}"), row(Key.CREDENTIALS, 0, "{\"a\":1}")));
        }
        for (Access access : Access.values()) {
            assertThatThrownBy(() -> PostgresBackend.open(schema, access).close())
                    .isInstanceOf(UnsupportedException.class)
                    .hasMessageContaining("open it with layout=zaileys");
        }
    }

    @Test
    void bothLayoutsHaveRoomInOneSchema() {
        execute(PostgresBackend.script());
        try (Backend theirs = open();
                Backend ours = PostgresBackend.open(schema, Access.READ_WRITE)) {
            theirs.commit(MAIN, Batch.of(row(LEASE, 0, "{\"a\":1}"), row(Key.CREDENTIALS, 0, "{\"a\":1}")));
            assertThat(ours.get(MAIN, List.of(LEASE, Key.CREDENTIALS))).isEmpty();
            ours.commit(MAIN, Batch.of(row(LEASE, 0, "{\"a\":2}")));
            assertThat(theirs.get(MAIN, LEASE)).contains(row(LEASE, 0, "{\"a\":1}"));
        }
    }

    @Test
    void anotherSessionIsRefusedWithWhatToDo() {
        assertThatThrownBy(
                        () -> new PostgresBackendProvider().open(Locator.parse(locator + "#other"), Access.READ_WRITE))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContainingAll("one session", "schema");
        try (Backend backend = open()) {
            assertThatThrownBy(() -> backend.commit(SessionName.of("other"), Batch.of(row(LEASE, 0, "{}"))))
                    .isInstanceOf(UnsupportedException.class);
        }
    }

    @Test
    void theScriptMakesEverything() {
        execute(PostgresBackend.script(Layout.ZAILEYS));
        try (Backend backend = open()) {
            assertThat(backend.inspect(MAIN).format()).contains("step 1");
            backend.commit(MAIN, Batch.of(row(LEASE, 0, "{}"), row(FIRST, 1, "{}")));
        }
        assertThat(rows("SELECT applied FROM pawl_extra_schema")).containsExactly("by hand");
    }

    @ParameterizedTest
    @EnumSource(CuttingProxy.Fate.class)
    void aCommitUnderALeaseIsCarriedOutWhereverTheConnectionGoes(CuttingProxy.Fate fate) throws IOException {
        assumeTrue(schema.contains("@127.0.0.1:"), "the server is not on this machine");
        int port = Integer.parseInt(schema.replaceFirst(".*:([0-9]+)/.*", "$1"));
        Check ours = Check.exact(LEASE, Bytes.utf8("{\"owner\":1}"));
        try (CuttingProxy proxy = new CuttingProxy(port);
                Backend backend = PostgresBackend.builder()
                        .url(locator.replace(":" + port + "/", ":" + proxy.port() + "/") + "&prepareThreshold=0")
                        .patience(Duration.ofSeconds(30))
                        .open();
                Backend other = open()) {
            backend.commit(MAIN, Batch.of(row(LEASE, 0, "{\"owner\":1}"), row(FIRST, 1, "{\"n\":0}")));
            for (int n = 1; n <= 2; n++) {
                proxy.next(fate);
                backend.commit(
                        MAIN, Batch.of(row(FIRST, n, "{\"n\":" + n + "}")).with(ours));
                assertThat(other.get(MAIN, FIRST)).contains(row(FIRST, n, "{\"n\":" + n + "}"));
            }
        }
    }

    @Test
    void tablesOfAnotherProgramAreRefused() {
        execute("CREATE TABLE zaileys_chats (id int)");
        for (Access access : Access.values()) {
            assertThatThrownBy(() -> PostgresBackend.open(locator, access))
                    .isInstanceOf(UnsupportedException.class)
                    .hasMessageContaining("zaileys_chats that is not the one of zaileys");
        }
    }

    @Test
    void tablesOfZaileysInAnotherSchemaOfThePathAreNotHiddenByNewOnes() {
        String theirs = name(schema);
        String nearer = name(PostgresServer.shared().newSchema());
        execute(
                "CREATE TABLE zaileys_auth_creds (id text PRIMARY KEY, data jsonb NOT NULL)",
                "INSERT INTO zaileys_auth_creds VALUES ('default', '{\"a\": 1}')");
        String both = locator.replace(theirs, nearer + "," + theirs);
        try (Backend backend = PostgresBackend.open(both, Access.READ_WRITE)) {
            Row kept = row(Key.CREDENTIALS, 0, "{\"a\":1}");
            assertThat(backend.get(MAIN, Key.CREDENTIALS)).contains(kept);
            assertThatThrownBy(() -> backend.commit(MAIN, Batch.of(row(LEASE, 0, "{}"))))
                    .isInstanceOf(UnsupportedException.class)
                    .hasMessageContaining("currentSchema");
            assertThat(backend.get(MAIN, Key.CREDENTIALS)).contains(kept);
        }
    }

    private static String name(String locator) {
        return locator.replaceFirst(".*currentSchema=([^&]*).*", "$1");
    }

    @Test
    void aNameThatMeansNoneIsSaidAndNotListedForEver() {
        try (Backend backend = open()) {
            backend.commit(
                    MAIN, Batch.of(row(FIRST, 7, "{}"), row(new Key(Family.MESSAGE, CHAT, "\u0001\u0000|1"), 8, "{}")));
            assertThat(backend.scan(MAIN, Scan.of(Family.MESSAGE)).items()).hasSize(2);
            execute("INSERT INTO zaileys_messages VALUES ('" + CHAT + "', E'3A02\\x01b', false, 9, '{}')");
            Scan scan = Scan.of(Family.MESSAGE).in(CHAT).limit(1);
            Optional<Position> next = backend.scan(MAIN, scan).next();
            assertThat(next).isPresent();
            // A page looks at one row more.
            assertThatThrownBy(() -> backend.scan(MAIN, scan.after(next.get())))
                    .isInstanceOf(CorruptDataException.class)
                    .hasMessageContainingAll("zaileys_messages", "3A02\\u0001b");
            assertThat(backend.get(MAIN, FIRST)).isPresent();
            execute("INSERT INTO zaileys_auth_signal VALUES (E'type\\x01', '1', '')");
            assertThatThrownBy(() -> backend.partitions(MAIN, Family.KEY, Optional.empty(), 9))
                    .isInstanceOf(CorruptDataException.class);
        }
    }

    @Test
    void presenceThatZaileysWroteSinceIsAsOldAsZaileysSays() {
        Key presence = new Key(Family.PRESENCE, CHAT, CHAT);
        try (Backend backend = open()) {
            backend.commit(MAIN, Batch.of(row(presence, 88, "{\"p\":1}")));
            assertThat(backend.get(MAIN, presence)).contains(row(presence, 88, "{\"p\":1}"));
            execute("UPDATE zaileys_presence SET data = '{\"p\": 2}', updated_at = to_timestamp(1700000000.75)");
            assertThat(backend.get(MAIN, presence)).contains(row(presence, 1_700_000_000L, "{\"p\":2}"));
        }
    }

    @Test
    void pagesOfAChatAreFoundByAnIndex() {
        try (Backend backend = open()) {
            backend.commit(MAIN, Batch.of(row(FIRST, 7, "{}")));
        }
        String page = ScanStatement.of(
                        ZaileysOnPostgres.COMPLETE.table(Family.MESSAGE),
                        Scan.of(Family.MESSAGE).in(CHAT).descending())
                .orElseThrow()
                .sql();
        String bound = page.replaceFirst("\\?", "'default'")
                .replaceFirst("\\?", "'" + CHAT + "'")
                .replaceFirst("\\?", "3");
        assertThat(plan(bound)).contains("pawl_extra_messages_of_chat").doesNotContain("Sort");
    }

    private String plan(String query) {
        try (Connection connection = DriverManager.getConnection(PostgresServer.jdbc(schema));
                Statement statement = connection.createStatement()) {
            statement.execute("SET enable_seqscan = off");
            statement.execute("SET enable_bitmapscan = off");
            StringBuilder plan = new StringBuilder();
            try (ResultSet rows = statement.executeQuery("EXPLAIN " + query)) {
                while (rows.next()) {
                    plan.append(rows.getString(1)).append('\n');
                }
            }
            return plan.toString();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}

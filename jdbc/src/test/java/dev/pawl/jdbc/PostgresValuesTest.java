package dev.pawl.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.pawl.backend.Access;
import dev.pawl.backend.Backend;
import dev.pawl.backend.Batch;
import dev.pawl.backend.Check;
import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Partition;
import dev.pawl.backend.Row;
import dev.pawl.backend.Scan;
import dev.pawl.backend.SessionName;
import dev.pawl.backend.UnavailableException;
import dev.pawl.backend.UnsupportedException;
import dev.pawl.json.Bytes;
import dev.pawl.tck.server.PostgresServer;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.opentest4j.TestAbortedException;
import org.postgresql.ds.PGSimpleDataSource;

/** What stands in columns of PostgreSQL: names in their order, values byte for byte, and what people see of them. */
final class PostgresValuesTest {

    private static final SessionName SESSION = SessionName.DEFAULT;
    private static final PostgresServer SERVER = PostgresServer.shared();
    private static final List<String> NAMES = List.of(
            "",
            "\u0000",
            "\u0000\u0000",
            "\u0000a",
            "\u0001",
            "\u0001\u0001",
            "\u0001\u0002",
            "\u0002",
            " ",
            "A",
            "B",
            "a",
            "a\u0000",
            "a\u0000b",
            "a\u0001",
            "a\u0001\u0000",
            "a\u0001\u0001",
            "aa",
            "b",
            "\u007f",
            "\u00df",
            "\u00e4",
            "\u00e9",
            "\ue000",
            "\uffff",
            "\ud83d\ude00");

    private final String locator = SERVER.newSchema();

    private static Key message(String chat, String id) {
        return new Key(Family.MESSAGE, chat, id);
    }

    @Test
    void namesAreToldApartAndStandInTheOrderOfTheirBytes() {
        try (Backend backend = PostgresBackend.open(locator, Access.READ_WRITE)) {
            requireNamesInOrder(backend);
        }
    }

    @Test
    void soTheyDoInADatabaseThatSortsByTheRulesOfALanguage() {
        SERVER.execute("DROP DATABASE IF EXISTS pawl_icu");
        try {
            SERVER.execute("CREATE DATABASE pawl_icu ENCODING 'UTF8' LOCALE_PROVIDER icu ICU_LOCALE 'de-DE' LOCALE 'C'"
                    + " TEMPLATE template0");
        } catch (IllegalStateException e) {
            throw new TestAbortedException("this server was built without ICU", e);
        }
        String icu = SERVER.locator("pawl_icu");
        try (Backend backend = PostgresBackend.open(icu, Access.READ_WRITE)) {
            assertThat(PostgresServer.rows(icu, "SELECT 'a' < 'B', 'a' COLLATE \"C\" < 'B' COLLATE \"C\""))
                    .containsExactly("t|f");
            requireNamesInOrder(backend);
        } finally {
            SERVER.execute("DROP DATABASE pawl_icu WITH (FORCE)");
        }
    }

    private static void requireNamesInOrder(Backend backend) {
        List<Row> rows = new ArrayList<>();
        NAMES.forEach(name -> rows.add(Row.of(message("chat", name), Bytes.utf8("1"))));
        NAMES.forEach(name -> rows.add(Row.of(message(name, "id"), Bytes.utf8("2"))));
        backend.commit(SESSION, new Batch(List.of(), rows, List.of()));
        assertThat(NAMES).isSortedAccordingTo(Key.BYTE_ORDER);
        Scan scan = Scan.of(Family.MESSAGE).in("chat").limit(3);
        List<String> listed = new ArrayList<>();
        for (Optional<Scan> next = Optional.of(scan); next.isPresent(); ) {
            var page = backend.scan(SESSION, next.get());
            page.items().forEach(row -> listed.add(row.key().id()));
            next = page.next().map(next.get()::after);
        }
        assertThat(listed).containsExactlyElementsOf(NAMES);
        List<String> partitions = new ArrayList<>();
        for (Optional<String> after = Optional.of("-"); after.isPresent(); ) {
            var page = backend.partitions(SESSION, Family.MESSAGE, after.filter(name -> !partitions.isEmpty()), 2);
            page.items().stream().map(Partition::name).forEach(partitions::add);
            after = page.next();
        }
        List<String> chats = new ArrayList<>(NAMES);
        chats.add("chat");
        chats.sort(Key.BYTE_ORDER);
        assertThat(partitions).containsExactlyElementsOf(chats);
        for (String name : NAMES) {
            assertThat(backend.get(SESSION, List.of(message(name, "id"), message("chat", name))))
                    .as("%s", name.codePoints().boxed().toList())
                    .hasSize(2);
            backend.commit(
                    SESSION,
                    new Batch(
                            List.of(Check.exact(message(name, "id"), Bytes.utf8("2"))),
                            List.of(),
                            List.of(message(name, "id"))));
        }
        assertThat(backend.scan(SESSION, Scan.of(Family.MESSAGE).limit(100)).items())
                .hasSize(NAMES.size());
    }

    @Test
    void whatIsJsonStandsInAColumnOfJsonAndAllElseAsBytes() {
        List<byte[]> others = List.of(
                new byte[0],
                new byte[] {0},
                new byte[] {'"', (byte) 0xff, '"'},
                new byte[] {'"', (byte) 0xed, (byte) 0xa0, (byte) 0x80, '"'},
                "{".getBytes(StandardCharsets.UTF_8),
                "[".repeat(50_000).getBytes(StandardCharsets.UTF_8),
                ("[".repeat(20_000) + "]".repeat(20_000)).getBytes(StandardCharsets.UTF_8),
                "\"\u0001\"".getBytes(StandardCharsets.UTF_8));
        List<String> json = List.of("{ \"b\":1,\"a\" : \"\\u0000\",\"b\":1.0}", "\"\\ud800\"", "null", " 1e400 ");
        try (Backend backend = PostgresBackend.open(locator, Access.READ_WRITE)) {
            for (Family family : List.of(Family.CONTACT, Family.CREDENTIALS)) {
                Key key = family == Family.CONTACT ? Key.of(family, "x") : Key.CREDENTIALS;
                for (byte[] other : others) {
                    requireKept(backend, key, Bytes.copyOf(other));
                    assertThat(PostgresServer.rows(
                                    locator, "SELECT count(*) FROM pawl_contacts WHERE value IS NOT NULL"))
                            .containsExactly("0");
                }
                for (String text : json) {
                    requireKept(backend, key, Bytes.utf8(text));
                }
                assertThat(PostgresServer.rows(locator, "SELECT count(*) FROM pawl_contacts WHERE raw IS NOT NULL"))
                        .containsExactly("0");
                backend.commit(SESSION, new Batch(List.of(), List.of(), List.of(key)));
            }
        }
    }

    private static void requireKept(Backend backend, Key key, Bytes value) {
        backend.commit(SESSION, Batch.of(Row.of(key, value)));
        assertThat(backend.get(SESSION, key).map(Row::value)).contains(value);
        backend.commit(SESSION, Batch.of(Row.of(key, value)).with(Check.exact(key, value)));
        assertThat(backend.scan(SESSION, Scan.of(key.family())).items())
                .extracting(Row::value)
                .containsExactly(value);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"a\":\"x\\u0000y\"}",
                "{\"a\":\"x\\ud800y\"}",
                "{\"a\":\"x\\udc00y\"}",
                "{\"\\u0000\":1,\"a\":\"x\\ufffdy\"}"
            })
    void theViewShowsWhatFunctionsOfJsonStopAt(String hostile) {
        try (Backend backend = PostgresBackend.open(locator, Access.READ_WRITE)) {
            backend.commit(
                    SESSION,
                    Batch.of(
                            Row.of(Key.of(Family.CONTACT, "1"), Bytes.utf8(hostile)),
                            Row.of(Key.ofKey("t", "1"), Bytes.utf8(hostile)),
                            Row.of(Key.of(Family.CONTACT, "2"), Bytes.utf8("{\"a\":\"\\ud83d\\ude00 \\\\u0000\"}")),
                            Row.of(Key.ofKey("t", "2"), Bytes.utf8("no json"))));
            assertThat(catchThrowable(() -> PostgresServer.rows(locator, "SELECT value ->> 'a' FROM pawl_contacts")))
                    .isNotNull();
            assertThat(PostgresServer.rows(locator, "SELECT value ->> 'a' FROM pawl_contacts_view ORDER BY jid"))
                    .containsExactly("x\ufffdy", "\ud83d\ude00 \\u0000");
            assertThat(PostgresServer.rows(locator, "SELECT value ->> 'a' FROM pawl_keys_view ORDER BY id"))
                    .containsExactly("x\ufffdy", "");
            // Whoever asks need not have our schema in their search path.
            String schema = locator.substring(locator.indexOf("currentSchema=") + "currentSchema=".length());
            assertThat(PostgresServer.rows(
                            SERVER.locator(), "SELECT value ->> 'a' FROM " + schema + ".pawl_keys_view WHERE id = '1'"))
                    .containsExactly("x\ufffdy");
        }
    }

    @Test
    void thePageEndsBeforeItFillsTheMemory() {
        // As it stands in the database, compressed, all of it would go into one page.
        Bytes big = Bytes.utf8("\"" + "x".repeat(1 << 20) + "\"");
        try (Backend backend = PostgresBackend.open(locator, Access.READ_WRITE)) {
            for (int n = 0; n < 6; n++) {
                backend.commit(SESSION, Batch.of(Row.of(message("c", "" + n), big)));
            }
            Scan scan = Scan.of(Family.MESSAGE).in("c").limit(100);
            var page = backend.scan(SESSION, scan);
            assertThat(page.items()).hasSize(3);
            assertThat(rowsSent(scan, PostgresDialect.INSTANCE::bounded)).hasSize(4);
            assertThat(rowsSent(
                            scan,
                            statement -> PostgresDialect.INSTANCE
                                    .unlessBig(statement, 100)
                                    .orElseThrow()))
                    .as("values that are more than their share")
                    .hasSize(6)
                    .allMatch(Optional::isEmpty);
            assertThat(backend.scan(SESSION, scan.after(page.next().orElseThrow()))
                            .items())
                    .hasSize(3);
        }
    }

    /** What the server sends as the values of rows. */
    private List<Optional<String>> rowsSent(Scan scan, Function<ScanStatement, String> text) {
        ScanStatement statement = ScanStatement.of(PostgresDialect.INSTANCE.table(scan.family()), scan)
                .orElseThrow();
        try (SqlConnection connection = new SqlConnection(
                DriverManager.getConnection(PostgresServer.jdbc(locator)), PostgresDialect.INSTANCE)) {
            PreparedStatement select = connection.prepare(text.apply(statement));
            select.setString(1, SESSION.name());
            select.setString(2, "c");
            select.setLong(3, 100);
            List<Optional<String>> sent = new ArrayList<>();
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    sent.add(Optional.ofNullable(rows.getString(4)));
                }
            }
            return sent;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void whatTheServerSaysOfAValueIsInNoMessage() {
        String secret = "pawlSecret73914";
        PGSimpleDataSource talkative = new PGSimpleDataSource();
        talkative.setUrl(PostgresServer.jdbc(locator));
        try (Backend backend = PostgresBackend.builder().dataSource(talkative).open()) {
            backend.commit(SESSION, Batch.of(Row.of(Key.of(Family.CONTACT, "1"), Bytes.utf8("1"))));
            PostgresServer.executeAt(
                    locator, "ALTER TABLE pawl_contacts ADD CONSTRAINT small CHECK (length(value::text) < 9)");
            Throwable refused = catchThrowable(() -> backend.commit(
                    SESSION, Batch.of(Row.of(Key.of(Family.CONTACT, "2"), Bytes.utf8("\"" + secret + "\"")))));
            StringWriter trace = new StringWriter();
            refused.printStackTrace(new PrintWriter(trace));
            assertThat(refused).isInstanceOf(UnavailableException.class).hasMessageContaining("small");
            assertThat(trace.toString()).doesNotContain(secret).doesNotContain("Detail");
            assertThat(backend.get(SESSION, Key.of(Family.CONTACT, "2"))).isEmpty();
        }
    }

    @Test
    void aNameThatNoIndexTakesIsRefusedAndNothingIsApplied() {
        StringBuilder name = new StringBuilder();
        // Text that can be compressed would fit.
        new Random(7).ints(6_000, 'a', 'z' + 1).forEach(name::appendCodePoint);
        try (Backend backend = PostgresBackend.open(locator, Access.READ_WRITE)) {
            Row other = Row.of(Key.ofKey("t", "1"), Bytes.utf8("1"));
            assertThat(catchThrowable(() -> backend.commit(
                            SESSION, Batch.of(other, Row.of(Key.ofKey("t", name.toString()), Bytes.utf8("1"))))))
                    .isInstanceOf(UnsupportedException.class);
            assertThat(backend.get(SESSION, other.key())).isEmpty();
        }
    }

    @Test
    void manyKeysOfManyPartitionsAreOneMoment() {
        try (Backend backend = PostgresBackend.open(locator, Access.READ_WRITE)) {
            List<Row> rows = IntStream.range(0, 1_500)
                    .mapToObj(n -> Row.of(Key.ofKey("type-" + n % 3, "" + n), Bytes.utf8("" + n)))
                    .toList();
            backend.commit(SESSION, new Batch(List.of(), rows, List.of()));
            assertThat(backend.get(SESSION, rows.stream().map(Row::key).toList())
                            .values())
                    .containsExactlyInAnyOrderElementsOf(rows);
        }
    }
}

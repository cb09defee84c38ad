package dev.pawl.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.backend.Access;
import dev.pawl.backend.Batch;
import dev.pawl.backend.Check;
import dev.pawl.backend.ConflictException;
import dev.pawl.backend.Facets;
import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Row;
import dev.pawl.backend.SessionName;
import dev.pawl.json.Bytes;
import dev.pawl.tck.server.PostgresServer;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages that arrive, in a transaction that commits of several sessions share: none is written over what is there. */
@Timeout(60)
final class PostgresArrivalTest {

    private static final Key LEASE = Key.of(Family.LEASE, "messages");
    private static final Bytes OWNER = Bytes.utf8("{\"owner\":1}");
    private static final Check OURS = Check.exact(LEASE, OWNER);
    private static final Key CHAT = Key.of(Family.CHAT, "c\u0000");

    private final String locator = PostgresServer.shared().newSchema();

    private static Key message(String id) {
        return new Key(Family.MESSAGE, "c\u0000", id);
    }

    private static Row row(Key key, int n) {
        return new Row(key, n, Bytes.utf8("{ \"n\": " + n + " }"), Facets.NONE);
    }

    private static Row chat(int n) {
        return new Row(CHAT, n, Bytes.utf8("{ \"n\": " + n + " }"), new Facets(true, n > 1, true, ""));
    }

    /** Puts messages that are to be new, and their chat. */
    private static Batch arrival(int n, List<Key> absent, Key... messages) {
        List<Check> checks = new ArrayList<>(List.of(OURS));
        List<Row> puts = new ArrayList<>();
        for (Key message : messages) {
            checks.add(Check.absent(message));
            puts.add(row(message, n));
        }
        absent.forEach(key -> checks.add(Check.absent(key)));
        puts.add(chat(n));
        return new Batch(checks, puts, List.of());
    }

    private static SharedCommit shared(String session, Batch batch) {
        assertThat(SharedCommit.suits(batch)).isTrue();
        return new SharedCommit(SessionName.of(session), batch, OURS, 2, 0);
    }

    private List<Boolean> run(boolean begins, SharedCommit... commits) throws SQLException {
        try (Connection connection = DriverManager.getConnection(PostgresServer.jdbc(locator));
                SqlConnection lent = new SqlConnection(connection, PostgresDialect.INSTANCE)) {
            assertThat(new GroupStatement(List.of(commits), UUID.randomUUID(), false).run(lent, begins))
                    .isTrue();
            // Whatever came of it, the connection is of use.
            assertThat(lent.text("SELECT current_setting('lock_timeout')")).contains("0");
        }
        return Stream.of(commits).map(SharedCommit::applied).toList();
    }

    private PostgresBackend open(String... sessions) {
        PostgresBackend backend = PostgresBackend.open(locator, Access.READ_WRITE);
        Arrays.stream(sessions)
                .forEach(session -> backend.commit(SessionName.of(session), Batch.of(Row.of(LEASE, OWNER))));
        return backend;
    }

    private static List<Key> keys(String... ids) {
        return Stream.of(ids).map(PostgresArrivalTest::message).toList();
    }

    private static List<Row> stored(PostgresBackend backend, String session, String... ids) {
        List<Key> keys = new ArrayList<>(keys(ids));
        keys.add(CHAT);
        var found = backend.get(SessionName.of(session), keys);
        return keys.stream().filter(found::containsKey).map(found::get).toList();
    }

    @Test
    void allOfItIsThereAndAChatIsReplaced() throws SQLException {
        try (PostgresBackend backend = open("a", "b")) {
            assertThat(run(false, shared("a", arrival(1, List.of(), message("1")))))
                    .containsExactly(true);
            assertThat(run(
                            false,
                            shared("a", arrival(2, keys("x"), message("2"), message("3"))),
                            shared("b", arrival(1, List.of(), message("1")))))
                    .containsExactly(true, true);
            assertThat(stored(backend, "a", "1", "2", "3"))
                    .containsExactly(row(message("1"), 1), row(message("2"), 2), row(message("3"), 2), chat(2));
            assertThat(stored(backend, "b", "1", "2")).containsExactly(row(message("1"), 1), chat(1));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aMessageThatIsThereKeepsAllOfThemFromBeingApplied(boolean begins) throws SQLException {
        try (PostgresBackend backend = open("a", "b")) {
            assertThat(run(begins, shared("a", arrival(1, List.of(), message("1")))))
                    .containsExactly(true);
            assertThat(run(
                            begins,
                            shared("a", arrival(2, List.of(), message("1"), message("2"))),
                            shared("b", arrival(2, List.of(), message("1")))))
                    .containsExactly(false, false);
            assertThat(stored(backend, "a", "1", "2")).containsExactly(row(message("1"), 1), chat(1));
            assertThat(stored(backend, "b", "1")).isEmpty();
        }
    }

    @Test
    void aMessageThatIsToBeMissingAndIsThereKeepsOnlyItsOwnFromBeingApplied() throws SQLException {
        try (PostgresBackend backend = open("a", "b")) {
            assertThat(run(false, shared("a", arrival(1, List.of(), message("1")))))
                    .containsExactly(true);
            assertThat(run(
                            false,
                            shared("a", arrival(2, keys("1"), message("2"))),
                            shared("b", arrival(2, keys("1"), message("2")))))
                    .containsExactly(false, true);
            assertThat(stored(backend, "a", "1", "2")).containsExactly(row(message("1"), 1), chat(1));
            assertThat(stored(backend, "b", "1", "2")).containsExactly(row(message("2"), 2), chat(2));
        }
    }

    @Test
    void whoCommitsIsToldWhichMessageIsThere() {
        try (PostgresBackend backend = open("a")) {
            SessionName session = SessionName.of("a");
            backend.commit(session, arrival(1, keys("x"), message("1")));
            assertThatThrownBy(() -> backend.commit(session, arrival(2, List.of(), message("2"), message("1"))))
                    .isInstanceOfSatisfying(
                            ConflictException.class,
                            conflict -> assertThat(conflict.key()).contains(message("1")));
            assertThatThrownBy(() -> backend.commit(session, arrival(2, keys("1"), message("2"))))
                    .isInstanceOfSatisfying(
                            ConflictException.class,
                            conflict -> assertThat(conflict.key()).contains(message("1")));
            assertThat(stored(backend, "a", "1", "2")).containsExactly(row(message("1"), 1), chat(1));
        }
    }

    @Test
    void whatIsMoreThanAnArrivalGoesAlone() {
        Check other = Check.exact(Key.of(Family.LEASE, "other"), OWNER);
        Row message = row(message("1"), 1);
        Check isNew = Check.absent(message.key());
        assertThat(SharedCommit.suits(new Batch(List.of(OURS, other), List.of(chat(1)), List.of())))
                .as("two leases")
                .isFalse();
        assertThat(SharedCommit.suits(new Batch(List.of(OURS), List.of(message), List.of())))
                .as("a message that may be there")
                .isFalse();
        assertThat(SharedCommit.suits(
                        new Batch(List.of(OURS, isNew), List.of(message, row(message("2"), 1)), List.of())))
                .as("another that may be there")
                .isFalse();
        assertThat(SharedCommit.suits(new Batch(List.of(OURS), List.of(chat(1)), List.of(message("1")))))
                .as("a message that goes")
                .isFalse();
        assertThat(SharedCommit.suits(
                        new Batch(List.of(OURS, Check.absent(CHAT)), List.of(chat(1), message), List.of())))
                .as("a chat that is to be missing")
                .isFalse();
        Row noJson = new Row(message.key(), 1, Bytes.utf8("{"), Facets.NONE);
        assertThat(SharedCommit.suits(new Batch(List.of(OURS, isNew), List.of(noJson), List.of())))
                .as("no JSON")
                .isFalse();
    }
}

package dev.pawl.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.pawl.backend.Access;
import dev.pawl.backend.Batch;
import dev.pawl.backend.Check;
import dev.pawl.backend.CorruptDataException;
import dev.pawl.backend.Family;
import dev.pawl.backend.InDoubtException;
import dev.pawl.backend.Key;
import dev.pawl.backend.Row;
import dev.pawl.backend.SessionName;
import dev.pawl.backend.StoreException.Code;
import dev.pawl.backend.UnavailableException;
import dev.pawl.json.Bytes;
import dev.pawl.tck.server.PostgresServer;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.ds.PGSimpleDataSource;

/** Connections of somebody else, which may be for reading only, lead elsewhere, or fail as no connection should. */
final class PostgresGivenTest {

    private static final SessionName SESSION = SessionName.DEFAULT;
    private static final Key LEASE = Key.of(Family.LEASE, "auth");
    private static final Bytes OWNER = Bytes.utf8("{\"owner\":1}");
    private static final Key KEY = Key.ofKey("session", "1");

    private final String locator = PostgresServer.shared().newSchema();
    private final Theirs theirs = new Theirs(locator);

    private static Row row(long n) {
        return Row.of(KEY, Bytes.utf8(Long.toString(n)));
    }

    /** A data source that is told how its connections are. */
    private static final class Theirs extends PGSimpleDataSource {
        private static final long serialVersionUID = 1L;

        private String leadsTo;
        private boolean readOnly;
        private String failing = "";
        private String refusal = "";

        Theirs(String locator) {
            this.leadsTo = locator;
        }

        @Override
        public Connection getConnection() throws SQLException {
            if (!refusal.isEmpty()) {
                if (failing.isEmpty()) {
                    throw new SQLException(refusal, "08001");
                }
                throw new IllegalStateException(refusal);
            }
            Connection connection = DriverManager.getConnection(PostgresServer.jdbc(leadsTo));
            connection.setReadOnly(readOnly);
            return failing.isEmpty() ? connection : failing(Connection.class, connection, failing);
        }

        /** Does what it is told, and what comes of it is lost when it is this. */
        private static <T> T failing(Class<T> type, Object inner, String method) {
            return type.cast(Proxy.newProxyInstance(
                    Theirs.class.getClassLoader(), new Class<?>[] {type}, (proxy, called, arguments) -> {
                        try {
                            Object result = called.invoke(inner, arguments);
                            if (called.getName().equals(method)) {
                                throw new IllegalStateException("secret-73914");
                            }
                            return called.getName().equals("prepareStatement") && !method.equals("close")
                                    ? failing(PreparedStatement.class, result, method)
                                    : result;
                        } catch (InvocationTargetException e) {
                            throw e.getCause();
                        }
                    }));
        }
    }

    private PostgresBackend open(Access access) {
        return PostgresBackend.builder().dataSource(theirs).access(access).open();
    }

    @Test
    void connectionsForReadingOnlyAreNotWrittenWith() {
        theirs.readOnly = true;
        assertThatThrownBy(() -> open(Access.READ_WRITE))
                .isInstanceOfSatisfying(
                        UnavailableException.class, e -> assertThat(e.code()).isEqualTo(Code.STORE_CONNECTION_FAILED))
                .hasMessageContaining("reading only");
        theirs.readOnly = false;
        try (PostgresBackend backend = open(Access.READ_WRITE)) {
            backend.commit(SESSION, Batch.of(row(1)));
            theirs.readOnly = true;
            assertThatThrownBy(() -> backend.commit(SESSION, Batch.of(row(2))))
                    .isInstanceOf(UnavailableException.class)
                    .hasMessageContaining("reading only");
            assertThatThrownBy(() -> backend.erase(SESSION, Set.of(Family.KEY), List.of()))
                    .isInstanceOf(UnavailableException.class);
            try (PostgresBackend reader = open(Access.READ_ONLY)) {
                assertThat(reader.get(SESSION, KEY)).contains(row(1));
            }
        }
    }

    @Test
    void aCommitWhoseConnectionFailsInItsOwnWayIsSettledOrInDoubt() {
        try (PostgresBackend backend = open(Access.READ_WRITE)) {
            backend.commit(SESSION, Batch.of(Row.of(LEASE, OWNER), row(0)));
            theirs.failing = "execute";
            assertThatThrownBy(() -> backend.commit(SESSION, Batch.of(row(1))))
                    .isInstanceOf(InDoubtException.class)
                    .hasMessageContaining("IllegalStateException")
                    .hasMessageNotContaining("73914");
            theirs.failing = "";
            assertThat(backend.get(SESSION, KEY)).contains(row(1));
            theirs.failing = "executeUpdate";
            backend.commit(SESSION, Batch.of(row(2)).with(Check.exact(LEASE, OWNER)));
            theirs.failing = "close";
            backend.commit(SESSION, Batch.of(row(3)));
            theirs.failing = "executeQuery";
            assertThatThrownBy(() -> backend.get(SESSION, KEY))
                    .isInstanceOfSatisfying(
                            UnavailableException.class,
                            e -> assertThat(e.code()).isEqualTo(Code.STORE_READ_FAILED))
                    .hasMessageNotContaining("73914");
            theirs.failing = "";
            assertThat(backend.get(SESSION, KEY)).contains(row(3));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "with something unchecked"})
    void aPasswordInWhatADataSourceSaysIsLeftOut(String failing) {
        theirs.failing = failing;
        theirs.refusal = "No suitable driver found for jdbc:postgresql://pawl:secret-7391/4@db:5432/bots"
                + "?user=pawl&Password=secret-73914&ssl=true";
        StringWriter trace = new StringWriter();
        catchThrowable(() -> open(Access.READ_ONLY)).printStackTrace(new PrintWriter(trace));
        assertThat(trace.toString())
                .contains("No suitable driver found", "@db:5432/bots?user=pawl&Password=", "&ssl=true")
                .doesNotContain("7391");
    }

    @Test
    void tablesThatAreGoneAreNotTakenForEmptyOnes() {
        try (PostgresBackend backend = open(Access.READ_WRITE)) {
            backend.commit(SESSION, Batch.of(row(1)));
            theirs.leadsTo = PostgresServer.shared().newSchema();
            for (int time = 0; time < 2; time++) {
                assertThatThrownBy(() -> backend.get(SESSION, KEY)).isInstanceOf(CorruptDataException.class);
                assertThatThrownBy(() -> backend.commit(SESSION, Batch.of(row(2))))
                        .isInstanceOf(CorruptDataException.class);
            }
            assertThat(PostgresServer.rows(theirs.leadsTo, "SELECT to_regclass('pawl_schema')"))
                    .containsExactly("");
            // The server with the tables is back.
            theirs.leadsTo = locator;
            assertThat(backend.get(SESSION, KEY)).contains(row(1));
            backend.commit(SESSION, Batch.of(row(2)));
        }
    }

    @Test
    void aSchemaThatSomebodyMakesLaterIsFound() {
        String schema = locator.substring(locator.indexOf("currentSchema=") + "currentSchema=".length());
        PostgresServer.shared().execute("DROP SCHEMA " + schema);
        try (PostgresBackend backend = open(Access.READ_WRITE)) {
            assertThatThrownBy(() -> backend.commit(SESSION, Batch.of(row(1))))
                    .isInstanceOf(UnavailableException.class)
                    .hasMessageContaining("CREATE SCHEMA");
            PostgresServer.shared().execute("CREATE SCHEMA " + schema);
            backend.commit(SESSION, Batch.of(row(1)));
            assertThat(backend.get(SESSION, KEY)).contains(row(1));
        }
    }
}

package dev.pawl.jdbc;

import dev.pawl.backend.UnavailableException;
import dev.pawl.backend.UnsupportedException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;
import org.postgresql.PGConnection;
import org.postgresql.PGProperty;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.TransactionState;
import org.postgresql.ds.PGSimpleDataSource;

/** The driver, which may be missing: the only class that knows it. */
final class PostgresDriver {

    private PostgresDriver() {}

    /**
     * Makes connections.
     *
     * @throws UnavailableException when there is no driver
     * @throws UnsupportedException when the driver does not understand the address or an option
     */
    static DataSource source(PostgresAddress address, String password, Map<String, String> defaults) {
        try {
            return PostgresSource.of(address, password, defaults);
        } catch (LinkageError e) {
            throw UnavailableException.notAvailable(
                    "postgresql: needs its driver: add org.postgresql:postgresql to the class path");
        }
    }

    /** Whether the driver knows an option of this name. */
    static boolean knows(String option) {
        try {
            return PostgresSource.knows(option);
        } catch (LinkageError e) {
            // Then it is the driver that is missed first.
            return true;
        }
    }

    /**
     * Whether the server at the other end is PostgreSQL itself and no pool of connections: then the process that answers is
     * the one that answered first.
     */
    static boolean isDirect(Connection connection, int process) throws SQLException {
        return PostgresSource.isDirect(connection, process);
    }

    /** Has connections that are made from now on keep what they prepared, after a few uses. */
    static void prepareStatements(DataSource source) {
        PostgresSource.prepareStatements(source);
    }

    /** Whether a transaction has begun on this connection; empty when it does not show its driver. */
    static Optional<Boolean> hasBegun(Connection connection) throws SQLException {
        try {
            return PostgresSource.hasBegun(connection);
        } catch (LinkageError e) {
            return Optional.empty();
        }
    }

    /** Apart, so that a missing driver is met when this class is loaded and not before. */
    private static final class PostgresSource {

        /** How often a statement is used before it is kept. */
        private static final int PREPARED_FROM = 3;

        private PostgresSource() {}

        static DataSource of(PostgresAddress address, String password, Map<String, String> defaults) {
            PGSimpleDataSource source = new OurSource();
            try {
                source.setUrl("jdbc:postgresql:" + address.place());
            } catch (IllegalArgumentException e) {
                throw PostgresAddress.notUnderstood();
            }
            address.user().ifPresent(source::setUser);
            if (!password.isEmpty()) {
                source.setPassword(password);
            }
            try {
                for (Map.Entry<String, String> option : defaults.entrySet()) {
                    source.setProperty(option.getKey(), option.getValue());
                }
                for (Map.Entry<String, String> option : address.options().entrySet()) {
                    source.setProperty(option.getKey(), option.getValue());
                }
            } catch (SQLException | IllegalArgumentException e) {
                // What it says may quote a value.
                throw new UnsupportedException("an option of the database has a value that the driver does not take");
            }
            return source;
        }

        /** A pool asks for connections to be made in the time that it waits for one, which need not be enough. */
        private static final class OurSource extends PGSimpleDataSource {
            private static final long serialVersionUID = 1L;
            private static final int LOGIN_SECONDS = 10;

            @Override
            public void setLoginTimeout(int seconds) {
                if (getLoginTimeout() == 0) {
                    super.setLoginTimeout(LOGIN_SECONDS);
                }
            }
        }

        static boolean knows(String option) {
            return PGProperty.forName(option) != null;
        }

        static boolean isDirect(Connection connection, int process) throws SQLException {
            return connection.unwrap(PGConnection.class).getBackendPID() == process;
        }

        static void prepareStatements(DataSource source) {
            if (source instanceof PGSimpleDataSource ours) {
                ours.setPrepareThreshold(PREPARED_FROM);
            }
        }

        static Optional<Boolean> hasBegun(Connection connection) throws SQLException {
            return connection.isWrapperFor(BaseConnection.class)
                    ? Optional.of(
                            connection.unwrap(BaseConnection.class).getTransactionState() != TransactionState.IDLE)
                    : Optional.empty();
        }
    }
}

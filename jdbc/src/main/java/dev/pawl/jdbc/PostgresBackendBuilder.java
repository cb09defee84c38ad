package dev.pawl.jdbc;

import dev.pawl.backend.Access;
import dev.pawl.backend.UnavailableException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** How a PostgreSQL database is opened: exactly one of {@link #url} and {@link #dataSource}, the rest as it is needed. */
public final class PostgresBackendBuilder {

    private @Nullable String url;
    private @Nullable String password;
    private @Nullable DataSource dataSource;
    private Access access = Access.READ_WRITE;
    private OptionalInt max = OptionalInt.empty();
    private Optional<Layout> layout = Optional.empty();
    private boolean search;
    private Duration patience = Duration.ofSeconds(10);

    PostgresBackendBuilder() {}

    /** The database, to which this backend makes and closes its connections. */
    public PostgresBackendBuilder url(String owned) {
        this.url = owned;
        return this;
    }

    /** The password, where the URL has none. */
    public PostgresBackendBuilder password(String secret) {
        this.password = secret;
        return this;
    }

    /**
     * Connections to a database of yours, such as a pool. Each is used for one transaction and closed again. They must
     * not belong to transactions of others, as those of Spring's {@code TransactionAwareDataSourceProxy} do. The data
     * source stays open. Those that are for reading only ({@link java.sql.Connection#isReadOnly}) are refused unless it is
     * opened for reading only.
     */
    public PostgresBackendBuilder dataSource(DataSource given) {
        this.dataSource = given;
        return this;
    }

    /** For reading and writing, unless this says otherwise. */
    public PostgresBackendBuilder access(Access how) {
        this.access = how;
        return this;
    }

    /** Whose tables it has: what the option {@code layout} of the URL says, else those of Pawl. */
    public PostgresBackendBuilder layout(Layout of) {
        this.layout = Optional.of(of);
        return this;
    }

    /**
     * Has an index of the words of messages made with the first row, where there is none yet, as the option {@code
     * search=on} of the URL does; see {@link dev.pawl.backend.Searching}, which is there from then on. Programs that have
     * the database open at that time have to open it again.
     */
    public PostgresBackendBuilder search(boolean made) {
        this.search = made;
        return this;
    }

    /**
     * How many connections there are at most, for all sessions together; 10 unless this or the option {@code max} of
     * the URL says otherwise. A data source of yours has its own limit.
     */
    public PostgresBackendBuilder max(int connections) {
        if (connections < 1) {
            throw new IllegalArgumentException("somebody has to connect: at least 1, not " + connections);
        }
        this.max = OptionalInt.of(connections);
        return this;
    }

    /**
     * How long one call waits altogether, for a connection and for commits of the same session before it, here and in
     * other processes; 10 s unless this says otherwise. A commit in the middle of which the connection went waits as long
     * again for the server to come back. A data source of yours waits for connections as long as it likes.
     */
    public PostgresBackendBuilder patience(Duration most) {
        if (most.isNegative() || most.isZero()) {
            throw new IllegalArgumentException("waiting takes time, not " + most);
        }
        this.patience = most;
        return this;
    }

    /**
     * Opens it.
     *
     * @throws UnavailableException when both or none of URL and data source were given, and as {@link
     *     PostgresBackend#open(String, Access)} says
     * @throws dev.pawl.backend.UnsupportedException when search is wanted in a layout of somebody else
     */
    public PostgresBackend open() {
        if ((url == null) == (dataSource == null)) {
            throw UnavailableException.connectionFailed(
                    "a PostgreSQL backend needs exactly one of URL and data source, not "
                            + (url == null ? "none" : "both"));
        }
        PostgresOpening.requireOwn(layout.orElse(Layout.PAWL), search);
        PostgresOpening.Opened opened = dataSource == null
                ? PostgresOpening.of(
                        PostgresAddress.of(String.valueOf(url)), Optional.ofNullable(password), max, patience)
                : PostgresOpening.of(dataSource, patience);
        PostgresOpening.Opened with = layout.map(opened::with).orElse(opened);
        return PostgresBackend.open(search ? with.withSearch() : with, access);
    }
}

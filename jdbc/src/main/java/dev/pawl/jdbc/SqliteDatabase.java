package dev.pawl.jdbc;

import dev.pawl.backend.Inspection;
import java.sql.SQLException;
import java.util.List;

/** One SQLite database: where it is, and how connections to it are made. */
interface SqliteDatabase extends ConnectionSource {

    /** With so many pages in the log, the next commit takes them into the database. */
    int LOG_PAGES = 8000;

    /** What it is called in messages: the same for the same database, and never anything secret. */
    String place();

    /**
     * Whether there is anything to connect to. A database may be there and have no tables.
     *
     * @throws dev.pawl.backend.UnavailableException when that cannot be told, or something else is there
     * @throws dev.pawl.backend.UnsupportedException when it is there in a way in which SQLite cannot share it
     */
    default boolean exists() {
        return true;
    }

    /**
     * Makes what has to be there before the first connection for writing.
     *
     * @throws dev.pawl.backend.UnavailableException when it cannot be made
     */
    default void create() {}

    /** Whether every connection would be a database of its own, so that there can be only one. */
    boolean hasOneConnection();

    /** Whether it belongs to Pawl alone, so that tables of others are a mistake. */
    boolean isOwn();

    /** Connections for reading, so many at once. */
    default Readers readers(int most) {
        return new ReaderPool(this, most);
    }

    /** What is in the way when it cannot be opened, as far as that can be seen from outside; ends a sentence. */
    default String obstacle() {
        return "it is not there, or this user may not open it";
    }

    /** What deserves attention about its files. */
    default List<Inspection.Remark> remarks() {
        return List.of();
    }

    /** How connections are set up. */
    record Settings(boolean forced, long busyMillis) {

        /** Sets up a new connection. */
        SqlConnection apply(SqlConnection connection, boolean readOnly) throws SQLException {
            connection.runOnce("PRAGMA busy_timeout = " + busyMillis);
            connection.runOnce("PRAGMA synchronous = " + (forced ? "FULL" : "NORMAL"));
            if (forced) {
                // For macOS, where an ordinary force leaves data in the cache of the disk.
                connection.runOnce("PRAGMA fullfsync = ON");
                connection.runOnce("PRAGMA checkpoint_fullfsync = ON");
            }
            connection.runOnce("PRAGMA secure_delete = ON");
            // Keys do not go to temporary files.
            connection.runOnce("PRAGMA temp_store = MEMORY");
            connection.runOnce("PRAGMA cell_size_check = ON");
            connection.runOnce("PRAGMA trusted_schema = OFF");
            connection.runOnce("PRAGMA cache_size = -8000");
            connection.runOnce("PRAGMA wal_autocheckpoint = " + LOG_PAGES);
            if (readOnly) {
                connection.runOnce("PRAGMA query_only = ON");
            }
            return connection;
        }
    }
}

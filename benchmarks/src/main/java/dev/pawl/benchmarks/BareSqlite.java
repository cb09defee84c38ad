package dev.pawl.benchmarks;

import dev.pawl.auth.Credentials;
import dev.pawl.backend.Locator;
import dev.pawl.json.JsonNumber;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonValue;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Properties;

/**
 * The yardstick for the store in SQLite: the same tables, pragmas and rows with prepared statements and nothing around them, {@code bare-sqlite:FILE}. Looks at the lease in each transaction, as a store
 * with one owner must; checks nothing else, has one thread and one session.
 */
final class BareSqlite implements MessageWriter {

    private static final String SCHEME = "bare-sqlite:";
    private static final String SESSION = "default";
    private static final String LEASE = "auth";

    private static final List<String> SAME_AS_OURS = List.of(
            "secure_delete = ON",
            "temp_store = MEMORY",
            "cell_size_check = ON",
            "trusted_schema = OFF",
            "cache_size = -8000",
            "wal_autocheckpoint = 4000");

    private final Connection connection;
    private final PreparedStatement begin;
    private final PreparedStatement lease;
    private final PreparedStatement putKey;
    private final PreparedStatement deleteKey;
    private final PreparedStatement putCredentials;
    private final PreparedStatement commit;
    private final JsonObject credentials;
    private final String owner;

    BareSqlite(String locator, Credentials credentials) {
        Locator parsed = Locator.parse(locator);
        this.credentials = credentials.json();
        try {
            Properties properties = new Properties();
            // Else the driver asks for the number of each new row, with a statement that it prepares each time.
            properties.setProperty("jdbc.get_generated_keys", "false");
            connection = DriverManager.getConnection("jdbc:sqlite:" + parsed.path(), properties);
            try (Statement pragmas = connection.createStatement()) {
                pragmas.execute("PRAGMA journal_mode = WAL");
                pragmas.execute("PRAGMA synchronous = " + parsed.options().getOrDefault("synchronous", "full"));
                for (String other : SAME_AS_OURS) {
                    pragmas.execute("PRAGMA " + other);
                }
            }
            owner = "{\"state\":\"held\",\"owner\":\"" + "0".repeat(32) + "\"}";
            update(
                    connection.prepareStatement(
                            "INSERT OR REPLACE INTO pawl_leases (session, name, value) VALUES (?, ?, ?)"),
                    SESSION,
                    LEASE,
                    owner);
            begin = connection.prepareStatement("BEGIN IMMEDIATE");
            lease = connection.prepareStatement("SELECT value FROM pawl_leases WHERE session = ? AND name = ?");
            lease.setString(1, SESSION);
            lease.setString(2, LEASE);
            putKey = connection.prepareStatement("INSERT INTO pawl_keys (session, type, id, value) VALUES (?, ?, ?, ?)"
                    + " ON CONFLICT (session, type, id) DO UPDATE SET value = excluded.value");
            deleteKey = connection.prepareStatement("DELETE FROM pawl_keys WHERE session = ? AND type = ? AND id = ?");
            putCredentials = connection.prepareStatement("INSERT INTO pawl_credentials (session, id, value)"
                    + " VALUES (?, ?, ?) ON CONFLICT (session, id) DO UPDATE SET value = excluded.value");
            commit = connection.prepareStatement("COMMIT");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    static boolean isMeant(String locator) {
        return locator.startsWith(SCHEME);
    }

    /** The store that makes the tables and fills them. */
    static String filledBy(String store) {
        return isMeant(store) ? "sqlite:" + store.substring(SCHEME.length()) : store;
    }

    @Override
    public void write(String session, JsonObject record) {
        try {
            begin();
            update(putKey, SESSION, "session", session, text(record));
            commit.execute();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void write(String session, JsonObject record, int usedPreKey, int nextPreKey) {
        try {
            begin();
            update(putKey, SESSION, "session", session, text(record));
            update(deleteKey, SESSION, "pre-key", Integer.toString(usedPreKey));
            update(putCredentials, SESSION, "creds", text(credentials.with("nextPreKeyId", JsonNumber.of(nextPreKey))));
            commit.execute();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private void begin() throws SQLException {
        begin.execute();
        try (ResultSet held = lease.executeQuery()) {
            if (!held.next() || !held.getString(1).equals(owner)) {
                throw new IllegalStateException("the lease is another's");
            }
        }
    }

    private static void update(PreparedStatement statement, String... values) throws SQLException {
        for (int i = 0; i < values.length; i++) {
            statement.setString(i + 1, values[i]);
        }
        statement.executeUpdate();
    }

    private static String text(JsonValue value) {
        return value.toText();
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}

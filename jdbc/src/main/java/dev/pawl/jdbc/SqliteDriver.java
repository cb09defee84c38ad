package dev.pawl.jdbc;

import dev.pawl.backend.UnavailableException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Properties;
import org.sqlite.JDBC;
import org.sqlite.SQLiteConnection;

/** The driver, which may be missing: the only class that knows it. */
final class SqliteDriver {

    static final String MEMORY = "jdbc:sqlite::memory:";

    private SqliteDriver() {}

    /**
     * Connects.
     *
     * @throws UnavailableException when there is no driver, or none for this machine
     */
    static Connection connect(String url) throws SQLException {
        try {
            Properties properties = new Properties();
            // Else the driver asks for the number of every row that was put, with a statement that it prepares anew.
            properties.setProperty("jdbc.get_generated_keys", "false");
            return JDBC.createConnection(url, properties);
        } catch (LinkageError e) {
            throw missing(e);
        } catch (SQLException e) {
            Throwable cause = e.getCause();
            // By its name: a type of the driver here would keep this class from being loaded without the driver.
            if (cause != null && cause.getClass().getName().equals("org.sqlite.NativeLibraryNotFoundException")) {
                throw withoutLibrary(cause);
            }
            throw e;
        }
    }

    /** Puts the content of a database file into a connection to a database in memory. */
    static void load(Connection connection, byte[] image) throws SQLException {
        connection.unwrap(SQLiteConnection.class).deserialize("main", image);
    }

    private static UnavailableException missing(LinkageError e) {
        if (e instanceof NoClassDefFoundError) {
            return UnavailableException.notAvailable(
                    "sqlite: needs its driver: add org.xerial:sqlite-jdbc to the class path");
        }
        return withoutLibrary(e);
    }

    private static UnavailableException withoutLibrary(Throwable e) {
        return UnavailableException.notAvailable("the driver of sqlite: cannot load its library: " + e.getMessage()
                + ". It unpacks it into the temporary directory, where writing and execution must be allowed; name another"
                + " one with -Dorg.sqlite.tmpdir=DIRECTORY");
    }

    /**
     * The URL of a file. Always a URI, in which no character of the path means anything else.
     *
     * @param options such as {@code mode=ro}
     */
    static String url(Path file, String options) {
        StringBuilder url = new StringBuilder("jdbc:sqlite:file:");
        for (byte b : file.toAbsolutePath().toString().getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xff);
            if (c < 0x80 && (Character.isLetterOrDigit(c) || "/._-~".indexOf(c) >= 0)) {
                url.append(c);
            } else {
                url.append(String.format("%%%02X", (int) c));
            }
        }
        return url.append('?').append(options).toString();
    }
}

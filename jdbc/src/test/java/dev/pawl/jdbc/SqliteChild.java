package dev.pawl.jdbc;

import dev.pawl.backend.Access;
import dev.pawl.backend.Backend;
import dev.pawl.tck.process.ChildProcess;
import dev.pawl.tck.process.StoreChild;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Objects;
import org.sqlite.SQLiteJDBCLoader;
import org.sqlite.util.LibraryLoaderUtil;

/** Other processes on a SQLite file: those that use it through Pawl, and as a program, one that only has it locked. */
final class SqliteChild {

    /** The driver's library, unpacked once: a driver that is killed leaves the copy behind that it has unpacked itself. */
    private static final Path LIBRARY = unpackLibrary();

    private SqliteChild() {}

    /** Starts one that reads an order of {@link StoreChild}. */
    static ChildProcess start(Path errors) throws IOException {
        return start(errors, StoreChild.class);
    }

    /** Starts one that warms up with a store in memory, and reads an order then. */
    static ChildProcess start(Path errors, Class<?> main) throws IOException {
        return ChildProcess.start(errors, driver(), main, "sqlite::memory:");
    }

    /** The file that those in this directory use. */
    static String locator(Path place) {
        return "sqlite:" + file(place);
    }

    /** Opens that file here. */
    static Backend open(Path place) {
        return SqliteBackend.open(file(place), Access.READ_WRITE);
    }

    private static Path file(Path place) {
        return place.resolve("pawl.db");
    }

    /** Starts one that holds the lock for writing until it is told to give it back. */
    static ChildProcess locker(Path errors, Path file) throws IOException {
        return ChildProcess.start(errors, driver(), SqliteChild.class, file.toString());
    }

    private static List<String> driver() {
        return List.of(
                "-Dorg.sqlite.lib.path=" + LIBRARY.getParent(), "-Dorg.sqlite.lib.name=" + LIBRARY.getFileName());
    }

    private static Path unpackLibrary() {
        String name = LibraryLoaderUtil.getNativeLibName();
        String resource = LibraryLoaderUtil.getNativeLibResourcePath() + "/" + name;
        try (InputStream in = SQLiteJDBCLoader.class.getResourceAsStream(resource)) {
            Path directory = Files.createTempDirectory("pawl-sqlite-driver");
            Path library = directory.resolve(name);
            // In the reverse of this order.
            directory.toFile().deleteOnExit();
            library.toFile().deleteOnExit();
            Files.copy(Objects.requireNonNull(in, resource), library);
            return library;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static void main(String[] arguments) throws IOException, SQLException {
        try (Connection connection = SqliteDriver.connect(SqliteDriver.url(Path.of(arguments[0]), "mode=rw"));
                Statement statement = connection.createStatement()) {
            statement.execute("BEGIN IMMEDIATE");
            System.out.println("locked");
            System.in.read();
            statement.execute("ROLLBACK");
            System.out.println("released");
        }
    }
}

package dev.pawl.cli;

import dev.pawl.backend.Key;
import dev.pawl.backend.Locator;
import dev.pawl.backend.Row;
import dev.pawl.json.Bytes;
import dev.pawl.tck.Samples;
import dev.pawl.tck.server.PostgresServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/** The kinds of stores that commands are tried on, and what is in them as other programs see it. */
enum StoreKind {
    BAILEYS {
        @Override
        Map<String, String> everything(Path store) {
            return Directories.everything(store);
        }

        @Override
        Map<String, String> records(Path store) {
            return Directories.records(store);
        }

        @Override
        void replace(Path store, String name, String text) {
            replaceFile(store.resolve(name), text);
        }
    },

    ZAILEYS {
        @Override
        Map<String, String> everything(Path store) {
            return Files.exists(store) ? Directories.everything(store) : Map.of();
        }

        @Override
        Map<String, String> records(Path store) {
            return records(locator(store));
        }

        @Override
        void replace(Path store, String name, String text) {
            Key key = Rows.keys(locator(store)).stream()
                    .filter(each -> file(each).equals(name))
                    .findFirst()
                    .orElseThrow();
            replaceFile(
                    key.equals(Key.CREDENTIALS)
                            ? store.resolve(name)
                            : store.resolve("signal").resolve(key.partition()).resolve(ordinary(key.id()) + ".json"),
                    text);
        }

        /** Enough for the ids of the samples. */
        private String ordinary(String id) {
            return id.replace("@", "_40")
                    .replace(":", "_3a")
                    .replace("+", "_2b")
                    .replace("/", "_2f")
                    .replace("=", "_3d");
        }
    },

    SQLITE {
        @Override
        Map<String, String> everything(Path store) {
            Map<String, String> everything = new TreeMap<>();
            for (String table : column(store, "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")) {
                everything.put(table, String.join("\n", column(store, "SELECT * FROM " + table)));
            }
            return everything;
        }

        /** Under the names of Baileys' files. */
        @Override
        Map<String, String> records(Path store) {
            Map<String, String> records = new TreeMap<>();
            for (String row : column(
                    store,
                    "SELECT 'creds.json', value FROM pawl_credentials UNION ALL SELECT " + FILE
                            + ", value FROM pawl_keys")) {
                records.put(row.substring(0, row.indexOf('|')), row.substring(row.indexOf('|') + 1));
            }
            return records;
        }

        @Override
        void replace(Path store, String name, String text) {
            try (Connection connection = connect(store);
                    PreparedStatement credentials = connection.prepareStatement(
                            "UPDATE pawl_credentials SET value = ? WHERE ? = 'creds.json'");
                    PreparedStatement keys =
                            connection.prepareStatement("UPDATE pawl_keys SET value = ? WHERE " + FILE + " = ?")) {
                int changed = 0;
                for (PreparedStatement update : List.of(credentials, keys)) {
                    update.setString(1, text);
                    update.setString(2, name);
                    changed += update.executeUpdate();
                }
                if (changed != 1) {
                    throw new IllegalArgumentException("no record " + name);
                }
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        }
    },

    POSTGRESQL {
        /** Each place is a schema. */
        private final Map<Path, String> schemas = new ConcurrentHashMap<>();

        @Override
        String locator(Path store) {
            return schemas.computeIfAbsent(
                    store, place -> PostgresServer.shared().newSchema(String.valueOf(place.getFileName())));
        }

        /** The server of tests forces nothing. */
        @Override
        String durability() {
            return "survives the end of the process";
        }

        @Override
        Map<String, String> everything(Path store) {
            Map<String, String> everything = new TreeMap<>();
            for (String table : PostgresServer.rows(
                    locator(store),
                    "SELECT relname FROM pg_class WHERE relkind = 'r'"
                            + " AND relnamespace = current_schema()::regnamespace")) {
                List<String> rows =
                        PostgresServer.rows(locator(store), "SELECT t::text FROM " + table + " t ORDER BY 1");
                everything.put(table, String.join("\n", rows));
            }
            return everything;
        }

        @Override
        Map<String, String> records(Path store) {
            Map<String, String> records = new TreeMap<>();
            if (!everything(store).isEmpty()) {
                Rows.of(locator(store))
                        .forEach(row -> records.put(
                                file(row.key()), new String(row.value().toArray(), StandardCharsets.UTF_8)));
            }
            return records;
        }

        @Override
        void replace(Path store, String name, String text) {
            replaceRow(locator(store), name, text);
        }
    },

    NATIVE {
        @Override
        Map<String, String> everything(Path store) {
            return Files.exists(store) ? Directories.everything(store) : Map.of();
        }

        @Override
        Map<String, String> records(Path store) {
            return records(locator(store));
        }

        @Override
        void replace(Path store, String name, String text) {
            replaceRow(locator(store), name, text);
        }
    };

    private static void replaceFile(Path file, String text) {
        try {
            Files.writeString(file, text);
            // A damaged file that looks young may be in the middle of being written, for which readers wait.
            Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(Duration.ofHours(1))));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void replaceRow(String store, String name, String text) {
        Row old = Rows.of(store).stream()
                .filter(row -> file(row.key()).equals(name))
                .findFirst()
                .orElseThrow();
        Rows.put(store, Row.of(old.key(), Bytes.utf8(text)));
    }

    /** Credentials and keys of any store, by the names of Baileys' files; nothing where nothing is. */
    static Map<String, String> records(String store) {
        Map<String, String> records = new TreeMap<>();
        if (Files.exists(Path.of(Locator.parse(store).path()))) {
            for (Row row : Rows.of(store)) {
                records.put(file(row.key()), new String(row.value().toArray(), StandardCharsets.UTF_8));
            }
        }
        return records;
    }

    private static String file(Key key) {
        return key.equals(Key.CREDENTIALS)
                ? "creds.json"
                : key.partition() + "-" + key.id().replace("/", "__").replace(":", "-") + ".json";
    }

    /** The name that Baileys gives the file of a key. */
    private static final String FILE = "replace(replace(type || '-' || id, '/', '__'), ':', '-') || '.json'";

    /** A copy of a sample of real Baileys in a store of this kind. Returns the directory or file. */
    Path copyOf(String sample, Path directory) {
        Path original = Samples.copyTo(directory, sample);
        if (this == BAILEYS) {
            return original;
        }
        String name = sample.replace('/', '-') + (this == SQLITE ? ".db" : ".kept");
        Path file = directory.resolve(name);
        if (this == POSTGRESQL) {
            fill(original, file);
        } else {
            StoreTemplates.copy(this + "-" + name, file, template -> fill(original, template));
        }
        return file;
    }

    private void fill(Path original, Path store) {
        Run run = Run.pawl("migrate", "baileys:" + original, locator(store));
        if (run.status() != 0) {
            throw new IllegalStateException(run.err());
        }
    }

    /** The name of a store at this place, which is there or not. */
    String locator(Path store) {
        return name().toLowerCase(Locale.ROOT) + ":" + store;
    }

    /** What inspect says of it. */
    String durability() {
        return "survives power loss";
    }

    /** Everything that is kept, what is Pawl's own too, to see whether anything was written; nothing where nothing is. */
    abstract Map<String, String> everything(Path store);

    /** Credentials and keys, by the names of Baileys' files. */
    abstract Map<String, String> records(Path store);

    /** Puts other text in the place of a record, as another program could. */
    abstract void replace(Path store, String name, String text);

    /** The rows of a query, with a bar between the columns. Does not create the file. */
    static List<String> column(Path file, String query) {
        if (!file.toFile().isFile()) {
            return List.of();
        }
        try (Connection connection = connect(file);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            List<String> found = new ArrayList<>();
            while (rows.next()) {
                StringBuilder row = new StringBuilder();
                for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
                    row.append(i == 1 ? "" : "|").append(rows.getString(i));
                }
                found.add(row.toString());
            }
            return found;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Changes a database behind the back of Pawl, and makes it when it is not there. */
    static void change(Path file, String... statements) {
        try (Connection connection = connect(file);
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Connection connect(Path file) throws SQLException {
        return DriverManager.getConnection("jdbc:sqlite:" + file);
    }
}

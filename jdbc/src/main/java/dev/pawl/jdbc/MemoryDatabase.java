package dev.pawl.jdbc;

import java.sql.SQLException;
import java.util.UUID;

/** A database in memory, empty or made from the content of a file. */
final class MemoryDatabase implements SqliteDatabase {

    /** Where the header says that a log belongs to the file, which a database in memory cannot have. */
    private static final int WRITE_VERSION = 18;

    private static final int READ_VERSION = 19;
    private static final byte WITHOUT_LOG = 1;

    /** Given to SQLite with the one connection there is. */
    private byte[] image;

    private final Settings settings;
    private final String place = "sqlite::memory:" + UUID.randomUUID();

    MemoryDatabase(byte[] image, Settings settings) {
        this.image = image.clone();
        this.settings = settings;
        if (image.length > READ_VERSION) {
            this.image[WRITE_VERSION] = WITHOUT_LOG;
            this.image[READ_VERSION] = WITHOUT_LOG;
        }
    }

    @Override
    public SqlConnection open(boolean writing) throws SQLException {
        return SetUp.of(new SqlConnection(SqliteDriver.connect(SqliteDriver.MEMORY)), opened -> {
            if (image.length > 0) {
                SqliteDriver.load(opened.raw(), image);
                image = new byte[0];
            }
            return settings.apply(opened, false);
        });
    }

    @Override
    public String place() {
        return place;
    }

    @Override
    public boolean hasOneConnection() {
        return true;
    }

    @Override
    public boolean isOwn() {
        return true;
    }
}

package dev.pawl.baileys;

/** On SQLite. */
final class SqliteChaosSoakTest extends ChaosTck {

    SqliteChaosSoakTest() {
        super(StoreKind.SQLITE);
    }
}

package dev.pawl.baileys;

/** On SQLite. */
final class SqliteChaosTest extends ChaosTck {

    SqliteChaosTest() {
        super(StoreKind.SQLITE);
    }
}

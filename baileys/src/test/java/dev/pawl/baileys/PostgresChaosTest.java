package dev.pawl.baileys;

/** On a PostgreSQL server, which is killed too. */
final class PostgresChaosTest extends ChaosTck {

    PostgresChaosTest() {
        super(StoreKind.POSTGRESQL);
    }
}

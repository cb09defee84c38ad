package dev.pawl.baileys;

/** On a PostgreSQL server, which is killed too. */
final class PostgresChaosSoakTest extends ChaosTck {

    PostgresChaosSoakTest() {
        super(StoreKind.POSTGRESQL);
    }
}

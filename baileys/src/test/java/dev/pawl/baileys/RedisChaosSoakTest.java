package dev.pawl.baileys;

/** On a Redis server, which is killed too. */
final class RedisChaosSoakTest extends ChaosTck {

    RedisChaosSoakTest() {
        super(StoreKind.REDIS);
    }
}

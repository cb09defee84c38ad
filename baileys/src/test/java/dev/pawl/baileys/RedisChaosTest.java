package dev.pawl.baileys;

/** On a Redis server, which is killed too. */
final class RedisChaosTest extends ChaosTck {

    RedisChaosTest() {
        super(StoreKind.REDIS);
    }
}

package dev.pawl.redis;

import dev.pawl.tck.process.NodesTck;
import org.junit.jupiter.api.AfterAll;

/** Several nodes on one Redis server. */
final class RedisNodesTest extends NodesTck {

    private int places;

    @Override
    protected String newPlace() {
        places++;
        return TestRedis.url() + "?namespace=nodes-" + places;
    }

    /** Nothing is: keys come with the first row. */
    @Override
    protected void requireMadeOnce(String locator) {}

    @AfterAll
    static void clear() {
        TestRedis.clear();
    }
}

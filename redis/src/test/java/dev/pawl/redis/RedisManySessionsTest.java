package dev.pawl.redis;

import dev.pawl.tck.process.ManySessionsTck;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import redis.clients.jedis.Jedis;

/** Many sessions on one Redis server. */
final class RedisManySessionsTest extends ManySessionsTck {

    /** Looks only. */
    private final Jedis observer = TestRedis.connection(TestRedis.url());

    private Set<String> others = Set.of();
    private int places;

    @Override
    protected String newPlace(int connections) {
        others = clients();
        places++;
        return TestRedis.url() + "?namespace=many-" + places + "&connections=" + connections;
    }

    private Set<String> clients() {
        return observer.clientList()
                .lines()
                .map(line -> line.substring(0, line.indexOf(' ')))
                .collect(Collectors.toSet());
    }

    @Override
    protected int connections() {
        Set<String> clients = clients();
        clients.removeAll(others);
        return clients.size();
    }

    @AfterEach
    void clear() {
        observer.close();
        TestRedis.clear();
    }
}

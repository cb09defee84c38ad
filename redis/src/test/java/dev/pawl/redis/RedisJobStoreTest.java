package dev.pawl.redis;

import dev.pawl.tck.JobStoreTck;
import dev.pawl.tck.Subject;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;

/** The contract of jobs on Redis. */
final class RedisJobStoreTest extends JobStoreTck {

    @Override
    protected Subject subject(Path directory) {
        return TestRedis.subject(directory);
    }

    @AfterEach
    void clear() {
        TestRedis.clear();
    }
}

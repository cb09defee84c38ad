package dev.pawl.redis;

import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import redis.clients.jedis.ClientSetInfoConfig;
import redis.clients.jedis.ConnectionPoolConfig;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.RedisClusterClient;
import redis.clients.jedis.RedisSentinelClient;
import redis.clients.jedis.SslOptions;
import redis.clients.jedis.UnifiedJedis;

/** Makes clients of Jedis. */
final class Clients {

    private Clients() {}

    /** A client with a pool of its own. Nothing is connected yet, except to sentinels and clusters. */
    static UnifiedJedis open(RedisUrl url, ClientSettings settings) {
        ConnectionPoolConfig pool = new ConnectionPoolConfig();
        pool.setMaxTotal(settings.connections());
        pool.setMaxIdle(settings.connections());
        pool.setMinIdle(0);
        pool.setMaxWait(settings.patience());
        pool.setJmxEnabled(false);
        JedisClientConfig config = config(url, settings, url.user(), url.password(), url.database());
        if (url.cluster()) {
            return RedisClusterClient.builder()
                    .nodes(nodes(url))
                    .clientConfig(config)
                    .poolConfig(pool)
                    // Server asks again, and knows what it may say twice.
                    .maxAttempts(1)
                    .build();
        }
        if (url.sentinel().isPresent()) {
            return RedisSentinelClient.builder()
                    .masterName(url.sentinel().get())
                    .sentinels(nodes(url))
                    .sentinelClientConfig(config(url, settings, url.sentinelUser(), url.sentinelPassword(), 0))
                    .clientConfig(config)
                    .poolConfig(pool)
                    .build();
        }
        return RedisClient.builder()
                .hostAndPort(nodes(url).iterator().next())
                .clientConfig(config)
                .poolConfig(pool)
                .build();
    }

    private static JedisClientConfig config(
            RedisUrl url, ClientSettings settings, Optional<String> user, Optional<String> password, int database) {
        int millis = Math.toIntExact(settings.timeout().toMillis());
        DefaultJedisClientConfig.Builder config = DefaultJedisClientConfig.builder()
                // One round trip less for each connection, and the same answers from old and new servers.
                .resp2()
                .clientSetInfoConfig(ClientSetInfoConfig.DISABLED)
                .connectionTimeoutMillis(millis)
                .socketTimeoutMillis(millis)
                .database(database);
        if (url.tls()) {
            // Certificates and host names are verified.
            config.sslOptions(SslOptions.defaults());
        }
        user.ifPresent(config::user);
        password.ifPresent(config::password);
        return config.build();
    }

    private static Set<HostAndPort> nodes(RedisUrl url) {
        return url.nodes().stream()
                .map(node -> new HostAndPort(node.host(), node.port()))
                .collect(Collectors.toSet());
    }
}

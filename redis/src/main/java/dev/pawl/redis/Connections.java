package dev.pawl.redis;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Connection;
import redis.clients.jedis.ConnectionPool;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.RedisClusterClient;
import redis.clients.jedis.RedisSentinelClient;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisAskDataException;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.exceptions.JedisMovedDataException;
import redis.clients.jedis.util.JedisClusterCRC16;
import redis.clients.jedis.util.Pool;

/**
 * Brings one command to the node of a namespace, once.
 *
 * <p>The clients of Jedis for clusters try again by themselves and tell only of their last attempt: whether an earlier one
 * was applied would not be known. So they are asked for a connection and not for what to do with it. Whatever is not
 * sent ends in {@link NotSent}.
 *
 * <p><b>Thread-safety.</b> Safe for any number of threads.
 */
final class Connections implements AutoCloseable {

    private final UnifiedJedis client;
    private final boolean owned;
    private final int slot;
    private final byte[] nobody;

    /**
     * Uses a client.
     *
     * @param owned whether it is closed in the end
     * @param namespace which in a cluster is all in one slot
     */
    Connections(UnifiedJedis client, boolean owned, String namespace) {
        this.client = client;
        this.owned = owned;
        this.slot = JedisClusterCRC16.getSlot(namespace);
        this.nobody = Text.bytes(namespace + ":pawl:nobody");
    }

    /** There was no connection to send anything on. */
    static final class NotSent extends JedisConnectionException {

        private static final long serialVersionUID = 1L;

        NotSent(JedisException cause) {
            super("no connection", cause);
        }
    }

    /**
     * An answer and who gave it.
     *
     * @param node where there are several, else nothing
     */
    record Told(Object answer, String node) {}

    /** Whether another server may take the place of one that is gone. */
    boolean failsOver() {
        return !(client instanceof RedisClient);
    }

    /** Whether a failure tells of all that was tried, and not only of the last of several attempts. */
    boolean triesOnce() {
        return client instanceof RedisClient
                || client instanceof RedisSentinelClient
                || client instanceof RedisClusterClient;
    }

    /** Sends a command and gives its answer, once. */
    Object send(CommandArguments command) {
        if (client instanceof RedisClusterClient cluster) {
            return toCluster(cluster, command);
        }
        if (!triesOnce()) {
            return client.executeCommand(command);
        }
        try (Connection connection = borrow()) {
            return connection.executeCommand(command);
        }
    }

    /**
     * Sends a command that names no key to the node of the namespace. In a cluster that node has to say first that the
     * namespace is still there, all of it, which Redis does only for commands with keys.
     */
    Told sendWithoutKey(CommandArguments command) {
        if (!(client instanceof RedisClusterClient cluster)) {
            return new Told(send(command), "");
        }
        try (Connection connection = borrow()) {
            try {
                // Where a slot is just being moved, an absent key is asked for elsewhere.
                connection.executeCommand(new CommandArguments(Protocol.Command.EXISTS).add(nobody));
                return new Told(
                        connection.executeCommand(command),
                        connection.getHostAndPort().toString());
            } catch (JedisMovedDataException | JedisConnectionException e) {
                lookAround(cluster);
                throw e;
            }
        }
    }

    private Object toCluster(RedisClusterClient cluster, CommandArguments command) {
        try (Connection connection = borrow()) {
            return connection.executeCommand(command);
        } catch (JedisAskDataException elsewhere) {
            ConnectionPool pool =
                    cluster.getClusterNodes().get(elsewhere.getTargetNode().toString());
            if (pool == null) {
                lookAround(cluster);
                throw elsewhere;
            }
            try (Connection connection = pool.getResource()) {
                connection.executeCommand(new CommandArguments(Protocol.Command.ASKING));
                return connection.executeCommand(command);
            }
        } catch (JedisMovedDataException | JedisConnectionException e) {
            lookAround(cluster);
            throw e;
        }
    }

    private Connection borrow() {
        try {
            return client instanceof RedisClusterClient cluster
                    ? cluster.getConnectionFromSlot(slot)
                    : pools().get(0).getResource();
        } catch (JedisDataException loginRefused) {
            throw loginRefused;
        } catch (JedisException e) {
            throw new NotSent(e);
        }
    }

    private List<Pool<Connection>> pools() {
        if (client instanceof RedisClient plain) {
            return List.of(plain.getPool());
        }
        if (client instanceof RedisSentinelClient sentinel) {
            return List.copyOf(sentinel.getPrimaryNodesConnectionMap().values());
        }
        return client instanceof RedisClusterClient cluster
                ? new ArrayList<>(Map.copyOf(cluster.getClusterNodes()).values())
                : List.of();
    }

    private static void lookAround(RedisClusterClient cluster) {
        try {
            cluster.refreshClusterTopology();
        } catch (JedisException nobodyAnswers) {
            // The next attempt tells.
        }
    }

    /**
     * Closes the connections that nobody uses: when one is broken, or leads to a server that became a replica, the others
     * that wait with it do too, and each would cost one attempt.
     */
    void forgetIdle() {
        pools().forEach(Pool::clear);
        if (client instanceof RedisClusterClient cluster) {
            lookAround(cluster);
        }
    }

    @Override
    public void close() {
        if (owned) {
            client.close();
        }
    }
}

package dev.pawl.redis;

import dev.pawl.backend.Access;
import dev.pawl.backend.Backend;
import dev.pawl.backend.Batch;
import dev.pawl.backend.Check;
import dev.pawl.backend.Durability;
import dev.pawl.backend.Family;
import dev.pawl.backend.Inspection;
import dev.pawl.backend.Key;
import dev.pawl.backend.Lifetime;
import dev.pawl.backend.Page;
import dev.pawl.backend.Partition;
import dev.pawl.backend.Position;
import dev.pawl.backend.Row;
import dev.pawl.backend.Scan;
import dev.pawl.backend.SelfChecking;
import dev.pawl.backend.SessionName;
import dev.pawl.backend.Traits;
import dev.pawl.backend.UnavailableException;
import dev.pawl.backend.UnsupportedException;
import java.time.Duration;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.RedisClusterClient;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Keeps every family of any number of sessions on a Redis server, in the keys of zaileys with more beside them: zaileys
 * reads, lists and clears what is written here, and what it wrote is read here.
 *
 * <pre>{@code
 * Backend backend = RedisBackend.builder().url("redis://:password@host:6379/0").open();
 * }</pre>
 *
 * <p><b>Durability.</b> That of the server, read when it is opened: {@link Durability#POWER_LOSS} with {@code appendonly
 * yes} and {@code appendfsync always}; {@link Durability#PROCESS_CRASH} where the log is not forced at each write;
 * {@link Durability#NONE} with {@code appendonly no}, which is how Redis comes, and where the server does not say. Less
 * than the first is warned of in the log when it is opened for writing. <b>Atomicity.</b> One script for a batch, which looks at every key and check
 * before it writes. <b>Thread-safety.</b> One pool of connections serves all threads and sessions.
 *
 * <p><b>Failures.</b> A batch whose answer was lost is sent again under the same number, which the server applies once;
 * {@link dev.pawl.backend.InDoubtException} comes only when no answer comes within the {@link Builder#patience}, or when the
 * server has lost what it remembers of the batch. Connections are made anew by themselves; a server that became a replica
 * is left, and behind sentinels and in clusters a new master is waited for. A failover may lose what was acknowledged last.
 *
 * <p><b>Clusters.</b> The namespace needs braces, as in {@code {pawl}}, which keep it in one slot. <b>Presence</b> expires
 * 300 s after it was written, as in zaileys; nothing else ever does.
 *
 * <p><b>Not supported.</b> Other programs that write the same session at the same time without its lease, other than by
 * turns.
 */
public final class RedisBackend implements Backend, SelfChecking {

    /** The namespace of who says none, as in zaileys. */
    public static final String DEFAULT_NAMESPACE = "zaileys";

    private static final Logger LOG = LoggerFactory.getLogger(RedisBackend.class);

    private static final Traits.Limits LIMITS = new Traits.Limits(10_000, 32L << 20, 16L << 20, 10_000);

    private final Server server;
    private final ServerFacts facts;
    private final String namespace;
    private final String place;
    private final boolean readOnly;
    private final Traits traits;
    private final RowReader rows;
    private final Sessions sessions;
    private final Lifetime life;

    private RedisBackend(Server server, ServerFacts facts, String place, Builder builder) {
        this.server = server;
        this.facts = facts;
        this.namespace = builder.namespace;
        this.place = place;
        this.readOnly = builder.access == Access.READ_ONLY;
        this.traits =
                new Traits(EnumSet.allOf(Family.class), facts.durability(), LIMITS, true, EnumSet.allOf(Family.class));
        this.rows = new RowReader(server, namespace, place, readOnly);
        this.sessions = new Sessions(server, namespace, readOnly, builder.walking);
        this.life = new Lifetime("the backend on " + place);
    }

    /** Says which server, and more. */
    public static Builder builder() {
        return new Builder();
    }

    /** How a server is used: exactly one of {@link #url} and {@link #client}, the rest as it is needed. */
    public static final class Builder {

        private static final Duration LEAST_PATIENCE = Duration.ofSeconds(10);

        private @Nullable RedisUrl url;
        private @Nullable UnifiedJedis client;
        private Optional<String> password = Optional.empty();
        private String namespace = DEFAULT_NAMESPACE;
        private Access access = Access.READ_WRITE;
        private Durability durability = Durability.NONE;
        private boolean walking;
        private int connections = 10;
        private Duration timeout = Duration.ofSeconds(3);
        private Optional<Duration> patience = Optional.empty();

        private Builder() {}

        /**
         * The server that this backend connects to, with a pool of its own: {@code redis://user:password@host:port/0}, or
         * {@code rediss:} with TLS. {@code ?sentinel=NAME} asks the sentinels at the host where the master is, {@code
         * ?cluster=true} means a cluster, and {@code nodes=host:port,…} says more hosts of either.
         *
         * @throws IllegalArgumentException when that is no such URL, or has other options
         */
        public Builder url(String text) {
            RedisUrl parsed = RedisUrl.parse(text);
            if (!parsed.options().isEmpty()) {
                throw new IllegalArgumentException("a URL for a builder has no options but sentinel, sentinel-user,"
                        + " sentinel-password, cluster and nodes: call the builder's methods");
            }
            return url(parsed);
        }

        Builder url(RedisUrl parsed) {
            this.url = parsed;
            return this;
        }

        /**
         * A client of yours: a {@code RedisClient}, {@code RedisSentinelClient} or {@code RedisClusterClient} of Jedis. It
         * stays open.
         */
        public Builder client(UnifiedJedis given) {
            this.client = given;
            return this;
        }

        /** The password, where the URL has none. */
        public Builder password(String secret) {
            this.password = Optional.of(secret);
            return this;
        }

        /**
         * What the names of all keys begin with; {@value #DEFAULT_NAMESPACE} unless this says otherwise. In a cluster it
         * has braces, as in {@code {pawl}}.
         *
         * @throws IllegalArgumentException when it is empty
         */
        public Builder namespace(String name) {
            if (name.isEmpty()) {
                throw new IllegalArgumentException("a namespace has a name");
            }
            this.namespace = name;
            return this;
        }

        /** For reading and writing, unless this says otherwise. */
        public Builder access(Access how) {
            this.access = how;
            return this;
        }

        /** The least that an acknowledged write has to survive; anything will do unless this says otherwise. */
        public Builder durability(Durability least) {
            this.durability = least;
            return this;
        }

        /**
         * Has each listing of sessions walk through the names of all keys of the server, which finds those too that only
         * zaileys wrote since the last walk. Without this it is done once for a namespace.
         */
        public Builder walkForSessions() {
            this.walking = true;
            return this;
        }

        /** The most connections at once of an own client, at least 1; 10 unless this says otherwise. */
        public Builder connections(int most) {
            if (most < 1) {
                throw new IllegalArgumentException("somebody has to talk: at least 1 connection, not " + most);
            }
            this.connections = most;
            return this;
        }

        /**
         * How long an own client waits for one answer before it asks again; 3 s unless this says otherwise, and never
         * more than a third of the {@link #patience}.
         *
         * @throws IllegalArgumentException when it is less than a millisecond or more than an hour
         */
        public Builder timeout(Duration most) {
            if (most.toMillis() < 1 || most.toHours() >= 1) {
                throw new IllegalArgumentException("one waits between a millisecond and an hour, not " + most);
            }
            this.timeout = most;
            return this;
        }

        /**
         * How long an answer that was lost or does not come is tried for, and a failover waited for: 10 s, or three times
         * the {@link #timeout} where that is longer, unless this says otherwise.
         *
         * @throws IllegalArgumentException when it is less than 3 ms or more than 3 hours
         */
        public Builder patience(Duration most) {
            if (most.toMillis() < 3 || most.toHours() > 3) {
                throw new IllegalArgumentException("one is patient between 3 ms and 3 hours, not " + most);
            }
            this.patience = Optional.of(most);
            return this;
        }

        private Duration patience() {
            Duration several = timeout.multipliedBy(3);
            return patience.orElse(several.compareTo(LEAST_PATIENCE) > 0 ? several : LEAST_PATIENCE);
        }

        private Duration oneAttempt() {
            Duration third = patience().dividedBy(3);
            return timeout.compareTo(third) > 0 ? third : timeout;
        }

        /**
         * Connects.
         *
         * @throws UnavailableException when both or none of URL and client were given, when the server cannot be reached,
         *     does not take this user, password or database, or when there is nothing in the namespace and it is opened for reading only
         * @throws UnsupportedException when acknowledged writes survive less than {@link #durability} asks for, or when a
         *     cluster could not keep the namespace in one slot
         */
        public RedisBackend open() {
            if ((url == null) == (client == null)) {
                throw UnavailableException.connectionFailed(
                        "a Redis backend needs exactly one of URL and client, not " + (url == null ? "none" : "both"));
            }
            requireOneSlot();
            UnifiedJedis used = client != null ? client : connect();
            String name = url == null ? "the Redis server" : url.toString();
            Server server = new Server(name, new Connections(used, client == null, namespace), namespace, patience());
            try {
                server.greet(namespace + ":auth:creds");
                return RedisBackend.open(server, this);
            } catch (RuntimeException e) {
                server.close();
                throw e;
            }
        }

        private UnifiedJedis connect() {
            RedisUrl target = Objects.requireNonNull(url).orPassword(password);
            try {
                return Clients.open(target, new ClientSettings(connections, oneAttempt(), patience()));
            } catch (JedisException e) {
                throw Failure.of(e).whenOpening(target.toString());
            }
        }

        private void requireOneSlot() {
            boolean cluster = url != null ? url.cluster() : client instanceof RedisClusterClient;
            int open = namespace.indexOf('{');
            if (cluster && (open < 0 || namespace.indexOf('}', open) <= open + 1)) {
                throw new UnsupportedException(
                        "in a cluster the namespace needs braces, which keep a session in one slot:" + " {"
                                + namespace.replaceAll("[{}]", "") + "}");
            }
        }

        /** Where, for people. Two that name one place mean the same rows, as long as the server runs. */
        private String place(Server server, ServerFacts facts) {
            String database = url == null ? server.database().orElse("0") : Integer.toString(url.database());
            String name = facts.id()
                    .map(id -> "Redis server " + id.substring(0, Math.min(12, id.length())))
                    .orElseGet(() -> url == null ? "a Redis server" : url.toString());
            return name + ", database " + database;
        }
    }

    private static RedisBackend open(Server server, Builder builder) {
        ServerFacts facts = ServerFacts.of(server);
        if (facts.durability().compareTo(builder.durability) > 0) {
            throw new UnsupportedException("this Redis server does not keep acknowledged writes as demanded: "
                    + facts.format() + "; set appendonly yes, appendfsync always and no-appendfsync-on-rewrite no");
        }
        String place = builder.place(server, facts);
        RedisBackend backend = new RedisBackend(server, facts, place, builder);
        if (backend.readOnly && !backend.sessions.isAnyThere()) {
            throw UnavailableException.connectionFailed(
                    place + ": there is nothing in the namespace " + builder.namespace);
        }
        if (!backend.readOnly) {
            // Who only reads has no acknowledged write to lose, and finds it in the inspection.
            facts.remarks(place).forEach(remark -> LOG.warn("{}: {}", remark.place(), remark.text()));
        }
        return backend;
    }

    @Override
    public Traits traits() {
        return traits;
    }

    @Override
    public Map<Key, Row> get(SessionName session, Collection<Key> keys) {
        List<Key> asked = List.copyOf(keys);
        return life.use(() -> rows.get(session, asked));
    }

    @Override
    public Page<Row, Position> scan(SessionName session, Scan scan) {
        return life.use(() -> rows.scan(session, scan));
    }

    @Override
    public Page<Partition, String> partitions(SessionName session, Family family, Optional<String> after, int limit) {
        return life.use(() -> rows.partitions(session, family, after, limit));
    }

    @Override
    public Page<SessionName, String> sessions(Set<Family> families, Optional<String> after, int limit) {
        return life.use(() -> sessions.list(families, after, limit));
    }

    @Override
    public void commit(SessionName session, Batch batch) {
        life.use(() -> {
            requireWritable();
            traits.requireWithin(batch);
            batch.puts().forEach(row -> FamilyKeys.of(row.key().family()).requirePlace(row));
            batch.deletes().forEach(key -> FamilyKeys.of(key.family()).requirePlace(key));
            Instructions.of(SessionKeys.of(namespace, session), batch).apply(server, place);
            return Optional.empty();
        });
    }

    @Override
    public void erase(SessionName session, Set<Family> families, List<Check> checks) {
        if (families.contains(Family.LEASE)) {
            throw new IllegalArgumentException("leases are not erased, they are released");
        }
        life.use(() -> {
            requireWritable();
            new Eraser(server, namespace, place, session, Set.copyOf(families), checks).run();
            sessions.forgetIfGone(session);
            return Optional.empty();
        });
    }

    @Override
    public String locate(SessionName session, Key key) {
        return place + ": " + SessionKeys.of(namespace, session).place(key);
    }

    @Override
    public Inspection inspect(SessionName session) {
        return life.use(() -> new Inspection(facts.format(), facts.remarks(place)));
    }

    @Override
    public List<Inspection.Remark> check(SessionName session) {
        return life.use(() -> new IndexCheck(server, namespace, place, session).run());
    }

    @Override
    public void close() {
        life.end(server::close);
    }

    /** Names the server. */
    @Override
    public String toString() {
        return "RedisBackend[" + place + ", namespace " + namespace + "]";
    }

    private void requireWritable() {
        if (readOnly) {
            throw new UnsupportedException(place + " was opened for reading only");
        }
    }
}

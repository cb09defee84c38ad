package dev.pawl.redis;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Where a Redis is and how one logs in there, as a URL says it:
 *
 * <pre>
 * redis://user:password@host:6379/0
 * rediss://host                                         with TLS
 * redis://host:26379/0?sentinel=mymaster&amp;nodes=b:26379    asks sentinels where the master is
 * redis://host:7000?cluster=true&amp;nodes=b:7000,c:7000      a cluster
 * </pre>
 *
 * <p>User and password are percent-encoded where they hold an {@code @}, {@code :} or {@code %}. What is not said here is
 * an option of somebody else, in {@link #options}. {@link #toString} leaves passwords out.
 */
record RedisUrl(
        boolean tls,
        List<Node> nodes,
        int database,
        Optional<String> user,
        Optional<String> password,
        Optional<String> sentinel,
        Optional<String> sentinelUser,
        Optional<String> sentinelPassword,
        boolean cluster,
        Map<String, String> options) {

    private static final int PORT = 6379;
    private static final int SENTINEL_PORT = 26379;

    private static final Set<String> OWN = Set.of("sentinel", "nodes", "cluster", "sentinel-user", "sentinel-password");

    /** A host and a port. */
    record Node(String host, int port) {
        @Override
        public String toString() {
            return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
        }
    }

    RedisUrl {
        nodes = List.copyOf(nodes);
        options = Map.copyOf(options);
    }

    /**
     * Reads a URL.
     *
     * @throws IllegalArgumentException saying what is wrong with it, without its password
     */
    static RedisUrl parse(String url) {
        int colon = url.indexOf(':');
        String scheme = colon < 0 ? "" : url.substring(0, colon).toLowerCase(Locale.ROOT);
        if (!scheme.equals("redis") && !scheme.equals("rediss")) {
            throw new IllegalArgumentException("a Redis is named like redis://user:password@host:6379/0");
        }
        String rest = url.substring(colon + 1);
        int question = rest.indexOf('?', Math.max(0, rest.lastIndexOf('@')));
        Map<String, String> options = new LinkedHashMap<>();
        if (question >= 0) {
            for (String option : rest.substring(question + 1).split("&")) {
                int equals = option.indexOf('=');
                if (equals < 1) {
                    throw new IllegalArgumentException("an option of a Redis is written name=value");
                }
                options.put(decode(option.substring(0, equals)), decode(option.substring(equals + 1)));
            }
            rest = rest.substring(0, question);
        }
        return of(scheme, rest, options);
    }

    /**
     * Puts one together.
     *
     * @param scheme {@code redis} or {@code rediss}
     * @param rest {@code //user:password@host:port/database}, percent-encoded
     * @param options decoded
     * @throws IllegalArgumentException saying what is wrong, without any password
     */
    static RedisUrl of(String scheme, String rest, Map<String, String> options) {
        if (!rest.startsWith("//")) {
            throw new IllegalArgumentException("a Redis is named like redis://user:password@host:6379/0");
        }
        String authority = rest.substring(2);
        int at = authority.lastIndexOf('@');
        String login = at < 0 ? "" : authority.substring(0, at);
        String place = authority.substring(at + 1);
        int slash = place.indexOf('/');
        String hosts = slash < 0 ? place : place.substring(0, slash);
        Optional<String> sentinel = Optional.ofNullable(options.get("sentinel"));
        int port = sentinel.isPresent() ? SENTINEL_PORT : PORT;
        List<Node> nodes = new ArrayList<>();
        nodes.add(node(hosts, port));
        if (options.containsKey("nodes")) {
            for (String other : options.get("nodes").split(",")) {
                nodes.add(node(other, port));
            }
        }
        int colon = login.indexOf(':');
        Map<String, String> others = new LinkedHashMap<>(options);
        others.keySet().removeAll(OWN);
        RedisUrl url = new RedisUrl(
                scheme.equals("rediss"),
                nodes,
                database(slash < 0 ? "" : place.substring(slash + 1)),
                given(colon < 0 ? login : login.substring(0, colon)),
                given(colon < 0 ? "" : login.substring(colon + 1)),
                sentinel,
                Optional.ofNullable(options.get("sentinel-user")),
                Optional.ofNullable(options.get("sentinel-password")),
                isTrue(options),
                others);
        url.requireSense();
        return url;
    }

    /** The same place, with this password where the URL has none. */
    RedisUrl orPassword(Optional<String> otherwise) {
        return new RedisUrl(
                tls,
                nodes,
                database,
                user,
                password.or(() -> otherwise),
                sentinel,
                sentinelUser,
                sentinelPassword,
                cluster,
                options);
    }

    private void requireSense() {
        if (cluster && sentinel.isPresent()) {
            throw new IllegalArgumentException("a Redis is behind sentinels or a cluster, not both");
        }
        if (cluster && database != 0) {
            throw new IllegalArgumentException("a Redis cluster has database 0 only");
        }
        if (!cluster && sentinel.isEmpty() && nodes.size() > 1) {
            throw new IllegalArgumentException("several nodes need sentinel=NAME or cluster=true");
        }
    }

    private static boolean isTrue(Map<String, String> options) {
        String value = options.getOrDefault("cluster", "false");
        if (!value.equals("true") && !value.equals("false")) {
            throw new IllegalArgumentException("cluster is true or false");
        }
        return value.equals("true");
    }

    private static Optional<String> given(String encoded) {
        return encoded.isEmpty() ? Optional.empty() : Optional.of(decode(encoded));
    }

    private static int database(String text) {
        if (text.isEmpty()) {
            return 0;
        }
        if (!text.matches("\\d{1,6}")) {
            throw new IllegalArgumentException("a database of Redis is a number, as in redis://host:6379/0");
        }
        return Integer.parseInt(text);
    }

    private static Node node(String text, int otherwise) {
        int end = text.startsWith("[") ? text.indexOf(']') + 1 : 0;
        int colon = text.indexOf(':', end);
        String host = colon < 0 ? text : text.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        }
        String port = colon < 0 ? "" : text.substring(colon + 1);
        if (host.isEmpty() && !text.isEmpty() || !port.matches("\\d{0,5}")) {
            throw new IllegalArgumentException("a node of Redis is named host:port");
        }
        int number = port.isEmpty() ? otherwise : Integer.parseInt(port);
        if (number < 1 || number > 65_535) {
            throw new IllegalArgumentException("a port is a number from 1 to 65535");
        }
        return new Node(host.isEmpty() ? "localhost" : host, number);
    }

    private static String decode(String text) {
        try {
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException badEscape) {
            throw new IllegalArgumentException(
                    "a % in a URL is followed by two hexadecimal digits; write %25 for itself");
        }
    }

    /** Names the place, never a user or a password. */
    @Override
    public String toString() {
        return (tls ? "rediss://" : "redis://")
                + String.join(",", nodes.stream().map(Node::toString).toList())
                + (cluster ? " (cluster)" : "/" + database)
                + sentinel.map(name -> " (sentinel " + name + ")").orElse("");
    }
}

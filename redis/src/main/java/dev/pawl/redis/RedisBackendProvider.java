package dev.pawl.redis;

import dev.pawl.backend.Access;
import dev.pawl.backend.Backend;
import dev.pawl.backend.BackendProvider;
import dev.pawl.backend.Durability;
import dev.pawl.backend.Locator;
import dev.pawl.backend.UnsupportedException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Opens {@code redis://user:password@host:port/database} and {@code rediss://…}, with the options {@code namespace},
 * {@code durability=always}, {@code connections}, {@code timeout} (s, for one answer), {@code sessions=walk}, {@code sentinel}, {@code sentinel-user}, {@code
 * sentinel-password}, {@code cluster=true} and {@code nodes}. A password that the locator does not have is taken from the
 * environment, {@code PAWL_REDIS_PASSWORD}.
 */
public final class RedisBackendProvider implements BackendProvider {

    private static final String PASSWORD = "PAWL_REDIS_PASSWORD";

    private static final Set<String> OPTIONS = Set.of("namespace", "durability", "connections", "timeout", "sessions");

    private final Map<String, String> environment;

    /** For the service loader. */
    public RedisBackendProvider() {
        this(System.getenv());
    }

    /** In this environment. */
    RedisBackendProvider(Map<String, String> environment) {
        this.environment = environment;
    }

    @Override
    public Set<String> schemes() {
        return Set.of("redis", "rediss");
    }

    @Override
    public Backend open(Locator locator, Access access) {
        RedisUrl url = url(locator);
        url.options().keySet().stream()
                .filter(option -> !OPTIONS.contains(option))
                .sorted()
                .findFirst()
                .ifPresent(option -> {
                    throw new UnsupportedException("redis: has no option " + option
                            + ", only namespace, durability=always, connections, timeout, sessions=walk, sentinel,"
                            + " sentinel-user, sentinel-password, cluster and nodes");
                });
        RedisBackend.Builder builder = RedisBackend.builder().url(url).access(access);
        Optional.ofNullable(url.options().get("namespace")).ifPresent(builder::namespace);
        Optional.ofNullable(url.options().get("durability")).ifPresent(wanted -> {
            if (!wanted.equals("always")) {
                throw new UnsupportedException("durability is always, not " + wanted);
            }
            builder.durability(Durability.POWER_LOSS);
        });
        Optional.ofNullable(url.options().get("sessions")).ifPresent(how -> {
            if (!how.equals("walk")) {
                throw new UnsupportedException("sessions is walk, not " + how);
            }
            builder.walkForSessions();
        });
        Optional.ofNullable(url.options().get("connections"))
                .ifPresent(most -> builder.connections(number("connections", most, 1, 10_000)));
        Optional.ofNullable(url.options().get("timeout"))
                .ifPresent(seconds -> builder.timeout(Duration.ofSeconds(number("timeout", seconds, 1, 3_600))));
        return builder.open();
    }

    private RedisUrl url(Locator locator) {
        try {
            return RedisUrl.of(locator.scheme(), locator.rest(), locator.options())
                    .orPassword(Optional.ofNullable(environment.get(PASSWORD)).filter(text -> !text.isEmpty()));
        } catch (IllegalArgumentException e) {
            throw new UnsupportedException(String.valueOf(e.getMessage()));
        }
    }

    private static int number(String option, String text, int least, int most) {
        if (text.matches("\\d{1,9}")) {
            int number = Integer.parseInt(text);
            if (number >= least && number <= most) {
                return number;
            }
        }
        throw new UnsupportedException(option + " is a number from " + least + " to " + most);
    }
}

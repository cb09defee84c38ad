package dev.pawl.convex;

import dev.pawl.backend.Access;
import dev.pawl.backend.Backend;
import dev.pawl.backend.BackendProvider;
import dev.pawl.backend.Locator;
import dev.pawl.backend.UnsupportedException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Opens {@code convex:https://happy-otter-123.convex.cloud}, with the options {@code namespace}, {@code functions=zaileys},
 * {@code secret} and {@code timeout} (s, for one answer). A secret that the locator does not have is taken from the
 * environment, {@code CONVEX_SECRET}, and a token of an identity from {@code CONVEX_TOKEN}.
 */
public final class ConvexBackendProvider implements BackendProvider {

    private static final String SECRET = "CONVEX_SECRET";
    private static final String TOKEN = "CONVEX_TOKEN";
    private static final Set<String> OPTIONS = Set.of("namespace", "functions", "secret", "timeout");

    private final Map<String, String> environment;

    /** For the service loader. */
    public ConvexBackendProvider() {
        this(System.getenv());
    }

    /** In this environment. */
    ConvexBackendProvider(Map<String, String> environment) {
        this.environment = environment;
    }

    @Override
    public Set<String> schemes() {
        return Set.of("convex");
    }

    @Override
    public Backend open(Locator locator, Access access) {
        Map<String, String> options = locator.options();
        options.keySet().stream()
                .filter(option -> !OPTIONS.contains(option))
                .sorted()
                .findFirst()
                .ifPresent(option -> {
                    throw new UnsupportedException("convex: has no option " + option
                            + ", only namespace, functions=zaileys, secret and timeout");
                });
        ConvexBackend.Builder builder = ConvexBackend.builder().access(access);
        try {
            builder.url(locator.rest());
            Optional.ofNullable(options.get("namespace")).ifPresent(builder::namespace);
        } catch (IllegalArgumentException e) {
            throw new UnsupportedException(String.valueOf(e.getMessage()));
        }
        Optional.ofNullable(options.get("functions")).ifPresent(whose -> {
            if (!whose.equals("zaileys")) {
                throw new UnsupportedException("functions is zaileys, not " + whose);
            }
            builder.functionsOfZaileys();
        });
        Optional.ofNullable(options.get("secret")).or(() -> environment(SECRET)).ifPresent(builder::secret);
        environment(TOKEN).ifPresent(token -> builder.token(() -> token));
        Optional.ofNullable(options.get("timeout"))
                .ifPresent(seconds -> builder.timeout(seconds(seconds))
                        .patience(seconds(seconds).multipliedBy(3)));
        return builder.open();
    }

    private Optional<String> environment(String variable) {
        return Optional.ofNullable(environment.get(variable)).filter(text -> !text.isEmpty());
    }

    private static Duration seconds(String text) {
        if (text.matches("\\d{1,3}") && Integer.parseInt(text) >= 1) {
            return Duration.ofSeconds(Integer.parseInt(text));
        }
        throw new UnsupportedException("timeout is a number of seconds from 1 to 999");
    }
}

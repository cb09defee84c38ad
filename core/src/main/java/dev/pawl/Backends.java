package dev.pawl;

import dev.pawl.backend.Access;
import dev.pawl.backend.Backend;
import dev.pawl.backend.BackendProvider;
import dev.pawl.backend.Locator;
import dev.pawl.backend.UnavailableException;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeMap;

/**
 * Opens backends by their locators, with every {@link BackendProvider} that {@link ServiceLoader} finds.
 *
 * <p>{@link Pawl} is what most programs want; this is for code that moves rows itself, such as a migration.
 */
public final class Backends {

    /** Schemes that an artifact beside this one brings. */
    private static final Map<String, String> ARTIFACTS = Map.of(
            "sqlite", "dev.pawl:pawl-jdbc",
            "postgresql", "dev.pawl:pawl-jdbc",
            "postgres", "dev.pawl:pawl-jdbc",
            "redis", "dev.pawl:pawl-redis",
            "rediss", "dev.pawl:pawl-redis",
            "convex", "dev.pawl:pawl-convex");

    private Backends() {}

    /**
     * Opens the backend of a locator. The caller closes it.
     *
     * @throws UnavailableException when no provider on the class path knows the scheme, with the artifact to add; or when
     *     the store cannot be reached
     * @throws dev.pawl.backend.UnsupportedException when the locator asks for something its backend does not do
     */
    public static Backend open(Locator locator, Access access) {
        Map<String, BackendProvider> providers = providers();
        BackendProvider provider = providers.get(locator.scheme());
        if (provider == null) {
            throw UnavailableException.notAvailable(locator.scheme() + ": " + whyNot(locator.scheme(), providers));
        }
        return provider.open(locator, access);
    }

    /** The schemes that can be opened here, in alphabetical order. */
    public static Set<String> schemes() {
        return providers().keySet();
    }

    private static String whyNot(String scheme, Map<String, BackendProvider> providers) {
        String known = "; the stores here are " + String.join(", ", providers.keySet());
        String artifact = ARTIFACTS.get(scheme);
        if (artifact != null) {
            return "add " + artifact + ", which opens such stores, to the class path" + known;
        }
        return "no artifact of Pawl opens such stores" + known;
    }

    private static Map<String, BackendProvider> providers() {
        Map<String, BackendProvider> providers = new TreeMap<>();
        for (BackendProvider provider : ServiceLoader.load(BackendProvider.class)) {
            provider.schemes().forEach(scheme -> providers.putIfAbsent(scheme, provider));
        }
        return providers;
    }
}

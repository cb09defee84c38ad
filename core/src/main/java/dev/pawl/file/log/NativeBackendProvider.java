package dev.pawl.file.log;

import dev.pawl.backend.Access;
import dev.pawl.backend.Backend;
import dev.pawl.backend.BackendProvider;
import dev.pawl.backend.Durability;
import dev.pawl.backend.Locator;
import dev.pawl.backend.UnsupportedException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;

/**
 * Opens {@code native:DIRECTORY}. With {@code ?durability=relaxed} commits survive the end of the process only, with
 * {@code ?durability=synced}, the default, a loss of power.
 */
public final class NativeBackendProvider implements BackendProvider {

    private static final String DURABILITY = "durability";
    private static final Map<String, Durability> BY_NAME =
            Map.of("synced", Durability.POWER_LOSS, "relaxed", Durability.PROCESS_CRASH);

    /** For the service loader. */
    public NativeBackendProvider() {}

    @Override
    public Set<String> schemes() {
        return Set.of("native");
    }

    @Override
    public Backend open(Locator locator, Access access) {
        if (locator.path().isEmpty()) {
            throw new UnsupportedException("native: needs a directory, as in native:.pawl");
        }
        locator.options().keySet().stream()
                .filter(option -> !option.equals(DURABILITY))
                .findFirst()
                .ifPresent(NativeBackendProvider::refuse);
        String name = locator.options().getOrDefault(DURABILITY, "synced");
        Durability durability = BY_NAME.get(name);
        if (durability == null) {
            throw new UnsupportedException("durability is synced or relaxed, not " + name);
        }
        try {
            return NativeBackend.builder(Path.of(locator.path()))
                    .access(access)
                    .durability(durability)
                    .open();
        } catch (InvalidPathException e) {
            throw new UnsupportedException("this process cannot use that path: " + e.getReason(), e);
        }
    }

    private static void refuse(String option) {
        throw new UnsupportedException("native: has no option " + option
                + ", only durability=synced and durability=relaxed; a question mark in the path of a directory is written"
                + " %3F");
    }
}

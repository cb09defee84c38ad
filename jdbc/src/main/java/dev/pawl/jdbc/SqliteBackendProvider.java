package dev.pawl.jdbc;

import dev.pawl.backend.Access;
import dev.pawl.backend.Backend;
import dev.pawl.backend.BackendProvider;
import dev.pawl.backend.Locator;
import dev.pawl.backend.UnavailableException;
import java.util.Set;

/** Opens {@code sqlite:FILE}, {@code sqlite::memory:}, both with {@code ?synchronous=normal}. */
public final class SqliteBackendProvider implements BackendProvider {

    /** For the service loader. */
    public SqliteBackendProvider() {}

    @Override
    public Set<String> schemes() {
        return Set.of("sqlite");
    }

    @Override
    public Backend open(Locator locator, Access access) {
        throw UnavailableException.notAvailable("sqlite: is being built");
    }
}

package dev.pawl.jdbc;

import dev.pawl.backend.Access;
import dev.pawl.backend.Backend;
import dev.pawl.backend.BackendProvider;
import dev.pawl.backend.Locator;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Opens {@code postgresql://user:password@host:port/database}, also as {@code postgres:}, with {@code ?max=} for the most
 * connections, {@code ?layout=zaileys} for tables of zaileys, and the options of the driver. Without a password there it is
 * that of the environment, {@code PGPASSWORD}.
 */
public final class PostgresBackendProvider implements BackendProvider {

    /** For the service loader. */
    public PostgresBackendProvider() {}

    @Override
    public Set<String> schemes() {
        return Set.of("postgresql", "postgres");
    }

    @Override
    public Backend open(Locator locator, Access access) {
        return open(locator, access, Optional.ofNullable(System.getenv("PGPASSWORD")));
    }

    static Backend open(Locator locator, Access access, Optional<String> password) {
        PostgresAddress address = PostgresAddress.of(locator.rest(), locator.options());
        Optional.ofNullable(address.options().get(Layout.OPTION))
                .map(Layout::named)
                .ifPresent(layout -> layout.requireSession(locator.session()));
        return PostgresBackend.open(
                PostgresOpening.of(address, password, OptionalInt.empty(), Duration.ofSeconds(10)), access);
    }
}

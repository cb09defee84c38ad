package dev.pawl.jdbc;

import dev.pawl.backend.Lifetime;
import java.sql.SQLException;
import java.util.Optional;

/** Reading an open database of PostgreSQL, whatever is read. A connection that broke is not the end of it. */
final class PostgresReading {

    private final PostgresConnections connections;
    private final PostgresTables tables;
    private final PostgresFailures failures;
    private final Lifetime life;

    PostgresReading(PostgresConnections connections, PostgresTables tables, PostgresFailures failures, Lifetime life) {
        this.connections = connections;
        this.tables = tables;
        this.failures = failures;
        this.life = life;
    }

    /** Reads, or gives this when there are no tables to read. */
    <T> T read(Query<T> query, T nothing) {
        return life.use(() -> {
            long end = connections.deadline();
            for (int attempt = 1; ; attempt++) {
                try {
                    Optional<Dialect> found = tables.find(end);
                    return found.isPresent()
                            ? connections.read(connection -> query.on(connection.with(found.get())), end)
                            : nothing;
                } catch (SQLException e) {
                    if (PostgresFailures.isRefused(e)) {
                        tables.doubt();
                    }
                    boolean broken =
                            PostgresFailures.isOfConnection(e) && !(e instanceof PostgresConnections.NoConnection);
                    if (attempt > 2 || !(broken || PostgresFailures.isOfOthers(e))) {
                        throw failures.reading(e);
                    }
                    connections.renew();
                }
            }
        });
    }
}

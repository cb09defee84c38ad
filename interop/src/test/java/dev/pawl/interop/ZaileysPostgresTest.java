package dev.pawl.interop;

import dev.pawl.backend.Access;
import dev.pawl.backend.Backend;
import dev.pawl.jdbc.Layout;
import dev.pawl.jdbc.PostgresBackend;
import dev.pawl.tck.server.PostgresServer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Real zaileys and Pawl on one PostgreSQL server. */
final class ZaileysPostgresTest extends ZaileysTablesCase {

    /** Each name is a schema, which pg is told of by its own option. */
    private final Map<String, String> schemas = new ConcurrentHashMap<>();

    private String locator(String name) {
        return schemas.computeIfAbsent(name, PostgresServer.shared()::newSchema);
    }

    @Override
    Zaileys zaileys(String name) {
        return Zaileys.onPostgres(locator(name).replaceFirst("([?&])currentSchema=", "$1options=-c%20search_path%3D"));
    }

    @Override
    Backend open(String name, Access access) {
        return PostgresBackend.builder()
                .url(locator(name))
                .layout(Layout.ZAILEYS)
                .access(access)
                .open();
    }
}

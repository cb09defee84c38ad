package dev.pawl.jdbc;

import dev.pawl.backend.UnsupportedException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.sql.DataSource;

/** How one gets to a database: the first look at it, and the connections for all later ones. */
final class PostgresOpening {

    private static final int CONNECTIONS = 10;

    private static final String SEARCH = "search";

    /** What the driver is told unless the options say otherwise. */
    private static final Map<String, String> DEFAULTS = Map.of(
            "ApplicationName", "pawl",
            "connectTimeout", "10",
            // Which of several hosts takes writes is found out again after a failover, as long as anybody waits.
            "hostRecheckSeconds", "2",
            // A server that is cut off says nothing: without this nobody would ever hear of it.
            "socketTimeout", "60",
            "tcpKeepAlive", "true",
            // Details of the server quote values.
            "logServerErrorDetail", "false",
            // PgBouncer gives each transaction another connection, which knows no statement prepared on the last. Where
            // there is nothing of that kind, statements are kept after all.
            "prepareThreshold", "0");

    /**
     * How databases were first called here, by run, database and schema: one that is reached by two names is still one, also
     * where we may not know of which server.
     */
    private static final ConcurrentMap<String, String> PLACES = new ConcurrentHashMap<>();

    private static final Pattern JDBC = Pattern.compile("jdbc:postgresql:(//[^?]*)(\\?.*)?");

    private PostgresOpening() {}

    /**
     * A database that was reached.
     *
     * @param generation of the connections when it was looked at
     * @param place the database as it was reached, for people
     * @param home the same by what stays, however it is reached
     * @param layout whose tables it has
     * @param search whether an index of words is made where there is none
     */
    record Opened(
            PostgresConnections connections,
            int generation,
            PostgresFacts server,
            String place,
            String home,
            Layout layout,
            boolean search) {

        /** The same, where something else says whose tables these are. */
        Opened with(Layout other) {
            return new Opened(connections, generation, server, place, home, other, search);
        }

        /** The same, where an index of words is made. */
        Opened withSearch() {
            return new Opened(connections, generation, server, place, home, layout, true);
        }
    }

    /**
     * Reaches a database by its address.
     *
     * @param password for an address without one
     * @param max the most connections; empty to take what the address says
     */
    static Opened of(PostgresAddress address, Optional<String> password, OptionalInt max, Duration patience) {
        Map<String, String> options = new LinkedHashMap<>(address.options());
        Layout layout = Optional.ofNullable(options.remove(Layout.OPTION))
                .map(Layout::named)
                .orElse(Layout.PAWL);
        boolean search = isOn(Optional.ofNullable(options.remove(SEARCH)));
        requireOwn(layout, search);
        int most = max.orElse(most(Optional.ofNullable(options.remove("max"))));
        options.keySet().stream()
                .filter(option -> !PostgresDriver.knows(option))
                .findFirst()
                .ifPresent(PostgresOpening::refuse);
        PostgresAddress known = new PostgresAddress(address.place(), address.user(), address.password(), options);
        DataSource maker = PostgresDriver.source(
                known, address.password().or(() -> password).orElse(""), DEFAULTS);
        PostgresFacts server = look(maker, address.toString(), options);
        Opened opened = opened(PostgresConnections.pooled(maker, most, patience), 0, server, address.toString())
                .with(layout);
        return search ? opened.withSearch() : opened;
    }

    /** Reaches a database over connections of somebody else. */
    static Opened of(DataSource theirs, Duration patience) {
        PostgresConnections connections = PostgresConnections.given(theirs, patience);
        String unnamed = "the PostgreSQL database of the data source";
        try {
            int generation = connections.generation();
            String url = connections.read(
                    connection -> String.valueOf(connection.raw().getMetaData().getURL()), connections.deadline());
            Matcher matcher = JDBC.matcher(url);
            String name = matcher.matches() ? "postgresql:" + matcher.group(1) : unnamed;
            PostgresFacts server = connections.read(PostgresFacts::of, connections.deadline());
            return opened(connections, generation, server, name);
        } catch (SQLException e) {
            throw new PostgresFailures(unnamed).opening(e);
        }
    }

    /** Looks at it, at once and with its own reason when that fails. */
    private static PostgresFacts look(DataSource maker, String place, Map<String, String> options) {
        try (Connection connection = maker.getConnection();
                SqlConnection looking = new SqlConnection(connection, PostgresDialect.INSTANCE)) {
            PostgresFacts server = PostgresFacts.of(looking);
            Optional<String> schema = Optional.ofNullable(options.get("currentSchema"));
            if (schema.isPresent() && !looking.text("SHOW search_path").equals(schema)) {
                throw new UnsupportedException(
                        place + ": currentSchema does not arrive, as behind a pool of connections"
                                + " that ignores it: leave it out, and ALTER ROLE … SET search_path for the role instead");
            }
            if (!options.containsKey("prepareThreshold") && PostgresDriver.isDirect(connection, server.process())) {
                PostgresDriver.prepareStatements(maker);
            }
            return server;
        } catch (SQLException e) {
            throw new PostgresFailures(place).opening(e);
        } catch (IllegalArgumentException e) {
            // What it says may quote a value.
            throw new UnsupportedException("an option of the database has a value that the driver does not take");
        }
    }

    private static Opened opened(PostgresConnections connections, int generation, PostgresFacts server, String name) {
        String schema = server.home()
                .filter(of -> !of.equals("public"))
                .map(of -> ", schema " + of)
                .orElse("");
        String home = server.cluster()
                .map(cluster -> "postgresql server " + cluster + ", database " + server.database() + schema)
                .orElseGet(() -> PLACES.computeIfAbsent(
                        server.run() + ' ' + server.database() + schema, first -> name + schema));
        return new Opened(connections, generation, server, name + schema, home, Layout.PAWL, false);
    }

    private static boolean isOn(Optional<String> option) {
        if (option.isPresent() && !option.get().equals("on") && !option.get().equals("off")) {
            throw new UnsupportedException("search is on or off, nothing else");
        }
        return option.equals(Optional.of("on"));
    }

    /** Refuses an index of words beside tables of somebody else. */
    static void requireOwn(Layout layout, boolean search) {
        if (search && layout != Layout.PAWL) {
            throw new UnsupportedException("tables of zaileys have no index of words: leave out search=on");
        }
    }

    private static int most(Optional<String> option) {
        if (option.isEmpty()) {
            return CONNECTIONS;
        }
        try {
            int most = Integer.parseInt(option.get());
            if (most > 0) {
                return most;
            }
        } catch (NumberFormatException e) {
            // It is said below what it should be.
        }
        throw new UnsupportedException("max is how many connections there are at most, a number from 1 on");
    }

    private static void refuse(String option) {
        throw new UnsupportedException("postgresql: has no option " + option
                + "; it has max, for the most connections, search=on, layout=zaileys, and those"
                + " of the driver, such as sslmode or currentSchema");
    }
}

package dev.pawl.jdbc;

import dev.pawl.backend.Access;
import dev.pawl.backend.Backend;
import dev.pawl.backend.BackendProvider;
import dev.pawl.backend.Durability;
import dev.pawl.backend.Locator;
import dev.pawl.backend.UnavailableException;
import dev.pawl.backend.UnsupportedException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Opens {@code sqlite:FILE}, which takes {@code ?synchronous=full} (the default) and {@code ?synchronous=normal}, and {@code
 * ?layout=zaileys} for tables of zaileys, {@code ?search=on} for an index of the words of messages; and {@code sqlite::memory:}.
 */
public final class SqliteBackendProvider implements BackendProvider {

    private static final String SYNCHRONOUS = "synchronous";
    private static final String SEARCH = "search";
    private static final Map<String, Durability> DURABILITY =
            Map.of("full", Durability.POWER_LOSS, "normal", Durability.PROCESS_CRASH);

    /** For the service loader. */
    public SqliteBackendProvider() {}

    @Override
    public Set<String> schemes() {
        return Set.of("sqlite");
    }

    @Override
    public Backend open(Locator locator, Access access) {
        if (locator.path().isEmpty()) {
            throw new UnsupportedException("sqlite: needs a file, as in sqlite:pawl.db");
        }
        if (locator.path().equals(":memory:")) {
            return openInMemory(locator, access);
        }
        locator.options().keySet().stream()
                .filter(option -> !Set.of(SYNCHRONOUS, SEARCH, Layout.OPTION).contains(option))
                .findFirst()
                .ifPresent(SqliteBackendProvider::refuse);
        String synchronous = locator.options().getOrDefault(SYNCHRONOUS, "full");
        Durability durability = DURABILITY.get(synchronous);
        if (durability == null) {
            throw new UnsupportedException("synchronous is full or normal, not " + synchronous);
        }
        String search = locator.options().getOrDefault(SEARCH, "off");
        if (!search.equals("on") && !search.equals("off")) {
            throw new UnsupportedException("search is on or off, not " + search);
        }
        Layout layout = layout(locator);
        try {
            return SqliteBackend.builder()
                    .file(Path.of(locator.path()))
                    .access(access)
                    .durability(durability)
                    .layout(layout)
                    .search(search.equals("on"))
                    .open();
        } catch (InvalidPathException e) {
            throw new UnsupportedException("this process cannot use that path: " + e.getReason(), e);
        }
    }

    private static Layout layout(Locator locator) {
        Layout layout = Optional.ofNullable(locator.options().get(Layout.OPTION))
                .map(Layout::named)
                .orElse(Layout.PAWL);
        layout.requireSession(locator.session());
        return layout;
    }

    private static void refuse(String option) {
        throw new UnsupportedException("sqlite: has no option " + option
                + " here, only synchronous=full, synchronous=normal, search=on and layout=zaileys; a question mark in the path"
                + " of a file is written %3F");
    }

    private static Backend openInMemory(Locator locator, Access access) {
        if (!locator.options().isEmpty()) {
            throw new UnsupportedException("sqlite::memory: has no options");
        }
        if (access == Access.READ_ONLY) {
            throw UnavailableException.connectionFailed("sqlite::memory: is empty when it is opened: nothing to read");
        }
        return SqliteBackend.inMemory();
    }
}

package dev.pawl.file;

import dev.pawl.backend.Access;
import dev.pawl.backend.Backend;
import dev.pawl.backend.BackendProvider;
import dev.pawl.backend.Locator;
import dev.pawl.backend.SessionName;
import dev.pawl.backend.UnsupportedException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Set;

/** Opens {@code zaileys:DIRECTORY}. */
public final class ZaileysFileBackendProvider implements BackendProvider {

    /** For the service loader. */
    public ZaileysFileBackendProvider() {}

    @Override
    public Set<String> schemes() {
        return Set.of("zaileys");
    }

    @Override
    public Backend open(Locator locator, Access access) {
        if (locator.path().isEmpty()) {
            throw new UnsupportedException("zaileys: needs a directory, as in zaileys:.zaileys/auth/main");
        }
        if (!locator.options().isEmpty()) {
            throw new UnsupportedException(
                    "zaileys: has no options; a question mark in the path of a directory is written %3F");
        }
        if (!locator.session().equals(SessionName.DEFAULT)) {
            throw new UnsupportedException("a zaileys directory is one session, " + SessionName.DEFAULT + ", not "
                    + locator.session() + ": use one directory for each session, or a store that holds many");
        }
        try {
            return ZaileysFileBackend.open(Path.of(locator.path()), access);
        } catch (InvalidPathException e) {
            throw new UnsupportedException("this process cannot use that path: " + e.getReason(), e);
        }
    }
}

package dev.pawl.benchmarks;

import dev.pawl.Pawl;
import dev.pawl.auth.AuthStore;
import dev.pawl.auth.Credentials;
import dev.pawl.backend.Family;
import dev.pawl.backend.Traits;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * The locators of the stores of a trial. In what the request names as its store {@code {}} stands for the place, {@code {name}} for its name on a server, {@code {postgres}} and {@code {redis}} for the
 * ports of the servers.
 */
final class Locators {

    private Locators() {}

    /** The locator of the request's store in a place; the directory is there afterwards, the store need not be. */
    static String in(TrialRequest request, Path place) {
        try {
            Files.createDirectories(place);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        String locator =
                request.text("store").replace("{}", place.toString()).replace("{name}", ServerPlace.name(place));
        for (Servers.Kind server : Servers.Kind.values()) {
            if (request.has(server.member())) {
                locator =
                        locator.replace("{" + server.member() + "}", Integer.toString(request.number(server.member())));
            }
        }
        return locator;
    }

    /** The session of the i-th account of many. */
    static String account(int i) {
        return String.format(Locale.ROOT, "s%04d", i);
    }

    /** Whether one store can hold all accounts, or each needs a directory. */
    static boolean holdManySessions(Pawl pawl) {
        Traits traits = pawl.backend(Family.CREDENTIALS).traits();
        return traits.manySessions();
    }

    /** Reads the credentials and sees that they are those of a device that is in use. */
    static void readCredentials(AuthStore store) {
        if (store.credentials().flatMap(Credentials::me).isEmpty()) {
            throw new IllegalStateException("session " + store.session() + " has no credentials");
        }
    }

    /** Removes a place and all that is in it, on a server too; a store on a server can be made there afterwards. */
    static void clear(TrialRequest request, Path place) {
        remove(place);
        ServerPlace.clear(request, place);
    }

    /** Removes a directory and all that is in it. */
    static void remove(Path place) {
        if (!Files.exists(place)) {
            return;
        }
        try (Stream<Path> all = Files.walk(place)) {
            List<Path> deepestFirst = all.sorted(Comparator.reverseOrder()).toList();
            for (Path path : deepestFirst) {
                Files.delete(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

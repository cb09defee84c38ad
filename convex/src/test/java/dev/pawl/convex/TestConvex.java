package dev.pawl.convex;

import dev.pawl.backend.Access;
import dev.pawl.tck.Subject;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The deployment that a suite uses: the real one at {@code CONVEX_URL}, whose secret is {@code CONVEX_SECRET}, else a
 * stand-in of its own. Each test has its own namespaces.
 */
final class TestConvex {

    private static final Optional<String> URL = Optional.ofNullable(System.getenv("CONVEX_URL"));
    private static final Optional<String> REAL_SECRET = Optional.ofNullable(System.getenv("CONVEX_SECRET"));

    private TestConvex() {}

    /** Made when it is first needed, and forgotten with all that is in it when a test ends. */
    private static Optional<LocalConvex> own = Optional.empty();

    /** Stores of the test before may still end. */
    private static Optional<LocalConvex> former = Optional.empty();

    static synchronized ConvexBackend.Builder builder(String namespace) {
        if (URL.isPresent() && REAL_SECRET.isPresent()) {
            return ConvexBackend.builder()
                    .url(URL.get())
                    .secret(REAL_SECRET.get())
                    .namespace(namespace);
        }
        if (own.isEmpty()) {
            own = Optional.of(LocalConvex.start());
        }
        return own.get().backend(namespace);
    }

    /** A namespace that is called like a directory of a test. The soak profile has one that is not slow. */
    static Subject subject(Path directory) {
        return Subject.stored(access -> open(directory, access)).slow();
    }

    static ConvexBackend open(Path directory, Access access) {
        return builder(directory.toString()).access(access).open();
    }

    /** Throws everything away; a real deployment is cleaned by whoever lent it. */
    static synchronized void clear() {
        former.ifPresent(LocalConvex::close);
        former = own;
        own = Optional.empty();
    }
}

package dev.pawl.convex;

import dev.pawl.backend.Access;
import dev.pawl.tck.Subject;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The deployment that a suite uses: the real one at {@code CONVEX_URL}, whose secret is {@code CONVEX_SECRET}, else a
 * stand-in of its own. Each test has its own namespaces.
 */
final class TestConvex {

    private static final Optional<String> URL = Optional.ofNullable(System.getenv("CONVEX_URL"));
    private static final Optional<String> REAL_SECRET = Optional.ofNullable(System.getenv("CONVEX_SECRET"));

    /**
     * One for all, with its connections; the tests of what a call goes through have their own. Its answers are taken by the
     * thread that watches the connections: a contract makes thousands of calls, and each takes a thread less.
     */
    private static final HttpClient CLIENT = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .executor(Runnable::run)
            .build();

    private TestConvex() {}

    /** Made when it is first needed, and forgotten with all that is in it when a test ends. */
    private static Optional<LocalConvex> own = Optional.empty();

    /** Stores of the test before may still end. */
    private static Optional<LocalConvex> former = Optional.empty();

    static ConvexBackend.Builder builder(String namespace) {
        return own().map(deployment -> deployment.backend(namespace))
                .orElseGet(() -> ConvexBackend.builder()
                        .url(URL.orElseThrow())
                        .secret(REAL_SECRET.orElseThrow())
                        .namespace(namespace))
                .client(CLIENT);
    }

    private static synchronized Optional<LocalConvex> own() {
        if (own.isEmpty() && (URL.isEmpty() || REAL_SECRET.isEmpty())) {
            own = Optional.of(LocalConvex.start());
        }
        return own;
    }

    /** A namespace that is called like a directory of a test. The soak profile has one that is not slow. */
    static Subject subject(Path directory) {
        Subject subject = Subject.stored(access -> open(directory, access)).slow();
        // Nobody can get at the documents of a deployment that is lent.
        return own().isEmpty()
                ? subject
                : subject.damagedBy((session, key) ->
                        own().orElseThrow().damage(Names.namespace(directory.toString(), session), Names.of(key)));
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

package dev.pawl.cli;

import dev.pawl.Backends;
import dev.pawl.backend.Access;
import dev.pawl.backend.Backend;
import dev.pawl.backend.BackendProvider;
import dev.pawl.backend.Batch;
import dev.pawl.backend.ForwardingBackend;
import dev.pawl.backend.Locator;
import dev.pawl.backend.SessionName;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Opens {@code dying:FILE?session=b&commit=4}: the SQLite file, in a process that ends on the spot, as if it were killed,
 * instead of making that commit to that session. Only processes that name it among their services know it.
 */
public final class DyingProvider implements BackendProvider {

    /** How such a process ends. */
    static final int KILLED = 137;

    /** For the service loader. */
    public DyingProvider() {}

    @Override
    public Set<String> schemes() {
        return Set.of("dying");
    }

    @Override
    public Backend open(Locator locator, Access access) {
        SessionName dyingIn = SessionName.of(locator.options().getOrDefault("session", ""));
        int dyingAt = Integer.parseInt(locator.options().getOrDefault("commit", ""));
        AtomicInteger commits = new AtomicInteger();
        Locator file = new Locator("sqlite", locator.rest(), Map.of(), locator.session());
        return new ForwardingBackend(Backends.open(file, access)) {
            @Override
            public void commit(SessionName session, Batch batch) {
                if (session.equals(dyingIn) && commits.incrementAndGet() == dyingAt) {
                    Runtime.getRuntime().halt(KILLED);
                }
                super.commit(session, batch);
            }
        };
    }
}

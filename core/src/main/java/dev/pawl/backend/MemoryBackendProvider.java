package dev.pawl.backend;

import java.util.Set;

/** Opens {@code memory:}, a store of its own each time. */
public final class MemoryBackendProvider implements BackendProvider {

    /** For the service loader. */
    public MemoryBackendProvider() {}

    @Override
    public Set<String> schemes() {
        return Set.of("memory");
    }

    @Override
    public Backend open(Locator locator, Access access) {
        if (!locator.rest().isEmpty() || !locator.options().isEmpty()) {
            throw new UnsupportedException("memory: has no name and no options, only a #session");
        }
        return new MemoryBackend();
    }
}

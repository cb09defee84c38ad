package dev.pawl.tck;

import dev.pawl.backend.Backend;
import dev.pawl.backend.ForwardingBackend;
import dev.pawl.backend.Traits;
import java.nio.file.Path;
import java.util.function.UnaryOperator;

/** The contract of the auth store on a storage that a test sets up before it runs this class with {@link SuiteRun}; not run by itself. */
final class AuthStoreCase extends AuthStoreTck {

    /** What is put in front of the sound storage in the run that is under way. One run at a time. */
    static UnaryOperator<Backend> wrapping = backend -> backend;

    private static final Traits ROOMY = new Traits(
            MemoryStorage.TRAITS.families(),
            MemoryStorage.TRAITS.durability(),
            Traits.Limits.NONE,
            MemoryStorage.TRAITS.manySessions(),
            MemoryStorage.TRAITS.verbatim());

    /** Without limits: some rules write more at once than {@link MemoryStorage} takes. */
    @Override
    protected Subject subject(Path directory) {
        return MemoryStorage.subject((storage, access) -> {
            Backend sound = new ForwardingBackend(storage.open(access, ROOMY)) {
                @Override
                public Traits traits() {
                    return ROOMY;
                }
            };
            return wrapping.apply(sound);
        });
    }
}

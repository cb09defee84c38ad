package dev.pawl.tck;

import java.nio.file.Path;

/**
 * The contract of a {@link dev.pawl.backend.Backend}: the rules W01 to W22 of the README of this module, at least one test for each, the number in its name.
 *
 * <pre>{@code
 * final class FooBackendTest extends BackendTck {
 *     @Override
 *     protected Subject subject(Path directory) {
 *         return Subject.stored(access -> FooBackend.open(directory.resolve("store"), access));
 *     }
 * }
 * }</pre>
 *
 * <p>What a backend can hold it says itself, in its {@link dev.pawl.backend.Traits}; what else differs between backends is told by the {@link Subject}. No test asks which backend it works on. A rule
 * that says nothing about such a subject is no test; nothing is skipped. To find that out, the suite makes one instance more of the class, with the constructor without parameters, and asks it for a subject.
 */
public abstract class BackendTck extends LifeRules {

    /** For subclasses. */
    protected BackendTck() {}

    /**
     * A storage that nobody has used.
     *
     * @param directory a new, empty directory, where the storage may live; it is deleted after the test
     */
    @Override
    protected abstract Subject subject(Path directory);
}

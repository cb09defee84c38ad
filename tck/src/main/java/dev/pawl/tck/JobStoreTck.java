package dev.pawl.tck;

import java.nio.file.Path;

/**
 * The contract of {@link dev.pawl.job.JobStore} and {@link dev.pawl.job.JobRunner} on a backend: the rules J01 to J42
 * of {@code docs/job-rules.md}, the number in the name of each test.
 *
 * <pre>{@code
 * final class FooJobStoreTest extends JobStoreTck {
 *     @Override
 *     protected Subject subject(Path directory) {
 *         return Subject.stored(access -> FooBackend.open(directory.resolve("store"), access));
 *     }
 * }
 * }</pre>
 */
public abstract class JobStoreTck extends JobPauseRules {

    /** For subclasses. */
    protected JobStoreTck() {}

    /**
     * A storage that nobody has used. It holds jobs and leases.
     *
     * @param directory a new, empty directory, where the storage may live; it is deleted after the test
     */
    @Override
    protected abstract Subject subject(Path directory);
}

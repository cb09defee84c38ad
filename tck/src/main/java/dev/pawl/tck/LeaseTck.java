package dev.pawl.tck;

import dev.pawl.backend.Backend;
import java.nio.file.Path;

/**
 * The contract of owning a session, on a backend: the rules L01 to L18, the number in the name of each test.
 *
 * <pre>{@code
 * final class FooLeaseTest extends LeaseTck {
 *     @Override
 *     protected Backend open(Path place) {
 *         return FooBackend.open(place, Access.READ_WRITE);
 *     }
 * }
 * }</pre>
 *
 * <p>No test waits: the clock is a {@link ManualTicker}. Holders on other machines are rows that the test writes.
 */
public abstract class LeaseTck extends LeaseDoubtRules {

    /** For subclasses. */
    protected LeaseTck() {}

    /**
     * Opens a store. Opened again at the same place it is another backend object with the same rows; closing one leaves
     * the others usable.
     */
    @Override
    protected abstract Backend open(Path place);
}

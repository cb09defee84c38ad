package dev.pawl.tck;

import java.nio.file.Path;

/**
 * The contract of {@link dev.pawl.auth.AuthStore} on a backend: the rules A01 to A57, the number in the name of each test.
 *
 * <pre>{@code
 * final class FooAuthStoreTest extends AuthStoreTck {
 *     @Override
 *     protected Subject subject(Path directory) {
 *         return Subject.stored(access -> FooBackend.open(directory.resolve("store"), access));
 *     }
 * }
 * }</pre>
 *
 * <p>A backend that keeps {@link BackendTck} passes this too; it is run on every backend because it uses rows the way the product does. What other libraries promise and this one does not, on purpose:
 *
 * <ul>
 *   <li>Credentials are not deleted alone. {@code clear} takes the keys with them, and it is finished before there is a new identity, which must never see old keys.
 *   <li>After {@code clear} the store is not simply usable: it takes nothing until there are credentials again (A51).
 *   <li>A stale copy of whole credentials does not win because it came last (A06).
 *   <li>There is no cache, so a second read is a second read (A21), and a failed write is never seen.
 *   <li>Deleting a pre-key is always done, also when nobody read it before (A13).
 *   <li>A failed commit is not repeated for half a minute; the caller is told (A41).
 *   <li>{@code false}, {@code 0} and {@code ""} are refused instead of deleting quietly (A14).
 * </ul>
 */
public abstract class AuthStoreTck extends AuthLifeRules {

    /** For subclasses. */
    protected AuthStoreTck() {}

    /**
     * A storage that nobody has used. It holds credentials, keys and leases.
     *
     * @param directory a new, empty directory, where the storage may live; it is deleted after the test
     */
    @Override
    protected abstract Subject subject(Path directory);
}

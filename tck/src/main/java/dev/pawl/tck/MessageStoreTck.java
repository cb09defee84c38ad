package dev.pawl.tck;

import java.nio.file.Path;

/**
 * The contract of {@link dev.pawl.message.MessageStore} on a backend: the rules M01 and on, the number in the name of
 * each test. What the rules say of single members of events is in {@code docs/message-rules.md}, under numbers of its
 * own that the names cite.
 *
 * <pre>{@code
 * final class FooMessageStoreTest extends MessageStoreTck {
 *     @Override
 *     protected Subject subject(Path directory) {
 *         return Subject.stored(access -> FooBackend.open(directory.resolve("store"), access));
 *     }
 * }
 * }</pre>
 */
public abstract class MessageStoreTck extends MessageAddressRules {

    /** For subclasses. */
    protected MessageStoreTck() {}

    /**
     * A storage that nobody has used. It holds every family of a history, and leases.
     *
     * @param directory a new, empty directory, where the storage may live; it is deleted after the test
     */
    @Override
    protected abstract Subject subject(Path directory);
}

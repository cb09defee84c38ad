package dev.pawl.tck;

import java.nio.file.Path;

/**
 * The contract of what {@link dev.pawl.message.MessageStore} reads and prunes, on a backend: the rules H01 to H30, the number in the
 * name of each test.
 *
 * <pre>{@code
 * final class FooMessageReadingTest extends MessageStoreReadingTck {
 *     @Override
 *     protected Subject subject(Path directory) {
 *         return Subject.stored(access -> FooBackend.open(directory.resolve("store"), access));
 *     }
 * }
 * }</pre>
 *
 * <p>The rows that are read are put past the store, as {@code docs/message-rules.md} says they are, so that this holds
 * whoever wrote them.
 */
public abstract class MessageStoreReadingTck extends MessagePruningRules {

    /** For subclasses. */
    protected MessageStoreReadingTck() {}

    /**
     * A storage that nobody has used. It holds every family of a history.
     *
     * @param directory a new, empty directory, where the storage may live; it is deleted after the test
     */
    @Override
    protected abstract Subject subject(Path directory);
}

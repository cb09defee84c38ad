package dev.pawl;

/** A listener that is registered, until this is closed. */
@FunctionalInterface
public interface Registration extends AutoCloseable {

    /** Has it told of nothing that happens from now on; what it is being told right now, it is. Repeating it does nothing. */
    @Override
    void close();
}

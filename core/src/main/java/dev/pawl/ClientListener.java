package dev.pawl;

/** Is told of something by a {@link Client}. */
@FunctionalInterface
public interface ClientListener<T> {

    /**
     * It happened.
     *
     * <p>One listener of a client runs at a time, in the order of what happened: what takes long holds up the others, and
     * in the end the connection. Everything of the client may be called.
     *
     * @throws Exception whatever it likes: the listeners of errors are told, and the others still run
     */
    void on(T what) throws Exception;
}

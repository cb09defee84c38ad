package dev.pawl.backend;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Passes every call on to another backend: the base of decorators for faults, metrics and encryption. A subclass overrides what it wants to see. */
public class ForwardingBackend implements Backend {

    private final Backend delegate;

    /** A backend that behaves like this one. It is closed together with it. */
    public ForwardingBackend(Backend delegate) {
        this.delegate = delegate;
    }

    /** The backend that calls are passed to. */
    protected final Backend delegate() {
        return delegate;
    }

    @Override
    public Traits traits() {
        return delegate.traits();
    }

    @Override
    public Map<Key, Row> get(SessionName session, Collection<Key> keys) {
        return delegate.get(session, keys);
    }

    @Override
    public Page<Row, Position> scan(SessionName session, Scan scan) {
        return delegate.scan(session, scan);
    }

    @Override
    public Page<Partition, String> partitions(SessionName session, Family family, Optional<String> after, int limit) {
        return delegate.partitions(session, family, after, limit);
    }

    @Override
    public void commit(SessionName session, Batch batch) {
        delegate.commit(session, batch);
    }

    @Override
    public void erase(SessionName session, Set<Family> families, List<Check> checks) {
        delegate.erase(session, families, checks);
    }

    @Override
    public Page<SessionName, String> sessions(Set<Family> families, Optional<String> after, int limit) {
        return delegate.sessions(families, after, limit);
    }

    @Override
    public String locate(SessionName session, Key key) {
        return delegate.locate(session, key);
    }

    @Override
    public Inspection inspect(SessionName session) {
        return delegate.inspect(session);
    }

    @Override
    public <T> Optional<T> as(Class<T> capability) {
        return capability.isInstance(this) ? Optional.of(capability.cast(this)) : delegate.as(capability);
    }

    @Override
    public void close() {
        delegate.close();
    }
}

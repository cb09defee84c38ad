package dev.pawl.lease;

import dev.pawl.backend.Backend;
import dev.pawl.backend.SessionName;
import java.time.Duration;
import java.util.Optional;

/**
 * How a lease is asked for: made by {@link Lease#on}, immutable, ended by {@link #acquire}.
 *
 * <p><b>Who gets in.</b> Nobody holds the session: at once. The holder is dead: at once when it ran under this kernel in
 * this process namespace and is gone, otherwise when its beat stood still for the time of {@link LeaseTiming#dead}. The
 * holder lives: nobody, unless the request says more.
 */
public final class LeaseRequest {

    private final Backend backend;
    private final SessionName session;
    private final String name;
    private final LeaseTiming timing;
    private final boolean takingOver;
    private final Optional<Duration> patience;
    private final Optional<String> source;
    private final boolean anyState;

    LeaseRequest(Backend backend, SessionName session, String name) {
        this(backend, session, name, LeaseTiming.STANDARD, false, Optional.empty(), Optional.empty(), false);
    }

    private LeaseRequest(
            Backend backend,
            SessionName session,
            String name,
            LeaseTiming timing,
            boolean takingOver,
            Optional<Duration> patience,
            Optional<String> source,
            boolean anyState) {
        this.backend = backend;
        this.session = session;
        this.name = name;
        this.timing = timing;
        this.takingOver = takingOver;
        this.patience = patience;
        this.source = source;
        this.anyState = anyState;
    }

    /** Fences a live holder instead of giving way to it, and puts a new row over a damaged one. Does not open what is migrating or retired. */
    public LeaseRequest takeOver() {
        return new LeaseRequest(backend, session, name, timing, true, patience, source, anyState);
    }

    /** Waits this long for a live holder to release, or to die. A release is seen within a fifth of {@link LeaseTiming#beat}. */
    public LeaseRequest waitForRelease(Duration longest) {
        return new LeaseRequest(backend, session, name, timing, takingOver, Optional.of(longest), source, anyState);
    }

    /** Opens a session in the state {@link LeaseState.Migrating} too if it comes from this very source. The lease keeps that state. */
    public LeaseRequest resuming(String migrationSource) {
        return new LeaseRequest(
                backend, session, name, timing, takingOver, patience, Optional.of(migrationSource), anyState);
    }

    /** Opens migrating and retired sessions too, to erase or overwrite them. The lease keeps the state until it is marked otherwise. */
    public LeaseRequest overAnyState() {
        return new LeaseRequest(backend, session, name, timing, takingOver, patience, source, true);
    }

    /** Other lengths of time, or another clock. The first lease of a backend in this process decides how often it beats. */
    public LeaseRequest timing(LeaseTiming other) {
        return new LeaseRequest(backend, session, name, other, takingOver, patience, source, anyState);
    }

    /**
     * Takes the lease. {@link Lease#record} then tells the state that was found: what is {@link LeaseState.Clearing} must be erased before anything else.
     *
     * <p><b>Blocking.</b> Usually one read and one commit; up to {@link LeaseTiming#dead} and a little more when only the
     * beats can tell whether the holder lives, and as long as {@link #waitForRelease} allows.
     *
     * @throws dev.pawl.backend.InUseException when a live owner holds the session, or its state forbids to open it. The
     *     message names the holder and what can be done.
     * @throws dev.pawl.backend.CorruptDataException when the lease row is damaged and this is not a {@link #takeOver}
     * @throws dev.pawl.backend.InDoubtException when the store could not be asked any more whether the lease was taken;
     *     in that case it is given back as soon as the store can be reached
     */
    public Lease acquire() {
        Node node = Node.of(backend);
        try {
            return new Lease(new Acquisition(this, node).run());
        } finally {
            node.leave();
        }
    }

    Backend backend() {
        return backend;
    }

    SessionName session() {
        return session;
    }

    String name() {
        return name;
    }

    LeaseTiming timing() {
        return timing;
    }

    boolean takingOver() {
        return takingOver;
    }

    Optional<Duration> patience() {
        return patience;
    }

    Optional<String> source() {
        return source;
    }

    boolean anyState() {
        return anyState;
    }
}

package dev.pawl.lease;

import dev.pawl.backend.Check;
import dev.pawl.backend.CorruptDataException;
import dev.pawl.backend.Family;
import dev.pawl.backend.InUseException;
import dev.pawl.backend.Key;
import dev.pawl.backend.Row;
import dev.pawl.lease.LeaseRecord.Owner;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One attempt to become the owner of a session: reads who holds it, judges, waits, takes. */
final class Acquisition {

    private static final Logger LOG = LoggerFactory.getLogger(Acquisition.class);

    /** How often somebody who waits for a release looks whether it came. */
    private static final int LOOKS_IN_A_BEAT = 5;

    private final LeaseRequest request;
    private final LeaseTiming timing;
    private final Node node;
    private final Key key;
    private final Liveness liveness;
    private final long begun;
    private boolean announced;

    /**
     * The row as it was read.
     *
     * @param check that it is still so; empty when it is damaged, so that nothing can be checked
     * @param record what it says, if it can be read
     */
    private record Found(Optional<Check> check, Optional<LeaseRecord> record) {}

    Acquisition(LeaseRequest request, Node node) {
        this.request = request;
        this.node = node;
        timing = request.timing();
        key = key(request.name());
        liveness = new Liveness(node, request.backend(), request.session(), request.name(), timing, Host.SELF);
        begun = timing.ticker().nanos();
    }

    static Key key(String name) {
        return Key.of(Family.LEASE, name);
    }

    Ownership run() {
        while (true) {
            Found found = read();
            Optional<Owner> holder = found.record().flatMap(LeaseRecord::owner);
            Optional<String> forbidden = found.record().flatMap(this::forbidden);
            if (forbidden.isPresent() && (holder.isEmpty() || request.patience().isEmpty())) {
                throw new InUseException(forbidden.get());
            }
            if (holder.isPresent() && (forbidden.isPresent() || !request.takingOver())) {
                Liveness.Verdict verdict =
                        liveness.judge(holder.get(), request.patience().isPresent());
                if (verdict != Liveness.Verdict.DEAD) {
                    waitOrRefuse(verdict, holder.get());
                    continue;
                }
                if (forbidden.isPresent()) {
                    throw new InUseException(forbidden.get());
                }
            }
            LeaseState state = found.record().map(LeaseRecord::state).orElse(LeaseState.HELD);
            Optional<Ownership> taken =
                    Ownership.take(request.backend(), request.session(), key, timing, node, found.check(), state);
            if (taken.isPresent()) {
                holder.filter(dead -> !request.takingOver() && !Node.isOfThisProcess(dead.node()))
                        .ifPresent(dead -> node.bury(dead.node(), timing));
                return taken.get();
            }
        }
    }

    private Found read() {
        Optional<Row> row;
        try {
            row = request.backend().get(request.session(), key);
        } catch (CorruptDataException e) {
            if (request.takingOver()) {
                return new Found(Optional.empty(), Optional.empty());
            }
            throw damaged(request, key, e);
        }
        Optional<Check> check = Optional.of(Check.unchanged(key, row));
        try {
            return new Found(check, row.map(Row::value).map(LeaseRecord::parse));
        } catch (IllegalArgumentException e) {
            if (request.takingOver()) {
                return new Found(check, Optional.empty());
            }
            throw damaged(request, key, String.valueOf(e.getMessage()));
        }
    }

    /** Where more than the row is damaged, nobody is helped by what is said of a lease. */
    static CorruptDataException damaged(LeaseRequest request, Key key, CorruptDataException damage) {
        return damage.key().isPresent() ? damaged(request, key, damage.problem()) : damage;
    }

    static CorruptDataException damaged(LeaseRequest request, Key key, String problem) {
        return new CorruptDataException(
                key,
                request.backend().locate(request.session(), key),
                "this lease cannot be read, so it is not known who owns the session; take it over if nobody does: "
                        + problem);
    }

    /** Why the state of a session forbids this request to open it, whoever holds it. */
    private Optional<String> forbidden(LeaseRecord record) {
        if (request.anyState()) {
            return Optional.empty();
        }
        String holder = record.owner().map(owner -> " (" + owner + ")").orElse("");
        if (record.state() instanceof LeaseState.Migrating migrating) {
            return request.source().filter(migrating.source()::equals).isPresent()
                    ? Optional.empty()
                    : Optional.of(
                            "session " + request.session() + " is being migrated from " + migrating.source() + holder
                                    + " and not complete: run that migration (or import) again to finish it, or erase"
                                    + " the session");
        }
        if (record.state() instanceof LeaseState.Retired retired) {
            return Optional.of("session " + request.session() + " was moved to " + retired.target()
                    + " and is retired here: open it there, or erase this one");
        }
        return Optional.empty();
    }

    private void waitOrRefuse(Liveness.Verdict verdict, Owner holder) {
        Duration waited = Duration.ofNanos(timing.ticker().nanos() - begun);
        // Beats that can be read tell within one window; three leave room for reads that fail now and then.
        Duration longest = request.patience()
                .orElse(
                        verdict == Liveness.Verdict.LIVE
                                ? Duration.ZERO
                                : timing.dead().multipliedBy(3));
        if (waited.compareTo(longest) >= 0) {
            throw inUse(holder, "");
        }
        if (!announced) {
            announced = true;
            LOG.info(
                    "session {} is held by {}; waiting up to {} s to see whether it lives or releases",
                    request.session(),
                    holder,
                    request.patience().orElse(timing.dead()).toSeconds());
        }
        Duration left = longest.minus(waited);
        // Death takes beats to see. A release does not, and until it is seen nobody writes to the session.
        Duration look = request.patience().isPresent() ? timing.beat().dividedBy(LOOKS_IN_A_BEAT) : timing.beat();
        try {
            timing.ticker().sleep(left.compareTo(look) < 0 ? left : look);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw inUse(holder, "; the wait for it was interrupted");
        }
    }

    private InUseException inUse(Owner holder, String remark) {
        return new InUseException("session " + request.session() + " is in use by " + holder
                + ": wait until it is released, or take it over" + remark);
    }
}

package dev.pawl.migrate;

import java.util.List;
import java.util.Optional;

/**
 * A migration that was looked at and can go on where an earlier run stopped, or had finished: made by {@link
 * Migration#plan}.
 *
 * <p>Several sessions are moved like one when all of them are planned before the first plan is run: what can be refused is
 * refused before anything is written, and after an interruption the same again goes on with the rest.
 *
 * <pre>{@code
 * List<MigrationPlan> plans = source.sessions(families)
 *         .map(session -> Migration.from(source, session).to(target, session).plan())
 *         .toList();
 * plans.forEach(MigrationPlan::run);
 * }</pre>
 *
 * <p><b>Thread-safety.</b> Immutable; every {@link #run} is a migration of its own.
 */
public final class MigrationPlan {

    private final Ends ends;
    private final Options options;
    private final MigrationState state;
    private final Optional<Amounts> finished;

    private MigrationPlan(Ends ends, Options options, MigrationState state, Optional<Amounts> finished) {
        this.ends = ends;
        this.options = options;
        this.state = state;
        this.finished = finished;
    }

    /** Looks at both ends, and refuses what they forbid. */
    static MigrationPlan of(Ends ends, Options options) {
        EarlierRun earlier = new EarlierRun(ends, options);
        boolean begun = earlier.isBegun();
        Optional<Amounts> finished = begun ? Optional.empty() : earlier.finished();
        if (finished.isPresent()) {
            return new MigrationPlan(ends, options, MigrationState.FINISHED, finished);
        }
        List<Part> parts = begun ? earlier.unfinished() : earlier.parts();
        // What a mark says is worth more than that something is there.
        parts.forEach(earlier::requireUsableSource);
        parts.forEach(earlier::requireUsableTarget);
        parts.forEach(part -> earlier.requireEmptyTarget(part, begun));
        return new MigrationPlan(ends, options, begun ? MigrationState.BEGUN : MigrationState.NEW, finished);
    }

    /** How far an earlier run had come when this was planned. */
    public MigrationState state() {
        return state;
    }

    /**
     * Does what is left to do. Where an earlier run had finished that is nothing, or retiring the source when that is asked
     * for and was not done; the {@linkplain MigrationReport#before report} says so.
     *
     * @throws dev.pawl.backend.StoreException as {@link Migration#run} does; the same plan, or a new one, goes on
     */
    public MigrationReport run() {
        return new MigrationRun(ends, options, finished).run();
    }
}

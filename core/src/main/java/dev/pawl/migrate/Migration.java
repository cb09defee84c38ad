package dev.pawl.migrate;

import dev.pawl.backend.Backend;
import dev.pawl.backend.SessionName;
import dev.pawl.lease.LeaseTiming;
import dev.pawl.migrate.Options.Choice;
import java.util.Optional;
import java.util.Set;

/**
 * Copies a session from one backend to another and proves that the copy is whole.
 *
 * <pre>{@code
 * MigrationReport report = Migration.from(old, SessionName.DEFAULT).to(next, SessionName.of("main")).run();
 * }</pre>
 *
 * <p>The whole source is read and checked before anything is written. Then the target is marked as migrating, with the
 * source's identity, so that no client opens it; values are copied byte for byte, credentials last; both ends are read
 * again and compared; at last the mark goes. After a crash or an abort the target keeps the mark, and the same migration
 * run again goes on with it.
 *
 * <p><b>The source.</b> Is only read, and may be in use: a change during the copy is noticed and aborts it. With {@link
 * #retireSource} the migration owns the source while it runs, and marks it in the end so that it cannot be opened any more:
 * two clients with the same keys break each other's conversations. Jobs that are copied from a source that is not retired
 * stand in both, and runners of both send them, with the same message ids.
 *
 * <p><b>Several sessions.</b> {@link #plan} all of them, then run the plans. <b>Not supported.</b> Merging two sessions.
 *
 * <p><b>Thread-safety.</b> Immutable; every {@link #run} is a migration of its own.
 */
public final class Migration {

    private final Ends ends;
    private final Options options;

    private Migration(Ends ends, Options options) {
        this.ends = ends;
        this.options = options;
    }

    /** Half a migration: where it comes from. */
    public static final class From {

        private final Backend source;
        private final SessionName session;

        private From(Backend source, SessionName session) {
            this.source = source;
            this.session = session;
        }

        /** Where it goes to. The backend is not closed. */
        public Migration to(Backend target, SessionName targetSession) {
            return new Migration(new Ends(new End(source, session), new End(target, targetSession)), Options.USUAL);
        }
    }

    /** Where a migration comes from. The backend is not closed; it may be open for reading only, unless the source is to be retired. */
    public static From from(Backend source, SessionName session) {
        return new From(source, session);
    }

    /** Copies these parts only. */
    public Migration only(Set<Part> parts) {
        return new Migration(ends, options.only(parts));
    }

    /** Erases what the target holds of the parts that are copied, once the whole source was found to be sound. */
    public Migration overwrite() {
        return new Migration(ends, options.and(Choice.OVERWRITE));
    }

    /** Writes nothing at all, and reports what would be copied or throws what would be thrown. Only who holds a lease is not found out. */
    public Migration dryRun() {
        return new Migration(ends, options.and(Choice.DRY_RUN));
    }

    /** Marks the source in the end, so that it refuses to be opened. */
    public Migration retireSource() {
        return new Migration(ends, options.and(Choice.RETIRE_SOURCE));
    }

    /** Fences a live holder of the target, and of a source that is to be retired. */
    public Migration takeOver() {
        return new Migration(ends, options.and(Choice.TAKE_OVER));
    }

    /** Tells this listener how far it has come. */
    public Migration progress(MigrationListener listener) {
        return new Migration(ends, options.listener(listener));
    }

    /** Other lengths of time for the leases, or another clock. */
    Migration timing(LeaseTiming timing) {
        return new Migration(ends, options.timing(timing));
    }

    /**
     * Does it.
     *
     * @throws dev.pawl.backend.UnavailableException when there is no such session in the source, or a store cannot be
     *     reached
     * @throws dev.pawl.backend.UnsupportedException when both ends are the same store, or the target cannot hold a record
     * @throws dev.pawl.backend.CorruptDataException when a record of the source is damaged (nothing was written), or the
     *     target does not give back what was written (it stays marked)
     * @throws dev.pawl.backend.InUseException when a live owner holds the target, the state of an end forbids it, or jobs of a
     *     source that is to be retired are being sent
     * @throws dev.pawl.backend.ConflictException when the target is not empty (nothing was written), or the source changed
     *     during the copy: the target stays marked, and the same migration goes on with it
     */
    public MigrationReport run() {
        return new MigrationRun(ends, options, Optional.empty()).run();
    }

    /**
     * Looks how far an earlier run has come, and refuses what can be refused, without writing anything. A target that holds
     * something already is compared with the source: when it has just the same, that is no refusal, as it is for {@link
     * #run}, but a migration that was {@linkplain MigrationState#FINISHED finished}.
     *
     * @return what goes on from there; with several sessions, see {@link MigrationPlan}
     * @throws dev.pawl.backend.UnavailableException when there is no such session in the source, or a store cannot be
     *     reached
     * @throws dev.pawl.backend.UnsupportedException when both ends are the same store, or the target does not hold a part
     *     that was asked for
     * @throws dev.pawl.backend.InUseException when the state of an end forbids it. Whether a holder lives is not found out:
     *     {@link MigrationPlan#run} does.
     * @throws dev.pawl.backend.ConflictException when the target holds something else, and is not to be overwritten
     */
    public MigrationPlan plan() {
        return MigrationPlan.of(ends, options);
    }
}

package dev.pawl.migrate;

import dev.pawl.backend.Backend;
import dev.pawl.backend.ConflictException;
import dev.pawl.backend.CorruptDataException;
import dev.pawl.backend.Salvageable;
import dev.pawl.backend.SessionName;
import dev.pawl.backend.UnsupportedException;
import dev.pawl.json.Bytes;
import dev.pawl.migrate.MigrationListener.Stage;
import dev.pawl.migrate.Options.Choice;

/**
 * Saves what is intact of a damaged session into another store, and says exactly what was lost.
 *
 * <pre>{@code
 * RepairReport report = Repair.from(damaged, SessionName.DEFAULT).to(next, SessionName.DEFAULT).run();
 * }</pre>
 *
 * <p>Session and sender-key records are kept only when they are the last ones for sure: an old ratchet breaks the
 * conversation. Where the credentials may be old ones, their counters are moved on. The rest is kept as it was last
 * seen.
 *
 * <p>The target is treated as by a {@link Migration}, which this is but for the reading of the source: marked while
 * it is filled, credentials last, everything read back, and after an interruption the same repair goes on with it.
 *
 * <p><b>The source.</b> Is only read, without a lease, and needs to be {@link Salvageable}. When somebody writes to it
 * meanwhile that is noticed, and ends the repair. What is saved is held in memory. A source that is sound is copied.
 * <b>Not supported.</b> Repairing in place.
 *
 * <p><b>Thread-safety.</b> Immutable; every {@link #run} is a repair of its own.
 */
public final class Repair {

    private final End source;
    private final End target;
    private final Options options;

    private Repair(End source, End target, Options options) {
        this.source = source;
        this.target = target;
        this.options = options;
    }

    /** Half a repair: what is damaged. */
    public static final class From {

        private final End source;

        private From(End source) {
            this.source = source;
        }

        /** Where the rest goes. The backend is not closed. */
        public Repair to(Backend target, SessionName targetSession) {
            return new Repair(source, new End(target, targetSession), Options.USUAL);
        }
    }

    /** What is damaged. The backend is not closed; it may be open for reading only. */
    public static From from(Backend source, SessionName session) {
        return new From(new End(source, session));
    }

    /** Keeps session and sender-key records that may be old. Their conversations may break. */
    public Repair withRatchets() {
        return new Repair(source, target, options.and(Choice.WITH_RATCHETS));
    }

    /** Erases what the target holds of what is copied, once it is known what can be saved. */
    public Repair overwrite() {
        return new Repair(source, target, options.and(Choice.OVERWRITE));
    }

    /** Writes nothing, and reports what would be saved and what is lost. */
    public Repair dryRun() {
        return new Repair(source, target, options.and(Choice.DRY_RUN));
    }

    /** Fences a live holder of the target. */
    public Repair takeOver() {
        return new Repair(source, target, options.and(Choice.TAKE_OVER));
    }

    /** Tells this listener how far it has come, once the source was read. */
    public Repair progress(MigrationListener listener) {
        return new Repair(source, target, options.listener(listener));
    }

    /**
     * Does it.
     *
     * @return what was saved and what was not; the target is usable either way, as far as the {@linkplain
     *     RepairReport#advice advice} goes
     * @throws UnsupportedException when the source cannot be salvaged, both ends are the same store, or the target
     *     cannot hold a record
     * @throws CorruptDataException when nothing of the source can be saved, or the target does not give back what was
     *     written
     * @throws dev.pawl.backend.UnavailableException when there is no such session in the source, or a store cannot be
     *     reached
     * @throws dev.pawl.backend.InUseException when a live owner holds the target, or the state of an end forbids it
     * @throws ConflictException when the target is not empty (nothing was written), or the source changed meanwhile:
     *     the target stays marked, and the same repair goes on with it
     */
    public RepairReport run() {
        Salvageable salvageable = source.backend()
                .as(Salvageable.class)
                .orElseThrow(() -> new UnsupportedException(source.place()
                        + ": only a log of our own (native:) can be repaired; what is damaged in another store is"
                        + " named by verify, and is replaced there or restored from a copy"));
        // Before anything is read: it is the worst that can be meant.
        new Ends(source, target).requireTwoPlaces(source.place().equals(target.place()));
        RepairWalk walk = walk(salvageable);
        Bytes fingerprint = walk.fingerprint();
        RepairJudgement judgement = new RepairJudgement(walk, options.withRatchets());
        if (judgement.kept().isEmpty() && !walk.lost().isEmpty()) {
            Salvageable.Lost first = walk.lost().get(0);
            throw new CorruptDataException(
                    first.place(), "nothing in it can be saved; at byte " + first.from() + ": " + first.text());
        }
        try (RepairSource saved = new RepairSource(source.backend(), source.session(), judgement)) {
            MigrationReport copy = migration(saved, salvageable, fingerprint).run();
            return new RepairReport(copy, walk.lost(), judgement.changes(), judgement.raised(), judgement.advice());
        }
    }

    private RepairWalk walk(Salvageable salvageable) {
        RepairWalk walk = new RepairWalk();
        salvageable.salvage(source.session(), walk);
        return walk;
    }

    private Migration migration(RepairSource saved, Salvageable salvageable, Bytes fingerprint) {
        Migration migration = Migration.from(saved, source.session())
                .to(target.backend(), target.session())
                .progress((stage, rows, total) -> {
                    if (stage == Stage.COMPARING && rows == 1) {
                        requireUnchanged(walk(salvageable).fingerprint().equals(fingerprint));
                    }
                    options.listener().progress(stage, rows, total);
                });
        migration = options.overwrite() ? migration.overwrite() : migration;
        migration = options.dryRun() ? migration.dryRun() : migration;
        return options.takeOver() ? migration.takeOver() : migration;
    }

    private void requireUnchanged(boolean unchanged) {
        if (!unchanged) {
            throw new ConflictException("the source " + source.place()
                    + " changed while it was saved: stop the client that uses it and run the same repair again, which"
                    + " goes on with the target");
        }
    }
}

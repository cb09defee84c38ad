package dev.pawl.migrate;

import dev.pawl.backend.ConflictException;
import dev.pawl.backend.CorruptDataException;
import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Row;
import dev.pawl.json.Bytes;
import dev.pawl.lease.Lease;
import dev.pawl.lease.LeaseRecord;
import dev.pawl.lease.LeaseRequest;
import dev.pawl.lease.LeaseState;
import dev.pawl.migrate.MigrationListener.Stage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** One run of a {@link Migration}, step by step in the order that makes every interruption harmless. */
final class MigrationRun {

    private final Ends ends;
    private final End source;
    private final End target;
    private final Options options;
    private final Optional<Amounts> finished;
    private final EarlierRun earlier;
    private final List<Part> parts;
    private final boolean goingOn;
    private final long began = System.nanoTime();

    /** The leases that are held, of parts in their order. */
    private final Map<Part, Lease> sourceLeases = new EnumMap<>(Part.class);

    private final Map<Part, Lease> targetLeases = new EnumMap<>(Part.class);

    private final Set<Part> erasing = EnumSet.noneOf(Part.class);

    /**
     * Looks at both ends.
     *
     * @param finished what an earlier run had copied if it is known to have finished; then the same in the target is no
     *     hindrance
     */
    MigrationRun(Ends ends, Options options, Optional<Amounts> finished) {
        this.ends = ends;
        this.source = ends.source();
        this.target = ends.target();
        this.options = options;
        this.finished = finished;
        this.earlier = new EarlierRun(ends, options);
        this.goingOn = finished.isPresent() || earlier.isBegun();
        this.parts = goingOn ? earlier.unfinished() : earlier.parts();
    }

    MigrationReport run() {
        if (finished.isPresent() && (options.dryRun() || !options.retireSource() || parts.isEmpty())) {
            return report(finished.get());
        }
        parts.forEach(earlier::requireUsableSource);
        SourceReading.Found found =
                SourceReading.of(source, target, ends.families(parts), rows -> progress(Stage.CHECKING, rows, 0));
        parts.forEach(this::requireUsableTarget);
        if (options.dryRun()) {
            return report(found.amounts());
        }
        try {
            if (options.retireSource()) {
                parts.forEach(this::holdSource);
            }
            parts.forEach(this::holdTarget);
            parts.forEach(this::mark);
            parts.forEach(this::makeRoom);
            copy(found);
            compare(found);
            parts.forEach(this::retire);
            targetLeases.values().forEach(lease -> lease.mark(LeaseState.HELD));
            return report(finished.orElse(found.amounts()));
        } finally {
            targetLeases.values().forEach(Lease::close);
            sourceLeases.values().forEach(Lease::close);
        }
    }

    /** Refuses what can be refused before anything is written; {@link #holdTarget} looks again when nobody else can write. */
    private void requireUsableTarget(Part part) {
        earlier.requireUsableTarget(part);
        // Of a target in use that is the first thing to be said.
        if (lease(target, part).flatMap(LeaseRecord::owner).isEmpty()) {
            earlier.requireEmptyTarget(part, goingOn);
        }
    }

    private void holdSource(Part part) {
        LeaseRequest request = request(source, part);
        sourceLeases.put(part, earlier.retired(part) ? request.overAnyState().acquire() : request.acquire());
        // Two names for one store: taking the target's lease would mean waiting for ourselves.
        ends.requireTwoPlaces(sameRow(lease(target, part), sourceLeases.get(part)));
        if (part == Part.JOBS && !options.takeOver()) {
            // From here on nobody claims any, but what is claimed may be on its way.
            InFlight.requireNone(source, options.timing());
        }
    }

    private void holdTarget(Part part) {
        LeaseRequest request = request(target, part).resuming(source.place());
        Lease lease = options.overwrite() ? request.overAnyState().acquire() : request.acquire();
        targetLeases.put(part, lease);
        LeaseState state = lease.record().state();
        if (!options.overwrite() && !state.equals(new LeaseState.Migrating(source.place()))) {
            earlier.requireEmpty(part, state, goingOn);
        }
        boolean replacing = options.overwrite() && finished.isEmpty();
        if (replacing || state instanceof LeaseState.Clearing) {
            erasing.add(part);
        }
    }

    private LeaseRequest request(End end, Part part) {
        LeaseRequest request =
                Lease.on(end.backend(), end.session(), part.lease()).timing(options.timing());
        return options.takeOver() ? request.takeOver() : request;
    }

    /** From here on no client opens the target. A mark that shows up in the source unmasks two names for one store. */
    private void mark(Part part) {
        Lease lease = lease(targetLeases, part);
        LeaseState before = lease.record().state();
        lease.mark(new LeaseState.Migrating(source.place()));
        if (sameRow(lease(source, part), lease)) {
            lease.mark(before);
            ends.requireTwoPlaces(true);
        }
    }

    private static boolean sameRow(Optional<LeaseRecord> read, Lease lease) {
        return read.map(LeaseRecord::toBytes).equals(Optional.of(lease.record().toBytes()));
    }

    private void makeRoom(Part part) {
        if (erasing.contains(part)) {
            lease(targetLeases, part).erase(ends.families(part));
        }
    }

    private void copy(SourceReading.Found found) {
        Fingerprint fingerprint = new Fingerprint();
        Counter counter = new Counter(Stage.COPYING, found.amounts().rows());
        for (Part part : parts) {
            TargetWriter writer = new TargetWriter(
                    lease(targetLeases, part), target.backend().traits().limits());
            for (Family family : ends.families(List.of(part))) {
                ends.bySide(family, side -> {
                    side.source().ifPresent(fingerprint::add);
                    copy(side, writer, family);
                    side.source().ifPresent(row -> counter.count());
                });
                // Credentials go in a commit of their own, when all keys are there.
                writer.flush();
            }
        }
        requireUnchanged(found, fingerprint.end());
    }

    private void copy(Side side, TargetWriter writer, Family family) {
        if (side.same(target.verbatim(family))) {
            return;
        }
        Optional<Row> row = side.source();
        row.ifPresentOrElse(writer::put, () -> side.target().map(Row::key).ifPresent(writer::delete));
    }

    private void compare(SourceReading.Found found) {
        Fingerprint fingerprint = new Fingerprint();
        Counter counter = new Counter(Stage.COMPARING, found.amounts().rows());
        List<Key> different = new ArrayList<>();
        for (Family family : ends.families(parts)) {
            ends.bySide(family, side -> {
                side.source().ifPresent(fingerprint::add);
                if (different.isEmpty() && !side.same(target.verbatim(family))) {
                    side.source().or(side::target).map(Row::key).ifPresent(different::add);
                }
                side.source().ifPresent(row -> counter.count());
            });
        }
        requireUnchanged(found, fingerprint.end());
        for (Key key : different) {
            throw new CorruptDataException(
                    key,
                    target.place(key),
                    "does not read back as it was written; the target stays marked as migrating");
        }
    }

    private void requireUnchanged(SourceReading.Found found, Bytes fingerprint) {
        if (!fingerprint.equals(found.fingerprint())) {
            throw new ConflictException("the source " + source.place()
                    + " changed while it was copied: stop the client that uses it and run the same migration again, which"
                    + " goes on with the target");
        }
    }

    private void retire(Part part) {
        if (options.retireSource()) {
            lease(sourceLeases, part).mark(new LeaseState.Retired(target.place()));
        }
    }

    private Optional<LeaseRecord> lease(End end, Part part) {
        return end.lease(part, options.takeOver());
    }

    private static Lease lease(Map<Part, Lease> leases, Part part) {
        Lease lease = leases.get(part);
        if (lease == null) {
            throw new IllegalStateException("no lease of " + part);
        }
        return lease;
    }

    private MigrationReport report(Amounts copied) {
        MigrationState before =
                finished.isPresent() ? MigrationState.FINISHED : goingOn ? MigrationState.BEGUN : MigrationState.NEW;
        List<Part> all = earlier.parts();
        return new MigrationReport(
                new MigrationReport.End(source.place(), source.session()),
                new MigrationReport.End(target.place(), target.session()),
                copied.byFamily(),
                ends.leftOut(options.parts()),
                before,
                !all.isEmpty() && all.stream().allMatch(this::isRetired),
                options.dryRun(),
                Duration.ofNanos(System.nanoTime() - began));
    }

    private boolean isRetired(Part part) {
        return source.state(part, options.takeOver()).equals(new LeaseState.Retired(target.place()));
    }

    private void progress(Stage stage, long rows, long total) {
        options.listener().progress(stage, rows, total);
    }

    /** Counts the rows of a stage. */
    private final class Counter {
        private final Stage stage;
        private final long total;
        private long rows;

        private Counter(Stage stage, long total) {
            this.stage = stage;
            this.total = total;
        }

        private void count() {
            rows++;
            progress(stage, rows, total);
        }
    }
}

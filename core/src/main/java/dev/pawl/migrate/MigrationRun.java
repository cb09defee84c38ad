package dev.pawl.migrate;

import dev.pawl.backend.Backend;
import dev.pawl.backend.ConflictException;
import dev.pawl.backend.CorruptDataException;
import dev.pawl.backend.Family;
import dev.pawl.backend.InUseException;
import dev.pawl.backend.Key;
import dev.pawl.backend.Row;
import dev.pawl.backend.SessionName;
import dev.pawl.backend.UnavailableException;
import dev.pawl.backend.UnsupportedException;
import dev.pawl.json.Bytes;
import dev.pawl.lease.Lease;
import dev.pawl.lease.LeaseRecord;
import dev.pawl.lease.LeaseRequest;
import dev.pawl.lease.LeaseState;
import dev.pawl.migrate.MigrationListener.Stage;
import dev.pawl.migrate.MigrationReport.LeftOut;
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

    private final End source;
    private final End target;
    private final Migration.Options options;
    private final String sourcePlace;
    private final String targetPlace;
    private final long began = System.nanoTime();

    /** The leases that are held, of parts in their order. */
    private final Map<Part, Lease> sourceLeases = new EnumMap<>(Part.class);

    private final Map<Part, Lease> targetLeases = new EnumMap<>(Part.class);

    private final Set<Part> resumed = EnumSet.noneOf(Part.class);
    private final Set<Part> erasing = EnumSet.noneOf(Part.class);

    /** Whether an earlier run was interrupted, perhaps when it had finished with some of the parts. */
    private boolean goingOn;

    MigrationRun(Backend source, SessionName from, Backend target, SessionName to, Migration.Options options) {
        this.source = new End(source, from);
        this.target = new End(target, to);
        this.options = options;
        this.sourcePlace = this.source.place();
        this.targetPlace = this.target.place();
    }

    MigrationReport run() {
        requireTwoPlaces(sourcePlace.equals(targetPlace));
        List<Part> parts = parts();
        parts.forEach(this::requireUsableSource);
        SourceReading.Found found =
                SourceReading.of(source, target, families(parts), rows -> progress(Stage.CHECKING, rows, 0));
        parts.forEach(this::requireUsableTarget);
        if (options.dryRun()) {
            return report(found, false);
        }
        try {
            if (options.retireSource()) {
                parts.forEach(this::holdSource);
            }
            parts.forEach(this::holdTarget);
            parts.forEach(this::mark);
            parts.forEach(this::makeRoom);
            copy(parts, found);
            compare(parts, found);
            parts.forEach(this::retire);
            targetLeases.values().forEach(lease -> lease.mark(LeaseState.HELD));
            return report(found, !parts.isEmpty() && parts.stream().allMatch(this::retiredForTarget));
        } finally {
            targetLeases.values().forEach(Lease::close);
            sourceLeases.values().forEach(Lease::close);
        }
    }

    /** The parts that are moved: the source has something of them, or an earlier run has begun with them. */
    private List<Part> parts() {
        List<Part> parts = new ArrayList<>();
        boolean any = false;
        for (Part part : Part.values()) {
            boolean there = source.hasAny(part.families());
            any |= there;
            boolean possible = part.families().stream().anyMatch(this::bothHold);
            requirePossible(part, possible);
            if (options.parts().contains(part) && possible && (there || begun(part))) {
                parts.add(part);
            }
        }
        goingOn = parts.stream().anyMatch(this::begun);
        if (goingOn) {
            // An earlier run was interrupted when it had finished with these.
            parts.removeIf(part -> retiredForTarget(part) && !begun(part));
        }
        if (!any) {
            throw UnavailableException.connectionFailed(
                    sourcePlace + ": there is no session " + source.session() + " to migrate");
        }
        return parts;
    }

    /** Who names parts means them: what cannot be moved at all is no success. */
    private void requirePossible(Part part, boolean possible) {
        boolean named = options.parts().size() < Part.values().length;
        if (named && options.parts().contains(part) && !possible) {
            boolean held = part.families().stream().anyMatch(source::holds);
            throw new UnsupportedException("the " + (held ? "target " + targetPlace : "source " + sourcePlace)
                    + " does not hold " + part.lease());
        }
    }

    private boolean begun(Part part) {
        return state(target, part).equals(new LeaseState.Migrating(sourcePlace));
    }

    private boolean bothHold(Family family) {
        return source.holds(family) && target.holds(family);
    }

    private List<Family> families(List<Part> parts) {
        return parts.stream()
                .flatMap(part -> part.families().stream())
                .filter(this::bothHold)
                // Keys come first and credentials last, whatever the order of the enum.
                .sorted((left, right) -> Boolean.compare(left == Family.CREDENTIALS, right == Family.CREDENTIALS))
                .toList();
    }

    private void requireUsableSource(Part part) {
        LeaseState state = state(source, part);
        String problem = "";
        if (state instanceof LeaseState.Migrating migrating) {
            problem = "is itself the unfinished target of a migration from " + migrating.source();
        } else if (state instanceof LeaseState.Clearing) {
            problem = "is being erased";
        } else if (state instanceof LeaseState.Retired retired && !(retiredForTarget(part) && begun(part))) {
            problem = "was retired in favour of " + retired.target();
        }
        if (!problem.isEmpty()) {
            throw new InUseException("the source " + sourcePlace + " " + problem);
        }
    }

    private boolean retiredForTarget(Part part) {
        return state(source, part).equals(new LeaseState.Retired(targetPlace));
    }

    /** Refuses what can be refused before anything is written; {@link #holdTarget} looks again when nobody else can write. */
    private void requireUsableTarget(Part part) {
        LeaseState state = state(target, part);
        if (begun(part) || options.overwrite()) {
            return;
        }
        if (state instanceof LeaseState.Migrating migrating) {
            throw new InUseException("the target " + targetPlace + " is half copied from " + migrating.source()
                    + ": finish that migration, erase the target, or overwrite it (--overwrite)");
        }
        if (state instanceof LeaseState.Retired retired) {
            throw new InUseException("the target " + targetPlace + " was retired in favour of " + retired.target()
                    + ": to use it again, overwrite it (--overwrite)");
        }
        if (lease(target, part).flatMap(LeaseRecord::owner).isEmpty()) {
            requireEmpty(part, state);
        }
    }

    private void requireEmpty(Part part, LeaseState state) {
        boolean occupied = !(state instanceof LeaseState.Clearing) && target.hasAny(copied(part));
        if (occupied && !(goingOn && isCopied(part))) {
            throw new ConflictException("the target " + targetPlace
                    + " is not empty: name another one, or have it overwritten (--overwrite)");
        }
    }

    /** Whether the target has just what the source has, as after a run that was interrupted between two parts. */
    private boolean isCopied(Part part) {
        boolean[] same = {true};
        for (Family family : copied(part)) {
            Side.bySide(
                    source.rows(family), target.rows(family), side -> same[0] &= side.same(target.verbatim(family)));
        }
        return same[0];
    }

    private Set<Family> copied(Part part) {
        Set<Family> families = EnumSet.copyOf(part.families());
        families.removeIf(family -> !bothHold(family));
        return families;
    }

    private void holdSource(Part part) {
        LeaseRequest request = request(source, part);
        sourceLeases.put(part, retiredForTarget(part) ? request.overAnyState().acquire() : request.acquire());
        // Two names for one store: taking the target's lease would mean waiting for ourselves.
        requireTwoPlaces(sameRow(lease(target, part), sourceLeases.get(part)));
    }

    private void holdTarget(Part part) {
        LeaseRequest request = request(target, part).resuming(sourcePlace);
        Lease lease = options.overwrite() ? request.overAnyState().acquire() : request.acquire();
        targetLeases.put(part, lease);
        LeaseState state = lease.record().state();
        if (state.equals(new LeaseState.Migrating(sourcePlace))) {
            resumed.add(part);
        } else if (!options.overwrite()) {
            requireEmpty(part, state);
        }
        if (options.overwrite() || state instanceof LeaseState.Clearing) {
            erasing.add(part);
        }
    }

    private LeaseRequest request(End end, Part part) {
        LeaseRequest request = Lease.on(end.backend(), end.session(), part.lease());
        return options.takeOver() ? request.takeOver() : request;
    }

    /** From here on no client opens the target. A mark that shows up in the source unmasks two names for one store. */
    private void mark(Part part) {
        Lease lease = lease(targetLeases, part);
        LeaseState before = lease.record().state();
        lease.mark(new LeaseState.Migrating(sourcePlace));
        if (sameRow(lease(source, part), lease)) {
            lease.mark(before);
            requireTwoPlaces(true);
        }
    }

    private static boolean sameRow(Optional<LeaseRecord> read, Lease lease) {
        return read.map(LeaseRecord::toBytes).equals(Optional.of(lease.record().toBytes()));
    }

    private void requireTwoPlaces(boolean same) {
        if (same) {
            throw new UnsupportedException(
                    "source and target are the same store, " + sourcePlace + "; nothing was changed");
        }
    }

    private void makeRoom(Part part) {
        if (erasing.contains(part)) {
            lease(targetLeases, part).erase(copied(part));
        }
    }

    private void copy(List<Part> parts, SourceReading.Found found) {
        Fingerprint fingerprint = new Fingerprint();
        Counter counter = new Counter(Stage.COPYING, found.rows());
        for (Part part : parts) {
            TargetWriter writer = new TargetWriter(
                    lease(targetLeases, part), target.backend().traits().limits());
            for (Family family : families(List.of(part))) {
                Side.bySide(source.rows(family), target.rows(family), side -> {
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

    private void compare(List<Part> parts, SourceReading.Found found) {
        Fingerprint fingerprint = new Fingerprint();
        Counter counter = new Counter(Stage.COMPARING, found.rows());
        List<Key> different = new ArrayList<>();
        for (Family family : families(parts)) {
            Side.bySide(source.rows(family), target.rows(family), side -> {
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
            throw new ConflictException("the source " + sourcePlace
                    + " changed while it was copied: stop the client that uses it and run the same migration again, which"
                    + " goes on with the target");
        }
    }

    private void retire(Part part) {
        if (options.retireSource()) {
            lease(sourceLeases, part).mark(new LeaseState.Retired(targetPlace));
        }
    }

    private LeaseState state(End end, Part part) {
        return lease(end, part).map(LeaseRecord::state).orElse(LeaseState.HELD);
    }

    /** To whom takes over, a row that cannot be read names nobody: it is written over. */
    private Optional<LeaseRecord> lease(End end, Part part) {
        try {
            return end.lease(part);
        } catch (CorruptDataException e) {
            if (options.takeOver()) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private static Lease lease(Map<Part, Lease> leases, Part part) {
        Lease lease = leases.get(part);
        if (lease == null) {
            throw new IllegalStateException("no lease of " + part);
        }
        return lease;
    }

    private MigrationReport report(SourceReading.Found found, boolean sourceRetired) {
        return new MigrationReport(
                new MigrationReport.End(sourcePlace, source.session()),
                new MigrationReport.End(targetPlace, target.session()),
                found.amounts(),
                leftOut(),
                !resumed.isEmpty(),
                sourceRetired,
                options.dryRun(),
                Duration.ofNanos(System.nanoTime() - began));
    }

    private List<LeftOut> leftOut() {
        List<LeftOut> leftOut = new ArrayList<>();
        for (Part part : Part.values()) {
            for (Family family : part.families()) {
                boolean selected = options.parts().contains(part);
                long rows = source.holds(family) && !(selected && target.holds(family)) ? source.count(family) : 0;
                if (rows > 0) {
                    leftOut.add(new LeftOut(
                            family, rows, selected ? "the target does not hold such records" : "was not asked for"));
                }
            }
        }
        return leftOut;
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

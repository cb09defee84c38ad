package dev.pawl.migrate;

import dev.pawl.backend.ConflictException;
import dev.pawl.backend.CorruptDataException;
import dev.pawl.backend.InUseException;
import dev.pawl.backend.Row;
import dev.pawl.backend.UnavailableException;
import dev.pawl.backend.UnsupportedException;
import dev.pawl.lease.LeaseState;
import dev.pawl.migrate.MigrationListener.Stage;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What earlier runs of the same migration left behind, as the marks and the rows of both ends tell, and what these forbid.
 * Only reads; the marks are those of the moment when this was made.
 */
final class EarlierRun {

    private final Ends ends;
    private final Options options;
    private final Map<Part, LeaseState> sourceStates = new EnumMap<>(Part.class);
    private final Map<Part, LeaseState> targetStates = new EnumMap<>(Part.class);
    private final List<Part> parts = new ArrayList<>();

    /**
     * Looks at both ends.
     *
     * @throws UnsupportedException when they are the same store, or a part that was asked for cannot be moved at all
     * @throws UnavailableException when there is no such session in the source
     */
    EarlierRun(Ends ends, Options options) {
        this.ends = ends;
        this.options = options;
        ends.requireTwoPlaces(ends.source().place().equals(ends.target().place()));
        boolean any = false;
        for (Part part : Part.values()) {
            boolean there = ends.source().hasAny(part.families());
            any |= there;
            boolean possible = !ends.families(part).isEmpty();
            requirePossible(part, possible);
            if (options.parts().contains(part) && possible) {
                sourceStates.put(part, ends.source().state(part, options.takeOver()));
                targetStates.put(part, ends.target().state(part, options.takeOver()));
                if (there || begun(part)) {
                    parts.add(part);
                }
            }
        }
        if (!any) {
            throw UnavailableException.connectionFailed(ends.source().place() + ": there is no session "
                    + ends.source().session() + " to migrate");
        }
    }

    /** Who names parts means them: what cannot be moved at all is no success. */
    private void requirePossible(Part part, boolean possible) {
        boolean named = options.parts().size() < Part.values().length;
        if (named && options.parts().contains(part) && !possible) {
            boolean held = part.families().stream().anyMatch(ends.source()::holds);
            throw new UnsupportedException("the "
                    + (held
                            ? "target " + ends.target().place()
                            : "source " + ends.source().place()) + " does not hold " + part.lease());
        }
    }

    /** What the migration is about: parts of which the source has something, or with which an earlier run has begun. */
    List<Part> parts() {
        return List.copyOf(parts);
    }

    /** The same without what an earlier run had finished with and retired. */
    List<Part> unfinished() {
        return parts.stream().filter(part -> begun(part) || !retired(part)).toList();
    }

    /** Whether an earlier run was interrupted, perhaps when it had finished with some of the parts. */
    boolean isBegun() {
        return parts.stream().anyMatch(this::begun);
    }

    private boolean begun(Part part) {
        return targetState(part).equals(new LeaseState.Migrating(ends.source().place()));
    }

    /** Whether the source was retired in favour of the target. */
    boolean retired(Part part) {
        return sourceState(part).equals(new LeaseState.Retired(ends.target().place()));
    }

    private LeaseState sourceState(Part part) {
        return sourceStates.getOrDefault(part, LeaseState.HELD);
    }

    private LeaseState targetState(Part part) {
        return targetStates.getOrDefault(part, LeaseState.HELD);
    }

    /**
     * Finds out whether an earlier run had finished with everything, which may mean reading both ends.
     *
     * @return what the target holds if so
     */
    Optional<Amounts> finished() {
        Amounts there = new Amounts();
        for (Part part : parts) {
            if (!finished(part, there)) {
                return Optional.empty();
            }
        }
        return there.rows() > 0 ? Optional.of(there) : Optional.empty();
    }

    private boolean finished(Part part, Amounts there) {
        if (!targetState(part).equals(LeaseState.HELD)) {
            return false;
        }
        if (retired(part)) {
            // The target has been the only one in use since then: what it holds need not be what the source has.
            ends.families(part)
                    .forEach(family -> ends.target().rows(family).forEachRemaining(row -> count(row, there)));
            return true;
        }
        try {
            return sourceState(part).equals(LeaseState.HELD) && ends.same(part, row -> count(row, there));
        } catch (CorruptDataException e) {
            // That is not what was copied; whoever is to copy it says where the damage is.
            return false;
        }
    }

    private void count(Row row, Amounts there) {
        there.add(row);
        options.listener().progress(Stage.CHECKING, there.rows(), 0);
    }

    /** Refuses a source that must not be copied. */
    void requireUsableSource(Part part) {
        LeaseState state = sourceState(part);
        String problem = "";
        if (state instanceof LeaseState.Migrating migrating) {
            problem = "is itself the unfinished target of a migration from " + migrating.source();
        } else if (state instanceof LeaseState.Clearing) {
            problem = "is being erased";
        } else if (state instanceof LeaseState.Retired retired && !(retired(part) && begun(part))) {
            problem = "was retired in favour of " + retired.target();
        }
        if (!problem.isEmpty()) {
            throw new InUseException("the source " + ends.source().place() + " " + problem);
        }
    }

    /** Refuses a target whose mark forbids to write to it, before anything is written. */
    void requireUsableTarget(Part part) {
        if (begun(part) || options.overwrite()) {
            return;
        }
        LeaseState state = targetState(part);
        String place = ends.target().place();
        if (state instanceof LeaseState.Migrating migrating) {
            throw new InUseException("the target " + place + " is half copied from " + migrating.source()
                    + ": finish that migration, erase the target, or overwrite it (--overwrite)");
        }
        if (state instanceof LeaseState.Retired retired) {
            throw new InUseException("the target " + place + " was retired in favour of " + retired.target()
                    + ": to use it again, overwrite it (--overwrite)");
        }
    }

    /** Refuses a target that holds anything that this migration did not put there. */
    void requireEmptyTarget(Part part, boolean goingOn) {
        if (!begun(part) && !options.overwrite()) {
            requireEmpty(part, targetState(part), goingOn);
        }
    }

    /**
     * The same, whatever was found before.
     *
     * @param state of the target now
     * @param goingOn whether just what the source has is no hindrance
     */
    void requireEmpty(Part part, LeaseState state, boolean goingOn) {
        boolean occupied =
                !(state instanceof LeaseState.Clearing) && ends.target().hasAny(ends.families(part));
        if (occupied && !(goingOn && ends.same(part, row -> {}))) {
            throw new ConflictException("the target " + ends.target().place()
                    + " is not empty: name another one, or have it overwritten (--overwrite)");
        }
    }
}

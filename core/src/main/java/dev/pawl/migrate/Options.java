package dev.pawl.migrate;

import dev.pawl.lease.LeaseTiming;
import java.util.EnumSet;
import java.util.Set;

/**
 * How a migration or a repair is done.
 *
 * @param parts what is copied
 * @param choices what is done otherwise than usual
 * @param listener is told how far it has come
 * @param timing of the leases
 */
record Options(Set<Part> parts, Set<Choice> choices, MigrationListener listener, LeaseTiming timing) {

    static final Options USUAL =
            new Options(EnumSet.allOf(Part.class), Set.of(), (stage, rows, total) -> {}, LeaseTiming.STANDARD);

    /** What is done otherwise than usual; {@link Migration} and {@link Repair} say what each means. */
    enum Choice {
        OVERWRITE,
        DRY_RUN,
        RETIRE_SOURCE,
        TAKE_OVER,
        WITH_RATCHETS
    }

    Options and(Choice choice) {
        Set<Choice> more = EnumSet.of(choice);
        more.addAll(choices);
        return new Options(parts, more, listener, timing);
    }

    Options only(Set<Part> some) {
        return new Options(EnumSet.copyOf(some), choices, listener, timing);
    }

    Options listener(MigrationListener other) {
        return new Options(parts, choices, other, timing);
    }

    Options timing(LeaseTiming other) {
        return new Options(parts, choices, listener, other);
    }

    boolean overwrite() {
        return choices.contains(Choice.OVERWRITE);
    }

    boolean dryRun() {
        return choices.contains(Choice.DRY_RUN);
    }

    boolean retireSource() {
        return choices.contains(Choice.RETIRE_SOURCE);
    }

    boolean takeOver() {
        return choices.contains(Choice.TAKE_OVER);
    }

    boolean withRatchets() {
        return choices.contains(Choice.WITH_RATCHETS);
    }
}

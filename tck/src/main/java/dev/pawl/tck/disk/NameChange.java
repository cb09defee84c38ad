package dev.pawl.tck.disk;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A change of names that the medium does not have yet: some names get another meaning, all at once.
 *
 * @param slots the names, each with what it shall stand for, empty for nothing
 */
record NameChange(List<Slot> slots) {

    record Slot(Inode directory, String key, Optional<Inode.Entry> entry) {
        boolean sameName(Slot other) {
            return directory == other.directory && key.equals(other.key);
        }
    }

    static NameChange of(Slot... slots) {
        return new NameChange(List.of(slots));
    }

    boolean touches(Inode directory) {
        return slots.stream().anyMatch(slot -> slot.directory() == directory);
    }

    /** Brings the change to the medium. */
    void settle() {
        for (Slot slot : slots) {
            slot.entry()
                    .ifPresentOrElse(
                            entry -> slot.directory().durableEntries.put(slot.key(), entry),
                            () -> slot.directory().durableEntries.remove(slot.key()));
        }
    }

    /** What is left of this older change when a newer one is on the medium; empty when nothing is. */
    Optional<NameChange> without(NameChange newer) {
        List<Slot> left = new ArrayList<>(slots);
        left.removeIf(slot -> newer.slots().stream().anyMatch(slot::sameName));
        return left.isEmpty() ? Optional.empty() : Optional.of(new NameChange(left));
    }
}

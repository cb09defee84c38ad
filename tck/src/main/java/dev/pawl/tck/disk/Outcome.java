package dev.pawl.tck.disk;

import dev.pawl.tck.disk.NameChange.Slot;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** One of the many things that a power cut may leave on a medium, drawn from a seed. */
final class Outcome {

    private final long seed;
    private final Random random;
    private final Map<Inode, Map<String, Inode.Entry>> names = new HashMap<>();

    Outcome(long seed) {
        this.seed = seed;
        this.random = Faults.random(seed);
    }

    /** Copies what is on the medium, and of what is pending as much as the seed says. */
    void draw(Inode from, List<NameChange> pending, Inode to) {
        collect(from);
        for (NameChange change : pending) {
            if (seed == 1 || seed > 1 && random.nextBoolean()) {
                change.slots().forEach(this::settle);
            }
        }
        copy(from, to);
    }

    private void settle(Slot slot) {
        Map<String, Inode.Entry> entries =
                names.computeIfAbsent(slot.directory(), node -> new TreeMap<>(node.durableEntries));
        slot.entry().ifPresentOrElse(entry -> entries.put(slot.key(), entry), () -> entries.remove(slot.key()));
    }

    private void collect(Inode node) {
        names.put(node, new TreeMap<>(node.durableEntries));
        node.durableEntries.values().forEach(entry -> collect(entry.node()));
    }

    private void copy(Inode from, Inode to) {
        Map<String, Inode.Entry> entries = names.getOrDefault(from, from.durableEntries);
        entries.forEach((key, entry) -> {
            Inode node = new Inode(entry.node().isDirectory, entry.node().modified, entry.node().permissions);
            node.owner = entry.node().owner;
            node.content = left(entry.node().content);
            Inode.Entry copied = new Inode.Entry(entry.name(), node);
            to.entries.put(key, copied);
            to.durableEntries.put(key, copied);
            copy(entry.node(), node);
        });
    }

    private Content left(Content content) {
        if (seed == 0) {
            return content.least();
        }
        return seed == 1 ? content.torn() : content.any(random);
    }
}

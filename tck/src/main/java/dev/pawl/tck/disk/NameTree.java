package dev.pawl.tck.disk;

import dev.pawl.tck.disk.NameChange.Slot;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The directories of a simulated disk as programs see them, and the changes of names that the medium does not have yet. Not safe for threads. */
final class NameTree {

    private final Inode root;
    private final boolean foldsCase;
    private final List<NameChange> pending = new ArrayList<>();

    NameTree(boolean foldsCase, Instant now) {
        this.foldsCase = foldsCase;
        this.root = Inode.directory(now);
    }

    /** What of all this the power leaves when it goes off now. */
    NameTree afterPowerCut(long seed, Instant then) {
        NameTree left = new NameTree(foldsCase, then);
        new Outcome(seed).draw(root, pending, left.root);
        return left;
    }

    Optional<Inode> node(Path path) {
        Inode node = root;
        for (Path part : path.toAbsolutePath().normalize()) {
            Inode.Entry entry = node.entries.get(fold(part.toString()));
            if (entry == null) {
                return Optional.empty();
            }
            node = entry.node();
        }
        return Optional.of(node);
    }

    Inode existing(Path path) throws IOException {
        return node(path).orElseThrow(() -> new NoSuchFileException(path.toString()));
    }

    Inode parent(Path path) throws IOException {
        Path parent = path.toAbsolutePath().normalize().getParent();
        return parent == null ? root : existing(parent);
    }

    void requireAbsent(Path path) throws IOException {
        if (node(path).isPresent()) {
            throw new FileAlreadyExistsException(path.toString());
        }
    }

    void link(Path path, Inode node, Instant now) throws IOException {
        Inode parent = parent(path);
        Inode.Entry entry = new Inode.Entry(name(path), node);
        parent.entries.put(key(path), entry);
        parent.modified = now;
        pending.add(NameChange.of(new Slot(parent, key(path), Optional.of(entry))));
    }

    void unlink(Path path, Instant now) throws IOException {
        Inode parent = parent(path);
        parent.entries.remove(key(path));
        parent.modified = now;
        pending.add(NameChange.of(new Slot(parent, key(path), Optional.empty())));
    }

    void rename(Path from, Path to, Instant now) throws IOException {
        Inode.Entry entry = new Inode.Entry(name(to), existing(from));
        Inode source = parent(from);
        Inode target = parent(to);
        source.entries.remove(key(from));
        target.entries.put(key(to), entry);
        source.modified = now;
        target.modified = now;
        pending.add(NameChange.of(
                new Slot(source, key(from), Optional.empty()), new Slot(target, key(to), Optional.of(entry))));
    }

    /** Brings every change of names in a directory to the medium; a rename to another one goes with it as a whole. */
    void settle(Inode directory) {
        for (int i = 0; i < pending.size(); i++) {
            NameChange change = pending.get(i);
            if (change.touches(directory)) {
                change.settle();
                pending.remove(i);
                for (int older = i - 1; older >= 0; older--) {
                    Optional<NameChange> left = pending.get(older).without(change);
                    if (left.isPresent()) {
                        pending.set(older, left.get());
                    } else {
                        pending.remove(older);
                        i--;
                    }
                }
                i--;
            }
        }
    }

    private static String name(Path path) {
        return String.valueOf(path.getFileName());
    }

    private String key(Path path) {
        return fold(name(path));
    }

    private String fold(String name) {
        return foldsCase ? name.toLowerCase(Locale.ROOT) : name;
    }
}

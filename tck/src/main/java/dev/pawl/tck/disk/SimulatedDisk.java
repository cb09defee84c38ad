package dev.pawl.tck.disk;

import dev.pawl.file.Disk;
import dev.pawl.tck.disk.Faults.Breakage;
import dev.pawl.tck.disk.NameChange.Slot;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * A disk in memory that keeps two pictures: what programs see, and what would be left if the power went off now.
 *
 * <p>Content that was not forced is lost, torn or mixed with zeros; of the changes of names that were not forced any
 * subset is lost, in any order that different names allow. {@link #afterPowerCut} draws one such outcome from a seed.
 * {@link #faults} says when the power goes, and when the disk is full.
 *
 * <p><b>Thread-safety.</b> Safe. Time stands still but for the operations and pauses made here.
 */
public final class SimulatedDisk implements Disk {

    private static final Duration TICK = Duration.ofMillis(1);

    private final ReentrantLock lock = new ReentrantLock();
    private final Inode root;
    private final boolean foldsCase;
    private final List<NameChange> pending = new ArrayList<>();
    private final Set<Path> locked = new HashSet<>();
    private final Faults faults = new Faults();
    private Instant now;

    private interface Action<T> {
        T run() throws IOException;
    }

    private SimulatedDisk(boolean foldsCase, Instant now) {
        this.foldsCase = foldsCase;
        this.now = now;
        this.root = Inode.directory(now);
    }

    /** An empty disk. */
    public static SimulatedDisk empty() {
        return new SimulatedDisk(false, Instant.parse("2026-01-01T00:00:00Z"));
    }

    /** An empty disk that takes names that differ only in case for one, as those of macOS and Windows do. */
    public static SimulatedDisk foldingCase() {
        return new SimulatedDisk(true, Instant.parse("2026-01-01T00:00:00Z"));
    }

    /** What goes wrong on this disk. */
    public Faults faults() {
        return faults;
    }

    /**
     * The disk that is left when the power goes off now.
     *
     * @param seed which of the possible outcomes; 0 is the one where everything not forced is lost, 1 the one where all
     *     names are kept and all content is torn
     */
    public SimulatedDisk afterPowerCut(long seed) {
        lock.lock();
        try {
            SimulatedDisk left = new SimulatedDisk(foldsCase, now.plusSeconds(3600));
            new Outcome(seed).draw(root, pending, left.root);
            return left;
        } finally {
            lock.unlock();
        }
    }

    /** The same disk after the end of all processes, but not of the machine: what was not forced still may be lost. */
    public void afterKill() {
        lock.lock();
        try {
            locked.clear();
            faults.cutAt(Long.MAX_VALUE);
        } finally {
            lock.unlock();
        }
    }

    /** Lets another program write a file as Baileys does, in place, and makes it durable. */
    public void writeInPlace(Path file, byte[] content) {
        byAnother(() -> {
            Inode parent = parent(file);
            Inode.Entry entry = parent.entries.get(key(file));
            Inode node =
                    entry == null ? new Inode(false, now, PosixFilePermissions.fromString("rw-r--r--")) : entry.node();
            node.content = content.clone();
            node.durable = content.clone();
            node.modified = now;
            if (entry == null) {
                link(parent, file, node);
                settle(parent);
            }
        });
    }

    /** Lets another program remove a file, durably. */
    public void remove(Path file) {
        byAnother(() -> {
            Inode parent = parent(file);
            unlink(parent, key(file));
            settle(parent);
        });
    }

    @Override
    public Path real(Path path) throws IOException {
        return run(() -> {
            existing(path);
            return path.toAbsolutePath().normalize();
        });
    }

    @Override
    public Optional<Stat> stat(Path path) throws IOException {
        return run(() -> node(path)
                .map(node -> new Stat(
                        node.isDirectory ? Kind.DIRECTORY : Kind.FILE,
                        node.content.length,
                        node.modified,
                        Optional.of(node.permissions),
                        node)));
    }

    @Override
    public Optional<byte[]> read(Path file) throws IOException {
        return run(() -> {
            Optional<Inode> node = node(file);
            if (node.isPresent() && node.get().isDirectory) {
                throw new IOException(file + ": Is a directory");
            }
            return node.map(found -> found.content.clone());
        });
    }

    @Override
    public void list(Path directory, Consumer<String> names) throws IOException {
        List<String> found = run(() -> node(directory)
                .map(node ->
                        node.entries.values().stream().map(Inode.Entry::name).toList())
                .orElse(List.of()));
        found.forEach(names);
    }

    @Override
    public void makeDirectory(Path directory) throws IOException {
        change(() -> {
            faults.requireSpace(directory);
            requireAbsent(directory);
            link(parent(directory), directory, Inode.directory(now));
        });
    }

    @Override
    public void create(Path file, byte[] content, Set<PosixFilePermission> permissions) throws IOException {
        change(() -> {
            requireAbsent(file);
            Inode node = new Inode(false, now, permissions);
            link(parent(file), file, node);
            node.content = faults.fails() ? Arrays.copyOf(content, content.length / 2) : content.clone();
            faults.requireSpace(file);
        });
    }

    @Override
    public void overwrite(Path file, byte[] content) throws IOException {
        change(() -> {
            faults.requireSpace(file);
            Optional<Inode> found = node(file);
            if (found.isEmpty()) {
                link(parent(file), file, new Inode(false, now, PosixFilePermissions.fromString("rw-------")));
            }
            Inode node = node(file).orElseThrow();
            byte[] next = Arrays.copyOf(node.content, Math.max(content.length, node.content.length));
            System.arraycopy(content, 0, next, 0, content.length);
            node.content = next;
            node.modified = now;
        });
    }

    @Override
    public void permit(Path file, Set<PosixFilePermission> permissions) throws IOException {
        change(() -> existing(file).permissions = permissions);
    }

    @Override
    public void force(Path file, String purpose) throws IOException {
        change(() -> {
            faults.requireSpace(file);
            Inode node = existing(file);
            if (faults.broken(purpose, Breakage.AFTER_RENAME)) {
                node.owedForce = Optional.of(purpose);
            } else if (!faults.broken(purpose, Breakage.LEFT_OUT) && !faults.isOff()) {
                node.durable = node.content.clone();
            }
        });
    }

    @Override
    public void forceDirectory(Path directory, String purpose) throws IOException {
        change(() -> {
            faults.requireSpace(directory);
            Inode node = existing(directory);
            if (!faults.broken(purpose, Breakage.LEFT_OUT) && !faults.isOff()) {
                settle(node);
            }
        });
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        change(() -> {
            Inode node = existing(from);
            Inode source = parent(from);
            Inode target = parent(to);
            source.entries.remove(key(from));
            Inode.Entry entry = new Inode.Entry(name(to), node);
            target.entries.put(key(to), entry);
            source.modified = now;
            target.modified = now;
            pending.add(NameChange.of(
                    new Slot(source, key(from), Optional.empty()), new Slot(target, key(to), Optional.of(entry))));
        });
        // The force that the code under test was made to owe is an operation of its own: the power may go before it.
        if (with(() -> existing(to).owedForce.isPresent())) {
            change(() -> {
                Inode node = existing(to);
                node.owedForce = Optional.empty();
                if (!faults.isOff()) {
                    node.durable = node.content.clone();
                }
            });
        }
    }

    @Override
    public void delete(Path path) throws IOException {
        change(() -> {
            Optional<Inode> node = node(path);
            if (node.isPresent() && !node.get().entries.isEmpty()) {
                throw new IOException(path + ": Directory not empty");
            }
            if (node.isPresent()) {
                unlink(parent(path), key(path));
            }
        });
    }

    @Override
    public Optional<FileLock> tryLock(Path file) throws IOException {
        return run(() -> {
            Path path = file.toAbsolutePath().normalize();
            if (node(path).isEmpty()) {
                link(parent(path), path, new Inode(false, now, PosixFilePermissions.fromString("rw-------")));
            }
            if (!locked.add(path)) {
                return Optional.empty();
            }
            return Optional.of(() -> {
                lock.lock();
                try {
                    locked.remove(path);
                } finally {
                    lock.unlock();
                }
            });
        });
    }

    @Override
    public Instant now() {
        lock.lock();
        try {
            return now;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void pause(Duration duration) {
        lock.lock();
        try {
            now = now.plus(duration);
        } finally {
            lock.unlock();
        }
    }

    private <T> T run(Action<T> action) throws IOException {
        lock.lock();
        try {
            faults.requirePower();
            return action.run();
        } finally {
            lock.unlock();
        }
    }

    private void byAnother(Step step) {
        with(() -> {
            step.run();
            return true;
        });
    }

    private <T> T with(Action<T> action) {
        lock.lock();
        try {
            return action.run();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } finally {
            lock.unlock();
        }
    }

    private interface Step {
        void run() throws IOException;
    }

    /** One counted operation. When the power goes in the middle of it, it has happened, but nothing of it is forced. */
    private void change(Step step) throws IOException {
        lock.lock();
        try {
            boolean last = faults.next();
            now = now.plus(TICK);
            step.run();
            if (last) {
                throw new PowerCut();
            }
        } finally {
            lock.unlock();
        }
    }

    private void link(Inode parent, Path path, Inode node) {
        Inode.Entry entry = new Inode.Entry(name(path), node);
        parent.entries.put(key(path), entry);
        parent.modified = now;
        pending.add(NameChange.of(new Slot(parent, key(path), Optional.of(entry))));
    }

    private void unlink(Inode parent, String key) {
        parent.entries.remove(key);
        parent.modified = now;
        pending.add(NameChange.of(new Slot(parent, key, Optional.empty())));
    }

    /** Brings every change of names in a directory to the medium; a rename to another one goes with it as a whole. */
    private void settle(Inode directory) {
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

    private void requireAbsent(Path path) throws IOException {
        if (node(path).isPresent()) {
            throw new FileAlreadyExistsException(path.toString());
        }
    }

    private Inode existing(Path path) throws IOException {
        return node(path).orElseThrow(() -> new NoSuchFileException(path.toString()));
    }

    private Inode parent(Path path) throws IOException {
        Path parent = path.toAbsolutePath().normalize().getParent();
        return parent == null ? root : existing(parent);
    }

    private Optional<Inode> node(Path path) {
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

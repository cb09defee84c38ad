package dev.pawl.tck.disk;

import dev.pawl.file.Disk;
import dev.pawl.tck.disk.Faults.Breakage;
import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * A disk in memory that keeps two pictures: what programs see, and what would be left if the power went off now.
 *
 * <p>What was forced and not overwritten since never changes. Of the writes and changes of length that were not forced any
 * subset is left, in their order; of a write any of its sectors of 512 bytes, the last of them up to any byte, and where it
 * lay beyond the end perhaps only the length, with zeros. Of the changes of names that were not forced any subset is lost,
 * in any order that different names allow. {@link #afterPowerCut} draws one such outcome from a seed.
 * {@link #faults} says when the power goes, and when the disk is full.
 *
 * <p><b>Thread-safety.</b> Safe. Time stands still but for the operations and pauses made here.
 */
public final class SimulatedDisk implements Disk {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final Duration TICK = Duration.ofMillis(1);

    private final ReentrantLock lock = new ReentrantLock();
    private final NameTree tree;
    private final SimulatedLocks locks = new SimulatedLocks(lock);
    private final Faults faults = new Faults();
    private Instant now;
    private long process;

    interface Action<T> {
        T run() throws IOException;
    }

    private SimulatedDisk(NameTree tree, Instant now) {
        this.tree = tree;
        this.now = now;
    }

    /** An empty disk. */
    public static SimulatedDisk empty() {
        return new SimulatedDisk(new NameTree(false, START), START);
    }

    /** An empty disk that takes names that differ only in case for one, as those of macOS and Windows do. */
    public static SimulatedDisk foldingCase() {
        return new SimulatedDisk(new NameTree(true, START), START);
    }

    /** What goes wrong on this disk. */
    public Faults faults() {
        return faults;
    }

    /**
     * The disk that is left when the power goes off now.
     *
     * @param seed which of the possible outcomes; 0 is the one where everything not forced is lost, 1 the one where all
     *     names are kept and half of every write
     */
    public SimulatedDisk afterPowerCut(long seed) {
        lock.lock();
        try {
            Instant then = now.plusSeconds(3600);
            return new SimulatedDisk(tree.afterPowerCut(seed, then), then);
        } finally {
            lock.unlock();
        }
    }

    /**
     * The same disk after the end of all processes, but not of the machine: what was not forced still may be lost. Files
     * that were open are of no more use, and locks are free.
     */
    public void afterKill() {
        lock.lock();
        try {
            locks.clear();
            process++;
            faults.cutAt(Long.MAX_VALUE);
        } finally {
            lock.unlock();
        }
    }

    /** Lets another program write a file as Baileys does, in place, and makes it durable. */
    public void writeInPlace(Path file, byte[] content) {
        byAnother(() -> {
            Optional<Inode> found = tree.node(file);
            Inode node = found.orElseGet(() -> new Inode(false, now, PosixFilePermissions.fromString("rw-r--r--")));
            node.content = Content.forced(content);
            node.modified = now;
            if (found.isEmpty()) {
                tree.link(file, node, now);
                tree.settle(tree.parent(file));
            }
        });
    }

    /** Lets another program, which may do that, give a file to another user. Programs on this disk may not. */
    public void giveAway(Path file, Owner owner) {
        byAnother(() -> tree.existing(file).owner = owner);
    }

    /** Lets another program remove a file, durably. */
    public void remove(Path file) {
        byAnother(() -> {
            tree.unlink(file, now);
            tree.settle(tree.parent(file));
        });
    }

    @Override
    public Path real(Path path) throws IOException {
        return run(() -> {
            tree.existing(path);
            return path.toAbsolutePath().normalize();
        });
    }

    @Override
    public Optional<Stat> stat(Path path) throws IOException {
        return run(() -> tree.node(path)
                .map(node -> new Stat(
                        node.isDirectory ? Kind.DIRECTORY : Kind.FILE,
                        node.content.seen().length(),
                        node.modified,
                        Optional.of(node.permissions),
                        Optional.of(node.owner),
                        node)));
    }

    @Override
    public Optional<byte[]> read(Path file) throws IOException {
        return run(() -> regularFile(file).map(found -> found.content.seen().toBytes()));
    }

    @Override
    public void list(Path directory, Consumer<String> names) throws IOException {
        List<String> found = run(() -> tree.node(directory)
                .map(node ->
                        node.entries.values().stream().map(Inode.Entry::name).toList())
                .orElse(List.of()));
        found.forEach(names);
    }

    @Override
    public void makeDirectory(Path directory) throws IOException {
        change(() -> {
            faults.requireSpace(directory);
            tree.requireAbsent(directory);
            tree.link(directory, Inode.directory(now), now);
        });
    }

    @Override
    public void create(Path file, byte[] content, Set<PosixFilePermission> permissions) throws IOException {
        change(() -> {
            tree.requireAbsent(file);
            Inode node = new Inode(false, now, permissions);
            tree.link(file, node, now);
            SimulatedFile.store(this, file, node, 0, content);
        });
    }

    @Override
    public void overwrite(Path file, byte[] content) throws IOException {
        change(() -> {
            if (tree.node(file).isEmpty()) {
                tree.link(file, new Inode(false, now, PosixFilePermissions.fromString("rw-------")), now);
            }
            SimulatedFile.store(this, file, tree.existing(file), 0, content);
        });
    }

    @Override
    public void permit(Path file, Set<PosixFilePermission> permissions) throws IOException {
        change(() -> tree.existing(file).permissions = permissions);
    }

    @Override
    public void give(Path path, Owner owner) throws IOException {
        change(() -> {
            if (!tree.existing(path).owner.equals(owner)) {
                throw new IOException(path + ": Operation not permitted");
            }
        });
    }

    @Override
    public void force(Path file, String purpose) throws IOException {
        change(() -> SimulatedFile.force(faults, file, tree.existing(file), purpose));
    }

    @Override
    public void forceDirectory(Path directory, String purpose) throws IOException {
        change(() -> {
            faults.requireSpace(directory);
            Inode node = tree.existing(directory);
            if (!faults.broken(purpose, Breakage.LEFT_OUT) && !faults.isOff()) {
                tree.settle(node);
            }
        });
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        change(() -> {
            Inode moved = tree.existing(from);
            tree.node(to).filter(replaced -> replaced != moved).ifPresent(this::free);
            tree.rename(from, to, now);
        });
        // The force that the code under test was made to owe is an operation of its own: the power may go before it.
        if (with(() -> tree.existing(to).owedForce.isPresent())) {
            change(() -> {
                Inode node = tree.existing(to);
                node.owedForce = Optional.empty();
                if (!faults.isOff()) {
                    node.content.force();
                }
            });
        }
    }

    @Override
    public void delete(Path path) throws IOException {
        change(() -> {
            Optional<Inode> node = tree.node(path);
            if (node.isPresent() && !node.get().entries.isEmpty()) {
                throw new IOException(path + ": Directory not empty");
            }
            if (node.isPresent()) {
                free(node.get());
                tree.unlink(path, now);
            }
        });
    }

    @Override
    public Optional<FileLock> tryLock(Path file) throws IOException {
        return run(() -> locks.tryLock(lockFile(file)));
    }

    @Override
    public LockFile openLocks(Path file) throws IOException {
        return run(() -> {
            Path path = lockFile(file);
            long opener = process;
            AtomicBoolean open = new AtomicBoolean(true);
            return new LockFile() {
                @Override
                public Optional<FileLock> tryLock(long position) throws IOException {
                    return run(() -> {
                        if (!open.get()) {
                            throw new IOException(path + ": closed");
                        }
                        requireAlive(opener, path);
                        return locks.tryLock(path, position);
                    });
                }

                @Override
                public void close() {
                    open.set(false);
                }
            };
        });
    }

    private Path lockFile(Path file) throws IOException {
        Path path = file.toAbsolutePath().normalize();
        if (tree.node(path).isEmpty()) {
            tree.link(path, new Inode(false, now, PosixFilePermissions.fromString("rw-------")), now);
        }
        return path;
    }

    @Override
    public Optional<OpenFile> open(Path file, boolean writing) throws IOException {
        return run(() -> regularFile(file).map(node -> new SimulatedFile(this, file, node, writing)));
    }

    private Optional<Inode> regularFile(Path file) throws IOException {
        Optional<Inode> node = tree.node(file);
        if (node.isPresent() && node.get().isDirectory) {
            throw new IOException(file + ": Is a directory");
        }
        return node;
    }

    /** The number of the processes that run now, all of which {@link #afterKill} ends. */
    long process() {
        return process;
    }

    void requireAlive(long opener, Path path) throws IOException {
        if (opener != process) {
            throw new IOException(path + ": the process that opened it has ended");
        }
    }

    void touch(Inode node) {
        node.modified = now;
    }

    private void free(Inode removed) {
        faults.occupy(-removed.content.seen().length());
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
    public Duration uptime() {
        return Duration.between(START, now());
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

    <T> T run(Action<T> action) throws IOException {
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

    interface Step {
        void run() throws IOException;
    }

    /** One counted operation. When the power goes in the middle of it, it has happened, but nothing of it is forced. */
    void change(Step step) throws IOException {
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
}

package dev.pawl.file.log;

import dev.pawl.backend.Batch;
import dev.pawl.backend.Durability;
import dev.pawl.backend.Key;
import dev.pawl.backend.Row;
import dev.pawl.backend.SessionName;
import dev.pawl.file.Disk;
import dev.pawl.json.Bytes;
import dev.pawl.tck.disk.WatchedDisk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One of several processes that use the same directory of native logs. What its backends have done later is done when a test
 * lets time pass, and a test sees, and can answer, what they do with the disk.
 */
final class OneProcess implements AutoCloseable {

    static final Path DIRECTORY = Path.of("/store");
    static final SessionName SESSION = SessionName.of("s");

    /** The names of operations on open files; their first argument is the path, the others are as usual. */
    static final String WRITE = "OpenFile.write";

    static final String READ = "OpenFile.read";
    static final String FORCE = "OpenFile.force";
    static final String SET_LENGTH = "OpenFile.setLength";

    private final SteppedKeeper steps = new SteppedKeeper();
    private final AtomicInteger waiting = new AtomicInteger();
    private final Upkeep upkeep = new Upkeep(new Counting(), 96 << 10, Long.MAX_VALUE / 2, 48 << 10, 32 << 10);
    private final Path path;
    private final Disk disk;
    private final LogDirectory directory;

    /** Counts what is still to be done. */
    private final class Counting implements Keeper {
        @Override
        public void after(Duration delay, Runnable task) {
            waiting.incrementAndGet();
            steps.after(delay, () -> {
                waiting.decrementAndGet();
                task.run();
            });
        }

        @Override
        public long nanoTime() {
            return steps.nanoTime();
        }
    }

    private record File(Disk.OpenFile file, Path path, WatchedDisk.Watcher watcher) implements Disk.OpenFile {

        @Override
        public long size() throws IOException {
            return file.size();
        }

        @Override
        public int read(long offset, byte[] into, int at, int length) throws IOException {
            return (int) watcher.answer(
                    READ, List.of(path, offset, into, at, length), () -> file.read(offset, into, at, length));
        }

        @Override
        public void write(long offset, byte[] from, int at, int length) throws IOException {
            watcher.answer(WRITE, List.of(path, offset, from, at, length), () -> {
                file.write(offset, from, at, length);
                return true;
            });
        }

        @Override
        public void setLength(long length) throws IOException {
            watcher.answer(SET_LENGTH, List.of(path, length), () -> {
                file.setLength(length);
                return true;
            });
        }

        @Override
        public void force(String purpose) throws IOException {
            watcher.answer(FORCE, List.of(path, purpose), () -> {
                file.force(purpose);
                return true;
            });
        }

        @Override
        public void close() {
            file.close();
        }
    }

    /** One that nothing happens to. */
    OneProcess(Disk disk) {
        this(disk, DIRECTORY, (name, arguments, operation) -> operation.answer());
    }

    OneProcess(Disk disk, WatchedDisk.Watcher watcher) {
        this(disk, DIRECTORY, watcher);
    }

    OneProcess(Disk disk, Path path, WatchedDisk.Watcher watcher) {
        this.path = path;
        this.disk = WatchedDisk.of(disk, (name, arguments, operation) -> {
            Object answer = watcher.answer(name, arguments, operation);
            return name.equals("open")
                    ? ((Optional<?>) answer)
                            .map(file -> new File((Disk.OpenFile) file, (Path) arguments.get(0), watcher))
                    : answer;
        });
        try {
            this.directory = LogDirectory.join(this.disk, path, upkeep);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One of its backends. */
    NativeBackend open(Durability durability) {
        return NativeBackend.builder(path)
                .durability(durability)
                .disk(disk)
                .upkeep(upkeep)
                .open();
    }

    LogDirectory directory() {
        return directory;
    }

    /** Lets time pass, and does what is to be done until then. */
    void pass(Duration duration) {
        steps.pass(duration);
    }

    /** How much is to be done later. */
    int waiting() {
        return waiting.get();
    }

    /** Whether a log has been left with an end mark. */
    boolean isLeftClosed(SessionName session) {
        return directory.session(session).read(log -> log.end().closed()).orElse(false);
    }

    /** Whether another process could write to a session whose log is open here. */
    boolean isAwakeWithoutLock(SessionName session) throws IOException {
        if (directory.session(session).isAsleep()) {
            return false;
        }
        try (OneProcess other = new OneProcess(disk, path, (name, arguments, operation) -> operation.answer())) {
            Optional<Disk.FileLock> lock = other.directory.locks().tryCommit(session);
            lock.ifPresent(Disk.FileLock::close);
            return lock.isPresent();
        }
    }

    static Key key(String id) {
        return Key.ofKey("session", id);
    }

    /** A batch of one row with a value of this many bytes. */
    static Batch row(String id, int size) {
        return Batch.of(Row.of(key(id), Bytes.wrap(new byte[size])));
    }

    /** Which of these rows there are, in order. */
    static Set<String> present(NativeBackend backend, String... ids) {
        List<Key> keys = List.of(ids).stream().map(OneProcess::key).toList();
        Set<String> found = new TreeSet<>();
        backend.get(SESSION, keys).keySet().forEach(key -> found.add(key.id()));
        return found;
    }

    /** Ends as a process does that takes its time: all its sessions go to rest. Its backends are closed before. */
    @Override
    public void close() {
        // Whoever is about to make a log new keeps it from going to rest.
        pass(Duration.ZERO);
        directory.leave();
    }
}

package dev.pawl.file;

import java.io.FileInputStream;
import java.io.FileNotFoundException;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * The file system of this machine.
 *
 * <p>Content goes through {@code java.io} streams: a channel is closed for everybody when a thread inside it is
 * interrupted. Only directories and locks need a channel, which is opened for that one purpose.
 */
final class SystemDisk implements Disk {

    static final SystemDisk INSTANCE = new SystemDisk();

    private static final String UNIX =
            "unix:isRegularFile,isDirectory,size,lastModifiedTime,permissions,uid,gid,fileKey";

    private static final int OPEN_ATTEMPTS = 5;
    private static final FileAttribute<?>[] NO_ATTRIBUTES = {};

    /** The lock files this process holds. */
    private static final Set<Path> LOCKED = ConcurrentHashMap.newKeySet();

    /** Keeps the collector from closing what must not be closed. */
    private static final Queue<FileChannel> LEFT_OPEN = new ConcurrentLinkedQueue<>();

    private SystemDisk() {}

    @Override
    public Path real(Path path) throws IOException {
        return path.toRealPath();
    }

    @Override
    public Optional<Stat> stat(Path path) throws IOException {
        try {
            if (path.getFileSystem().supportedFileAttributeViews().contains("unix")) {
                return Optional.of(unixStat(path));
            }
            boolean posix = posix(path);
            BasicFileAttributes attributes = posix
                    ? Files.readAttributes(path, PosixFileAttributes.class)
                    : Files.readAttributes(path, BasicFileAttributes.class);
            Kind kind = attributes.isRegularFile() ? Kind.FILE : attributes.isDirectory() ? Kind.DIRECTORY : Kind.OTHER;
            Object identity = attributes.fileKey();
            return Optional.of(new Stat(
                    kind,
                    attributes.size(),
                    attributes.lastModifiedTime().toInstant(),
                    attributes instanceof PosixFileAttributes modes
                            ? Optional.of(Set.copyOf(modes.permissions()))
                            : Optional.empty(),
                    Optional.empty(),
                    identity == null ? path.toRealPath() : identity));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /** One look that tells the numbers of the owner too; their names would take a search in the list of users. */
    @SuppressWarnings("unchecked") // The type is the one that the view documents.
    private static Stat unixStat(Path path) throws IOException {
        Map<String, Object> found = Files.readAttributes(path, UNIX);
        boolean isFile = (boolean) attribute(found, "isRegularFile");
        boolean isDirectory = (boolean) attribute(found, "isDirectory");
        return new Stat(
                isFile ? Kind.FILE : isDirectory ? Kind.DIRECTORY : Kind.OTHER,
                (long) attribute(found, "size"),
                ((FileTime) attribute(found, "lastModifiedTime")).toInstant(),
                Optional.of(Set.copyOf((Set<PosixFilePermission>) attribute(found, "permissions"))),
                Optional.of(new Owner((int) attribute(found, "uid"), (int) attribute(found, "gid"))),
                attribute(found, "fileKey"));
    }

    private static Object attribute(Map<String, Object> found, String name) {
        return Objects.requireNonNull(found.get(name), name);
    }

    @Override
    public Optional<byte[]> read(Path file) throws IOException {
        for (int attempt = 1; ; attempt++) {
            try (FileInputStream in = new FileInputStream(file.toFile())) {
                return Optional.of(in.readAllBytes());
            } catch (FileNotFoundException e) {
                // The one exception for absent, unreadable, a directory, and too many open files.
                if (stat(file).isEmpty()) {
                    return Optional.empty();
                }
                if (attempt == OPEN_ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    @Override
    public void list(Path directory, Consumer<String> names) throws IOException {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path entry : entries) {
                names.accept(String.valueOf(entry.getFileName()));
            }
        } catch (NoSuchFileException e) {
            return;
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
    }

    @Override
    public void makeDirectory(Path directory) throws IOException {
        Files.createDirectory(directory, attributes(directory, PosixFilePermissions.fromString("rwx------")));
    }

    @Override
    public void create(Path file, byte[] content, Set<PosixFilePermission> permissions) throws IOException {
        Files.createFile(file, attributes(file, permissions));
        // What the umask took away comes back, so that replacing a file keeps its mode.
        permit(file, permissions);
        giveToOwnerOfDirectory(file);
        try (OutputStream out = new FileOutputStream(file.toFile())) {
            out.write(content);
        }
    }

    @Override
    public void overwrite(Path file, byte[] content) throws IOException {
        if (stat(file).isEmpty()) {
            create(file, content, PosixFilePermissions.fromString("rw-------"));
            return;
        }
        try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
            out.write(content);
        }
    }

    @Override
    public void permit(Path file, Set<PosixFilePermission> permissions) throws IOException {
        if (posix(file)) {
            Files.setPosixFilePermissions(file, permissions);
        }
    }

    @Override
    public void give(Path path, Owner owner) throws IOException {
        Files.setAttribute(path, "unix:gid", owner.group(), LinkOption.NOFOLLOW_LINKS);
        Files.setAttribute(path, "unix:uid", owner.user(), LinkOption.NOFOLLOW_LINKS);
    }

    /** Files that root makes among those of somebody else would be lost to them. Others may not give files away. */
    private void giveToOwnerOfDirectory(Path file) throws IOException {
        Path directory = file.toAbsolutePath().getParent();
        Optional<Owner> mine = stat(file).flatMap(Stat::owner);
        Optional<Owner> theirs =
                directory == null ? Optional.empty() : stat(directory).flatMap(Stat::owner);
        if (mine.isPresent()
                && theirs.isPresent()
                && mine.get().user() != theirs.get().user()) {
            try {
                give(file, theirs.get());
            } catch (IOException e) {
                // Then it stays ours, as that of any program would.
            }
        }
    }

    @Override
    public void force(Path file, String purpose) throws IOException {
        try (RandomAccessFile handle = new RandomAccessFile(file.toFile(), "rw")) {
            handle.getFD().sync();
        }
    }

    @Override
    public void forceDirectory(Path directory, String purpose) throws IOException {
        if (!posix(directory)) {
            return; // Windows cannot open a directory; its file systems write names through their own journal.
        }
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    @Override
    public void delete(Path path) throws IOException {
        Files.deleteIfExists(path);
    }

    @Override
    public Optional<FileLock> tryLock(Path file) throws IOException {
        Path name = inRealDirectory(file);
        // Asked before the file is opened: closing a second descriptor would drop the lock of the first.
        if (!LOCKED.add(name)) {
            return Optional.empty();
        }
        boolean taken = false;
        try {
            Optional<FileLock> lock = tryLockAlone(name);
            taken = lock.isPresent();
            return lock;
        } finally {
            if (!taken) {
                LOCKED.remove(name);
            }
        }
    }

    private Optional<FileLock> tryLockAlone(Path file) throws IOException {
        FileChannel channel = openForLocking(file);
        try {
            if (channel.tryLock() == null) {
                channel.close();
                return Optional.empty();
            }
        } catch (OverlappingFileLockException e) {
            LEFT_OPEN.add(channel); // Another copy of this class holds it, and closing ours would take it away.
            return Optional.empty();
        } catch (IOException | RuntimeException e) {
            closeQuietly(channel);
            throw e;
        }
        AtomicBoolean held = new AtomicBoolean(true);
        return Optional.of(() -> {
            if (held.getAndSet(false)) {
                closeQuietly(channel);
                LOCKED.remove(file);
            }
        });
    }

    private FileChannel openForLocking(Path file) throws IOException {
        try {
            Files.createFile(file, attributes(file, PosixFilePermissions.fromString("rw-------")));
            giveToOwnerOfDirectory(file);
        } catch (FileAlreadyExistsException e) {
            // It stays for ever: removing a lock file would let two holders lock two files of one name.
        }
        return FileChannel.open(file, StandardOpenOption.WRITE);
    }

    @Override
    public LockFile openLocks(Path file) throws IOException {
        Path name = inRealDirectory(file);
        return SystemLocks.open(
                name,
                () -> openForLocking(name),
                () -> stat(name).map(Stat::identity).orElse(name));
    }

    private static Path inRealDirectory(Path file) throws IOException {
        Path parent = file.toAbsolutePath().getParent();
        return parent == null ? file : parent.toRealPath().resolve(file.getFileName());
    }

    @Override
    public Optional<OpenFile> open(Path file, boolean writing) throws IOException {
        for (int attempt = 1; ; attempt++) {
            // Asked first: opening for writing would make it. Where a name can go at any moment, its users take a lock.
            if (stat(file).isEmpty()) {
                return Optional.empty();
            }
            try {
                return Optional.of(new SystemFile(file, new RandomAccessFile(file.toFile(), writing ? "rw" : "r")));
            } catch (FileNotFoundException e) {
                // The one exception for absent, unreadable, a directory, and too many open files.
                if (attempt >= OPEN_ATTEMPTS && stat(file).isPresent()) {
                    throw e;
                }
            }
        }
    }

    @Override
    public Instant now() {
        return Instant.now();
    }

    @Override
    public Duration uptime() {
        return Duration.ofNanos(System.nanoTime());
    }

    @Override
    public void pause(Duration duration) {
        long end = System.nanoTime() + duration.toNanos();
        boolean interrupted = false;
        for (long left = duration.toNanos(); left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
            interrupted |= Thread.interrupted();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static boolean posix(Path path) {
        return path.getFileSystem().supportedFileAttributeViews().contains("posix");
    }

    private static FileAttribute<?>[] attributes(Path path, Set<PosixFilePermission> permissions) {
        return posix(path) ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(permissions)} : NO_ATTRIBUTES;
    }

    private static void closeQuietly(FileChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            // The lock goes with the descriptor, and that is gone either way.
        }
    }
}

package dev.pawl.jdbc;

import dev.pawl.backend.Inspection;
import dev.pawl.backend.UnavailableException;
import dev.pawl.backend.UnsupportedException;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A database in a file of ours.
 *
 * <p>Once SQLite has it open, nothing here opens the file: closing any descriptor of it would give up the locks of the
 * whole process, which SQLite relies on. Looking at names, sizes and modes does no harm.
 */
final class DatabaseFile implements SqliteDatabase {

    private static final boolean MODES = hasView("posix");
    private static final boolean UNIX = hasView("unix");

    private final Path file;
    private final Settings settings;
    private final boolean readOnly;

    DatabaseFile(Path file, Settings settings, boolean readOnly) {
        this.file = resolved(file.toAbsolutePath()).normalize();
        this.settings = settings;
        this.readOnly = readOnly;
    }

    private static boolean hasView(String name) {
        return FileSystems.getDefault().supportedFileAttributeViews().contains(name);
    }

    /** The same name for the same file, also when a directory in its path is a link. */
    private static Path resolved(Path path) {
        try {
            return path.toRealPath();
        } catch (IOException notThere) {
            Path parent = path.getParent();
            return parent == null ? path : resolved(parent).resolve(path.getFileName());
        }
    }

    @Override
    public SqlConnection open(boolean writing) throws SQLException {
        return FileUse.openingForWriting(file, () -> {
            SqlConnection connection = new SqlConnection(SqliteDriver.connect(SqliteDriver.url(file, "mode=rw")));
            return SetUp.of(connection, opened -> {
                settings.apply(opened, !writing);
                opened.text("PRAGMA schema_version");
                return opened;
            });
        });
    }

    @Override
    public Readers readers(int most) {
        return readOnly ? new ReadOnlyReaders(file, settings.busyMillis(), most) : SqliteDatabase.super.readers(most);
    }

    @Override
    public String place() {
        return file.toString();
    }

    @Override
    public boolean exists() {
        try {
            if (Files.readAttributes(file, BasicFileAttributes.class).isDirectory()) {
                throw UnavailableException.connectionFailed(file + " is a directory; a SQLite database is a file");
            }
            requireOneName();
            return true;
        } catch (NoSuchFileException e) {
            if (Files.isSymbolicLink(file)) {
                throw UnavailableException.connectionFailed(file + " is a link to a file that is not there", e);
            }
            return false;
        } catch (IOException e) {
            throw UnavailableException.connectionFailed(file + " cannot be opened: " + obstacle(), e);
        }
    }

    /** SQLite keeps one log for each name: who uses another name of the file misses what is in the log, or ruins it. */
    private void requireOneName() throws IOException {
        if (UNIX && Files.getAttribute(file, "unix:nlink") instanceof Integer names && names > 1) {
            throw new UnsupportedException(
                    file + " has " + names + " names (hard links), and SQLite keeps a log for each:"
                            + " use a copy of it, which has one name");
        }
    }

    @Override
    public void create() {
        try {
            FileUse.openingForWriting(file, () -> {
                make();
                return true;
            });
        } catch (FileAlreadyExistsException e) {
            // Another process was first; SQLite sorts out who makes the tables.
        } catch (IOException e) {
            throw UnavailableException.connectionFailed(file + " cannot be made: " + obstacle(), e);
        }
    }

    private void make() throws IOException {
        if (!exists()) {
            Path parent = file.getParent();
            if (parent != null) {
                makeDirectory(parent);
            }
            Files.createFile(file, mode("rw-------"));
            force(parent);
        }
    }

    private static void makeDirectory(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            Path parent = directory.getParent();
            if (parent != null) {
                makeDirectory(parent);
            }
            try {
                Files.createDirectory(directory, mode("rwx------"));
            } catch (FileAlreadyExistsException e) {
                return;
            }
            force(parent);
        }
    }

    /** Makes the names in a directory survive a loss of power, also when the caller is being interrupted. */
    private static void force(@Nullable Path directory) throws IOException {
        boolean interrupted = false;
        try {
            while (MODES && directory != null && !tryForce(directory)) {
                interrupted |= Thread.interrupted();
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static boolean tryForce(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
            return true;
        } catch (ClosedByInterruptException e) {
            return false;
        }
    }

    private static FileAttribute<?>[] mode(String mode) {
        return MODES
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(mode))}
                : new FileAttribute<?>[0];
    }

    @Override
    public boolean hasOneConnection() {
        return false;
    }

    @Override
    public boolean isOwn() {
        return true;
    }

    @Override
    public List<Inspection.Remark> remarks() {
        List<Inspection.Remark> remarks = new ArrayList<>();
        for (String suffix : List.of("", "-wal", "-shm")) {
            Path part = file.resolveSibling(file.getFileName() + suffix);
            try {
                Set<PosixFilePermission> others =
                        MODES ? Files.getPosixFilePermissions(part) : EnumSet.noneOf(PosixFilePermission.class);
                if (others.stream().anyMatch(DatabaseFile::isForOthers)) {
                    remarks.add(new Inspection.Remark(
                            false,
                            part.toString(),
                            "others can read or change it (" + PosixFilePermissions.toString(others)
                                    + "); chmod 600 keeps keys private"));
                }
            } catch (IOException e) {
                // It is not there, or went meanwhile: nothing to say about it.
            }
        }
        return remarks;
    }

    @Override
    public String obstacle() {
        for (Path above = file.getParent(); above != null; above = above.getParent()) {
            if (Files.exists(above) && !Files.isDirectory(above)) {
                return above + " is no directory";
            }
            if (Files.isDirectory(above) && !Files.isExecutable(above)) {
                return "this user may not look into " + above;
            }
        }
        Path parent = file.getParent();
        if (parent != null && Files.isDirectory(parent) && Files.notExists(file)) {
            return Files.isWritable(parent) ? "it is not there" : "this user may not make files in " + parent;
        }
        for (String suffix : List.of("", "-wal", "-shm", "-journal")) {
            Path part = FileGlance.beside(file, suffix);
            if (Files.exists(part) && !Files.isReadable(part)) {
                return "this user may not read " + part;
            }
        }
        return "this user may not make the files beside it, or has too many files open";
    }

    private static boolean isForOthers(PosixFilePermission permission) {
        return permission.name().startsWith("OTHERS") || permission.name().startsWith("GROUP");
    }
}

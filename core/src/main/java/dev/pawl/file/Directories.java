package dev.pawl.file;

import dev.pawl.backend.UnavailableException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/** What every store in a directory does with directories. */
public final class Directories {

    private Directories() {}

    /** The one spelling of an absolute path, of which only the beginning need exist. */
    public static Path real(Disk disk, Path path) throws IOException {
        if (disk.stat(path).isPresent()) {
            return disk.real(path);
        }
        Path parent = path.getParent();
        return parent == null ? path : real(disk, parent).resolve(path.getFileName());
    }

    /**
     * Requires that there is a directory, or where none need be yet, that what stands where it would be made is none
     * but directories.
     *
     * @param missing whether it may be missing
     * @return whether it is there
     * @throws UnavailableException when it is something else, or missing and may not be
     */
    public static boolean require(Disk disk, Path directory, boolean missing) throws IOException {
        Optional<Disk.Stat> stat = disk.stat(directory);
        if (stat.isPresent()) {
            if (stat.get().kind() != Disk.Kind.DIRECTORY) {
                throw UnavailableException.connectionFailed(directory + " is not a directory");
            }
            return true;
        }
        if (!missing) {
            throw UnavailableException.connectionFailed("there is no directory " + directory);
        }
        for (Path path = directory.getParent(); path != null; path = path.getParent()) {
            Optional<Disk.Stat> above = disk.stat(path);
            if (above.isPresent()) {
                if (above.get().kind() != Disk.Kind.DIRECTORY) {
                    throw UnavailableException.connectionFailed(
                            "cannot open " + directory + ": " + path + " is not a directory");
                }
                return false;
            }
        }
        return false;
    }

    /**
     * Makes a directory and those above it that are missing, durably; also the name of the last one that is there,
     * because whoever made it may have died before it was durable. Not to be called on a thread that may be
     * interrupted.
     */
    public static void make(Disk disk, Path directory) throws IOException {
        Deque<Path> missing = new ArrayDeque<>();
        Path there = directory;
        for (; disk.stat(there).isEmpty() && there.getParent() != null; there = there.getParent()) {
            missing.push(there);
        }
        try {
            disk.forceDirectory(parent(there), "the name of a new directory");
        } catch (AccessDeniedException e) {
            // Who may not look into a directory has not made what is in it.
        }
        for (Path path : missing) {
            try {
                disk.makeDirectory(path);
            } catch (FileAlreadyExistsException e) {
                // Another process had the same idea, or a file is in the way, which the next step will tell.
            }
            disk.forceDirectory(parent(path), "the name of a new directory");
        }
    }

    private static Path parent(Path path) {
        Path parent = path.getParent();
        return parent == null ? path : parent;
    }
}

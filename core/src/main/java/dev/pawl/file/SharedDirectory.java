package dev.pawl.file;

import dev.pawl.backend.UnsupportedException;
import java.io.IOException;
import java.lang.ref.SoftReference;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * One directory as this process uses it: however many backends are open on it, and however they spell its path, they
 * share one of these and with it the locks that keep their reads and commits apart.
 */
final class SharedDirectory {

    /** The directory in it that holds what is ours. */
    static final String OWN = ".pawl";

    private static final SharedPlaces<SharedDirectory> OPEN = new SharedPlaces<>();

    private final SharedPlaces.Place place;
    private final DirectoryLayout layout;

    /** The directories in this one whose names are known to be durable. */
    private final Set<Path> durable = ConcurrentHashMap.newKeySet();

    /** Held for the whole of a commit: there is one at a time. */
    final ReentrantLock commits = new ReentrantLock();

    /** Held by readers, and by a commit while it moves files. */
    final ReadWriteLock view = new ReentrantReadWriteLock(true);

    /** Whether leftovers of an earlier process, and of our own failures, have been dealt with. */
    volatile boolean recovered;

    /** Whether the directory was there once: if it is gone after that, its rows are not merely absent. */
    volatile boolean seen;

    /** An odd sequence number that was watched long enough to know that its writer is dead. */
    volatile long abandoned = -1;

    /** What was listed last, for the next page. */
    volatile SoftReference<SortedKeys> sortedKeys = new SoftReference<>(null);

    private volatile Optional<Boolean> foldsCase = Optional.empty();

    private SharedDirectory(SharedPlaces.Place place, DirectoryLayout layout) {
        this.place = place;
        this.layout = layout;
    }

    /**
     * Joins the users of a directory, which need not exist yet.
     *
     * @throws UnsupportedException when they take it for another program's
     */
    static SharedDirectory join(Disk disk, Path path, DirectoryLayout layout) throws IOException {
        SharedDirectory directory = OPEN.join(disk, path, place -> new SharedDirectory(place, layout));
        if (!directory.layout.scheme().equals(layout.scheme())) {
            directory.leave();
            throw new UnsupportedException(path + " cannot be opened as " + layout.scheme() + ": while it is open as "
                    + directory.layout.scheme() + ": a directory is one of both");
        }
        return directory;
    }

    /** Leaves it again. */
    void leave() {
        OPEN.leave(place);
    }

    Disk disk() {
        return place.disk();
    }

    /** How the files in it are named. */
    DirectoryLayout layout() {
        return layout;
    }

    /** Where records may stand in it now. */
    List<String> places() throws IOException {
        return layout.places(disk(), path());
    }

    /** The one spelling of its path. */
    Path path() {
        return place.path();
    }

    /** The path of our own directory in it. */
    Path own() {
        return path().resolve(OWN);
    }

    /** The path of a file, given by its path in this directory; those of ours begin with {@code .pawl/}. */
    Path path(String target) {
        return path().resolve(target);
    }

    /** The directory that holds a file. */
    Path parent(String target) {
        int slash = target.lastIndexOf('/');
        return slash < 0 ? path() : path(target.substring(0, slash));
    }

    /** Whether this is a file of ours. */
    static boolean isOwn(String target) {
        return target.startsWith(OWN + "/");
    }

    /** Whether the directory is there. */
    boolean exists() throws IOException {
        boolean exists = disk().stat(path())
                .filter(stat -> stat.kind() == Disk.Kind.DIRECTORY)
                .isPresent();
        seen |= exists;
        return exists;
    }

    /** Whether the file system takes two names that differ in case for one, which takes an existing file to find out. */
    boolean foldsCase(String existing) throws IOException {
        Optional<Boolean> known = foldsCase;
        if (known.isPresent()) {
            return known.get();
        }
        String swapped = swapCase(existing);
        Optional<Disk.Stat> stat = disk().stat(path(existing));
        if (swapped.equals(existing) || stat.isEmpty()) {
            return false;
        }
        boolean folds = disk().stat(path(swapped))
                .filter(other -> other.identity().equals(stat.get().identity()))
                .isPresent();
        foldsCase = Optional.of(folds);
        return folds;
    }

    /** Creates the directory and our own in it where they are missing, and makes that durable. */
    void make() throws IOException {
        if (disk().stat(own()).isPresent()) {
            seen = true;
            return;
        }
        if (seen && !exists()) {
            throw new IOException(path() + " has been removed while it was in use");
        }
        durable.clear();
        Directories.make(disk(), own());
        giveToOwner(own());
        seen = true;
    }

    /**
     * Creates the directories that files stand in where they are missing, and makes their names durable, whoever has
     * made them: other programs do not.
     */
    void makeParents(Collection<String> targets) throws IOException {
        Set<Path> named = new LinkedHashSet<>();
        for (String target : targets) {
            for (Path parent : below(target)) {
                Optional<Disk.Stat> stat = disk().stat(parent);
                if (stat.isEmpty()) {
                    durable.remove(parent);
                    makeDirectory(parent);
                } else if (stat.get().kind() != Disk.Kind.DIRECTORY) {
                    throw new NotDirectoryException(parent + " is not a directory");
                }
                if (!durable.contains(parent)) {
                    named.add(parent);
                }
            }
        }
        Set<Path> holders = new LinkedHashSet<>();
        named.forEach(path -> holders.add(Objects.requireNonNull(path.getParent())));
        for (Path holder : holders) {
            disk().forceDirectory(holder, "the name of a directory of keys");
        }
        durable.addAll(named);
    }

    /** The directories in this one that a file stands in, the outermost first. */
    private Deque<Path> below(String target) {
        Deque<Path> below = new ArrayDeque<>();
        for (Path parent = parent(target); !parent.equals(path()) && !parent.equals(own()); ) {
            below.push(parent);
            parent = Objects.requireNonNull(parent.getParent());
        }
        return below;
    }

    private void makeDirectory(Path path) throws IOException {
        try {
            disk().makeDirectory(path);
            giveToOwner(path);
        } catch (FileAlreadyExistsException e) {
            // Another program had the same idea.
        }
    }

    /** Gives what is new to the owner of this directory, for whom it would be closed otherwise, if that may be done. */
    void giveToOwner(Path made) throws IOException {
        Optional<Disk.Owner> mine = disk().stat(made).flatMap(Disk.Stat::owner);
        Optional<Disk.Owner> theirs = disk().stat(path()).flatMap(Disk.Stat::owner);
        if (mine.isPresent()
                && theirs.isPresent()
                && mine.get().user() != theirs.get().user()) {
            try {
                disk().give(made, theirs.get());
            } catch (IOException e) {
                // Then it stays ours, as that of any program would.
            }
        }
    }

    private static String swapCase(String text) {
        StringBuilder swapped = new StringBuilder();
        text.codePoints()
                .map(c -> Character.isUpperCase(c) ? Character.toLowerCase(c) : Character.toUpperCase(c))
                .forEach(swapped::appendCodePoint);
        return swapped.toString();
    }
}

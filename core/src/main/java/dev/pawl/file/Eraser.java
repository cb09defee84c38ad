package dev.pawl.file;

import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.UnavailableException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Removes all records of some families from a directory, and with them every copy of a key that we or the other program left
 * there: staged and set-aside files, {@code .tmp} and {@code .bak} files. The credentials go first: a device without
 * keys breaks conversations, keys without a device harm nobody.
 *
 * <p>A file of an unknown type that nothing but its name speaks for, such as {@code package-lock.json}, is erased only from
 * a directory that holds something which is certainly a record.
 */
final class Eraser {

    private static final int STEP = 500;

    private final SharedDirectory directory;
    private final Disk disk;
    private final Recovery recovery;

    Eraser(SharedDirectory directory) {
        this.directory = directory;
        this.disk = directory.disk();
        this.recovery = new Recovery(directory);
    }

    /**
     * Erases in steps, and requires the expectations before each. Runs on a thread of {@link Workers}.
     *
     * @param families the families to erase
     */
    void erase(Set<Family> families, List<BatchWriter.Expectation> expectations) {
        try {
            boolean exists = directory.exists();
            if (!exists || disk.stat(directory.own()).isEmpty() && !holdsAnything()) {
                BatchWriter.require(directory, expectations, new View(directory, Optional.empty()));
                return;
            }
            directory.make();
            Disk.FileLock lock = CommitLock.take(directory);
            try {
                recovery.run();
                // Also what a process left that was killed after we had last looked.
                recovery.sweep();
                BatchWriter.require(directory, expectations, new View(directory, Optional.empty()));
                for (List<String> step : steps(targets(families, expectations))) {
                    BatchWriter.require(directory, expectations, new View(directory, Optional.empty()));
                    remove(step);
                }
                if (families.contains(Family.KEY)) {
                    disk.delete(directory.own().resolve(BatchWriter.NAMES));
                }
                if (families.contains(Family.KEY) || families.contains(Family.CREDENTIALS)) {
                    removeTree(directory.own().resolve(Recovery.SET_ASIDE));
                    disk.forceDirectory(directory.own(), "the removal of what was set aside");
                }
            } finally {
                lock.close();
            }
        } catch (IOException e) {
            throw UnavailableException.writeFailed("cannot erase " + directory.path() + ": " + e.getMessage(), e);
        }
    }

    private boolean holdsAnything() throws IOException {
        Set<String> found = new HashSet<>();
        disk.list(directory.path(), found::add);
        return !found.isEmpty();
    }

    /** What to remove, in order; what an expectation names comes last, so that it holds until then. */
    private List<String> targets(Set<Family> families, List<BatchWriter.Expectation> expectations) throws IOException {
        Set<String> expected = new HashSet<>();
        expectations.forEach(expectation -> expectation.target().ifPresent(expected::add));
        List<String> credentials = new ArrayList<>();
        List<String> guesses = new ArrayList<>();
        List<String> keys = new ArrayList<>();
        List<String> last = new ArrayList<>();
        NameIndex index = new View(directory, Optional.empty()).index();
        AtomicBoolean isAuth = new AtomicBoolean();
        DirectoryLayout layout = directory.layout();
        for (String place : directory.places()) {
            disk.list(directory.path(place), name -> {
                String file = place + name;
                // A key may look like a leftover: of type a.json.tmp, id x, in a.json.tmp-x.json.
                Optional<Key> record =
                        layout.leftoverOf(file).flatMap(layout::record).or(() -> layout.record(file));
                String holder = layout.leftoverOf(file)
                        .filter(whole -> layout.record(whole).isPresent())
                        .orElse(file);
                boolean certain = record.isPresent() && index.owner(holder).isPresent();
                isAuth.compareAndSet(false, certain);
                if (record.isPresent() && families.contains(record.get().family())) {
                    boolean isKey = record.get().family() == Family.KEY;
                    (expected.contains(file) ? last : !isKey ? credentials : certain ? keys : guesses).add(file);
                }
            });
        }
        // Before the keys by which the directory is known to be one: a second attempt must know it too.
        if (isAuth.get()) {
            credentials.addAll(guesses);
        }
        credentials.addAll(keys);
        credentials.addAll(last);
        return credentials;
    }

    private static List<List<String>> steps(List<String> targets) {
        List<List<String>> steps = new ArrayList<>();
        for (int from = 0; from < targets.size(); from += STEP) {
            steps.add(targets.subList(from, Math.min(targets.size(), from + STEP)));
        }
        return steps;
    }

    private void remove(List<String> targets) throws IOException {
        Set<Path> touched = new HashSet<>();
        directory.view.writeLock().lock();
        try {
            for (String target : targets) {
                disk.delete(directory.path(target));
                touched.add(directory.parent(target));
            }
            for (Path path : touched) {
                disk.forceDirectory(path, "the removal of erased records");
            }
        } finally {
            directory.view.writeLock().unlock();
        }
    }

    private void removeTree(Path path) throws IOException {
        List<String> names = new ArrayList<>();
        if (disk.stat(path).filter(stat -> stat.kind() == Disk.Kind.DIRECTORY).isPresent()) {
            disk.list(path, names::add);
        }
        for (String name : names) {
            removeTree(path.resolve(name));
        }
        disk.delete(path);
    }
}

package dev.pawl.file;

import dev.pawl.backend.ConflictException;
import dev.pawl.backend.InDoubtException;
import dev.pawl.backend.Key;
import dev.pawl.backend.UnavailableException;
import dev.pawl.backend.UnsupportedException;
import dev.pawl.json.Bytes;
import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;

/**
 * Applies batches to a directory: whole or not at all, durable when it returns.
 *
 * <p>One file is staged, forced and renamed into place. Several are staged and forced, then named in a {@link Journal};
 * once the name of the journal is forced, the batch is decided, and whoever comes next carries it out if we cannot.
 *
 * <p>Every method runs on a thread of {@link Workers}, one at a time in this process and, by {@link CommitLock}, on this
 * machine.
 */
final class BatchWriter {

    /** The file in our own directory that holds the {@link NameIndex}. */
    static final String NAMES = "names";

    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");

    private final SharedDirectory directory;
    private final Disk disk;
    private final Recovery recovery;

    /**
     * A file that must hold this, or must not exist.
     *
     * @param key the record, for messages
     * @param target its file, or empty for a record that no file can hold
     */
    record Expectation(Key key, Optional<String> target, Optional<Bytes> content) {}

    /**
     * A file that shall hold this, or shall be removed.
     *
     * @param key the record
     * @param target its file
     */
    record Change(Key key, String target, Optional<Bytes> content) {}

    /** A change of one file as it will be staged. */
    private record Planned(
            String target,
            Optional<byte[]> content,
            Set<PosixFilePermission> permissions,
            Optional<Disk.Owner> owner) {}

    BatchWriter(SharedDirectory directory) {
        this.directory = directory;
        this.disk = directory.disk();
        this.recovery = new Recovery(directory);
    }

    /**
     * Applies changes if all expectations hold.
     *
     * @param lasting whether it must survive power loss; a single change that need not is not forced
     */
    void commit(List<Change> changes, List<Expectation> expectations, boolean lasting) {
        boolean creates = changes.stream().anyMatch(change -> change.content().isPresent());
        try {
            if (!creates && !directory.exists()) {
                require(expectations, new View(directory, Optional.empty()));
                return;
            }
            directory.make();
            Disk.FileLock lock = CommitLock.take(directory);
            try {
                recovery.run();
                View view = new View(directory, Optional.empty());
                require(expectations, view);
                List<Planned> planned = plan(changes, view);
                if (planned.size() == 1) {
                    one(planned.get(0), expectations, lasting);
                } else if (!planned.isEmpty()) {
                    several(planned, changes, expectations);
                }
            } finally {
                lock.close();
            }
        } catch (IOException e) {
            throw UnavailableException.writeFailed("cannot write to " + directory.path() + ": " + e.getMessage(), e);
        }
    }

    private void require(List<Expectation> expectations, View view) throws IOException {
        require(directory, expectations, view);
    }

    /**
     * Requires that files are as expected.
     *
     * @throws ConflictException naming the first that is not
     */
    static void require(SharedDirectory directory, List<Expectation> expectations, View view) throws IOException {
        for (Expectation expectation : expectations) {
            Optional<byte[]> found = Optional.empty();
            if (expectation.target().isPresent()) {
                Ownership.require(
                        directory, view, expectation.key(), expectation.target().get());
                found = view.content(expectation.target().get());
            }
            if (!found.map(Bytes::wrap).equals(expectation.content())) {
                throw new ConflictException(expectation.key(), expectation.key() + " is not as expected");
            }
        }
    }

    private List<Planned> plan(List<Change> changes, View view) throws IOException {
        List<Planned> planned = new ArrayList<>();
        Map<String, Change> byTarget = new HashMap<>();
        List<Key> named = new ArrayList<>();
        boolean unnamed = false;
        boolean folds = directory.foldsCase(SharedDirectory.OWN);
        Map<String, Path> places = new HashMap<>();
        for (Change change : changes) {
            Change other = byTarget.put(folds ? change.target().toLowerCase(Locale.ROOT) : change.target(), change);
            if (other != null) {
                throw new UnsupportedException("a " + directory.layout().program() + " directory has one file, "
                        + change.target() + ", for both " + other.key() + " and " + change.key());
            }
            Ownership.require(directory, view, change.key(), change.target());
            Optional<Key> recorded = view.index().recorded(change.target());
            if (change.content().isPresent()) {
                if (folds) {
                    Ownership.requirePlace(directory, change.key(), change.target());
                    Path place = directory.parent(change.target());
                    Path same = places.putIfAbsent(place.toString().toLowerCase(Locale.ROOT), place);
                    if (same != null && !same.equals(place)) {
                        throw Ownership.misspelled(same + " is not the directory", change.key());
                    }
                }
                planned.add(planned(change.target(), change.content().map(Bytes::toArray)));
                if (!SharedDirectory.isOwn(change.target())
                        && recorded.isEmpty()
                        && view.index().mustRecord(change.key(), change.target())) {
                    named.add(change.key());
                }
            } else if (view.exists(change.target())) {
                planned.add(planned(change.target(), Optional.empty()));
                unnamed |= recorded.isPresent();
            }
        }
        if (!named.isEmpty() || unnamed) {
            NameIndex next = view.index().with(named, file -> {
                Change change = byTarget.get(folds ? file.toLowerCase(Locale.ROOT) : file);
                return change == null ? exists(file) : change.content().isPresent();
            });
            planned.add(planned(
                    SharedDirectory.OWN + "/" + NAMES,
                    next.isEmpty() ? Optional.empty() : Optional.of(next.toBytes())));
        }
        return planned;
    }

    /** Whether a named file is still there; when that cannot be said, its name is kept. */
    private boolean exists(String file) {
        try {
            return disk.stat(directory.path(file)).isPresent();
        } catch (IOException e) {
            return true;
        }
    }

    private Planned planned(String target, Optional<byte[]> content) throws IOException {
        Optional<Disk.Stat> stat = disk.stat(directory.path(target));
        return new Planned(
                target,
                content,
                stat.flatMap(Disk.Stat::permissions).orElse(OWNER_ONLY),
                stat.flatMap(Disk.Stat::owner));
    }

    /**
     * Writes new content beside its target, for the same owner as the old one: a program that runs as that owner would
     * take a file that it may not read for one that is not there.
     */
    private void stage(Path staged, Planned change) throws IOException {
        disk.create(staged, change.content().orElseThrow(), change.permissions());
        if (change.owner().isEmpty()) {
            directory.giveToOwner(staged);
        } else if (!disk.stat(staged).flatMap(Disk.Stat::owner).equals(change.owner())) {
            Disk.Owner owner = change.owner().get();
            try {
                disk.give(staged, owner);
            } catch (IOException e) {
                throw new IOException(
                        directory.path(change.target()) + " belongs to user " + owner.user() + " and group "
                                + owner.group() + ", and this process may not write it for them: run it as that user",
                        e);
            }
        }
    }

    private void one(Planned change, List<Expectation> expectations, boolean lasting) throws IOException {
        Path target = directory.path(change.target());
        Path staged = directory.path(new Journal(newBatch(), List.of()).staged(0));
        boolean moved = false;
        directory.recovered = false;
        try {
            if (change.content().isPresent()) {
                stage(staged, change);
                if (lasting) {
                    disk.force(staged, "the staged content of one record");
                }
            }
            directory.view.writeLock().lock();
            try {
                require(expectations, new View(directory, Optional.empty()));
                if (change.content().isPresent()) {
                    directory.makeParents(List.of(change.target()));
                    disk.rename(staged, target);
                } else {
                    disk.delete(target);
                }
                moved = true;
                if (lasting) {
                    disk.forceDirectory(directory.parent(change.target()), "the name of one record");
                }
            } finally {
                directory.view.writeLock().unlock();
            }
            directory.recovered = true;
        } catch (IOException e) {
            if (moved) {
                throw new InDoubtException(
                        target + " was written, but may not survive power loss: " + e.getMessage(), e);
            }
            throw e;
        } finally {
            if (!moved) {
                recovery.sweepQuietly();
            }
        }
    }

    private void several(List<Planned> planned, List<Change> changes, List<Expectation> expectations)
            throws IOException {
        String batch = newBatch();
        directory.recovered = false;
        boolean renamed = false;
        List<Planned> ordered = planned.stream()
                .sorted(Comparator.comparingInt(
                        change -> entry(change, Optional.empty()).phase()))
                .toList();
        try {
            // Before the batch is decided: what is in the way of a directory would be in the way of recovery too.
            directory.makeParents(ordered.stream()
                    .filter(change -> change.content().isPresent())
                    .map(Planned::target)
                    .toList());
            Journal names = new Journal(batch, List.of());
            for (int i = 0; i < ordered.size(); i++) {
                Planned change = ordered.get(i);
                if (change.content().isPresent()) {
                    stage(directory.path(names.staged(i)), change);
                }
            }
            for (int i = 0; i < ordered.size(); i++) {
                if (ordered.get(i).content().isPresent()) {
                    disk.force(directory.path(names.staged(i)), "the staged content of a batch");
                }
            }
            directory.view.writeLock().lock();
            try {
                require(expectations, new View(directory, Optional.empty()));
                Journal journal = new Journal(batch, entries(ordered));
                Path file = directory.own().resolve(Journal.FILE);
                Path staged = directory.own().resolve(Journal.FILE + ".new");
                disk.create(staged, journal.toBytes(), OWNER_ONLY);
                disk.force(staged, "the content of the journal");
                recovery.begin();
                disk.rename(staged, file);
                renamed = true;
                disk.forceDirectory(directory.own(), "the name of the journal and of what is staged");
                OptionalInt stopped = recovery.apply(
                        journal, IntStream.range(0, ordered.size()).boxed().toList());
                if (stopped.isPresent()) {
                    String target = ordered.get(stopped.getAsInt()).target();
                    if (stopped.getAsInt() > 0) {
                        recovery.abandon(journal);
                        throw overtaken(directory.path(target));
                    }
                    recovery.withdraw();
                    renamed = false;
                    throw overtaken(target, changes);
                }
            } finally {
                directory.view.writeLock().unlock();
            }
            directory.recovered = true;
        } catch (IOException e) {
            renamed |= journalStands();
            if (renamed) {
                throw new InDoubtException(
                        directory.path() + ": a batch of " + planned.size()
                                + " files was decided but not carried out; the next use will do that: "
                                + e.getMessage(),
                        e);
            }
            throw e;
        } finally {
            if (!renamed) {
                recovery.sweepQuietly();
            }
        }
    }

    /** Another program wrote a file in the moment between our last look at it and its turn; nothing was applied. */
    private static ConflictException overtaken(String target, List<Change> changes) {
        Key key = changes.stream()
                .filter(change -> change.target().equals(target))
                .findFirst()
                .orElseThrow()
                .key();
        return new ConflictException(key, key + " was changed by another program during the commit");
    }

    /** The same when files before it had been moved: to go on and to go back would both turn something back. */
    private static InDoubtException overtaken(Path file) {
        return new InDoubtException(
                file + " was changed by another program in the middle of a batch: the files before it"
                        + " are written, the others were set aside");
    }

    /** Whether the journal can be seen; when that cannot be said, it must be assumed. */
    private boolean journalStands() {
        try {
            return disk.stat(directory.own().resolve(Journal.FILE)).isPresent();
        } catch (IOException e) {
            return true;
        }
    }

    private List<Journal.Entry> entries(List<Planned> ordered) throws IOException {
        List<Journal.Entry> entries = new ArrayList<>();
        for (Planned change : ordered) {
            entries.add(entry(change, Digest.of(disk.read(directory.path(change.target())))));
        }
        return entries;
    }

    private static Journal.Entry entry(Planned change, Optional<String> before) {
        return new Journal.Entry(change.target(), before, Digest.of(change.content()));
    }

    private static String newBatch() {
        return UUID.randomUUID().toString().replace("-", "").substring(0, 16);
    }
}

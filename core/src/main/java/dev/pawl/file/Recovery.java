package dev.pawl.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out what a journal says, at once or after a crash, and removes what an interrupted batch left behind.
 *
 * <p>A file is only ever taken from exactly what it was before the batch to exactly what it shall be after it. If it is
 * neither, another program has moved on, and to go through with the batch would turn a ratchet back: then nothing is
 * written, and the journal is set aside for a person to see.
 */
final class Recovery {

    /** The directory in ours for what could not be carried out. */
    static final String SET_ASIDE = "set-aside";

    private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

    private final SharedDirectory directory;
    private final Disk disk;
    private final ConsistentReads reads;

    Recovery(SharedDirectory directory) {
        this.directory = directory;
        this.disk = directory.disk();
        this.reads = new ConsistentReads(directory);
    }

    /** Brings the directory into order, if that is not known already. The caller holds the commit lock. */
    void run() throws IOException {
        Optional<byte[]> content = disk.read(directory.own().resolve(Journal.FILE));
        if (content.isEmpty() && directory.recovered) {
            return;
        }
        directory.view.writeLock().lock();
        try {
            if (content.isPresent()) {
                settle(Journal.parse(content.get()), content.get());
            }
            sweep();
            if (ConsistentReads.odd(reads.sequence())) {
                end();
            }
            directory.recovered = true;
        } finally {
            directory.view.writeLock().unlock();
        }
    }

    /** Tells readers in other processes that files are about to be moved. */
    void begin() throws IOException {
        write(reads.sequence() | 1);
    }

    /**
     * Applies entries of a journal whose name is durable, and removes it. Stops before a file that is not what it was
     * before the batch: a program that knows no locks has written it in this moment.
     *
     * @param pending the entries that are not applied yet
     * @return the entry it stopped at, the journal still being there; empty when all were applied
     */
    OptionalInt apply(Journal journal, List<Integer> pending) throws IOException {
        int phase = 0;
        Set<Path> touched = new HashSet<>();
        directory.makeParents(pending.stream()
                .map(journal.entries()::get)
                .filter(entry -> entry.after().isPresent())
                .map(Journal.Entry::target)
                .toList());
        for (int i : pending) {
            Journal.Entry entry = journal.entries().get(i);
            if (entry.phase() != phase) {
                force(touched, "the names of one phase of a batch");
                touched.clear();
                phase = entry.phase();
            }
            Path target = directory.path(entry.target());
            if (!SharedDirectory.isOwn(entry.target())
                    && !Digest.of(disk.read(target)).equals(entry.before())) {
                return OptionalInt.of(i);
            }
            if (entry.after().isPresent()) {
                disk.rename(directory.path(journal.staged(i)), target);
            } else {
                disk.delete(target);
            }
            touched.add(directory.parent(entry.target()));
        }
        force(touched, "the names of the last phase of a batch");
        withdraw();
        return OptionalInt.empty();
    }

    /** Removes a journal of which nothing, or everything, is applied. */
    void withdraw() throws IOException {
        removeJournal();
        end();
    }

    /** Gives up a batch of which a part is applied, and keeps the rest for a person to see. */
    void abandon(Journal journal) throws IOException {
        setAside(journal.batch());
        end();
    }

    /** Removes staged files of a batch that was not decided, as well as that can be done now. */
    void sweepQuietly() {
        try {
            sweep();
            if (ConsistentReads.odd(reads.sequence())) {
                end();
            }
            directory.recovered = true;
        } catch (IOException e) {
            directory.recovered = false; // The next commit tries again.
        }
    }

    private void settle(Optional<Journal> journal, byte[] content) throws IOException {
        if (journal.isEmpty()) {
            setAside("unreadable-" + Digest.of(content).substring(0, 16));
            return;
        }
        switch (journal.get().judge(directory)) {
            case ROLL_FORWARD -> {
                begin();
                // Whoever wrote the journal may have died before its name, or what it had applied, was durable.
                disk.forceDirectory(directory.own(), "the name of a journal that was found");
                force(places(journal.get()), "the names that a dead writer had applied");
                if (apply(journal.get(), journal.get().pending(directory)).isPresent()) {
                    abandon(journal.get());
                }
            }
            case DISCARD -> {
                removeJournal();
                LOG.info("{}: removed a batch that was interrupted before it was acknowledged", directory.path());
            }
            case SET_ASIDE -> setAside(journal.get().batch());
        }
    }

    /** The directories that the files of a journal stand in, as far as they are there. */
    private Set<Path> places(Journal journal) throws IOException {
        Set<Path> places = new HashSet<>();
        for (Journal.Entry entry : journal.entries()) {
            Path place = directory.parent(entry.target());
            if (disk.stat(place).isPresent()) {
                places.add(place);
            }
        }
        return places;
    }

    private void removeJournal() throws IOException {
        disk.delete(directory.own().resolve(Journal.FILE));
        disk.forceDirectory(directory.own(), "the end of the journal");
    }

    /** Moves the journal last, so that a crash in between leaves the same thing to do. */
    private void setAside(String name) throws IOException {
        Path place = directory.own().resolve(SET_ASIDE).resolve(name);
        makeDurably(directory.own(), directory.own().resolve(SET_ASIDE));
        makeDurably(directory.own().resolve(SET_ASIDE), place);
        for (String staged : staged()) {
            disk.rename(directory.own().resolve(staged), place.resolve(staged));
        }
        disk.rename(directory.own().resolve(Journal.FILE), place.resolve(Journal.FILE));
        disk.forceDirectory(directory.own(), "the setting aside of a journal");
        LOG.warn(
                "An interrupted batch was not carried out, because another program has changed its files since or its"
                        + " journal is damaged; it was set aside in {}",
                place);
    }

    private void makeDurably(Path parent, Path path) throws IOException {
        if (disk.stat(path).isEmpty()) {
            disk.makeDirectory(path);
            directory.giveToOwner(path);
        }
        disk.forceDirectory(parent, "the place for what is set aside");
    }

    /** Removes staged files. The caller holds the commit lock and there is no journal. */
    void sweep() throws IOException {
        for (String staged : staged()) {
            disk.delete(directory.own().resolve(staged));
        }
    }

    private List<String> staged() throws IOException {
        List<String> staged = new ArrayList<>();
        disk.list(directory.own(), name -> {
            if (Journal.isStaged(name)) {
                staged.add(name);
            }
        });
        return staged;
    }

    private void force(Set<Path> directories, String purpose) throws IOException {
        for (Path path : directories) {
            disk.forceDirectory(path, purpose);
        }
    }

    private void end() throws IOException {
        write((reads.sequence() | 1) + 1);
    }

    private void write(long number) throws IOException {
        disk.overwrite(
                directory.own().resolve(ConsistentReads.SEQUENCE),
                ByteBuffer.allocate(Long.BYTES).putLong(number).array());
    }
}

package dev.pawl.file.log;

import dev.pawl.backend.Key;
import dev.pawl.backend.SessionName;
import dev.pawl.file.Disk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * A log in the making that takes the place of another one: of the old one's rows it has those that are alive. Nobody
 * else sees it before {@link #takePlace}, so what its frames say of having been forced only has to be true then.
 *
 * <p>Values are copied as they stand, with their checksums and without looking at them: what was damaged stays
 * damaged, and is never made to look sound.
 */
final class NewLog implements AutoCloseable {

    /** About as much as is written at once. */
    private static final int FRAME = 1 << 20;

    /** Enough for the frame that ends it and an end mark. */
    private static final int LEAST_ROOM = 4 << 10;

    private final LogDirectory directory;
    private final Disk disk;
    private final Path path;
    private final LogHeader header;
    private final Disk.OpenFile file;
    private final Disk.FileLock right;
    private final Index index = new Index();
    private LogEnd end;
    private CopiedRows rows = new CopiedRows();
    private boolean taken;

    private NewLog(LogDirectory directory, Path path, LogHeader header, Disk.OpenFile file, Disk.FileLock right) {
        this.directory = directory;
        this.disk = directory.disk();
        this.path = path;
        this.header = header;
        this.file = file;
        this.right = right;
        this.end = LogEnd.begin(header);
    }

    /** Begins one, which the caller closes; empty when another process is making one. */
    static Optional<NewLog> begin(LogDirectory directory, SessionName session) throws IOException {
        Optional<Disk.FileLock> right = directory.locks().tryCompaction(session);
        if (right.isEmpty()) {
            return Optional.empty();
        }
        boolean begun = false;
        try {
            Path path = directory.file(LogNames.newLog(session));
            LogHeader header = Birth.header(session);
            directory.disk().delete(path);
            directory.disk().create(path, header.encode(), Birth.PERMISSIONS);
            Disk.OpenFile file =
                    directory.disk().open(path, true).orElseThrow(() -> new IOException(path + " has been removed"));
            begun = true;
            return Optional.of(new NewLog(directory, path, header, file, right.get()));
        } finally {
            if (!begun) {
                right.get().close();
            }
        }
    }

    /** Removes what a crash left of one, which holds keys, unless somebody is making one. */
    static void removeLeftover(LogDirectory directory, SessionName session) throws IOException {
        Path path = directory.file(LogNames.newLog(session));
        if (directory.disk().stat(path).isPresent()) {
            Optional<Disk.FileLock> right = directory.locks().tryCompaction(session);
            if (right.isPresent()) {
                try {
                    directory.disk().delete(path);
                } finally {
                    right.get().close();
                }
            }
        }
    }

    /** Copies rows, in the order in which they stand. */
    void copy(OpenLog.View from) throws IOException {
        List<Index.Found> found = from.rows().stream()
                .sorted(Comparator.comparingLong(row -> row.place().offset()))
                .toList();
        for (Index.Found row : found) {
            rows.put(row.key(), row.place(), from.raw(row.place()));
            if (rows.size() > FRAME) {
                write();
                // A little at a time: those who commit meanwhile wait for the same disk.
                file.force("the rows of a new log");
            }
        }
    }

    /** Takes a row away that has been copied before. */
    void delete(Key key) {
        rows.delete(key);
    }

    /** Forces what there is, with room for more behind it, so that only little is left to be forced. */
    void force() throws IOException {
        write();
        LogWriter.makeRoom(file, end.offset());
        file.force("the rows of a new log");
    }

    private void write() throws IOException {
        append(Frame.group(List.of(rows.batch()), header.generation(), end.offset(), end.offset(), end.length()));
        rows = new CopiedRows();
    }

    private void append(Frame frame) throws IOException {
        file.write(end.offset(), frame.bytes(), 0, frame.size());
        frame.replay(index);
        end = end.after(frame);
    }

    /**
     * Gives it the name of the old log, durably. The caller has the turn, and the lock of the session.
     *
     * @return the new log, open for reading
     */
    OpenLog takePlace() throws IOException {
        write();
        long length = Math.max(file.size(), end.offset() + LEAST_ROOM);
        file.setLength(length);
        // Both tell what was forced: without them nobody would notice if the file were cut at the end of a frame.
        append(Frame.group(List.of(), header.generation(), end.offset(), end.offset(), length));
        LogHeader whole = new LogHeader(header.session(), header.generation(), length);
        file.write(0, whole.encode(), 0, whole.size());
        file.force("a new log");
        LogEnd proven = end.proven(end.offset(), length);
        Path log = directory.log(header.session());
        taken = true;
        disk.rename(path, log);
        disk.delete(directory.file(LogNames.checkpoint(header.session())));
        directory.force("the name of a new log");
        Optional<Disk.OpenFile> reading = disk.open(log, false);
        return OpenLog.of(
                directory,
                reading.orElseThrow(() -> new IOException(log + " has been removed while it was in use")),
                whole,
                index,
                proven);
    }

    /** Whether it has the name of the old log, or may have it. */
    boolean isTaken() {
        return taken;
    }

    /** Removes it unless it has taken its place. */
    @Override
    public void close() throws IOException {
        try {
            file.close();
            if (!taken) {
                disk.delete(path);
            }
        } finally {
            right.close();
        }
    }
}

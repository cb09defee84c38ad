package dev.pawl.file.log;

import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Row;
import dev.pawl.backend.SessionName;
import dev.pawl.file.Disk;
import dev.pawl.json.Bytes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A log that is open for reading: where its rows stand, and how far it has been read.
 *
 * <p><b>Thread-safety.</b> {@link LogSession} sees to it; only {@link View} may be used by anybody.
 */
final class OpenLog {

    private static final int OPENINGS = 5;
    private static final int LEASES = 16;

    private final Disk disk;
    private final Path path;
    private final LogHeader header;
    private final Object identity;
    private final SharedFile file;
    private final LogReader reader;
    private Index index;
    private LogEnd end;
    private long tornEnd;

    /** How far the checkpoint reaches. */
    private long checkpointed;

    private boolean uselessCheckpoint;

    /** The values of leases, which every commit is checked against. */
    private final Map<Place, Bytes> leases = new HashMap<>();

    private OpenLog(Disk disk, Path path, Object identity, Disk.OpenFile file, LogHeader header, Index index) {
        this.disk = disk;
        this.path = path;
        this.identity = identity;
        this.file = new SharedFile(file);
        this.header = header;
        this.index = index;
        this.reader = new LogReader(file, path, header);
        this.end = LogEnd.begin(header);
    }

    /**
     * Opens the log of a session and reads where its rows stand, or empty when there is none.
     *
     * @throws dev.pawl.backend.CorruptDataException when it is damaged; nothing was changed
     */
    static Optional<OpenLog> open(LogDirectory directory, SessionName session) throws IOException {
        Disk disk = directory.disk();
        Path path = directory.log(session);
        for (int attempt = 1; attempt <= OPENINGS; attempt++) {
            Optional<Object> before = identity(disk, path);
            if (before.isEmpty()) {
                return Optional.empty();
            }
            Optional<Disk.OpenFile> opened = disk.open(path, false);
            if (opened.isPresent()) {
                boolean kept = false;
                try {
                    // Compaction may have put another file there between the two.
                    if (identity(disk, path).equals(before)) {
                        LogHeader header = LogHeader.read(opened.get(), path, session);
                        OpenLog log = new OpenLog(disk, path, before.get(), opened.get(), header, new Index());
                        log.start(directory);
                        kept = true;
                        return Optional.of(log);
                    }
                } finally {
                    if (!kept) {
                        opened.get().close();
                    }
                }
            }
        }
        throw new IOException(path + " is replaced again and again while it is opened");
    }

    /** Of which families a log has rows, without keeping it open; empty when there is no log. */
    static Optional<Set<Family>> families(LogDirectory directory, SessionName session) throws IOException {
        Path path = directory.log(session);
        Optional<Disk.OpenFile> opened = directory.disk().open(path, false);
        if (opened.isEmpty()) {
            return Optional.empty();
        }
        try (Disk.OpenFile file = opened.get()) {
            LogHeader header = LogHeader.read(file, path, session);
            LogReader reader = new LogReader(file, path, header);
            Optional<Set<Family>> marked = reader.rows().map(Map::keySet);
            if (marked.isPresent()) {
                return marked;
            }
            Index index = new Index();
            reader.replay(LogEnd.begin(header), index);
            return Optional.of(index.counts().keySet());
        }
    }

    /** A log that was just made, under its own name. */
    static OpenLog of(LogDirectory directory, Disk.OpenFile file, LogHeader header, Index index, LogEnd end)
            throws IOException {
        Path path = directory.log(header.session());
        Object identity = identity(directory.disk(), path)
                .orElseThrow(() -> new IOException(path + " has been removed while it was in use"));
        OpenLog log = new OpenLog(directory.disk(), path, identity, file, header, index);
        log.mended(end);
        return log;
    }

    private void start(LogDirectory directory) throws IOException {
        Optional<byte[]> checkpoint = disk.read(directory.file(LogNames.checkpoint(header.session())));
        if (checkpoint.isPresent()) {
            Index saved = new Index();
            Optional<LogEnd> from = Checkpoint.read(checkpoint.get(), header, saved);
            index = from.isPresent() ? saved : index;
            end = from.orElse(end);
            checkpointed = from.map(LogEnd::offset).orElse(0L);
            uselessCheckpoint = from.isEmpty();
        }
        follow();
    }

    private static Optional<Object> identity(Disk disk, Path path) throws IOException {
        return disk.stat(path).map(Disk.Stat::identity);
    }

    /** Writes where the rows stand, if reading the log takes long without that. All of it is forced. */
    void saveCheckpoint(LogDirectory directory) throws IOException {
        if (directory.upkeep().wantsCheckpoint(end, checkpointed)) {
            SessionName session = header.session();
            Birth.put(
                    directory,
                    LogNames.newCheckpoint(session),
                    LogNames.checkpoint(session),
                    Checkpoint.encode(header, end, index::replay));
            checkpointed = end.offset();
            uselessCheckpoint = false;
        }
    }

    /** Whether there is a checkpoint that does not help. */
    boolean hasUselessCheckpoint() {
        return uselessCheckpoint;
    }

    /** Whether the name of the log still stands for this file; empty when nothing has that name. */
    Optional<Boolean> isCurrent() throws IOException {
        return identity(disk, path).map(identity::equals);
    }

    /** Reads on from where it is known. After an exception this log is of no use. */
    void follow() throws IOException {
        Tail tail = reader.replay(end, index);
        end = tail.end();
        tornEnd = tail.tornEnd();
    }

    /**
     * Whether the last frame is still what it was. Somebody whose write failed takes it away again, and what he
     * writes in its place need not end where it ended.
     */
    boolean stands() throws IOException {
        return reader.holds(end);
    }

    /** Whether somebody has written since. */
    boolean hasMore() throws IOException {
        return reader.changed(end);
    }

    /** Takes what was written through this process into the index. */
    void written(Frame frame, LogEnd newEnd) {
        frame.replay(index);
        end = newEnd;
        tornEnd = newEnd.offset();
    }

    /** What is known of the end from now on, after it was mended. */
    void mended(LogEnd newEnd) {
        end = newEnd;
        tornEnd = newEnd.offset();
    }

    LogHeader header() {
        return header;
    }

    Path path() {
        return path;
    }

    LogReader reader() {
        return reader;
    }

    Disk.OpenFile file() {
        return file.file();
    }

    Index index() {
        return index;
    }

    LogEnd end() {
        return end;
    }

    /** Behind the last byte of what a crash left behind the end; the end itself when there is nothing. */
    long tornEnd() {
        return tornEnd;
    }

    /** The value of a row, or empty when there is none. */
    Optional<Bytes> value(Key key) throws IOException {
        Optional<Place> place = index.find(key);
        if (place.isEmpty()) {
            return Optional.empty();
        }
        if (key.family() != Family.LEASE) {
            return Optional.of(Bytes.wrap(reader.value(key, place.get())));
        }
        Bytes known = leases.get(place.get());
        if (known == null) {
            known = Bytes.wrap(reader.value(key, place.get()));
            if (leases.size() == LEASES) {
                leases.clear();
            }
            leases.put(place.get(), known);
        }
        return Optional.of(known);
    }

    /** Rows as they stand at this moment, whose values are read later. To be closed. */
    View view(List<Index.Found> rows) {
        file.use();
        return new View(rows);
    }

    void close() {
        file.leave();
    }

    /** Rows as they stood at one moment. */
    final class View implements AutoCloseable {

        private final List<Index.Found> rows;

        private View(List<Index.Found> rows) {
            this.rows = rows;
        }

        List<Index.Found> rows() {
            return rows;
        }

        /** Reads the bytes of a value without looking whether they are sound. */
        Bytes raw(Place place) throws IOException {
            byte[] value = new byte[place.length()];
            if (file.file().read(place.offset(), value, 0, value.length) < value.length) {
                throw new IOException(path + " became shorter while it was read");
            }
            return Bytes.wrap(value);
        }

        /** A view of nothing, which keeps the file open longer than this one. To be closed too. */
        View keepOpen() {
            return view(List.of());
        }

        List<Row> withoutValues() {
            return rows.stream()
                    .map(row -> Row.of(row.key(), row.place().order(), Bytes.EMPTY))
                    .toList();
        }

        List<Row> withValues() throws IOException {
            return reader.rows(rows);
        }

        @Override
        public void close() {
            file.leave();
        }
    }
}

package dev.pawl.file.log;

import dev.pawl.backend.Batch;
import dev.pawl.backend.CorruptDataException;
import dev.pawl.backend.Key;
import dev.pawl.backend.Row;
import dev.pawl.backend.Salvageable.Lost;
import dev.pawl.backend.Salvageable.Visitor;
import dev.pawl.backend.SessionName;
import dev.pawl.backend.UnsupportedException;
import dev.pawl.file.Disk;
import dev.pawl.json.Bytes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Goes through a damaged log, hands out every batch that is intact, in order, and says what is missing between them.
 *
 * <p>A frame is taken when its header and its head are good, a row of it when its value is. Behind a place where no
 * such frame stands the next good header is searched for. A write that never finished at the end of the log is no
 * damage and not told, by the same rules by which {@link Reading} knows one.
 *
 * <p>Changes nothing, needs no lock, and holds one frame in memory at a time.
 */
final class LogSalvage {

    private final Disk.OpenFile file;
    private final Path path;
    private final SessionName session;

    LogSalvage(Disk.OpenFile file, Path path, SessionName session) {
        this.file = file;
        this.path = path;
        this.session = session;
    }

    /** Goes through the log of a session, if there is one, as {@link #walk(Visitor)} says. */
    static void walk(LogDirectory directory, SessionName session, Visitor visitor) throws IOException {
        Path log = directory.log(session);
        Optional<Disk.OpenFile> found = directory.disk().open(log, false);
        if (found.isPresent()) {
            try (Disk.OpenFile file = found.get()) {
                new LogSalvage(file, log, session).walk(visitor);
            }
        }
    }

    /**
     * Goes through the log.
     *
     * @throws CorruptDataException when nothing can be made out: this is no log, or another session's, or its header is
     *     damaged and no frame in it fits the generation that stands there
     * @throws UnsupportedException when a newer version wrote the log or a part of it
     */
    void walk(Visitor visitor) throws IOException {
        Window window = new Window(file);
        LogHeader header;
        Optional<CorruptDataException> damage = Optional.empty();
        try {
            header = LogHeader.read(file, path, session);
        } catch (CorruptDataException e) {
            if (LogHeader.isSound(file)) {
                throw e;
            }
            header = guess().orElseThrow(() -> e);
            damage = Optional.of(e);
        }
        Walk walk = new Walk(window, header, visitor);
        if (damage.isPresent()) {
            if (walk.headers.next(0) < 0) {
                throw damage.get();
            }
            walk.lost(0, header.size(), damage.get().problem(), Optional.of(Set.of()));
        }
        walk.run();
    }

    /** What stands where the generation does; whether it is right the checksums of frames tell, which cover it. */
    private Optional<LogHeader> guess() throws IOException {
        byte[] content = new byte[LogHeader.GENERATION_AT + 8];
        if (file.read(0, content, 0, content.length) < content.length) {
            return Optional.empty();
        }
        try {
            long generation = new HeadCursor(new Partitions(), content, LogHeader.GENERATION_AT, content.length).u64();
            return Optional.of(new LogHeader(session, generation, 0));
        } catch (MalformedException e) {
            return Optional.empty();
        }
    }

    /** One walk. */
    private final class Walk {

        private final Window window;
        private final FrameSearch headers;
        private final Partitions partitions = new Partitions();
        private final Visitor visitor;
        private long at;
        private long settled;
        private long length;

        Walk(Window window, LogHeader header, Visitor visitor) {
            this.window = window;
            this.headers = new FrameSearch(window, header.generation());
            this.visitor = visitor;
            this.at = header.size();
            this.length = header.length();
        }

        void run() throws IOException {
            for (long found = headers.next(at); found >= 0; found = headers.next(found + 1)) {
                FrameHeader proof = headers.at(found).orElseThrow();
                settled = Math.max(settled, proof.settled());
                length = Math.max(length, proof.length());
            }
            boolean closed = false;
            while (true) {
                OptionalLong end = frame();
                if (end.isPresent()) {
                    closed = headers.at(at).orElseThrow().kind() == FrameHeader.END;
                    at = end.getAsLong();
                } else if (at < settled || closed && headers.contentEnd(at) > at) {
                    closed = false;
                    long next = headers.next(at + 1);
                    long to = next < 0 ? headers.contentEnd(at) : next;
                    lost(at, to, "no whole frame stands here", Optional.empty());
                    if (next < 0) {
                        return;
                    }
                    at = next;
                } else {
                    break;
                }
            }
            if (!closed && window.size() < length) {
                lost(window.size(), length, "the file is cut short", Optional.empty());
            }
        }

        /** Hands out the frame that stands here; where it ends, or empty when it is not whole. */
        private OptionalLong frame() throws IOException {
            Optional<FrameHeader> found = headers.at(at);
            if (found.isEmpty() || found.get().size() > window.size() - at) {
                return OptionalLong.empty();
            }
            FrameHeader frame = found.get();
            if (!frame.known()) {
                throw newer("a frame of kind " + frame.kind());
            }
            long end = at + frame.size();
            int start = window.at(at, FrameHeader.SIZE + frame.headLength());
            if (start < 0) {
                return OptionalLong.empty();
            }
            byte[] head = new byte[frame.headLength()];
            System.arraycopy(window.content(), start + FrameHeader.SIZE, head, 0, head.length);
            if (RowChecksum.of(head, 0, head.length) != frame.headChecksum()) {
                return OptionalLong.empty();
            }
            if (frame.kind() == FrameHeader.END) {
                return OptionalLong.of(end);
            }
            Optional<List<Salvaged>> batches = batches(frame, head);
            boolean whole = batches.isPresent()
                    && (end <= settled || batches.get().stream().allMatch(batch -> batch.lost.isEmpty()));
            if (!whole) {
                return OptionalLong.empty();
            }
            batches.get().forEach(this::handOut);
            return OptionalLong.of(end);
        }

        private Optional<List<Salvaged>> batches(FrameHeader frame, byte[] head) throws IOException {
            try {
                long values = at + FrameHeader.SIZE + frame.headLength();
                GroupHead group = new GroupHead(partitions, head, values, frame.valuesLength());
                List<Salvaged> batches = new ArrayList<>();
                for (int i = 0; i < group.batches(); i++) {
                    Changes changes = new Changes();
                    group.batch(changes);
                    batches.add(read(changes));
                }
                group.finish();
                return Optional.of(batches);
            } catch (MalformedException e) {
                if (e.newer()) {
                    throw newer(String.valueOf(e.getMessage()));
                }
                return Optional.empty();
            } catch (IllegalArgumentException twoChangesOfOneKey) {
                return Optional.empty();
            }
        }

        private Salvaged read(Changes changes) throws IOException {
            List<Row> rows = new ArrayList<>();
            Set<Key> lost = new LinkedHashSet<>();
            long from = Long.MAX_VALUE;
            long to = 0;
            for (int i = 0; i < changes.puts.size(); i++) {
                Key key = changes.puts.get(i);
                Place place = changes.places.get(i);
                int start = window.at(place.offset(), place.length());
                if (start >= 0 && RowChecksum.of(key, window.content(), start, place.length()) == place.checksum()) {
                    byte[] value = new byte[place.length()];
                    System.arraycopy(window.content(), start, value, 0, value.length);
                    rows.add(Row.of(key, place.order(), Bytes.wrap(value)));
                } else {
                    lost.add(key);
                    from = Math.min(from, place.offset());
                    to = Math.max(to, place.offset() + place.length());
                }
            }
            return new Salvaged(new Batch(List.of(), rows, changes.deletes), lost, from, to);
        }

        private void handOut(Salvaged batch) {
            visitor.intact(batch.intact);
            if (!batch.lost.isEmpty()) {
                String what = batch.lost.size() == 1 ? "a value does" : batch.lost.size() + " values do";
                lost(batch.from, batch.to, what + " not match the checksum", Optional.of(batch.lost));
            }
        }

        private void lost(long from, long to, String text, Optional<Set<Key>> records) {
            visitor.lost(new Lost(path.toString(), from, to, text, records));
        }

        private UnsupportedException newer(String what) {
            return new UnsupportedException(
                    path + " at byte " + at + ": " + what + ", from a newer version of Pawl: use that version");
        }
    }

    /**
     * A batch, as far as it is left.
     *
     * @param intact all but the rows that are lost
     * @param from where the first of their values begins
     * @param to where the last one ends
     */
    private record Salvaged(Batch intact, Set<Key> lost, long from, long to) {}

    /** The changes of one batch. */
    private static final class Changes implements Replay {

        private final List<Key> puts = new ArrayList<>();
        private final List<Place> places = new ArrayList<>();
        private final List<Key> deletes = new ArrayList<>();

        @Override
        public void put(Key key, Place place) {
            puts.add(key);
            places.add(place);
        }

        @Override
        public void delete(Key key) {
            deletes.add(key);
        }
    }
}

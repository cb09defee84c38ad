package dev.pawl.file.log;

import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Row;
import dev.pawl.backend.SessionName;
import dev.pawl.json.Bytes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A log that is written as a store writes it: preallocated, one forced frame after the other. */
final class TestLog {

    static final SessionName SESSION = SessionName.of("demo");
    static final Path PATH = Path.of("demo.log");

    final MemoryFile file;
    final LogHeader header;
    final int step;
    LogEnd end;

    /** Where each frame begins, the end mark too. */
    final List<Long> frames = new ArrayList<>();

    /** What is live after each frame, beginning with nothing. */
    final List<Map<Key, Row>> states = new ArrayList<>(List.of(Map.of()));

    /** @param step how far the file is preallocated at once */
    TestLog(long generation, int step) {
        this.step = step;
        this.header = new LogHeader(SESSION, generation, step);
        this.file = new MemoryFile(header.encode());
        file.setLength(step);
        this.end = LogEnd.begin(header);
    }

    static Row row(Key key, String value) {
        return Row.of(key, Bytes.utf8(value));
    }

    /** Adds a frame of one batch, which was forced, and all before it. */
    TestLog commit(List<Row> puts, List<Key> deletes) {
        return group(end.offset(), List.of(puts), List.of(deletes));
    }

    /** Adds a frame that says that all before {@code settled} was forced. */
    TestLog group(long settled, List<List<Row>> puts, List<List<Key>> deletes) {
        List<EncodedBatch> batches = encode(puts, deletes);
        reserve(Frame.group(batches, 0, 0, 0, 0).size());
        return write(Frame.group(batches, header.generation(), end.offset(), settled, file.size()));
    }

    /** Adds a frame for which no room was made before, and which was never forced. */
    TestLog append(List<Row> puts) {
        List<EncodedBatch> batches = encode(List.of(puts), List.of(List.of()));
        return write(Frame.group(batches, header.generation(), end.offset(), end.offset(), file.size()));
    }

    /** Ends the log as a clean close does. */
    TestLog close() {
        Map<Family, Integer> rows = new LinkedHashMap<>();
        state().keySet().forEach(key -> rows.merge(key.family(), 1, Integer::sum));
        reserve(Frame.end(rows, 0, 0, 0, 0).size());
        Frame mark = Frame.end(rows, header.generation(), end.offset(), end.offset(), file.size());
        write(mark);
        file.setLength(mark.offset() + mark.size());
        return this;
    }

    private List<EncodedBatch> encode(List<List<Row>> puts, List<List<Key>> deletes) {
        List<EncodedBatch> batches = new ArrayList<>();
        Map<Key, Row> state = new LinkedHashMap<>(state());
        for (int i = 0; i < puts.size(); i++) {
            batches.add(EncodedBatch.of(puts.get(i), deletes.get(i)));
            puts.get(i).forEach(row -> state.put(row.key(), row));
            deletes.get(i).forEach(state::remove);
        }
        states.add(state);
        return batches;
    }

    /** Makes room for a frame and the header of the one behind it, and forces that, as the format asks for. */
    private void reserve(int frame) {
        long needed = end.offset() + frame + FrameHeader.SIZE;
        if (needed > file.size()) {
            file.setLength((needed + step - 1) / step * step);
        }
    }

    private TestLog write(Frame frame) {
        frames.add(frame.offset());
        file.write(frame.offset(), frame.bytes(), 0, frame.size());
        end = end.after(frame);
        return this;
    }

    Map<Key, Row> state() {
        return states.get(states.size() - 1);
    }

    byte[] bytes() {
        return file.bytes();
    }

    /** What a reader makes of a file: its index and its tail. */
    static Opened open(MemoryFile file) throws IOException {
        LogHeader header = LogHeader.read(file, PATH, SESSION);
        Index index = new Index();
        LogReader reader = new LogReader(file, PATH, header);
        return new Opened(reader, index, reader.replay(LogEnd.begin(header), index));
    }

    static Opened open(byte[] content) throws IOException {
        return open(new MemoryFile(content));
    }

    /** A log that was opened. */
    record Opened(LogReader reader, Index index, Tail tail) {

        /** The rows, values read and verified. */
        Map<Key, Row> rows() throws IOException {
            Map<Key, Row> rows = new LinkedHashMap<>();
            for (Map.Entry<Key, Place> entry : index.places.entrySet()) {
                byte[] value = reader.value(entry.getKey(), entry.getValue());
                rows.put(entry.getKey(), Row.of(entry.getKey(), entry.getValue().order(), Bytes.wrap(value)));
            }
            return rows;
        }
    }

    /** Where the live rows stand. */
    static final class Index implements Replay {

        final Map<Key, Place> places = new LinkedHashMap<>();

        @Override
        public void put(Key key, Place place) {
            places.put(key, place);
        }

        @Override
        public void delete(Key key) {
            places.remove(key);
        }
    }
}

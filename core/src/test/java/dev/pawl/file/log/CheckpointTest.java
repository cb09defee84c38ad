package dev.pawl.file.log;

import static dev.pawl.file.log.TestLog.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.backend.CorruptDataException;
import dev.pawl.backend.Key;
import dev.pawl.backend.Row;
import dev.pawl.json.Bytes;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class CheckpointTest {

    private static final Key ONE = Key.ofKey("session", "1");
    private static final Key TWO = Key.ofKey("session", "2");

    private static TestLog log() {
        return new TestLog(42, 1024)
                .commit(List.of(row(Key.CREDENTIALS, "{\"n\":1}"), row(ONE, "{}")), List.of())
                .commit(
                        List.of(Row.of(
                                new Key(dev.pawl.backend.Family.MESSAGE, "chat", "é"),
                                99,
                                row(TWO, "1").value())),
                        List.of(ONE));
    }

    private static byte[] checkpoint(TestLog log) throws IOException {
        TestLog.Opened opened = TestLog.open(log.bytes());
        return Checkpoint.encode(
                log.header, opened.tail().end(), sink -> opened.index().places.forEach(sink::put));
    }

    @Test
    void aReplayGoesOnWhereTheCheckpointEnds() throws IOException {
        TestLog log = log();
        byte[] checkpoint = checkpoint(log);
        log.commit(List.of(row(TWO, "{\"later\":1}")), List.of(Key.CREDENTIALS)).close();
        TestLog.Index index = new TestLog.Index();

        LogEnd from = Checkpoint.read(checkpoint, log.header, index).orElseThrow();
        LogReader reader = new LogReader(log.file, TestLog.PATH, log.header);
        Tail tail = reader.replay(from, index);

        assertThat(new TestLog.Opened(reader, index, tail).rows()).isEqualTo(log.state());
        assertThat(tail.end()).isEqualTo(log.end);
    }

    @Test
    void aDamagedCheckpointIsAsGoodAsNone() throws IOException {
        TestLog log = log();
        byte[] checkpoint = checkpoint(log);
        for (int bit = 0; bit < checkpoint.length * 8; bit++) {
            checkpoint[bit / 8] ^= (byte) (1 << bit % 8);
            assertThat(Checkpoint.read(checkpoint, log.header, new TestLog.Index()))
                    .as("bit %d", bit)
                    .isEmpty();
            checkpoint[bit / 8] ^= (byte) (1 << bit % 8);
        }
        for (int length = 0; length < checkpoint.length; length++) {
            assertThat(Checkpoint.read(Arrays.copyOf(checkpoint, length), log.header, new TestLog.Index()))
                    .as("cut to %d bytes", length)
                    .isEmpty();
        }
        assertThat(Checkpoint.read(checkpoint, log.header, new TestLog.Index())).isPresent();
    }

    @Test
    void aCheckpointOfAnotherGenerationIsIgnored() throws IOException {
        assertThat(Checkpoint.read(checkpoint(log()), new LogHeader(TestLog.SESSION, 43, 1024), new TestLog.Index()))
                .isEmpty();
    }

    @Test
    void aCheckpointBeyondTheLogProvesThatItWasCutOrRolledBack() throws IOException {
        TestLog log = log();
        byte[] old = log.bytes();
        LogEnd from = Checkpoint.read(
                        checkpoint(log.commit(List.of(row(ONE, "{}")), List.of())), log.header, new TestLog.Index())
                .orElseThrow();

        MemoryFile cut = new MemoryFile(Arrays.copyOf(log.bytes(), (int) from.offset() - 1));
        assertThatThrownBy(() -> new LogReader(cut, TestLog.PATH, log.header).replay(from, new TestLog.Index()))
                .isInstanceOf(CorruptDataException.class)
                .hasMessageContaining("cut short");

        // As long as before, but the last frame is not in it.
        MemoryFile older = new MemoryFile(old);
        assertThatThrownBy(() -> new LogReader(older, TestLog.PATH, log.header).replay(from, new TestLog.Index()))
                .isInstanceOf(CorruptDataException.class)
                .hasMessageContaining("demo.log at byte " + from.frame());
    }

    @Test
    void placesOutsideTheLogAreRefused() {
        TestLog log = log();
        long end = log.end.offset();
        for (Place place :
                List.of(new Place(0, end - 3, 4, 0), new Place(0, 3, 4, 0), new Place(0, end, Integer.MAX_VALUE, 0))) {
            byte[] checkpoint = Checkpoint.encode(log.header, log.end, sink -> sink.put(ONE, place));
            assertThat(Checkpoint.read(checkpoint, log.header, new TestLog.Index()))
                    .isEmpty();
        }
    }

    @Test
    void rowsAreCopiedWithTheirChecksumsDamageIncluded() throws IOException {
        TestLog log = log();
        byte[] content = log.commit(List.of(row(TWO, "{\"n\":0}")), List.of()).bytes();
        TestLog.Opened opened = TestLog.open(content);
        Place damaged = opened.index().places.get(Key.CREDENTIALS);
        content[(int) damaged.offset()] ^= 1;

        CopiedRows rows = new CopiedRows();
        opened.index().places.forEach((key, place) -> {
            int at = (int) place.offset();
            rows.put(key, place, Bytes.wrap(Arrays.copyOfRange(content, at, at + place.length())));
        });
        rows.delete(ONE);
        EncodedBatch batch = rows.batch();
        assertThat(batch.size()).isLessThanOrEqualTo(rows.size());
        TestLog copy = new TestLog(43, 1024);
        Frame frame = Frame.group(List.of(batch), 43, copy.end.offset(), copy.end.offset(), 1024);
        copy.file.write(frame.offset(), frame.bytes(100 + frame.size()), 0, frame.size() + 100);
        copy.end = copy.end.after(frame);
        copy.commit(List.of(), List.of());

        TestLog.Opened reopened = TestLog.open(copy.bytes());
        assertThat(reopened.index().places.keySet())
                .isEqualTo(opened.index().places.keySet());
        assertThat(reopened.reader().value(TWO, reopened.index().places.get(TWO)))
                .hasSize(7);
        assertThatThrownBy(() -> reopened.reader()
                        .value(Key.CREDENTIALS, reopened.index().places.get(Key.CREDENTIALS)))
                .isInstanceOf(CorruptDataException.class)
                .extracting(e -> ((CorruptDataException) e).key().orElseThrow())
                .isEqualTo(Key.CREDENTIALS);
    }
}

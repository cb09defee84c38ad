package dev.pawl.file.log;

import static dev.pawl.file.log.TestLog.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.backend.CorruptDataException;
import dev.pawl.backend.Key;
import dev.pawl.backend.Row;
import dev.pawl.backend.UnsupportedException;
import dev.pawl.file.Disk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a reader makes of a log that is not as it was written. */
class LogDamageTest {

    private static final Key CREDS = Key.CREDENTIALS;
    private static final Key ONE = Key.ofKey("session", "1");
    private static final Key TWO = Key.ofKey("session", "2");
    private static final Key PRE_KEY = Key.ofKey("pre-key", "7");

    /** Every frame but one is of the same size; the file grows twice. */
    private static TestLog small() {
        TestLog log = new TestLog(0x1122_3344_5566_7788L, 256)
                .commit(List.of(row(CREDS, "{\"n\":1}"), row(PRE_KEY, "{\"private\":\"x\"}")), List.of());
        for (int i = 0; i < 4; i++) {
            log.commit(List.of(row(i % 2 == 0 ? ONE : TWO, "{\"ratchet\":" + i + "}")), List.of());
        }
        return log.commit(List.of(row(CREDS, "{\"n\":2}")), List.of(PRE_KEY));
    }

    /** What became of the rows. */
    private enum Outcome {
        /** Nothing can be read. */
        REFUSED,
        /** Every row is there; some may refuse to be read. */
        ALL,
        /** The last frame is gone, and it is told that something stands where it was. */
        LAST_FRAME_TOLD,
        /** The last frame is gone without a trace. */
        LAST_FRAME_LOST
    }

    /** Opens a damaged log; fails when a value or row is wrong that nobody is told of. */
    private static Outcome open(byte[] content, TestLog log) throws IOException {
        TestLog.Opened opened;
        try {
            opened = TestLog.open(content);
        } catch (CorruptDataException | UnsupportedException refused) {
            assertThat(refused).hasMessageContaining(TestLog.PATH.toString());
            return Outcome.REFUSED;
        }
        Map<Key, Row> whole = log.state();
        Map<Key, Row> before = log.states.get(log.states.size() - 2);
        boolean all = opened.index().places.keySet().equals(whole.keySet()) && agree(opened, whole);
        if (all) {
            return Outcome.ALL;
        }
        assertThat(agree(opened, before)).isTrue();
        return opened.tail().torn() ? Outcome.LAST_FRAME_TOLD : Outcome.LAST_FRAME_LOST;
    }

    /** Whether these are the rows, as far as they can be read. */
    private static boolean agree(TestLog.Opened opened, Map<Key, Row> expected) throws IOException {
        if (!opened.index().places.keySet().equals(expected.keySet())) {
            return false;
        }
        for (Map.Entry<Key, Place> entry : opened.index().places.entrySet()) {
            try {
                byte[] value = opened.reader().value(entry.getKey(), entry.getValue());
                Row row = expected.get(entry.getKey());
                if (!Arrays.equals(value, row.value().toArray())
                        || entry.getValue().order() != row.order()) {
                    return false;
                }
            } catch (CorruptDataException damaged) {
                assertThat(damaged.key()).contains(entry.getKey());
            }
        }
        return true;
    }

    @Test
    void aClosedLogThatIsCutAnywhereIsRefused(@TempDir Path directory) throws IOException {
        byte[] content = small().close().bytes();
        Path path = Files.write(directory.resolve("demo.log"), content);
        try (Disk.OpenFile file = Disk.system().open(path, true).orElseThrow()) {
            for (int length = content.length - 1; length >= 0; length--) {
                file.setLength(length);
                assertThatThrownBy(() -> {
                            LogHeader header = LogHeader.read(file, path, TestLog.SESSION);
                            new LogReader(file, path, header).replay(LogEnd.begin(header), new TestLog.Index());
                        })
                        .as("cut to %d bytes", length)
                        .isInstanceOf(CorruptDataException.class)
                        .hasMessageContaining(path + " at byte ");
            }
        }
    }

    @Test
    void aLogThatIsCutShorterThanItSaidToBeIsRefused() throws IOException {
        TestLog log = small();
        byte[] content = log.bytes();
        assertThat(log.end.length()).isEqualTo(content.length);

        for (int length = 0; length < content.length; length++) {
            assertThat(open(Arrays.copyOf(content, length), log))
                    .as("cut to %d bytes", length)
                    .isEqualTo(Outcome.REFUSED);
        }
    }

    @Test
    void whatWasNeverForcedMayBeCutAndIsTheLastFrameOnly() throws IOException {
        TestLog log = small().append(List.of(row(TWO, "{\"large\":\"" + "x".repeat(500) + "\"}")));
        byte[] content = log.bytes();
        int forced = (int) log.end.length();
        int frame = (int) (long) log.frames.get(log.frames.size() - 1);
        assertThat(forced).isBetween(frame + 1, (int) log.end.offset() - 1);

        for (int length = 0; length < content.length; length++) {
            assertThat(open(Arrays.copyOf(content, length), log))
                    .as("cut to %d bytes", length)
                    .isEqualTo(
                            length < forced
                                    ? Outcome.REFUSED
                                    : length < log.end.offset() ? Outcome.LAST_FRAME_TOLD : Outcome.ALL);
        }
    }

    @Test
    void aFlippedBitOfAClosedLogIsNeverALoss() throws IOException {
        TestLog log = small().close();
        byte[] content = log.bytes();
        for (int bit = 0; bit < content.length * 8; bit++) {
            content[bit / 8] ^= (byte) (1 << bit % 8);
            assertThat(open(content, log)).as("bit %d", bit).isIn(Outcome.REFUSED, Outcome.ALL);
            content[bit / 8] ^= (byte) (1 << bit % 8);
        }
        assertThat(open(content, log)).isEqualTo(Outcome.ALL);
    }

    @Test
    void aFlippedBitOfALogThatWasNotClosedCostsTheLastFrameAtMostAndIsTold() throws IOException {
        TestLog log = small();
        byte[] content = log.bytes();
        long last = log.frames.get(log.frames.size() - 1);
        for (int bit = 0; bit < content.length * 8; bit++) {
            content[bit / 8] ^= (byte) (1 << bit % 8);
            Outcome outcome = open(content, log);
            if (bit / 8 < last) {
                assertThat(outcome).as("bit %d", bit).isIn(Outcome.REFUSED, Outcome.ALL);
            } else if (bit / 8 < log.end.offset()) {
                assertThat(outcome).as("bit %d", bit).isEqualTo(Outcome.LAST_FRAME_TOLD);
            } else {
                assertThat(outcome).as("bit %d", bit).isEqualTo(Outcome.ALL);
                assertThat(TestLog.open(content).tail().torn()).isTrue();
            }
            content[bit / 8] ^= (byte) (1 << bit % 8);
        }
    }

    @Test
    void everyOtherValueOfEveryByteOfALogIsFoundOut() throws IOException {
        TestLog log = new TestLog(5, 128).commit(List.of(row(CREDS, "{}")), List.of());
        log.commit(List.of(row(ONE, "1")), List.of()).close();
        byte[] content = log.bytes();
        for (int at = 0; at < content.length; at++) {
            byte right = content[at];
            for (int wrong = 1; wrong < 256; wrong++) {
                content[at] = (byte) (right + wrong);
                assertThat(open(content, log)).as("byte %d", at).isIn(Outcome.REFUSED, Outcome.ALL);
            }
            content[at] = right;
        }
    }

    @Test
    void aHoleOfZerosIsDamageUnlessItIsTheLastFrame() throws IOException {
        TestLog log = small();
        for (int i = 0; i < log.frames.size(); i++) {
            boolean last = i == log.frames.size() - 1;
            byte[] content = log.bytes();
            int end = (int) (last ? log.end.offset() : log.frames.get(i + 1));
            Arrays.fill(content, (int) (long) log.frames.get(i), end, (byte) 0);

            assertThat(open(content, log))
                    .as("frame %d", i)
                    .isEqualTo(last ? Outcome.LAST_FRAME_LOST : Outcome.REFUSED);
        }
    }

    @Test
    void aHoleOfZerosInAClosedLogIsDamage() throws IOException {
        TestLog log = small().close();
        for (int i = 0; i < log.frames.size(); i++) {
            byte[] content = log.bytes();
            int end = i + 1 < log.frames.size() ? (int) (long) log.frames.get(i + 1) : content.length;
            Arrays.fill(content, (int) (long) log.frames.get(i), end, (byte) 0);

            assertThat(open(content, log)).as("frame %d", i).isEqualTo(Outcome.REFUSED);
        }
    }

    @Test
    void framesThatChangedPlacesAreDamage() throws IOException {
        TestLog log = small();
        byte[] content = log.bytes();
        byte[] swapped = content.clone();
        int one = (int) (long) log.frames.get(1);
        int two = (int) (long) log.frames.get(2);
        int length = two - one;
        System.arraycopy(content, one, swapped, two, length);
        System.arraycopy(content, two, swapped, one, length);

        assertThat(open(swapped, log)).isEqualTo(Outcome.REFUSED);
    }

    @Test
    void aFrameOfAnotherGenerationIsNoFrame() throws IOException {
        TestLog log = small();
        TestLog other = new TestLog(99, 256);
        for (int i = 1; i < log.frames.size(); i++) {
            other.commit(List.of(row(ONE, "{\"from\":\"elsewhere\"}")), List.of());
        }
        byte[] content = log.bytes();
        int last = (int) (long) log.frames.get(log.frames.size() - 1);
        byte[] foreign = Frame.group(
                        List.of(EncodedBatch.of(List.of(row(ONE, "{\"n\":9}")), List.of())), 99, last, last, 0)
                .bytes();
        Arrays.fill(content, last, (int) log.end.offset(), (byte) 0);
        System.arraycopy(foreign, 0, content, last, foreign.length);

        assertThat(open(content, log)).isEqualTo(Outcome.LAST_FRAME_TOLD);
    }

    @Test
    void anOldCopyOfAFrameBehindTheEndIsATornTail() throws IOException {
        TestLog log = small();
        byte[] content = Arrays.copyOf(log.bytes(), log.bytes().length + 256);
        System.arraycopy(content, (int) (long) log.frames.get(0), content, (int) log.end.offset() + 3, 100);

        assertThat(open(content, log)).isEqualTo(Outcome.ALL);
        Tail tail = TestLog.open(content).tail();
        assertThat(tail.torn()).isTrue();
        assertThat(tail.tornEnd()).isBetween(log.end.offset() + 3, log.end.offset() + 103);
    }

    @Test
    void theHeaderOfATornFrameProvesWhatStoodBeforeIt() throws IOException {
        TestLog log = small();
        int last = (int) (long) log.frames.get(log.frames.size() - 1);
        int before = (int) (long) log.frames.get(log.frames.size() - 2);
        byte[] content = log.bytes();
        Arrays.fill(content, last + FrameHeader.SIZE, (int) log.end.offset(), (byte) 0);
        assertThat(open(content, log)).isEqualTo(Outcome.LAST_FRAME_TOLD);

        content[before] ^= 1;
        assertThatThrownBy(() -> TestLog.open(content))
                .isInstanceOf(CorruptDataException.class)
                .hasMessageContaining("demo.log at byte " + before);
    }

    @Test
    void aBadValueBeforeWhatWasForcedIsTheDamageOfItsRowOnly() throws IOException {
        TestLog log = new TestLog(3, 1024);
        List<List<Key>> none = List.of(List.of());
        long begin = log.end.offset();
        for (int i = 0; i < 3; i++) {
            log.group(begin, List.of(List.of(row(Key.ofKey("session", "" + i), "{\"n\":" + i + "}"))), none);
        }
        Place second = TestLog.open(log.bytes()).index().places.get(ONE);

        byte[] unproven = log.bytes();
        unproven[(int) second.offset()] ^= 1;
        TestLog.Opened cut = TestLog.open(unproven);
        assertThat(cut.tail().torn()).isTrue();
        assertThat(cut.rows().keySet()).containsExactly(Key.ofKey("session", "0"));

        log.commit(List.of(row(CREDS, "{}")), List.of());
        byte[] proven = log.bytes();
        proven[(int) second.offset()] ^= 1;
        TestLog.Opened opened = TestLog.open(proven);
        assertThat(opened.tail().end()).isEqualTo(log.end);
        assertThat(opened.index().places).hasSize(4);
        assertThatThrownBy(() -> opened.reader().value(ONE, second)).isInstanceOf(CorruptDataException.class);
    }

    @Test
    void whatStandsBehindAnEndMarkIsDamage() throws IOException {
        TestLog log = small().close();
        byte[] zeros = Arrays.copyOf(log.bytes(), log.bytes().length + 10_000);
        assertThat(open(zeros, log)).isEqualTo(Outcome.ALL);

        zeros[zeros.length - 1] = 1;
        assertThat(open(zeros, log)).isEqualTo(Outcome.REFUSED);
    }
}

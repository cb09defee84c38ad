package dev.pawl.file.log;

import static dev.pawl.file.log.TestLog.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.backend.CorruptDataException;
import dev.pawl.backend.Key;
import dev.pawl.backend.SessionName;
import dev.pawl.backend.UnsupportedException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a reader refuses though it is just as it was written: no log, another, a newer, or one that was written wrongly. */
class LogRefusalTest {

    @Test
    void whatIsNoLogIsNamedSo() {
        for (String content : List.of("", "x", "\u0089PWL\r\n", "PK\3\4 and so on", "{\"json\":true}")) {
            assertThatThrownBy(() -> TestLog.open(content.getBytes(StandardCharsets.ISO_8859_1)))
                    .isInstanceOf(CorruptDataException.class)
                    .hasMessageContaining("demo.log at byte ");
        }
    }

    @Test
    void theLogOfAnotherSessionIsRefused() {
        MemoryFile file = new TestLog(1, 256).commit(List.of(row(Key.CREDENTIALS, "{}")), List.of()).file;

        assertThatThrownBy(() -> LogHeader.read(file, TestLog.PATH, SessionName.of("other")))
                .isInstanceOf(CorruptDataException.class)
                .hasMessageContaining("the session demo, not of other");
    }

    @Test
    void aNewerVersionIsUnsupportedAndNeverGuessed() {
        for (int field : List.of(8, 9, 10, 11)) {
            byte[] header = new LogHeader(TestLog.SESSION, 1, 64).encode();
            header[field] = 2;
            HeadWriter checksum = new HeadWriter(4);
            checksum.u32(RowChecksum.of(header, 0, header.length - 4));
            System.arraycopy(checksum.array(), 0, header, header.length - 4, 4);

            assertThatThrownBy(() -> TestLog.open(header)).isInstanceOf(UnsupportedException.class);
        }
    }

    @Test
    void unknownFramesAndFamiliesUnderAGoodChecksumAreUnsupported() {
        byte[] compressed = FrameHeader.encode(FrameHeader.GROUP, 0, 0, 0, 0, 0, 1, 38);
        compressed[5] = 1;
        assertThatThrownBy(() -> TestLog.open(withFrame(sealed(compressed, 38), new byte[0])))
                .isInstanceOf(UnsupportedException.class);
        assertThatThrownBy(() -> TestLog.open(withFrame(FrameHeader.encode(3, 0, 0, 0, 0, 0, 1, 38), new byte[0])))
                .isInstanceOf(UnsupportedException.class);

        byte[] head = {1, 0, 1, 14, 0, 0};
        byte[] group = FrameHeader.encode(
                FrameHeader.GROUP, head.length, 0, 0, 0, RowChecksum.of(head, 0, head.length), 1, 38);
        assertThatThrownBy(() -> TestLog.open(withFrame(group, head)))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining("14");
    }

    @Test
    void aHeadThatIsNotAsItShouldBeIsDamageEvenUnderAGoodChecksum() {
        Map<String, byte[]> heads = new LinkedHashMap<>();
        heads.put("empty", new byte[0]);
        heads.put("more batches than bytes", new byte[] {5, 0, 0});
        heads.put("left over", new byte[] {1, 0, 0, 0});
        heads.put("overlong number", new byte[] {(byte) 0x81, 0, 0, 0});
        heads.put("endless number", new byte[] {-1, -1, -1, -1, -1, -1, -1, -1, -1, 1});
        heads.put("a name longer than all", new byte[] {1, 0, 1, 2, 100, 0});
        heads.put("a name that is not UTF-8", new byte[] {1, 0, 1, 2, 1, (byte) 0xFF, 0});
        heads.put("half a pair", new byte[] {1, 0, 1, 2, 3, (byte) 0xED, (byte) 0xA0, (byte) 0x80, 0});
        heads.put("a value that is not there", new byte[] {1, 1, 2, 0, 0, 0, 9, 0, 0, 0, 0, 0});
        heads.put("an order too high", new byte[] {1, 1, 2, 0, 0, -1, -1, -1, -1, -1, -1, -1, 31, 0, 0, 0, 0, 0, 0});
        heads.forEach((name, head) -> {
            byte[] group = FrameHeader.encode(
                    FrameHeader.GROUP, head.length, 0, 0, 0, RowChecksum.of(head, 0, head.length), 1, 38);
            assertThatThrownBy(() -> TestLog.open(withFrame(group, head)))
                    .as(name)
                    .isInstanceOf(CorruptDataException.class)
                    .hasMessageContaining("demo.log at byte 38");
        });
    }

    private static byte[] sealed(byte[] header, long offset) {
        HeadWriter place = new HeadWriter(52);
        place.u64(1);
        place.u64(offset);
        place.raw(header, 36);
        HeadWriter sealed = new HeadWriter(40);
        sealed.raw(header, 36);
        sealed.u32(RowChecksum.of(place.array(), 0, place.size()));
        return sealed.bytes();
    }

    private static byte[] withFrame(byte[] frame, byte[] head) {
        HeadWriter log = new HeadWriter(100);
        byte[] header = new LogHeader(TestLog.SESSION, 1, 0).encode();
        assertThat(header).hasSize(38);
        log.raw(header, header.length);
        log.raw(frame, frame.length);
        log.raw(head, head.length);
        return log.bytes();
    }
}

package dev.pawl.file.log;

import static dev.pawl.file.log.TestLog.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.backend.CorruptDataException;
import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Row;
import dev.pawl.json.Bytes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LogReaderTest {

    private static final Key CREDS = Key.CREDENTIALS;
    private static final Key SESSION = Key.ofKey("session", "628.0");
    private static final Key PRE_KEY = Key.ofKey("pre-key", "7");

    private static TestLog small() {
        return new TestLog(0x0123_4567_89AB_CDEFL, 4096)
                .commit(List.of(row(CREDS, "{\"n\":1}"), row(PRE_KEY, "{}")), List.of())
                .commit(List.of(row(SESSION, "{\"ratchet\":1}")), List.of())
                .commit(List.of(row(SESSION, "{\"ratchet\":2}"), row(CREDS, "{\"n\":2}")), List.of(PRE_KEY));
    }

    @Test
    void whatWasCommittedIsReadAgain() throws IOException {
        TestLog log = small();

        TestLog.Opened opened = TestLog.open(log.bytes());

        assertThat(opened.rows()).isEqualTo(log.state());
        assertThat(opened.tail().end()).isEqualTo(log.end);
        assertThat(opened.tail().torn()).isFalse();
        assertThat(opened.tail().rows()).isEmpty();
    }

    @Test
    void aClosedLogTellsHowManyRowsItHasWithoutAReplay() throws IOException {
        TestLog log = small().close();

        TestLog.Opened opened = TestLog.open(log.bytes());

        assertThat(opened.rows()).isEqualTo(log.state());
        assertThat(opened.tail().end()).isEqualTo(log.end);
        assertThat(opened.tail().rows()).isEqualTo(Map.of(Family.CREDENTIALS, 1, Family.KEY, 1));
        assertThat(opened.reader().rows()).contains(Map.of(Family.CREDENTIALS, 1, Family.KEY, 1));
        assertThat(TestLog.open(small().bytes()).reader().rows()).isEmpty();
    }

    @Test
    void everyKeyAndEveryByteComesBack() throws IOException {
        byte[] every = new byte[256];
        for (int i = 0; i < every.length; i++) {
            every[i] = (byte) i;
        }
        List<String> names = List.of(
                "",
                "a",
                "A",
                "\0",
                "é",
                "日本",
                "😀\uFFFF",
                "../x",
                "=",
                "n".repeat(70_000),
                "\uFFFD",
                "\u007F",
                "\u0080");
        List<Row> rows = new ArrayList<>();
        for (Family family : Family.values()) {
            for (String partition : names) {
                for (String id : names.subList(0, 4)) {
                    rows.add(Row.of(new Key(family, partition, id), Row.MAX_ORDER - rows.size(), Bytes.copyOf(every)));
                    rows.add(Row.of(new Key(family, id, partition + "2"), rows.size(), Bytes.EMPTY));
                }
            }
        }
        TestLog log = new TestLog(-1, 4096).commit(rows, List.of());
        Map<Key, Row> expected = new LinkedHashMap<>();
        rows.forEach(row -> expected.put(row.key(), row));

        assertThat(TestLog.open(log.bytes()).rows()).isEqualTo(expected);
        assertThat(TestLog.open(log.close().bytes()).rows()).isEqualTo(expected);
    }

    @Test
    void aFrameTellsItsPlacesAsAReplayDoes() throws IOException {
        List<Row> first = List.of(row(CREDS, "{\"n\":1}"), row(PRE_KEY, "{}"));
        List<Row> second = List.of(row(SESSION, "{}"));
        TestLog log = new TestLog(9, 4096);
        Frame frame = Frame.group(
                List.of(EncodedBatch.of(first, List.of()), EncodedBatch.of(second, List.of(PRE_KEY))),
                9,
                log.end.offset(),
                log.end.offset(),
                4096);
        TestLog.Index told = new TestLog.Index();
        frame.replay(told);
        log.group(log.end.offset(), List.of(first, second), List.of(List.of(), List.of(PRE_KEY)));

        assertThat(TestLog.open(log.bytes()).index().places).isEqualTo(told.places);
    }

    @Test
    void readingGoesOnFromAKnownEnd() throws IOException {
        TestLog log = small();
        TestLog.Opened opened = TestLog.open(log.file);
        assertThat(opened.reader().changed(opened.tail().end())).isFalse();

        log.commit(List.of(row(PRE_KEY, "{\"again\":true}")), List.of());
        assertThat(opened.reader().changed(opened.tail().end())).isTrue();
        Tail grown = opened.reader().replay(opened.tail().end(), opened.index());
        assertThat(opened.rows()).isEqualTo(log.state());
        assertThat(grown.end()).isEqualTo(log.end);

        log.close();
        assertThat(opened.reader().changed(grown.end())).isTrue();
        Tail closed = opened.reader().replay(grown.end(), opened.index());
        assertThat(closed.end()).isEqualTo(log.end);
        assertThat(opened.reader().changed(closed.end())).isFalse();
    }

    @Test
    void aWrongValueIsNeverHandedOut() throws IOException {
        TestLog log = small();
        Place place = TestLog.open(log.bytes()).index().places.get(SESSION);
        byte[] content = log.commit(List.of(), List.of()).bytes();
        content[(int) place.offset() + 3] ^= 1;

        TestLog.Opened opened = TestLog.open(content);

        assertThatThrownBy(() -> opened.reader().value(SESSION, place))
                .isInstanceOf(CorruptDataException.class)
                .hasMessageContaining("demo.log at byte " + place.offset())
                .extracting(e -> ((CorruptDataException) e).key())
                .isEqualTo(java.util.Optional.of(SESSION));
        assertThat(opened.reader().value(CREDS, opened.index().places.get(CREDS)))
                .isEqualTo("{\"n\":2}".getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }
}

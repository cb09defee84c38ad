package dev.pawl.file.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Row;
import dev.pawl.json.Bytes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** {@code docs/format/native.md} says what is so: its examples are what is written, and what is read. */
class NativeFormatTest {

    private static final Pattern LINE =
            Pattern.compile("^ *([0-9]+)  ((?:[0-9a-f]{2} )*[0-9a-f]{2}) {2,}\\S.*$", Pattern.MULTILINE);
    private static final Pattern FAMILY = Pattern.compile("\\| ([A-Z_]+) \\| ([0-9]+) (?=\\|)");

    private static final Row ROW = Row.of(Key.ofKey("pre-key", "7"), Bytes.utf8("{\"n\":7}"));

    private static String page() throws IOException {
        return Files.readString(Path.of("../docs/format/native.md"), UTF_8);
    }

    /** The bytes of an example, by its number on the page. */
    private static byte[] example(int number) throws IOException {
        String block = page().split("```")[2 * number + 1];
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Matcher line = LINE.matcher(block);
        int lines = 0;
        while (line.find()) {
            assertThat(Integer.parseInt(line.group(1))).isEqualTo(bytes.size());
            bytes.writeBytes(HexFormat.ofDelimiter(" ").parseHex(line.group(2)));
            lines++;
        }
        assertThat(block.lines().filter(text -> !text.isBlank())).hasSize(lines);
        return bytes.toByteArray();
    }

    private static TestLog log() {
        return new TestLog(0x0123_4567_89AB_CDEFL, 65_536).commit(List.of(ROW), List.of());
    }

    @Test
    void theExampleIsWhatIsWritten() throws IOException {
        assertThat(log().close().bytes()).isEqualTo(example(0));
    }

    @Test
    void theExampleIsRead() throws IOException {
        TestLog.Opened opened = TestLog.open(example(0));

        assertThat(opened.rows()).isEqualTo(Map.of(ROW.key(), ROW));
        assertThat(opened.tail().rows()).isEqualTo(Map.of(Family.KEY, 1));
        assertThat(opened.tail().end().closed()).isTrue();
    }

    @Test
    void theCheckpointOfTheExampleIsWrittenAndRead() throws IOException {
        TestLog log = log();
        TestLog.Index index = TestLog.open(log.bytes()).index();
        assertThat(Checkpoint.encode(log.header, log.end, sink -> index.places.forEach(sink::put)))
                .isEqualTo(example(1));

        TestLog.Index read = new TestLog.Index();
        LogEnd end = Checkpoint.read(example(1), log.header, read).orElseThrow();
        assertThat(end.offset()).isEqualTo(105);
        assertThat(read.places).isEqualTo(index.places);
    }

    @Test
    void familiesHaveTheNumbersOfThePage() throws IOException {
        Map<Family, Integer> numbers = new EnumMap<>(Family.class);
        Matcher family = FAMILY.matcher(page());
        while (family.find()) {
            numbers.put(Family.valueOf(family.group(1)), Integer.parseInt(family.group(2)));
        }

        assertThat(numbers).hasSameSizeAs(Family.values());
        numbers.forEach((known, number) -> {
            assertThat(FamilyNumbers.of(known)).isEqualTo(number);
            assertThat(FamilyNumbers.family(number)).contains(known);
        });
        assertThat(FamilyNumbers.family(0)).isEmpty();
        assertThat(FamilyNumbers.family(14)).isEmpty();
    }
}

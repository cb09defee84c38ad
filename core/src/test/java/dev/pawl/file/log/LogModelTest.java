package dev.pawl.file.log;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random logs against a map that is changed in the same way. */
class LogModelTest {

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void aReplayEndsWhereTheModelDoes(long seed) throws IOException {
        Random random = new Random(seed);
        TestLog log = new TestLog(random.nextLong(), 1 << 10 + random.nextInt(9));
        TestLog.Opened beside = TestLog.open(log.file);
        Tail tail = beside.tail();
        byte[] checkpoint = new byte[0];
        for (int i = 0; i < 60; i++) {
            List<List<Row>> puts = new ArrayList<>();
            List<List<Key>> deletes = new ArrayList<>();
            for (int batch = random.nextInt(4); batch >= 0; batch--) {
                changes(random, puts, deletes);
            }
            log.group(random.nextInt(4) == 0 ? log.end.settled() : log.end.offset(), puts, deletes);
            if (random.nextInt(5) == 0) {
                tail = beside.reader().replay(tail.end(), beside.index());
                assertThat(beside.rows()).isEqualTo(log.state());
            }
            if (random.nextInt(20) == 0) {
                TestLog.Opened opened = TestLog.open(log.file);
                checkpoint = Checkpoint.encode(
                        log.header,
                        opened.tail().end(),
                        sink -> opened.index().places.forEach(sink::put));
            }
        }
        TestLog.Index index = new TestLog.Index();
        LogReader reader = new LogReader(log.file, TestLog.PATH, log.header);
        LogEnd from = Checkpoint.read(checkpoint, log.header, index).orElse(LogEnd.begin(log.header));
        Tail last = reader.replay(from, index);

        assertThat(last.end().offset()).isEqualTo(log.end.offset());
        assertThat(new TestLog.Opened(reader, index, last).rows()).isEqualTo(log.state());
        assertThat(TestLog.open(log.close().bytes()).rows()).isEqualTo(log.state());
        damage(random, log);
    }

    /** Damage of a closed log: every row that can be read is one that was committed last. */
    private static void damage(Random random, TestLog log) throws IOException {
        for (int i = 0; i < 40; i++) {
            byte[] content = log.bytes();
            int at = random.nextInt(content.length);
            for (int j = random.nextInt(3); j >= 0; j--) {
                content[Math.min(content.length - 1, at + j * 512)] ^= (byte) (1 + random.nextInt(255));
            }
            Map<Key, Row> read = new LinkedHashMap<>();
            try {
                TestLog.Opened opened = TestLog.open(content);
                assertThat(opened.index().places.keySet()).isEqualTo(log.state().keySet());
                for (Map.Entry<Key, Place> entry : opened.index().places.entrySet()) {
                    try {
                        Bytes value = Bytes.wrap(opened.reader().value(entry.getKey(), entry.getValue()));
                        read.put(
                                entry.getKey(),
                                Row.of(entry.getKey(), entry.getValue().order(), value));
                    } catch (CorruptDataException told) {
                        assertThat(told.key()).contains(entry.getKey());
                    }
                }
            } catch (CorruptDataException told) {
                assertThat(told).hasMessageContaining("demo.log at byte ");
            }
            assertThat(log.state()).containsAllEntriesOf(read);
        }
    }

    private static void changes(Random random, List<List<Row>> puts, List<List<Key>> deletes) {
        Map<Key, Row> rows = new LinkedHashMap<>();
        for (int i = random.nextInt(6); i > 0; i--) {
            Key key = key(random);
            byte[] value = new byte[random.nextInt(10) == 0 ? random.nextInt(70_000) : random.nextInt(300)];
            random.nextBytes(value);
            rows.put(key, Row.of(key, random.nextLong(), Bytes.wrap(value)));
        }
        puts.add(List.copyOf(rows.values()));
        Key delete = key(random);
        deletes.add(rows.containsKey(delete) ? List.of() : List.of(delete));
    }

    private static Key key(Random random) {
        Family family = Family.values()[random.nextInt(Family.values().length)];
        return new Key(family, "p" + random.nextInt(300), (random.nextBoolean() ? "é" : "") + random.nextInt(4));
    }
}

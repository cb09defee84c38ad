package dev.pawl.file.log;

import static dev.pawl.file.log.TestLog.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.backend.Batch;
import dev.pawl.backend.CorruptDataException;
import dev.pawl.backend.Key;
import dev.pawl.backend.Row;
import dev.pawl.backend.Salvageable;
import dev.pawl.backend.SessionName;
import dev.pawl.backend.UnsupportedException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LogSalvageTest {

    private static final Key CREDS = Key.CREDENTIALS;
    private static final Key ONE = Key.ofKey("session", "1");
    private static final Key TWO = Key.ofKey("session", "2");

    private static final List<List<Row>> COMMITS = List.of(
            List.of(row(CREDS, "{\"n\":1}"), row(TWO, "{\"other\":0}")),
            List.of(row(ONE, "{\"ratchet\":1}")),
            List.of(row(ONE, "{\"ratchet\":2}"), row(TWO, "{\"other\":1}")),
            List.of(row(CREDS, "{\"n\":2}")));

    private static TestLog log() {
        TestLog log = new TestLog(77, 512);
        COMMITS.forEach(puts -> log.commit(puts, List.of()));
        return log;
    }

    /** What was found, batches and losses as they came. */
    private static final class Found implements Salvageable.Visitor {

        final List<Object> all = new ArrayList<>();

        @Override
        public void intact(Batch batch) {
            all.add(batch.puts());
        }

        @Override
        public void lost(Salvageable.Lost part) {
            all.add(part);
        }

        Salvageable.Lost loss(int index) {
            return (Salvageable.Lost) all.get(index);
        }

        static Found in(byte[] content) throws IOException {
            Found found = new Found();
            new LogSalvage(new MemoryFile(content), TestLog.PATH, TestLog.SESSION).walk(found);
            return found;
        }
    }

    @Test
    void allOfAGoodLogIsHandedOutInOrder() throws IOException {
        assertThat(Found.in(log().bytes()).all).isEqualTo(COMMITS);
        assertThat(Found.in(log().close().bytes()).all).isEqualTo(COMMITS);
    }

    @Test
    void aDamagedFrameIsToldWhereItStood() throws IOException {
        TestLog log = log();
        byte[] content = log.bytes();
        long from = log.frames.get(1);
        content[(int) from + 20] ^= 1;

        Found found = Found.in(content);

        assertThat(found.all).hasSize(4);
        assertThat(found.all.get(0)).isEqualTo(COMMITS.get(0));
        assertThat(found.loss(1).from()).isEqualTo(from);
        assertThat(found.loss(1).to()).isEqualTo(log.frames.get(2));
        assertThat(found.loss(1).records()).isEmpty();
        assertThat(found.loss(1).place()).isEqualTo("demo.log");
        assertThat(found.all.subList(2, 4)).isEqualTo(COMMITS.subList(2, 4));
    }

    @Test
    void aDamagedValueTakesOnlyItsRowAndNamesIt() throws IOException {
        TestLog log = log();
        byte[] content = log.bytes();
        Place place = TestLog.open(content).index().places.get(ONE);
        content[(int) place.offset() + 1] ^= 1;

        Found found = Found.in(content);

        assertThat(found.all.subList(0, 2)).isEqualTo(COMMITS.subList(0, 2));
        assertThat(found.all.get(2)).isEqualTo(COMMITS.get(2).subList(1, 2));
        assertThat(found.loss(3).records()).contains(Set.of(ONE));
        assertThat(found.loss(3).from()).isEqualTo(place.offset());
        assertThat(found.loss(3).to()).isEqualTo(place.offset() + place.length());
        assertThat(found.all.get(4)).isEqualTo(COMMITS.get(3));
    }

    @Test
    void aLogThatWasCutSaysHowMuchIsMissing() throws IOException {
        TestLog log = log();
        int cut = (int) (long) log.frames.get(2) + 5;

        Found found = Found.in(Arrays.copyOf(log.bytes(), cut));

        assertThat(found.all).hasSize(3);
        assertThat(found.loss(2).from()).isEqualTo(cut);
        assertThat(found.loss(2).to()).isEqualTo(512);
        assertThat(found.loss(2).records()).isEmpty();
    }

    @Test
    void anUnfinishedWriteIsNoLoss() throws IOException {
        TestLog log = log();
        byte[] content = log.bytes();
        content[(int) log.end.offset() - 1] ^= 1;

        assertThat(Found.in(content).all).isEqualTo(COMMITS.subList(0, 3));
    }

    @Test
    void aDamagedHeaderCostsNothingWhileItsGenerationStands() throws IOException {
        byte[] content = log().bytes();
        content[0] = 'x';
        content[31] ^= 1;

        Found found = Found.in(content);

        assertThat(found.loss(0).from()).isZero();
        assertThat(found.loss(0).records()).contains(Set.of());
        assertThat(found.all.subList(1, 5)).isEqualTo(COMMITS);
    }

    @Test
    void withoutItsGenerationNothingCanBeMadeOutOfALog() {
        byte[] content = log().bytes();
        content[15] ^= 1;

        assertThatThrownBy(() -> Found.in(content)).isInstanceOf(CorruptDataException.class);
        assertThatThrownBy(() -> Found.in(new byte[0])).isInstanceOf(CorruptDataException.class);
        assertThatThrownBy(() -> Found.in(new byte[9999])).isInstanceOf(CorruptDataException.class);
        assertThatThrownBy(() -> new LogSalvage(log().file, TestLog.PATH, SessionName.of("other")).walk(new Found()))
                .isInstanceOf(CorruptDataException.class);
    }

    @Test
    void whatANewerVersionWroteIsNotGuessed() {
        TestLog log = log();
        byte[] content = log.bytes();
        byte[] unknown = FrameHeader.encode(9, 0, 0, 0, 0, 0, 77, log.end.offset());
        System.arraycopy(unknown, 0, content, (int) log.end.offset(), unknown.length);

        assertThatThrownBy(() -> Found.in(content)).isInstanceOf(UnsupportedException.class);
    }

    @Test
    void whateverByteIsDamagedNoWrongRowIsHandedOutAndAMissingOneIsTold() throws IOException {
        TestLog closed = log().close();
        byte[] content = closed.bytes();
        for (int at = 0; at < content.length; at++) {
            content[at] ^= 4;
            Found found = new Found();
            try {
                new LogSalvage(new MemoryFile(content), TestLog.PATH, TestLog.SESSION).walk(found);
            } catch (CorruptDataException | UnsupportedException refused) {
                assertThat(at).isLessThan(closed.header.size());
                found.all.clear();
                found.all.addAll(COMMITS);
            }
            Map<Key, Row> rows = new LinkedHashMap<>();
            boolean told = false;
            for (Object part : found.all) {
                if (part instanceof List<?> puts) {
                    for (Object put : puts) {
                        Row row = (Row) put;
                        assertThat(COMMITS.stream().anyMatch(commit -> commit.contains(row)))
                                .isTrue();
                        rows.put(row.key(), row);
                    }
                } else {
                    told = true;
                }
            }
            assertThat(told || rows.equals(closed.state())).as("byte %d", at).isTrue();
            content[at] ^= 4;
        }
    }
}

package dev.pawl.file.log;

import static dev.pawl.file.log.TestLog.row;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.backend.Batch;
import dev.pawl.backend.CorruptDataException;
import dev.pawl.backend.Key;
import dev.pawl.backend.Salvageable;
import dev.pawl.backend.UnsupportedException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Throws made-up files at everything that reads: it answers, or refuses with one of the two exceptions that say so, in bounded
 * time and memory.
 *
 * <p>A file that takes branches of the reader that none took before is kept and changed further, so that the search goes where it
 * has not been. Checksums, which would keep almost every change out, are made to fit again in most cases.
 */
class LogFuzzTest {

    /** In seconds; longer where soak tests run. */
    private static final int TIME = Boolean.getBoolean("pawl.soak") ? 600 : 2;

    private static final long GENERATION = 0x0102_0304_0506_0708L;

    private final Random random = new Random(Long.getLong("pawl.seed", 20_260_131L));
    private final List<byte[]> corpus = new ArrayList<>();
    private final BitSet covered = new BitSet();
    private final Set<String> outcomes = new HashSet<>();

    @Test
    void whateverStandsInAFileIsReadOrRefused() throws ReflectiveOperationException, IOException {
        seeds();
        int runs = 0;
        try (Probes probes = new Probes(
                Reading.class,
                FrameHeader.class,
                FrameSearch.class,
                GroupHead.class,
                HeadCursor.class,
                LogHeader.class,
                LogReader.class,
                LogSalvage.class,
                Checkpoint.class,
                Window.class)) {
            int seeds = corpus.size();
            for (int i = 0; i < seeds; i++) {
                learn(corpus.get(i), probes, false);
            }
            int covered = this.covered.cardinality();
            long end = System.nanoTime() + TIME * 1_000_000_000L;
            while (System.nanoTime() < end) {
                byte[] file = change(corpus.get(random.nextInt(corpus.size())));
                learn(file, probes, true);
                runs++;
            }
            if (probes.present()) {
                assertThat(this.covered.cardinality()).isGreaterThan(covered);
            }
            assertThat(corpus.size()).isGreaterThan(seeds);
            System.getLogger("fuzz")
                    .log(
                            System.Logger.Level.DEBUG,
                            "{0} files, {1} kept, {2} branches, {3} of them by seeds",
                            runs,
                            corpus.size(),
                            this.covered.cardinality(),
                            covered);
        }
        assertThat(outcomes).anyMatch(outcome -> outcome.startsWith("Unsupported"));
        assertThat(outcomes).anyMatch(outcome -> outcome.startsWith("Corrupt"));
        assertThat(outcomes).anyMatch(outcome -> outcome.startsWith("read"));
    }

    private void seeds() {
        TestLog log = new TestLog(GENERATION, 512)
                .commit(List.of(row(Key.CREDENTIALS, "{\"n\":1}"), row(Key.ofKey("session", "é"), "")), List.of())
                .group(
                        0,
                        List.of(List.of(row(Key.CREDENTIALS, "{}")), List.of()),
                        List.of(List.of(), List.of(Key.ofKey("session", "é"))))
                .commit(List.of(row(Key.ofKey("pre-key", "7"), "x".repeat(300))), List.of());
        corpus.add(log.bytes());
        corpus.add(log.close().bytes());
        corpus.add(new TestLog(GENERATION, 64).bytes());
        corpus.add(
                Checkpoint.encode(log.header, log.end, sink -> sink.put(Key.CREDENTIALS, new Place(3, 60, 8, 0x1234))));
    }

    private void learn(byte[] file, Probes probes, boolean keep) throws IOException {
        probes.clear();
        String outcome;
        try {
            outcome = read(file);
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError unexpected) {
            throw new AssertionError("this file: " + HexFormat.of().formatHex(file), unexpected);
        }
        BitSet taken = probes.taken();
        taken.andNot(covered);
        covered.or(taken);
        if ((outcomes.add(outcome) || !taken.isEmpty()) && keep) {
            corpus.add(file);
        }
    }

    /** All that reads, on one file. */
    private static String read(byte[] content) throws IOException {
        MemoryFile file = new MemoryFile(content);
        TestLog.Index index = new TestLog.Index();
        LogHeader assumed = new LogHeader(TestLog.SESSION, GENERATION, 0);
        String outcome = "read";
        try {
            LogEnd from = Checkpoint.read(content, assumed, index).orElse(LogEnd.begin(assumed));
            outcome += " from " + (from.offset() > assumed.size());
            new LogReader(file, TestLog.PATH, assumed).changed(from);
            TestLog.Opened opened = TestLog.open(file);
            outcome += " torn " + opened.tail().torn() + opened.tail().end().closed();
            opened.reader().rows();
            for (Map.Entry<Key, Place> entry : opened.index().places.entrySet()) {
                opened.reader().value(entry.getKey(), entry.getValue());
            }
            opened.reader().replay(opened.tail().end(), opened.index());
        } catch (CorruptDataException refused) {
            outcome = "Corrupt " + refused.problem().replaceAll("[0-9]+", "");
        } catch (UnsupportedException refused) {
            outcome = "Unsupported";
        }
        try {
            new LogSalvage(file, TestLog.PATH, TestLog.SESSION).walk(new Ignore());
        } catch (CorruptDataException | UnsupportedException refused) {
            outcome += ", salvage refuses";
        }
        return outcome;
    }

    private byte[] change(byte[] original) {
        byte[] file = original.clone();
        for (int i = random.nextInt(4); i >= 0 && file.length > 0; i--) {
            file = changeOnce(file);
        }
        if (random.nextInt(8) > 0) {
            seal(file);
        }
        return file;
    }

    private byte[] changeOnce(byte[] file) {
        int at = random.nextInt(file.length);
        int length = Math.min(file.length - at, 1 + random.nextInt(random.nextInt(8) == 0 ? 200 : 9));
        switch (random.nextInt(7)) {
            case 0 -> file[at] ^= (byte) (1 << random.nextInt(8));
            case 1 ->
                file[at] = (byte) List.of(0, 1, 2, 0x7F, 0x80, 0xFF, 14)
                        .get(random.nextInt(7))
                        .intValue();
            case 2 -> file[at] += (byte) (random.nextBoolean() ? 1 : -1);
            case 3 -> Arrays.fill(file, at, at + length, (byte) (random.nextBoolean() ? 0 : 0xFF));
            case 4 -> System.arraycopy(file, at, file, random.nextInt(file.length - length + 1), length);
            case 5 -> file = Arrays.copyOf(file, Math.max(1, Math.min(4096, file.length + random.nextInt(80) - 40)));
            default -> {
                byte[] other = corpus.get(random.nextInt(corpus.size()));
                int most = Math.min(other.length, file.length);
                System.arraycopy(other, Math.min(at, most), file, Math.min(at, most), most - Math.min(at, most));
            }
        }
        return file;
    }

    /** Makes the checksums of what looks like a header, a frame or a checkpoint fit. */
    private static void seal(byte[] file) {
        if (file.length > 60 && file[3] == 'C') {
            put(file, file.length - 4, RowChecksum.of(file, 0, file.length - 4));
        }
        if (file.length >= 38) {
            put(file, 34, RowChecksum.of(file, 0, 34));
        }
        for (int at = 38; at + FrameHeader.SIZE <= file.length; at++) {
            if (file[at] == FrameHeader.MARK_BEGIN && file[at + 1] == 'P') {
                int head = (file[at + 10] & 0xFF) << 8 | file[at + 11] & 0xFF;
                if (at + FrameHeader.SIZE + head <= file.length) {
                    put(file, at + 32, RowChecksum.of(file, at + FrameHeader.SIZE, head));
                }
                HeadWriter covered = new HeadWriter(52);
                covered.u64(GENERATION);
                covered.u64(at);
                covered.raw(Arrays.copyOfRange(file, at, at + 36), 36);
                put(file, at + 36, RowChecksum.of(covered.array(), 0, covered.size()));
            }
        }
    }

    private static void put(byte[] file, int at, int value) {
        for (int i = 0; i < 4; i++) {
            file[at + i] = (byte) (value >>> 24 - 8 * i);
        }
    }

    private static final class Ignore implements Salvageable.Visitor {
        @Override
        public void intact(Batch batch) {}

        @Override
        public void lost(Salvageable.Lost part) {
            assertThat(part.to()).isGreaterThanOrEqualTo(part.from());
        }
    }
}

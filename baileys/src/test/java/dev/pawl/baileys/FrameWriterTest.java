package dev.pawl.baileys;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FrameWriterTest {

    private static final int ROOM = 4096;
    private static final int FRAME = 8;

    /** A pipe to somebody who reads nothing before it is told to: what does not fit waits. */
    private static final class Pipe extends OutputStream {

        private final ByteArrayOutputStream taken = new ByteArrayOutputStream();
        private final CountDownLatch reads = new CountDownLatch(1);
        private final CountDownLatch closed = new CountDownLatch(1);
        private final List<String> writers = new ArrayList<>();
        private volatile boolean broken;

        @Override
        public void write(int one) throws IOException {
            write(new byte[] {(byte) one}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            if (size() + length > ROOM) {
                await(reads);
            }
            if (broken) {
                throw new IOException("broken");
            }
            synchronized (this) {
                taken.write(bytes, from, length);
                writers.add(Thread.currentThread().getName());
            }
        }

        synchronized int size() {
            return taken.size();
        }

        @Override
        public void close() {
            closed.countDown();
        }

        private static void await(CountDownLatch latch) throws IOException {
            try {
                if (!latch.await(20, TimeUnit.SECONDS)) {
                    throw new IOException("nobody read");
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException(e);
            }
        }
    }

    private final Pipe pipe = new Pipe();
    private final FrameWriter writer = new FrameWriter(pipe);
    private final Thread thread = new Thread(writer::run, "writes");

    @BeforeEach
    void begin() {
        thread.start();
    }

    @AfterEach
    void end() throws InterruptedException {
        pipe.reads.countDown();
        writer.end();
        thread.join(20_000);
    }

    private static byte[] frame(int writer, int number) {
        return ByteBuffer.allocate(FRAME).putInt(writer).putInt(number).array();
    }

    private void finish() throws InterruptedException {
        writer.end();
        assertThat(pipe.closed.await(20, TimeUnit.SECONDS)).as("it is closed").isTrue();
    }

    /** The numbers of the frames of each writer, in the order in which they came. */
    private Map<Integer, List<Integer>> frames() {
        Map<Integer, List<Integer>> all = new LinkedHashMap<>();
        ByteBuffer bytes = ByteBuffer.wrap(pipe.taken.toByteArray());
        while (bytes.hasRemaining()) {
            all.computeIfAbsent(bytes.getInt(), name -> new ArrayList<>()).add(bytes.getInt());
        }
        return all;
    }

    private static List<Integer> numbers(int count) {
        return IntStream.range(0, count).boxed().toList();
    }

    @Test
    void whoeverBringsAFrameWritesItWhereThereIsRoom() throws Exception {
        for (int i = 0; i < 2 * ROOM / FRAME; i++) {
            writer.write(frame(0, i));
            writer.read((long) FRAME * (i + 1));
            if (i == ROOM / FRAME - 1) {
                pipe.reads.countDown();
            }
        }

        assertThat(pipe.writers).containsOnly(Thread.currentThread().getName());
        assertThat(frames()).containsOnly(Map.entry(0, numbers(2 * ROOM / FRAME)));
    }

    @Test
    void nobodyWaitsForAChildThatReadsNothing() throws Exception {
        int count = 3 * ROOM / FRAME;
        CompletableFuture<Void> brought = CompletableFuture.runAsync(() -> {
            for (int i = 0; i < count; i++) {
                writer.write(frame(0, i));
            }
        });

        brought.get(20, TimeUnit.SECONDS);
        assertThat(pipe.size()).isLessThanOrEqualTo(ROOM);
        assertThat(pipe.reads.getCount()).as("nothing was read").isOne();

        pipe.reads.countDown();
        finish();
        assertThat(frames()).containsOnly(Map.entry(0, numbers(count)));
    }

    @Test
    void theFramesOfEachStayInOrderWhenManyWrite() throws Exception {
        int each = 20_000;
        pipe.reads.countDown();
        List<CompletableFuture<Void>> all = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            int name = i;
            all.add(CompletableFuture.runAsync(() -> {
                for (int number = 0; number < each; number++) {
                    writer.write(frame(name, number));
                    // now and then there is room again
                    writer.read((long) number * FRAME * 4);
                }
            }));
        }
        CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).get(60, TimeUnit.SECONDS);
        finish();

        assertThat(frames().keySet()).containsExactlyInAnyOrder(0, 1, 2, 3);
        assertThat(frames().values()).allMatch(numbers(each)::equals);
        assertThat(Set.copyOf(pipe.writers)).as("who wrote").contains("writes").hasSizeGreaterThan(1);
    }

    @Test
    void whatComesAfterTheEndIsDropped() throws Exception {
        writer.write(frame(0, 0));
        finish();

        writer.write(frame(0, 1));

        assertThat(frames()).containsOnly(Map.entry(0, List.of(0)));
    }

    @Test
    void ofABrokenPipeNothingIsLeft() throws Exception {
        for (int i = 0; i < 2 * ROOM / FRAME; i++) {
            writer.write(frame(0, i));
        }
        pipe.broken = true;
        pipe.reads.countDown();
        writer.end();

        thread.join(20_000);
        assertThat(thread.isAlive()).isFalse();
        writer.write(frame(0, 0));
        assertThat(writer.waiting()).isZero();
    }
}

package dev.pawl.cli;

import dev.pawl.event.InvalidEventException;
import dev.pawl.event.RawEvent;
import dev.pawl.json.Bytes;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Reads events from lines on a thread of its own, a few at a time, while those before are stored.
 *
 * <p>Never more than a few chunks are in memory. A chunk is handed on when it is full, and when no more has come yet: an
 * event does not wait for the next one.
 */
final class EventLines implements AutoCloseable {

    private static final int EVENTS = 1000;
    private static final int BYTES = 1 << 20;
    private static final int CHUNKS = 2;

    /** So often it is looked whether the process is told to end, when nothing comes. */
    private static final long LOOK_MILLIS = 100;

    private final LineReader lines;
    private final BlockingQueue<Chunk> chunks = new ArrayBlockingQueue<>(CHUNKS);
    private final Thread reader;
    private boolean ended;

    /**
     * Some events that came one after another.
     *
     * @param events those that are some
     * @param invalid the line behind them that is none, and what is wrong with it
     * @param last whether the input ended behind them
     * @param failure what ended the reading, if it was no end; nothing stands before it
     */
    record Chunk(List<RawEvent> events, Optional<String> invalid, boolean last, Optional<RuntimeException> failure) {
        Chunk {
            events = List.copyOf(events);
        }
    }

    EventLines(InputStream in) {
        this(new LineReader(in));
    }

    EventLines(LineReader lines) {
        this.lines = lines;
        this.reader = new Thread(this::readAll, "pawl-ingest-lines");
        reader.setDaemon(true);
        reader.start();
    }

    /**
     * The next events, waiting for them.
     *
     * @return empty behind the last ones
     * @throws Failure when the process is told to end
     */
    Optional<Chunk> next() {
        if (ended) {
            return Optional.empty();
        }
        try {
            Chunk chunk = null;
            while (chunk == null) {
                Resources.requireNotEnding();
                chunk = chunks.poll(LOOK_MILLIS, TimeUnit.MILLISECONDS);
            }
            ended = chunk.last();
            chunk.failure().ifPresent(e -> {
                throw e;
            });
            return Optional.of(chunk);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Failure.problem("INTERRUPTED while waiting for events");
        }
    }

    private void readAll() {
        try {
            Chunk chunk;
            do {
                chunk = read();
                if (chunk.failure().isPresent() && !chunk.events().isEmpty()) {
                    chunks.put(new Chunk(chunk.events(), Optional.empty(), false, Optional.empty()));
                    chunk = new Chunk(List.of(), Optional.empty(), true, chunk.failure());
                }
                chunks.put(chunk);
            } while (!chunk.last());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Chunk read() {
        List<RawEvent> events = new ArrayList<>();
        long bytes = 0;
        try {
            do {
                Optional<Bytes> line = lines.next();
                if (line.isEmpty()) {
                    return new Chunk(events, Optional.empty(), true, Optional.empty());
                }
                if (!isBlank(line.get())) {
                    events.add(RawEvent.parse(line.get()));
                    bytes += line.get().size();
                }
            } while (events.size() < EVENTS && bytes < BYTES && lines.hasMore());
            return new Chunk(events, Optional.empty(), false, Optional.empty());
        } catch (InvalidEventException | LineReader.TooLong e) {
            String problem = "standard input, line " + lines.number() + ": " + e.getMessage();
            return new Chunk(events, Optional.of(problem), false, Optional.empty());
        } catch (RuntimeException e) {
            return new Chunk(events, Optional.empty(), true, Optional.of(e));
        } catch (OutOfMemoryError e) {
            // Whoever waits for a chunk would wait for ever.
            RuntimeException failure = Failure.problem(
                    "OUT_OF_MEMORY standard input, line " + lines.number() + ": is more than fits into memory");
            return new Chunk(events, Optional.empty(), true, Optional.of(failure));
        }
    }

    private static boolean isBlank(Bytes line) {
        for (int i = 0; i < line.size(); i++) {
            byte each = line.byteAt(i);
            if (each != ' ' && each != '\t' && each != '\r') {
                return false;
            }
        }
        return true;
    }

    @Override
    public void close() {
        reader.interrupt();
    }
}

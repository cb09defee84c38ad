package dev.pawl.message;

import dev.pawl.backend.Batch;
import dev.pawl.backend.ClosedException;
import dev.pawl.backend.Family;
import dev.pawl.backend.FencedException;
import dev.pawl.backend.InDoubtException;
import dev.pawl.backend.Page;
import dev.pawl.backend.Position;
import dev.pawl.backend.Row;
import dev.pawl.backend.Scan;
import dev.pawl.backend.Searching;
import dev.pawl.backend.StoreException;
import dev.pawl.backend.UnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes messages known to search that were stored before it was switched on: puts them once more as they are, some at a
 * time, between the writes of others, in a thread that ends with them. How far it came is stored, so that a later owner
 * goes on there.
 */
final class OldMessages implements AutoCloseable {

    /** The most messages that a commit takes, so that who writes does not wait long for it. */
    static final int STEP = 250;

    private static final Logger LOG = LoggerFactory.getLogger(OldMessages.class);
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

    private final MessageRows rows;
    private final MessageWriter writer;
    private final Optional<Searching> searching;
    private final Pauses pauses = new Pauses(FIRST_PAUSE, LONGEST_PAUSE);
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread = new Thread(this::run, "pawl-old-messages");
    private volatile boolean complete;
    private volatile Optional<RuntimeException> failure = Optional.empty();

    OldMessages(MessageRows rows, MessageWriter writer) {
        this.rows = rows;
        this.writer = writer;
        this.searching = rows.backend().as(Searching.class);
        thread.setDaemon(true);
    }

    /** Begins, where there are such messages. */
    void begin() {
        complete = searching.flatMap(index -> index.unknown(rows.session())).isEmpty();
        if (!complete) {
            thread.start();
        }
    }

    private void run() {
        try {
            while (closing.getCount() > 0 && !complete) {
                step();
            }
        } catch (ClosedException | FencedException e) {
            // A later owner goes on.
            failure = Optional.of(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            failure = Optional.of(e);
            LOG.warn("session {}: not all messages that are older than search are found by it", rows.session(), e);
        }
    }

    private void step() throws InterruptedException {
        try {
            Searching index = searching.orElseThrow();
            Optional<Position> from = index.unknown(rows.session());
            if (from.isPresent()) {
                index.putAgain(rows.session(), writer.inTurn(() -> putSomeAgain(from.get())));
            }
            complete = from.isEmpty();
            pauses.reset();
        } catch (UnavailableException | InDoubtException e) {
            LOG.warn("session {}: messages older than search wait for the storage: {}", rows.session(), e.getMessage());
            boolean ending = closing.await(pauses.next(), TimeUnit.NANOSECONDS);
            LOG.debug("session {}: {}", rows.session(), ending ? "given up" : "trying again");
        }
    }

    /** Returns where it goes on; empty when there are no more. */
    private Optional<Position> putSomeAgain(Position after) {
        Page<Row, Position> page =
                rows.scan(Scan.of(Family.MESSAGE).after(after).limit(STEP));
        List<Row> puts = new ArrayList<>();
        Optional<Position> next = page.next();
        for (Row row : page.items()) {
            puts.add(HistoryFacets.of(row));
            if (puts.size() > 1 && writer.isTooMuch(new Batch(List.of(), puts, List.of()))) {
                puts.remove(puts.size() - 1);
                next = Optional.of(puts.get(puts.size() - 1).position());
                break;
            }
        }
        writer.commit(new Batch(List.of(), puts, List.of()));
        return next;
    }

    /**
     * Waits until all of them are known to search.
     *
     * @return whether it was so within this time
     * @throws StoreException why it never will be
     */
    boolean await(Duration longest) throws InterruptedException {
        thread.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(Pauses.nanos(longest))));
        if (failure.isPresent()) {
            throw failure.get();
        }
        return complete;
    }

    /** Ends after the step that is under way. */
    @Override
    public void close() {
        closing.countDown();
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}

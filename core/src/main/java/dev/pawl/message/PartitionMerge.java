package dev.pawl.message;

import dev.pawl.backend.Batch;
import dev.pawl.backend.ClosedException;
import dev.pawl.backend.Family;
import dev.pawl.backend.FencedException;
import dev.pawl.backend.InDoubtException;
import dev.pawl.backend.Key;
import dev.pawl.backend.Page;
import dev.pawl.backend.Position;
import dev.pawl.backend.Row;
import dev.pawl.backend.Scan;
import dev.pawl.backend.UnavailableException;
import dev.pawl.event.JidPair;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes one of the messages that came under both addresses of a conversation before it was known that they are one:
 * rule A8 of {@code docs/message-rules.md}. What stands under one address alone stays where it is.
 *
 * <p>Goes over the rows under the phone number in steps that are bounded by their number and their bytes. The first is
 * done in the turn that learnt the pair, the others behind it, between the writes of others, in a thread that ends with
 * them. Whose messages are to be looked through is stored ({@link MergingMarks}) until the last step, so that a
 * later owner begins again where this one did not come to the end. Reads make messages one by themselves meanwhile, and
 * so does whatever is done to one of them.
 *
 * <p><b>Thread-safety.</b> Used by who has the writer's turn, but for {@link #close}.
 */
final class PartitionMerge implements AutoCloseable {

    /** The most messages that are looked at in one turn, so that who writes does not wait long for it. */
    static final int STEP = 250;

    /** As many messages as beginning with another pair takes the time of. */
    private static final int PAIR = 25;

    private static final Logger LOG = LoggerFactory.getLogger(PartitionMerge.class);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

    private final MessageWriter writer;
    private final MessageRows rows;
    private final Owned owned;
    private final InstantSource clock;
    private final Pauses pauses = new Pauses(FIRST_PAUSE, LONGEST_PAUSE);
    private final CountDownLatch closing = new CountDownLatch(1);

    /** Whose messages are being looked through, and how far it came. */
    private Optional<JidPair> current = Optional.empty();

    private Optional<Position> reached = Optional.empty();

    private volatile Optional<Thread> thread = Optional.empty();

    PartitionMerge(MessageWriter writer, MessageRows rows, Owned owned, InstantSource clock) {
        this.writer = writer;
        this.rows = rows;
        this.owned = owned;
        this.clock = clock;
    }

    /** Begins with what former owners left. */
    void begin() {
        if (!owned.merging().isEmpty()) {
            start();
        }
    }

    /** A commit was made, which may have learnt pairs: does one step, and leaves the others to the thread. */
    void goOn() {
        if (owned.merging().isEmpty() || thread.isPresent()) {
            return;
        }
        try {
            someSteps();
        } catch (UnavailableException | InDoubtException e) {
            LOG.warn(
                    "session {}: merging the two sides of a chat waits for the storage: {}",
                    rows.session(),
                    e.getMessage());
        } catch (ClosedException | FencedException e) {
            // What was asked for is stored. A later owner goes on.
            return;
        }
        begin();
    }

    /** Everything was removed; in one's turn. */
    void forget() {
        current = Optional.empty();
    }

    private void start() {
        Thread next = new Thread(this::run, "pawl-merging");
        next.setDaemon(true);
        thread = Optional.of(next);
        next.start();
    }

    private void run() {
        try {
            boolean more = true;
            while (more && closing.getCount() > 0) {
                more = stepInTurn();
            }
        } catch (ClosedException | FencedException e) {
            LOG.debug("session {}: a later owner goes on with the two sides of a chat", rows.session());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            // What it says may be content.
            LOG.warn(
                    "session {}: merging the two sides of a chat stops until the next commit: {}",
                    rows.session(),
                    e.getClass());
            thread = Optional.empty();
        }
    }

    private boolean stepInTurn() throws InterruptedException {
        try {
            boolean more = writer.inTurn(() -> {
                someSteps();
                boolean left = !owned.merging().isEmpty();
                thread = left ? thread : Optional.empty();
                return left;
            });
            pauses.reset();
            return more;
        } catch (UnavailableException | InDoubtException e) {
            LOG.warn(
                    "session {}: merging the two sides of a chat waits for the storage: {}",
                    rows.session(),
                    e.getMessage());
            return !closing.await(pauses.next(), TimeUnit.NANOSECONDS);
        }
    }

    /** As much as one turn is for. */
    private void someSteps() {
        for (int looked = 0; looked < STEP && !owned.merging().isEmpty(); looked += PAIR) {
            looked += step(owned.merging().values().iterator().next());
        }
    }

    /** Looks through some of the messages of a pair, and tells how many; as many as a turn is for, when there are more. */
    private int step(JidPair pair) {
        if (!current.equals(Optional.of(pair))) {
            current = Optional.of(pair);
            reached = Optional.empty();
        }
        try {
            Scan all = Scan.of(Family.MESSAGE).in(pair.phoneNumberJid().text()).limit(STEP);
            Page<Row, Position> page = rows.scan(reached.map(all::after).orElse(all));
            merge(pair, page.items(), page.next());
            return reached.isPresent() ? STEP : page.items().size();
        } catch (UnavailableException | InDoubtException | ClosedException | FencedException e) {
            throw e;
        } catch (RuntimeException e) {
            // A row is damaged, or too big for the backend: the mark stays, and reads go on making them one. What the
            // exception says may be content.
            LOG.warn("session {}: merging the two sides of a chat failed: {}", rows.session(), e.getClass());
            owned.merging().remove(pair.lid());
            return 0;
        }
    }

    private void merge(JidPair pair, List<Row> some, Optional<Position> next) {
        Map<Key, Row> others = new LinkedHashMap<>();
        some.forEach(row -> others.put(
                new Key(Family.MESSAGE, pair.lidJid().text(), row.key().id()), row));
        Map<Key, Row> found = rows.get(others.keySet());
        Draft draft = new Draft(rows);
        Map<Key, Key> twice = new LinkedHashMap<>();
        others.forEach((stays, goes) -> {
            Row there = found.get(stays);
            if (there != null) {
                draft.know(there);
                draft.know(goes);
                twice.put(stays, goes.key());
            }
        });
        new MessageMerge(draft, owned, clock.instant()).unite(twice);
        if (next.isEmpty()) {
            draft.delete(MergingMarks.key(pair));
        }
        Batch batch = draft.batch();
        if (some.size() > 1 && writer.isTooMuch(batch)) {
            List<Row> half = some.subList(0, some.size() / 2);
            merge(pair, half, Optional.of(half.get(half.size() - 1).position()));
            return;
        }
        writer.commit(batch);
        owned.keep(draft);
        reached = next;
    }

    /** Ends after the step that is under way. */
    @Override
    public void close() {
        closing.countDown();
        Optional<Thread> running = thread;
        boolean interrupted = false;
        while (running.isPresent() && running.get().isAlive()) {
            try {
                running.get().join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}

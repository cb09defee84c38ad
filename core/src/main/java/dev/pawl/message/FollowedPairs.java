package dev.pawl.message;

import dev.pawl.backend.Family;
import dev.pawl.backend.Position;
import dev.pawl.backend.Row;
import dev.pawl.backend.Scan;
import dev.pawl.event.Jid;
import dev.pawl.event.JidPair;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The pairs of LID and phone number of a session, as a reader knows them: what an owner elsewhere learns is seen within
 * a second.
 *
 * <p>The rows of pairs are ordered by when they were learnt, and no owner puts one before those that are there (see
 * {@link NewPairs}), so that a second look reads only what is new. Where the last one that was read is gone, pairs were
 * removed or replaced, and all are read anew.
 *
 * <p><b>Thread-safety.</b> Safe; one thread looks, and the others go on with what is known until it is done.
 */
final class FollowedPairs implements Supplier<Aliases> {

    private static final long BETWEEN_LOOKS = Duration.ofSeconds(1).toNanos();

    private final MessageRows rows;
    private final LongSupplier nanos;
    private final Lock look = new ReentrantLock();
    private volatile Aliases known;
    private volatile long lookedAt;
    private long lastOrder;
    private Optional<JidPair> last;

    /**
     * All pairs that are stored.
     *
     * @param aliases who is who, and of whom messages may stand twice
     * @param merging the pairs of the latter, by LID user
     * @param lastOrder the order of the last one; 0 when there is none
     * @param last the last one
     */
    record Stored(Aliases aliases, Map<String, JidPair> merging, long lastOrder, Optional<JidPair> last) {}

    /**
     * Reads all pairs there are.
     *
     * @param nanos the time, as {@link System#nanoTime} has it
     */
    FollowedPairs(MessageRows rows, LongSupplier nanos) {
        this.rows = rows;
        this.nanos = nanos;
        this.lookedAt = nanos.getAsLong();
        Stored stored = all(rows);
        this.known = stored.aliases();
        this.lastOrder = stored.lastOrder();
        this.last = stored.last();
    }

    /** Reads all pairs of a session: what an owner begins with, who learns all others himself. */
    static Stored all(MessageRows rows) {
        Aliases aliases = new Aliases();
        Read read = read(rows, aliases, 0, Optional.empty());
        // behind the pairs: a mark is there before anybody can see its pair
        Map<String, JidPair> merging = MergingMarks.read(rows);
        aliases.mergingAre(lids(merging));
        return new Stored(aliases, merging, read.lastOrder(), read.last());
    }

    private static Set<String> lids(Map<String, JidPair> merging) {
        Set<String> lids = new HashSet<>();
        merging.values().forEach(pair -> lids.add(pair.lidJid().text()));
        return lids;
    }

    /** Who is who, as it was known a second ago at the latest. */
    @Override
    public Aliases get() {
        long now = nanos.getAsLong();
        if (now - lookedAt >= BETWEEN_LOOKS && look.tryLock()) {
            try {
                lookAgain();
                lookedAt = now;
            } finally {
                look.unlock();
            }
        }
        return known;
    }

    private void lookAgain() {
        Aliases aliases = known;
        Read read = read(rows, aliases, lastOrder, last);
        if (read.metLast()) {
            aliases.mergingAre(lids(MergingMarks.read(rows)));
            lastOrder = read.lastOrder();
            last = read.last();
        } else {
            Stored stored = all(rows);
            known = stored.aliases();
            lastOrder = stored.lastOrder();
            last = stored.last();
        }
    }

    /**
     * What was read.
     *
     * @param metLast whether the pair that was the last is still there, at its place
     */
    private record Read(boolean metLast, long lastOrder, Optional<JidPair> last) {}

    /** Takes in what was learnt in this order or later. */
    private static Read read(MessageRows rows, Aliases aliases, long fromOrder, Optional<JidPair> last) {
        Read[] read = {new Read(false, fromOrder, Optional.empty())};
        Scan scan = Scan.of(Family.ALIAS).in("lid").from(Position.of(fromOrder)).limit(MessageRows.PAGE);
        rows.walk(scan, row -> {
            Optional<JidPair> pair = Optional.of(pair(rows, row));
            aliases.learn(pair.get());
            boolean isLast = row.order() == fromOrder && pair.equals(last);
            read[0] = new Read(read[0].metLast() || isLast, row.order(), pair);
        });
        return read[0];
    }

    /** The pair of a row that stands under the LID's user and has the phone number's as its value. */
    static JidPair pair(MessageRows rows, Row row) {
        String user = rows.text(row);
        return JidPair.of(new Jid(row.key().id(), Jid.LIDS), new Jid(user, Jid.PHONE_NUMBERS))
                .orElseThrow(() -> rows.damaged(row.key(), "not the user part of a phone number"));
    }
}

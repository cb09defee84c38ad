package dev.pawl.message;

import dev.pawl.backend.Family;
import dev.pawl.backend.Position;
import dev.pawl.backend.Row;
import dev.pawl.backend.Scan;
import dev.pawl.event.Jid;
import dev.pawl.event.JidPair;
import java.time.Duration;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The pairs of LID and phone number of a session, as a reader knows them: what an owner elsewhere learns is seen within
 * a second.
 *
 * <p>The rows of pairs are ordered by when they were learnt, so that a second look reads only what is new.
 *
 * <p><b>Thread-safety.</b> Safe; one thread looks, and the others go on with what is known until it is done.
 */
final class FollowedPairs implements Supplier<Aliases> {

    private static final long BETWEEN_LOOKS = Duration.ofSeconds(1).toNanos();

    private final MessageRows rows;
    private final LongSupplier nanos;
    private final Aliases known = new Aliases();
    private final Lock look = new ReentrantLock();
    private volatile long lookedAt;
    private long lastOrder;

    /**
     * Reads all pairs there are.
     *
     * @param nanos the time, as {@link System#nanoTime} has it
     */
    FollowedPairs(MessageRows rows, LongSupplier nanos) {
        this.rows = rows;
        this.nanos = nanos;
        this.lookedAt = nanos.getAsLong();
        this.lastOrder = read(rows, known, 0);
    }

    /** Reads all pairs of a session: what an owner begins with, who learns all others himself. */
    static Aliases all(MessageRows rows) {
        Aliases aliases = new Aliases();
        read(rows, aliases, 0);
        return aliases;
    }

    /** Who is who, as it was known a second ago at the latest. */
    @Override
    public Aliases get() {
        long now = nanos.getAsLong();
        if (now - lookedAt >= BETWEEN_LOOKS && look.tryLock()) {
            try {
                lastOrder = read(rows, known, lastOrder);
                lookedAt = now;
            } finally {
                look.unlock();
            }
        }
        return known;
    }

    /** Takes in what was learnt in this second or later, and gives the last second in which anything was. */
    private static long read(MessageRows rows, Aliases aliases, long fromOrder) {
        long[] last = {fromOrder};
        Scan scan = Scan.of(Family.ALIAS).in("lid").from(Position.of(fromOrder)).limit(MessageRows.PAGE);
        rows.walk(scan, row -> {
            aliases.learn(pair(rows, row));
            last[0] = row.order();
        });
        return last[0];
    }

    private static JidPair pair(MessageRows rows, Row row) {
        String user = rows.text(row);
        return JidPair.of(new Jid(row.key().id(), Jid.LIDS), new Jid(user, Jid.PHONE_NUMBERS))
                .orElseThrow(() -> rows.damaged(row.key(), "not the user part of a phone number"));
    }
}

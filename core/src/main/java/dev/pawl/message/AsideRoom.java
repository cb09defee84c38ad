package dev.pawl.message;

import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Scan;
import java.util.HashMap;
import java.util.Map;

/**
 * How much of what could not be applied is kept, in the memory of the owner: W2 of {@code docs/message-rules.md}.
 *
 * <p>Read when something is set aside for the first time, and right from then on because nobody else writes while the
 * lease is held. What waits for its message is not counted here: {@link EarlyParts}.
 *
 * <p><b>Thread-safety.</b> None: used by who has the writer's turn.
 */
final class AsideRoom {

    /** W2: as many events are kept at most. */
    static final int MOST = 10_000;

    /** W2: as many bytes they have at most, all together. */
    static final long HEAVIEST = 64L << 20;

    private final MessageRows rows;
    private final int most;
    private final long heaviest;
    private final Map<Key, Integer> sizes = new HashMap<>();
    private long bytes;
    private boolean read;

    AsideRoom(MessageRows rows) {
        this(rows, MOST, HEAVIEST);
    }

    AsideRoom(MessageRows rows, int most, long heaviest) {
        this.rows = rows;
        this.most = most;
        this.heaviest = heaviest;
    }

    /**
     * Whether an event can be kept.
     *
     * @param size how many bytes it has
     * @param moreRows how many are kept besides that no commit put yet
     * @param moreBytes how many bytes those have
     */
    boolean takes(Key key, int size, int moreRows, long moreBytes) {
        if (!read) {
            load();
        }
        return sizes.containsKey(key) || (sizes.size() + moreRows < most && bytes + moreBytes + size <= heaviest);
    }

    private void load() {
        forget();
        for (String reason : rows.partitions(Family.SET_ASIDE)) {
            if (isKept(reason)) {
                rows.walk(
                        Scan.of(Family.SET_ASIDE).in(reason).limit(MessageRows.PAGE),
                        row -> keep(row.key(), row.value().size()));
            }
        }
        read = true;
    }

    private static boolean isKept(String reason) {
        return !reason.equals(Aside.EARLY) && !reason.equals(Aside.DROPPED);
    }

    /** Takes note of how rows are now. */
    void keep(Key key, Draft.Known known) {
        if (read && isKept(key.partition())) {
            keep(key, known.json().map(json -> json.toBytes().size()).orElse(0));
        }
    }

    private void keep(Key key, int size) {
        Integer before = size == 0 ? sizes.remove(key) : sizes.put(key, size);
        bytes += size - (before == null ? 0 : before);
    }

    /** What is known may be wrong: it is read when it is needed. */
    void forget() {
        sizes.clear();
        bytes = 0;
        read = false;
    }
}

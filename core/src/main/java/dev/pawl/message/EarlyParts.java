package dev.pawl.message;

import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Scan;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which messages have parts waiting for them, in the memory of the owner: so a message that comes costs no read when
 * nothing waits for it.
 *
 * <p>Right because nobody else writes while the lease is held; {@link #load} says how it is after a commit that failed.
 *
 * <p><b>Thread-safety.</b> None: used by who has the writer's turn.
 */
final class EarlyParts {

    /** W1: as many messages at most have parts waiting. */
    static final int MOST = 10_000;

    /** W1: as many seconds a part waits. */
    static final long LONGEST = 30L * 24 * 60 * 60;

    /** So many go at once beside those whose places are taken, so that one commit holds all that go with it. */
    private static final int SOME = 500;

    private final MessageRows rows;

    /** The second in which the first part of each came, the oldest first. */
    private final Map<Key, Long> arrivals = new LinkedHashMap<>();

    EarlyParts(MessageRows rows) {
        this.rows = rows;
    }

    /** Reads which there are. */
    void load() {
        arrivals.clear();
        rows.walk(
                Scan.of(Family.SET_ASIDE)
                        .in(Aside.EARLY)
                        .limit(MessageRows.PAGE)
                        .withoutValues(),
                row -> arrivals.put(row.key(), row.order()));
    }

    boolean isEmpty() {
        return arrivals.isEmpty();
    }

    boolean contains(Key key) {
        return arrivals.containsKey(key);
    }

    /** Takes note of how rows are now. */
    void keep(Key key, Draft.Known known) {
        if (known.json().isEmpty()) {
            arrivals.remove(key);
        } else {
            arrivals.putIfAbsent(key, known.order());
        }
    }

    /**
     * Those that have to go when there are some more: the ones that waited too long, and the oldest of too many. Of very
     * many only the first; the others go later.
     *
     * @param now the time in seconds
     * @param more how many are to come
     */
    List<Key> surplus(long now, int more) {
        List<Key> surplus = new ArrayList<>();
        int left = arrivals.size() + more;
        for (Iterator<Map.Entry<Key, Long>> all = arrivals.entrySet().iterator(); all.hasNext(); left--) {
            Map.Entry<Key, Long> oldest = all.next();
            if (surplus.size() >= more + SOME || (left <= MOST && now - oldest.getValue() <= LONGEST)) {
                break;
            }
            surplus.add(oldest.getKey());
        }
        return surplus;
    }

    /** Those of the messages of some chats, as their addresses name them. */
    List<Key> of(Collection<String> chats) {
        List<Key> keys = new ArrayList<>();
        for (Key key : arrivals.keySet()) {
            if (chats.contains(Aside.chat(key))) {
                keys.add(key);
            }
        }
        return keys;
    }
}

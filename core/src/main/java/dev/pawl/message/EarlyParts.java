package dev.pawl.message;

import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Scan;
import dev.pawl.event.JidPair;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

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

    /** Of parts in groups: who did them and whose messages they are about, as far as that was looked at. */
    private final Map<Key, Set<String>> authors = new HashMap<>();

    private final DueRows due = new DueRows();

    EarlyParts(MessageRows rows) {
        this.rows = rows;
    }

    /** Reads which there are. */
    void load() {
        arrivals.clear();
        authors.clear();
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
            authors.remove(key);
        } else {
            arrivals.putIfAbsent(key, known.order());
            if (Aside.hasAuthors(key)) {
                authors.put(key, Aside.authors(known.json().get()));
            }
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

    /**
     * Those that the next commit has to look at, when it learns these pairs: of conversations and of authors that turn
     * out to have another address.
     */
    List<Key> due(Collection<JidPair> pairs) {
        if (!pairs.isEmpty() && !arrivals.isEmpty()) {
            Set<String> jids = new HashSet<>();
            for (JidPair pair : pairs) {
                jids.add(pair.lidJid().text());
                jids.add(pair.phoneNumberJid().text());
            }
            due.add(of(jids));
            due.add(by(jids));
        }
        return due.first().stream().filter(arrivals::containsKey).toList();
    }

    /** What is to be looked at, some with each commit. */
    DueRows due() {
        return due;
    }

    /** Those in groups with parts that somebody did, or of messages of somebody. */
    private List<Key> by(Set<String> people) {
        readAuthors();
        List<Key> keys = new ArrayList<>();
        authors.forEach((key, some) -> {
            if (!Collections.disjoint(some, people)) {
                keys.add(key);
            }
        });
        return keys;
    }

    /** Of what former owners left nobody knows who did it until it matters. */
    private void readAuthors() {
        List<Key> unknown = new ArrayList<>();
        for (Key key : arrivals.keySet()) {
            if (Aside.hasAuthors(key) && !authors.containsKey(key)) {
                unknown.add(key);
            }
        }
        for (int from = 0; from < unknown.size(); from += SOME) {
            List<Key> some = unknown.subList(from, Math.min(unknown.size(), from + SOME));
            some.forEach(key -> authors.put(key, Set.of()));
            rows.get(some).forEach((key, row) -> authors.put(key, Aside.authors(row.value())));
        }
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

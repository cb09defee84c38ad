package dev.pawl.message;

import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Scan;
import dev.pawl.event.JidPair;
import dev.pawl.json.JsonValue;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
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

    /** W1: as many bytes they have at most, all together. */
    static final long HEAVIEST = 64L << 20;

    /** W1: as many seconds a part waits. */
    static final long LONGEST = 30L * 24 * 60 * 60;

    /** So many go at once beside those whose places are taken, so that one commit holds all that go with it. */
    private static final int SOME = 500;

    private final MessageRows rows;
    private final int most;
    private final long heaviest;

    /** Of each row its size and the second in which the first part came, the oldest first. */
    private final Map<Key, Waiting> waiting = new LinkedHashMap<>();

    private long bytes;

    private record Waiting(long since, int bytes) {}

    /** Of parts in groups: who did them and whose messages they are about, as far as that was looked at. */
    private final Map<Key, Set<String>> authors = new HashMap<>();

    private final DueRows due = new DueRows();

    EarlyParts(MessageRows rows) {
        this(rows, MOST, HEAVIEST);
    }

    EarlyParts(MessageRows rows, int most, long heaviest) {
        this.rows = rows;
        this.most = most;
        this.heaviest = heaviest;
    }

    /** Reads which there are. */
    void load() {
        waiting.clear();
        authors.clear();
        bytes = 0;
        Scan all = Scan.of(Family.SET_ASIDE).in(Aside.EARLY).limit(MessageRows.PAGE);
        rows.walk(all, row -> put(row.key(), row.order(), row.value().size()));
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    boolean contains(Key key) {
        return waiting.containsKey(key);
    }

    /** Takes note of how rows are now. */
    void keep(Key key, Draft.Known known) {
        if (known.json().isEmpty()) {
            Waiting gone = waiting.remove(key);
            bytes -= gone == null ? 0 : gone.bytes();
            authors.remove(key);
        } else {
            put(key, known.order(), size(known.json().get()));
            if (Aside.hasAuthors(key)) {
                authors.put(key, Aside.authors(known.json().get()));
            }
        }
    }

    private void put(Key key, long order, int size) {
        Waiting before = waiting.get(key);
        waiting.put(key, new Waiting(before == null ? order : before.since(), size));
        bytes += size - (before == null ? 0 : before.bytes());
    }

    private static int size(JsonValue value) {
        return value.toBytes().size();
    }

    /**
     * Those that have to go when a draft is committed: the ones that waited too long, and the oldest of too many or too
     * much. Of very many only the first; the others go later. What the draft has to do with stays.
     *
     * @param now the time in seconds
     * @param put where the draft may have put parts; when it has put none, none go
     */
    List<Key> surplus(long now, Draft draft, Collection<Key> put) {
        int more = 0;
        int touched = 0;
        long heavy = bytes;
        for (Key key : put) {
            if (draft.isPut(key)) {
                touched++;
                more += waiting.containsKey(key) ? 0 : 1;
                heavy += draft.value(key).map(EarlyParts::size).orElse(0) - bytesOf(key);
            }
        }
        if (touched == 0) {
            return List.of();
        }
        int left = waiting.size() + more;
        if (left > most || heavy > heaviest) {
            for (Key key : waiting.keySet()) {
                boolean done = draft.isDeleted(key);
                left -= done ? 1 : 0;
                heavy -= done ? bytesOf(key) : 0;
            }
        }
        List<Key> surplus = new ArrayList<>();
        for (Map.Entry<Key, Waiting> oldest : waiting.entrySet()) {
            boolean fits = left <= most && heavy <= heaviest;
            if (surplus.size() >= more + SOME
                    || (fits && now - oldest.getValue().since() <= LONGEST)) {
                break;
            }
            if (!draft.isKnown(oldest.getKey())) {
                surplus.add(oldest.getKey());
                left--;
                heavy -= oldest.getValue().bytes();
            }
        }
        return surplus;
    }

    private int bytesOf(Key key) {
        Waiting one = waiting.get(key);
        return one == null ? 0 : one.bytes();
    }

    /**
     * Those that the next commit has to look at, when it learns these pairs: of conversations and of authors that turn
     * out to have another address.
     */
    List<Key> due(Collection<JidPair> pairs) {
        if (!pairs.isEmpty() && !waiting.isEmpty()) {
            Set<String> jids = new HashSet<>();
            for (JidPair pair : pairs) {
                jids.add(pair.lidJid().text());
                jids.add(pair.phoneNumberJid().text());
            }
            due.add(of(jids));
            due.add(by(jids));
        }
        return due.first().stream().filter(waiting::containsKey).toList();
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
        for (Key key : waiting.keySet()) {
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
        for (Key key : waiting.keySet()) {
            if (chats.contains(Aside.chat(key))) {
                keys.add(key);
            }
        }
        return keys;
    }
}

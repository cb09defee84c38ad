package dev.pawl.message;

import dev.pawl.backend.Facets;
import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.event.JidPair;
import dev.pawl.json.JsonString;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Pairs that the owner has learnt and that are not stored yet: they go with the next commit, and stay here when that
 * fails.
 *
 * <p>They are ordered by the second in which they are stored, and never before those that are there, whatever the clock
 * says: who follows them goes on from the last one he saw.
 *
 * <p><b>Thread-safety.</b> None: used by who has the writer's turn.
 */
final class NewPairs {

    private static final String LID = "lid";
    private static final String PHONE_NUMBER = "pn";

    private final Aliases aliases;
    private final List<Learnt> waiting = new ArrayList<>();

    /** The last order that pairs are stored with, and the one that those have which wait, once they were asked for. */
    private long lastOrder;

    private long nextOrder;

    private record Learnt(JidPair pair, Set<JidPair> replaced) {}

    /**
     * Begins with none.
     *
     * @param lastOrder the highest order of those that are stored
     */
    NewPairs(Aliases aliases, long lastOrder) {
        this.aliases = aliases;
        this.lastOrder = lastOrder;
        this.nextOrder = lastOrder;
    }

    /** Takes note of what an event tells. */
    void learn(Set<JidPair> pairs) {
        for (JidPair pair : pairs) {
            Aliases.Learnt learnt = aliases.learn(pair);
            if (learnt.isNew()) {
                waiting.add(new Learnt(pair, learnt.replaced()));
            }
        }
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    /** How many wait. */
    int size() {
        return waiting.size();
    }

    /** The first of those that wait. */
    List<JidPair> first(int most) {
        return some(most).stream().map(Learnt::pair).toList();
    }

    private List<Learnt> some(int most) {
        return waiting.subList(0, Math.min(most, waiting.size()));
    }

    /** The rows that the first of those that wait change. */
    List<Key> keys(int most) {
        List<Key> keys = new ArrayList<>();
        for (Learnt learnt : some(most)) {
            keys.addAll(keys(learnt.pair()));
            learnt.replaced().forEach(pair -> keys.addAll(keysOfReplaced(pair)));
        }
        return keys;
    }

    /**
     * Puts the rows of the first of those that wait into a draft.
     *
     * @param inUse says of which of them messages may stand twice, which is marked
     */
    void addTo(Draft draft, int most, long now, PartitionsInUse inUse) {
        // of owners with clocks that go behind, each commit has its own
        nextOrder = now >= lastOrder ? now : lastOrder + 1;
        for (Learnt learnt : some(most)) {
            learnt.replaced().forEach(pair -> keysOfReplaced(pair).forEach(draft::delete));
            JidPair pair = learnt.pair();
            put(draft, lid(pair), new JsonString(pair.phoneNumber()), nextOrder);
            put(draft, phoneNumber(pair), new JsonString(pair.lid()), nextOrder);
            if (inUse.both(pair)) {
                MergingMarks.put(draft, pair, nextOrder);
            }
        }
    }

    /** After a commit that failed without anybody knowing, the rows may be there. */
    private static void put(Draft draft, Key key, JsonString value, long now) {
        if (!draft.value(key).equals(Optional.of(value))) {
            draft.put(key, value, now, Facets.NONE);
        }
    }

    /** Forgets the first of those that wait: they are stored. */
    void stored(int most) {
        lastOrder = most > 0 ? nextOrder : lastOrder;
        some(most).clear();
    }

    private static List<Key> keys(JidPair pair) {
        return List.of(lid(pair), phoneNumber(pair));
    }

    private static List<Key> keysOfReplaced(JidPair pair) {
        return List.of(lid(pair), phoneNumber(pair), MergingMarks.key(pair));
    }

    private static Key lid(JidPair pair) {
        return new Key(Family.ALIAS, LID, pair.lid());
    }

    private static Key phoneNumber(JidPair pair) {
        return new Key(Family.ALIAS, PHONE_NUMBER, pair.phoneNumber());
    }

    /** Forgets all: everything was removed. */
    void clear() {
        waiting.clear();
    }
}

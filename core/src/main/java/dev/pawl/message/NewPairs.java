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
 * <p><b>Thread-safety.</b> None: used by who has the writer's turn.
 */
final class NewPairs {

    private static final String LID = "lid";
    private static final String PHONE_NUMBER = "pn";

    private final Aliases aliases;
    private final List<Learnt> waiting = new ArrayList<>();

    private record Learnt(JidPair pair, Set<JidPair> replaced) {}

    NewPairs(Aliases aliases) {
        this.aliases = aliases;
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
            learnt.replaced().forEach(pair -> keys.addAll(keys(pair)));
        }
        return keys;
    }

    /** Puts the rows of the first of those that wait into a draft. */
    void addTo(Draft draft, int most, long now) {
        for (Learnt learnt : some(most)) {
            learnt.replaced().forEach(pair -> keys(pair).forEach(draft::delete));
            JidPair pair = learnt.pair();
            put(draft, lid(pair), new JsonString(pair.phoneNumber()), now);
            put(draft, phoneNumber(pair), new JsonString(pair.lid()), now);
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
        some(most).clear();
    }

    private static List<Key> keys(JidPair pair) {
        return List.of(lid(pair), phoneNumber(pair));
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

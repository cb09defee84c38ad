package dev.pawl.tck.disk;

import dev.pawl.backend.Key;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a session held after each of its batches, all different, and how much of that may still be lost. */
final class History {

    private final List<Map<Key, String>> states;
    private int acknowledged;
    private int durable;

    History() {
        this(List.of(Map.of()), 0, 0);
    }

    private History(List<Map<Key, String>> states, int acknowledged, int durable) {
        this.states = new ArrayList<>(states);
        this.acknowledged = acknowledged;
        this.durable = durable;
    }

    Map<Key, String> last() {
        return states.get(states.size() - 1);
    }

    /** A batch is being committed. */
    void begin(Map<Key, String> next) {
        states.add(Map.copyOf(next));
    }

    /** Whatever was begun is acknowledged. */
    void acknowledge(boolean synced) {
        acknowledged = states.size() - 1;
        durable = synced ? acknowledged : durable;
    }

    /** What was begun was refused. */
    void refuse() {
        states.subList(acknowledged + 1, states.size()).clear();
    }

    /** Everything that was acknowledged is on the medium. */
    void force() {
        durable = acknowledged;
    }

    /**
     * What goes on from what was found.
     *
     * @param machine whether the machine has ended and not only the process, so that all that is there stays
     * @return empty when something else was found than what must or may be there
     */
    Optional<History> from(Map<Key, String> found, boolean machine) {
        int index = states.lastIndexOf(found);
        return index < (machine ? durable : acknowledged)
                ? Optional.empty()
                : Optional.of(new History(states.subList(0, index + 1), index, machine ? index : durable));
    }

    History copy() {
        return new History(states, acknowledged, durable);
    }

    @Override
    public String toString() {
        return "of " + states.size() + " states " + durable + " is durable, " + acknowledged + " acknowledged";
    }
}

package dev.pawl.message;

import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which labels stand on which chats and messages, for what removes those: listed once for a draft, when the first goes.
 *
 * <p><b>Thread-safety.</b> None: it belongs to one draft.
 */
final class LabelsOn {

    private static final char BAR = '|';

    private final Draft draft;

    /** By partition, and by what is labelled. */
    private final Map<String, Map<String, Set<String>>> ids = new HashMap<>();

    LabelsOn(Draft draft) {
        this.draft = draft;
    }

    /** A label was put on something in this draft. */
    void put(Key association) {
        Map<String, Set<String>> listed = ids.get(association.partition());
        if (listed != null) {
            put(listed, association.id());
        }
    }

    private static void put(Map<String, Set<String>> listed, String id) {
        listed.computeIfAbsent(id.substring(id.indexOf(BAR) + 1), what -> new LinkedHashSet<>())
                .add(id);
    }

    /**
     * Removes the labels that are on one of these.
     *
     * @param labelled what stands behind the first bar of their ids
     */
    void remove(String partition, Set<String> labelled) {
        if (labelled.isEmpty()) {
            return;
        }
        Map<String, Set<String>> listed = ids.computeIfAbsent(partition, this::list);
        List<Key> gone = new ArrayList<>();
        for (String each : labelled) {
            Set<String> there = listed.remove(each);
            if (there != null) {
                there.forEach(id -> gone.add(new Key(Family.LABEL, partition, id)));
            }
        }
        draft.read(gone);
        gone.forEach(draft::delete);
    }

    private Map<String, Set<String>> list(String partition) {
        Map<String, Set<String>> listed = new HashMap<>();
        draft.ids(Family.LABEL, partition).forEach(id -> put(listed, id));
        return listed;
    }
}

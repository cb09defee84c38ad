package dev.pawl.message;

import dev.pawl.backend.Facets;
import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Scan;
import dev.pawl.event.JidPair;
import dev.pawl.json.JsonString;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The rows that say of whom messages may stand twice, once under each address: {@code ALIAS} {@code merging}/{@code
 * <LID user>} = {@code "<phone number user>"}, beside the pair's own. There from the commit that learns the pair to the
 * one that merges the last of these messages, whatever becomes of the chat's row: rule A8 of {@code
 * docs/message-rules.md}.
 */
final class MergingMarks {

    static final String PARTITION = "merging";

    private MergingMarks() {}

    /** Where the mark of a pair stands. */
    static Key key(JidPair pair) {
        return new Key(Family.ALIAS, PARTITION, pair.lid());
    }

    /** Whether a row is one. */
    static boolean isMark(Key key) {
        return key.family() == Family.ALIAS && key.partition().equals(PARTITION);
    }

    /** Puts the mark of a new pair. */
    static void put(Draft draft, JidPair pair, long order) {
        Key key = key(pair);
        // it is put whatever was there
        draft.know(key, Draft.Known.ABSENT);
        draft.put(key, new JsonString(pair.phoneNumber()), order, Facets.NONE);
    }

    /** Reads all of them, by LID user, in the order in which the pairs were learnt. */
    static Map<String, JidPair> read(MessageRows rows) {
        Map<String, JidPair> marks = new LinkedHashMap<>();
        rows.walk(Scan.of(Family.ALIAS).in(PARTITION).limit(MessageRows.PAGE), row -> {
            JidPair pair = FollowedPairs.pair(rows, row);
            marks.put(pair.lid(), pair);
        });
        return marks;
    }
}

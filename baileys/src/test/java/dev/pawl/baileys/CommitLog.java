package dev.pawl.baileys;

import dev.pawl.Pawl;
import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Row;
import dev.pawl.backend.SessionName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What processes stored, as they said it, in the order in which they said it: of every row which values it may have now. A
 * commit that was acknowledged is there, and what was finished before it began is not; of one that nobody heard the end of
 * both is possible.
 */
final class CommitLog {

    private static final int TOGETHER = 500;

    /** A row of a session. */
    record Place(String session, Key key) {}

    private static final class Write {
        private final String digest;
        private final long begun;
        private long finished = Long.MAX_VALUE;

        private Write(String digest, long begun) {
            this.digest = digest;
            this.begun = begun;
        }

        /** How a row begins. */
        private static Write none() {
            Write none = new Write(CommitTeller.ABSENT, 0);
            none.finished = 0;
            return none;
        }
    }

    private record Commit(Map<Place, Write> writes) {}

    private final Map<Place, List<Write>> rows = new HashMap<>();
    private final Map<String, Commit> open = new HashMap<>();
    private long clock;
    private long acknowledged;

    synchronized void begun(long process, String number, List<String> told) {
        clock++;
        Commit commit = new Commit(new HashMap<>());
        for (String one : told) {
            String[] parts = one.split("\n", -1);
            Place place = new Place(parts[0], new Key(Family.valueOf(parts[1]), parts[2], parts[3]));
            Write write = new Write(parts[4], clock);
            commit.writes.put(place, write);
            rows.computeIfAbsent(place, first -> new ArrayList<>(List.of(Write.none())))
                    .add(write);
        }
        open.put(process + " " + number, commit);
    }

    synchronized void done(long process, String number) {
        clock++;
        acknowledged++;
        Commit commit = finish(process + " " + number);
        commit.writes.forEach((place, write) -> rows.get(place).removeIf(other -> other.finished < write.begun));
    }

    /** It may have been applied all the same. */
    synchronized void failed(long process, String number) {
        clock++;
        finish(process + " " + number);
    }

    private Commit finish(String name) {
        Commit commit = open.remove(name);
        commit.writes.values().forEach(write -> write.finished = clock);
        return commit;
    }

    /** The process is gone: what it had begun is there or not, and nothing more comes. */
    synchronized void died(long process) {
        clock++;
        List.copyOf(open.keySet()).stream()
                .filter(name -> name.startsWith(process + " "))
                .forEach(this::finish);
    }

    /** How many commits were acknowledged. */
    synchronized long acknowledged() {
        return acknowledged;
    }

    /** Which rows are not what was acknowledged. */
    synchronized List<String> missing(Pawl store) {
        Map<String, List<Key>> keys = new TreeMap<>();
        rows.keySet()
                .forEach(place -> keys.computeIfAbsent(place.session(), first -> new ArrayList<>())
                        .add(place.key()));
        List<String> wrong = new ArrayList<>();
        keys.forEach((session, all) -> {
            for (Family family : Family.values()) {
                List<Key> some =
                        all.stream().filter(key -> key.family() == family).toList();
                for (int from = 0; from < some.size(); from += TOGETHER) {
                    List<Key> these = some.subList(from, Math.min(some.size(), from + TOGETHER));
                    Map<Key, Row> found = store.backend(family).get(SessionName.of(session), these);
                    these.forEach(key -> compare(new Place(session, key), found, wrong));
                }
            }
        });
        return wrong;
    }

    private void compare(Place place, Map<Key, Row> found, List<String> wrong) {
        Row row = found.get(place.key());
        String now = row == null ? CommitTeller.ABSENT : CommitTeller.digest(row.value());
        List<Write> possible = rows.get(place);
        if (possible.stream().noneMatch(write -> write.digest.equals(now))) {
            wrong.add(place + " is " + now + ", not one of "
                    + possible.stream().map(write -> write.digest).toList());
        }
    }
}

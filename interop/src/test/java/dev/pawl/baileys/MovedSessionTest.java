package dev.pawl.baileys;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A paired session that is somewhere else in each run goes on with the same ratchets, without pairing, with what was sent
 * to it meanwhile, and sends what was scheduled before: in the gate through some kinds of stores, in the long run from each to each other.
 */
class MovedSessionTest {

    @TempDir
    Path directory;

    /** Kinds of stores, one after the other. */
    private static List<Place> way() {
        return Boolean.getBoolean("pawl.soak")
                ? allPairs()
                : List.of(Place.BAILEYS, Place.REDIS, Place.ZAILEYS, Place.SQLITE, Place.POSTGRESQL, Place.NATIVE);
    }

    @Test
    void aSessionThatIsMovedBetweenTwoRunsGoesOn() throws Exception {
        List<Place> way = way();
        try (WhatsAppStandIn standIn = WhatsAppStandIn.start()) {
            MovedSession session =
                    MovedSession.pair(standIn, directory, way.get(0).empty(directory));
            for (Place next : way.subList(1, way.size())) {
                session.moveTo(next.empty(directory));
            }
            assertThat(session.movedJobs()).isPositive();
        }
    }

    @Test
    void theLongWayGoesFromEachToEachOtherOnce() {
        List<Place> way = allPairs();
        Set<List<Place>> steps = new HashSet<>();
        for (int i = 1; i < way.size(); i++) {
            steps.add(List.of(way.get(i - 1), way.get(i)));
        }
        int kinds = Place.values().length;
        assertThat(way).hasSize(kinds * (kinds - 1) + 1);
        assertThat(steps).hasSize(kinds * (kinds - 1)).noneMatch(step -> step.get(0) == step.get(1));
    }

    /** Goes on as long as there is a step that was not taken, and comes back into the way where there was another (Hierholzer). */
    private static List<Place> allPairs() {
        Map<Place, Deque<Place>> left = new EnumMap<>(Place.class);
        for (Place place : Place.values()) {
            left.put(place, new ArrayDeque<>(EnumSet.complementOf(EnumSet.of(place))));
        }
        List<Place> way = new ArrayList<>();
        Deque<Place> open = new ArrayDeque<>(List.of(Place.BAILEYS));
        while (!open.isEmpty()) {
            Deque<Place> next = left.getOrDefault(open.peek(), new ArrayDeque<>());
            if (next.isEmpty()) {
                way.add(0, open.pop());
            } else {
                open.push(next.pop());
            }
        }
        return way;
    }
}

package dev.pawl.tck.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.backend.Backend;
import dev.pawl.backend.SelfChecking;
import dev.pawl.event.Event;
import dev.pawl.event.RawEvent;
import dev.pawl.message.MessageStore;
import dev.pawl.tck.process.HistoryChild.Way;
import dev.pawl.tck.process.HistoryStream.Counts;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A process that takes in a stream of events is killed at some moment, and the stream is played again: the history is what
 * it would be without the kill, but for what is counted. Two kills a test; with the system property {@code pawl.soak} many.
 */
@Timeout(3_600)
public abstract class KilledIngestTck extends KilledChildTck {

    private static final boolean SOAK = Boolean.getBoolean("pawl.soak");

    /** How many events of a replay are one commit, none of those that were killed. */
    private static final int REPLAYED = 17;

    /** The moments are the same in every run, as far as moments can be. */
    private final Random random = new Random(11);

    /** For the tests of a store. */
    protected KilledIngestTck() {}

    @Override
    Class<?> main() {
        return HistoryChild.class;
    }

    /**
     * Has a child take in events, and kills it after some of them.
     *
     * @return how many are stored for sure
     */
    private int killed(Path place, HistoryStream stream, int from, Way way, boolean more) throws Exception {
        List<String> said = new ArrayList<>();
        try (ChildProcess child = child(more)) {
            child.tell(HistoryChild.order(locator(place), stream, from, way));
            for (int steps = random.nextInt(12); steps > 0; steps--) {
                Optional<String> line = child.line();
                assertThat(line).as(child::errors).isPresent();
                said.add(line.orElseThrow());
                if (line.orElseThrow().equals(HistoryChild.DONE)) {
                    break;
                }
            }
            LockSupport.parkNanos((long) (random.nextDouble() * 10_000_000));
            child.kill();
            said.addAll(child.rest());
        }
        return HistoryChild.reached(said, from);
    }

    private static void requireIntact(Backend backend, String when) {
        if (backend instanceof SelfChecking checking) {
            assertThat(checking.check(HistoryStream.SESSION)).as(when).isEmpty();
        }
    }

    private static void replay(Backend backend, List<RawEvent> events) {
        try (MessageStore store = MessageStore.open(backend, HistoryStream.SESSION)) {
            for (int from = 0; from < events.size(); from += REPLAYED) {
                List<RawEvent> some = events.subList(from, Math.min(events.size(), from + REPLAYED));
                store.apply(some.stream().map(Event::of).toList());
            }
        }
    }

    /** @param ways how events go in when the process is killed, one after the other into one store */
    private void killAndReplay(boolean fromTheBeginning, List<Way> ways) throws Exception {
        int rounds = SOAK ? 100 : 1;
        for (int round = 0; round < rounds; round++) {
            HistoryStream stream = new HistoryStream(round, SOAK ? 4 : 2);
            List<RawEvent> events = stream.events();
            Map<String, String> wanted = HistoryStream.rowsOf(events, Counts.LEFT_OUT);
            Path place = Files.createDirectories(directory().resolve("store-" + round));
            int reached = 0;
            for (int i = 0; i < ways.size(); i++) {
                int from = fromTheBeginning ? 0 : reached;
                boolean more = i + 1 < ways.size() || round + 1 < rounds;
                reached = Math.max(reached, killed(place, stream, from, ways.get(i), more));
            }
            String when = "round " + round + ", stored for sure " + reached + " of " + events.size();
            try (Backend backend = open(place)) {
                requireIntact(backend, when);
                replay(backend, events.subList(fromTheBeginning ? 0 : reached, events.size()));
                requireIntact(backend, when);
                assertThat(HistoryStream.differences(HistoryStream.rows(backend, Counts.LEFT_OUT), wanted))
                        .as(when)
                        .isEmpty();
            }
        }
    }

    @Test
    void aStreamPlayedAgainFromItsBeginningHealsWhatKillsLeft() throws Exception {
        killAndReplay(true, SOAK ? List.of(Way.values()) : List.of(Way.APPLY, Way.BIND));
    }

    @Test
    void aStreamPlayedOnFromWhatWasAcknowledgedHealsWhatKillsLeft() throws Exception {
        killAndReplay(false, SOAK ? List.of(Way.values()) : List.of(Way.INGEST, Way.BIND));
    }
}

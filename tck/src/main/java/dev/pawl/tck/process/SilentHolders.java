package dev.pawl.tck.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.Backends;
import dev.pawl.auth.AuthState;
import dev.pawl.auth.AuthStore;
import dev.pawl.backend.Access;
import dev.pawl.backend.Backend;
import dev.pawl.backend.Family;
import dev.pawl.backend.InUseException;
import dev.pawl.backend.Key;
import dev.pawl.backend.Locator;
import dev.pawl.backend.SessionName;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/**
 * Holders of whom only their beats tell anything, and somebody who wants their sessions, by the clock of the machine: one
 * holder that seems to be on another machine and was killed, one there that goes on, and one here that stands still.
 */
final class SilentHolders {

    /** How soon a dead holder has to be found out. */
    private static final Duration DEATH = Duration.ofSeconds(25);

    private final String place;
    private final NodeProcess living;
    private final NodeProcess killed;
    private final NodeProcess stopped;
    private final Future<Duration> killedIsFound;
    private final Future<Duration> stoppedIsFound;
    private final Future<String> livingIsRefused;

    /**
     * Has three nodes open sessions and ends what is to end.
     *
     * @param place that nobody has used
     * @param threads wait
     */
    SilentHolders(String place, List<NodeProcess> three, ExecutorService threads) throws Exception {
        this.place = place;
        living = three.get(0);
        killed = three.get(1);
        stopped = three.get(2);
        living.open(NodeChild.Way.FAR_AWAY, place, List.of("living"), 0);
        killed.open(NodeChild.Way.FAR_AWAY, place, List.of("killed"), 1);
        stopped.open(NodeChild.Way.POLITE, place, List.of("stopped"), 1);
        living.awaitRemark("took living", 1);
        killed.awaitSteps(lane("killed"), 10);
        stopped.awaitSteps(lane("stopped"), 10);
        killed.kill();
        stopped.stop();
        killedIsFound = threads.submit(() -> timeToOpen("killed", killed, opening -> opening));
        stoppedIsFound = threads.submit(
                () -> timeToOpen("stopped", stopped, opening -> opening.waitForRelease(Duration.ofSeconds(60))));
        livingIsRefused = threads.submit(this::refusal);
    }

    private static Lane lane(String session) {
        return new Lane(SessionName.of(session), 0);
    }

    private Backend open(Access access) {
        return Backends.open(Locator.parse(place), access);
    }

    /** Opens a session whose holder says nothing any more, and looks at what he left. */
    private Duration timeToOpen(String session, NodeProcess holder, UnaryOperator<AuthStore.Opening> how) {
        long start = System.nanoTime();
        try (Backend backend = open(Access.READ_WRITE);
                AuthStore store = how.apply(AuthStore.opening(backend, SessionName.of(session)))
                        .open()) {
            Duration took = Duration.ofNanos(System.nanoTime() - start);
            long last = lane(session).wholeEnd(backend);
            // One more may have been committed before it could say so.
            assertThat(last).isBetween(holder.last(lane(session)), holder.last(lane(session)) + 1);
            AuthState.loadOrCreate(store);
            lane(session).write(store, last + 1, ProcessHandle.current().pid());
            return took;
        }
    }

    private String refusal() {
        try (Backend backend = open(Access.READ_WRITE);
                AuthStore store = AuthStore.open(backend, SessionName.of("living"))) {
            throw new AssertionError("nobody was in the way of session " + store.session());
        } catch (InUseException e) {
            return String.valueOf(e.getMessage());
        }
    }

    /** Looks that nobody was judged yet. */
    void requireStillWaiting() {
        assertThat(killedIsFound).isNotDone();
        assertThat(stoppedIsFound).isNotDone();
    }

    /** Looks that the silent were found dead in time, and are fenced if they come back. */
    void requireFoundInTime() throws Exception {
        Duration silence = Duration.ofSeconds(20);
        assertThat(killedIsFound.get(60, TimeUnit.SECONDS)).isBetween(silence, DEATH);
        assertThat(stoppedIsFound.get(60, TimeUnit.SECONDS)).isBetween(silence, DEATH);
        stopped.goOn();
        assertThat(stopped.awaitRemark("ended stopped 0", 1)).endsWith(" STORE_FENCED");
    }

    /** Looks that the one who beats was left alone. */
    void requireLivingLeftAlone() throws Exception {
        assertThat(livingIsRefused.get(60, TimeUnit.SECONDS))
                .contains("process " + living.pid() + " on far-away since ");
        try (Backend backend = open(Access.READ_ONLY)) {
            assertThat(backend.get(SessionName.of("living"), Key.of(Family.LEASE, "auth")))
                    .isPresent();
        }
    }
}

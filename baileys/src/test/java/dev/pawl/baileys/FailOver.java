package dev.pawl.baileys;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.baileys.DeviceChild.Way;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Two programs share the sessions of a store, each waits for those of the other, and one of them is killed. */
final class FailOver {

    private static final Duration LONGEST = Duration.ofSeconds(30);

    private FailOver() {}

    /**
     * Runs it.
     *
     * @param looksFarAway whether who is killed seems to be on another machine, where only its silence tells that it is dead
     */
    static void run(StoreKind kind, Path directory, int sessions, int everyMillis, boolean looksFarAway)
            throws Exception {
        try (Fleet fleet = new Fleet(kind, directory, sessions)) {
            DeviceProcess first = fleet.start();
            fleet.pair(first);
            first.leave();

            List<String> half = fleet.sessions().subList(0, sessions / 2);
            List<String> others = fleet.sessions().subList(sessions / 2, sessions);
            DeviceProcess dies = fleet.start(looksFarAway ? fleet.setting.farAway() : fleet.setting);
            DeviceProcess stays = fleet.start();
            fleet.talk(everyMillis);
            open(fleet, half, dies);
            open(fleet, others, stays);
            half.forEach(session -> stays.open(Way.WAITING, session));
            fleet.awaitSent(10 * sessions);
            assertThat(stays.said("took")).hasSameSizeAs(others);

            fleet.runShort();
            long begin = System.currentTimeMillis();
            dies.kill();
            List<Long> times = new ArrayList<>();
            for (String session : half) {
                stays.await("took", session);
                fleet.hand(List.of(session), stays);
                times.add(stays.await("connected", session).at() - begin);
            }
            fleet.awaitSent(10 * sessions);
            others.forEach(session ->
                    assertThat(stays.said("ended")).as("left alone").noneMatch(said -> said.is("ended", session)));
            fleet.settle();

            Report.line(kind + ", " + sessions + " sessions, found dead by its "
                    + (looksFarAway ? "silence" : "number") + ": connected elsewhere between " + Collections.min(times)
                    + " and " + Collections.max(times) + " ms after the kill; " + fleet.sent() + " sent; "
                    + fleet.commits.acknowledged() + " commits acknowledged; "
                    + fleet.lives.said().size() + " messages of others, none lost");
            assertThat(Duration.ofMillis(Collections.max(times))).isLessThan(LONGEST);
        }
    }

    private static void open(Fleet fleet, List<String> sessions, DeviceProcess process) throws Exception {
        sessions.forEach(session -> process.open(Way.POLITE, session));
        for (String session : sessions) {
            process.await("connected", session);
        }
        fleet.hand(sessions, process);
    }
}

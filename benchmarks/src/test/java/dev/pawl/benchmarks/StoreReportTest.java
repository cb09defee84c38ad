package dev.pawl.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pawl.benchmarks.Results.Trial;
import dev.pawl.json.JsonNumber;
import dev.pawl.json.JsonObject;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class StoreReportTest {

    private static final Metric SPEED = Metric.more("perSecond", "messages/s");
    private static final Metric TIME = Metric.less("warmAll", "ms");
    private static final Experiment WRITE = experiment("W2");

    private final Results results = new Results();

    @Test
    void theMedianOfAnEvenNumberIsBetweenTheMiddleTwo() {
        assertThat(Spread.of(List.of(8.0, 1.0, 3.0, 2.0))).isEqualTo(new Spread(2.5, 1, 8));
        assertThat(Spread.of(List.of(8.0, 1.0, 3.0))).isEqualTo(new Spread(3, 1, 8));
    }

    @Test
    void theAdvantageIsAboveOneWhereOursIsBetter() {
        assertThat(SPEED.advantage(10, 5)).isEqualTo(2);
        assertThat(TIME.advantage(10, 5)).isEqualTo(0.5);
    }

    @Test
    void aRatioIsMadeOfTheTrialsOfOneRoundAndOfNoOther() {
        trial(Entrant.SQLITE, 1, 100);
        trial(Entrant.Z_PG, 2, 10);
        trial(Entrant.SQLITE, 2, 40);
        trial(Entrant.Z_PG, 1, 50);
        trial(Entrant.SQLITE, 3, 70);
        assertThat(results.advantages(againstPostgres())).containsExactly(2.0, 4.0);
    }

    @Test
    void aTrialThatFailedIsCountedAndNotMixedIn() {
        trial(Entrant.SQLITE, 1, 100);
        results.add(new Trial(
                "W2",
                "sqlite",
                2,
                0.1,
                JsonObject.builder().put("failure", "status 1").build()));
        assertThat(report()).contains("| `sqlite` | 1 (1 failed) | **100** [100..100] |");
    }

    @Test
    void aTargetThatWasNotMeasuredIsNotReached() {
        trial(Entrant.SQLITE, 1, 100);
        assertThat(report()).contains("| not measured | 3.5 | **open** |");
    }

    @Test
    void aTargetIsReachedByTheMedian() {
        trial(Entrant.SQLITE, 1, 100);
        trial(Entrant.Z_PG, 1, 20);
        trial(Entrant.SQLITE, 2, 30);
        trial(Entrant.Z_PG, 2, 10);
        trial(Entrant.BARE, 1, 200);
        trial(Entrant.BARE, 2, 50);
        assertThat(report())
                .contains("**4.00** [3.00..5.00] | 3.5 | reached, 1 of 2 rounds |")
                .contains("**0.55** [0.50..0.60] | 0.8 | **missed**, 0 of 2 rounds |");
    }

    @Test
    void aTargetThatIsNoRatioIsReachedByTheMedian() {
        relaxed(1, 900);
        relaxed(2, 5_000);
        relaxed(3, 1_000);
        assertThat(report())
                .contains(
                        "| W2 | `native-relaxed`: p99.9, µs | **1,000** [900..5,000] | ≤ 1,000 | reached, 2 of 3 rounds |");
    }

    @Test
    void countsAreAddedUpSoThatOneTrialWithDamageMissesTheTarget() {
        for (int round = 1; round <= 20; round++) {
            JsonObject answer = JsonObject.builder()
                    .put("damaged", round == 7 ? 1 : 0)
                    .put("halves", 0)
                    .build();
            results.add(new Trial("W7", "native", round, 0.1, answer));
        }
        assertThat(report("W7"))
                .contains("| W7 | `native`: trials with damage | 1 | ≤ 0 | **missed**, 19 of 20 rounds |")
                .contains("| W7 | `native`: half a message | 0 | ≤ 0 | reached, 20 of 20 rounds |");
    }

    @Test
    void onlyStoresWithAServerTakePartWhereServersAreKilled() {
        assertThat(Entrant.KNOWN.stream().filter(experiment("W7, server")::includes))
                .containsExactly(Entrant.POSTGRESQL, Entrant.REDIS, Entrant.Z_PG, Entrant.Z_REDIS);
        assertThat(experiment("W7").includes(Entrant.NATIVE_RELAXED)).isTrue();
    }

    @Test
    void cachesShareTheFilesOfTheirStore() {
        assertThat(Entrant.Z_SQLITE_C.directory()).isEqualTo(Entrant.Z_SQLITE.directory());
        assertThat(Entrant.B_MF_CT.directory()).isEqualTo(Entrant.B_MF.directory());
        assertThat(Entrant.parse("native:{}/x-c").directory())
                .isNotEqualTo(Entrant.parse("native:{}/x").directory());
    }

    private static Experiment experiment(String id) {
        return new Experiments(1, 20, 5)
                .all().stream().filter(each -> each.id().equals(id)).findFirst().orElseThrow();
    }

    private void relaxed(int round, long micros) {
        results.add(new Trial(
                "W2",
                "native-relaxed",
                round,
                0.1,
                JsonObject.builder().put("p999", micros).build()));
    }

    private String report(String id) {
        return StoreReport.of(List.of(experiment(id)), Entrant.KNOWN, results, List.of());
    }

    private static Comparison againstPostgres() {
        return new Comparison(WRITE, Entrant.SQLITE, SPEED, Entrant.Z_PG, SPEED, OptionalDouble.empty());
    }

    private String report() {
        return StoreReport.of(List.of(WRITE), Entrant.KNOWN, results, List.of());
    }

    private void trial(Entrant entrant, int round, long perSecond) {
        JsonObject answer =
                JsonObject.builder().put("perSecond", JsonNumber.of(perSecond)).build();
        results.add(new Trial("W2", entrant.name(), round, 0.1, answer));
    }
}

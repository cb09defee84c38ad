package dev.pawl.convex;

import static dev.pawl.convex.Rows.MAIN;
import static dev.pawl.convex.Rows.count;
import static dev.pawl.convex.Rows.key;
import static dev.pawl.convex.Rows.row;
import static dev.pawl.convex.Rows.stored;
import static dev.pawl.convex.Rows.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.backend.Backend;
import dev.pawl.backend.Batch;
import dev.pawl.backend.Check;
import dev.pawl.backend.ConflictException;
import dev.pawl.backend.Family;
import dev.pawl.backend.InDoubtException;
import dev.pawl.backend.Key;
import dev.pawl.backend.Row;
import dev.pawl.backend.UnavailableException;
import dev.pawl.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Calls whose answer is lost, late or an error, before the function ran or after it. */
@Timeout(60)
final class ConvexFaultTest {

    private static final String COMMIT = "pawl:commit";

    private LocalConvex convex;
    private Backend backend;

    @BeforeEach
    void open() {
        convex = LocalConvex.start();
        backend = convex.backend("shop").open();
        convex.calls();
    }

    @AfterEach
    void close() {
        backend.close();
        convex.close();
    }

    static Stream<JsonObject> faults() {
        return Fault.all(COMMIT);
    }

    @ParameterizedTest
    @MethodSource("faults")
    void aBatchIsAppliedOnceWhateverBefallsItsCall(JsonObject fault) {
        backend.commit(MAIN, Batch.of(row("counter", "0")));
        for (int n = 0; n < 3; n++) {
            convex.faults(Fault.after(n % 2, fault));
            // A batch that were applied twice would find its own change, and be a conflict.
            backend.commit(
                    MAIN, Batch.of(row("counter", "" + (n + 1))).with(Check.exact(key("counter"), value("" + n))));
        }
        assertThat(stored(backend, key("counter"))).contains(value("3"));
    }

    @ParameterizedTest
    @MethodSource("faults")
    void aConflictStaysOneWhateverBefallsItsCall(JsonObject fault) {
        backend.commit(MAIN, Batch.of(row("1", "a")));
        convex.faults(fault);

        assertThatThrownBy(() -> backend.commit(MAIN, Batch.of(row("1", "b")).with(Check.absent(key("1")))))
                .isInstanceOfSatisfying(
                        ConflictException.class,
                        conflict -> assertThat(conflict.key()).contains(key("1")));
        backend.commit(MAIN, Batch.of(row("1", "c")).with(Check.exact(key("1"), value("a"))));

        assertThat(stored(backend, key("1"))).contains(value("c"));
    }

    @Test
    void aCopyThatComesLateChangesNothingThatCameMeanwhile() {
        convex.faults(Fault.late(COMMIT));
        backend.commit(MAIN, Batch.of(row("1", "first")));
        backend.commit(MAIN, Batch.of(row("1", "second")));
        assertThat(convex.deliver()).hasSize(1);
        assertThat(stored(backend, key("1"))).contains(value("second"));
    }

    @Test
    void aCopyThatComesLateIsNotAppliedAfterItsConflictWasTold() {
        backend.commit(MAIN, Batch.of(row("1", "a")));
        convex.faults(Fault.late(COMMIT));
        assertThatThrownBy(() -> backend.commit(MAIN, Batch.of(row("1", "late")).with(Check.absent(key("1")))))
                .isInstanceOf(ConflictException.class);
        backend.commit(MAIN, new Batch(List.of(), List.of(), List.of(key("1"))));

        assertThat(convex.deliver()).hasSize(1);

        assertThat(stored(backend, key("1"))).isEmpty();
    }

    @Test
    void aBatchWithoutAnAnswerIsInDoubtAndItsCheckKeepsItFromComingLater() {
        backend.commit(MAIN, Batch.of(row("lease", "mine")));
        try (Backend impatient =
                convex.backend("shop").patience(Duration.ofMillis(300)).open()) {
            convex.faults(Fault.times(100, Fault.late(COMMIT)));
            assertThatThrownBy(() -> impatient.commit(
                            MAIN, Batch.of(row("1", "late")).with(Check.exact(key("lease"), value("mine")))))
                    .isInstanceOf(InDoubtException.class);
            convex.faults();
            backend.commit(MAIN, Batch.of(row("lease", "another's")));

            assertThat(convex.deliver()).isNotEmpty();

            assertThat(stored(backend, key("1"))).isEmpty();
            impatient.commit(MAIN, Batch.of(row("2", "next")));
            assertThat(stored(backend, key("2"))).contains(value("next"));
        }
    }

    @Test
    void aStepOfErasingThatComesLateTakesNothingThatCameMeanwhile() {
        backend.commit(MAIN, Batch.of(Row.of(Key.CREDENTIALS, value("old")), row("1", "old")));
        convex.faults(Fault.late("pawl:erase"));
        backend.erase(MAIN, Set.of(Family.CREDENTIALS, Family.KEY), List.of());
        backend.commit(MAIN, Batch.of(Row.of(Key.CREDENTIALS, value("new"))));

        assertThat(convex.deliver()).hasSize(1);

        assertThat(stored(backend, Key.CREDENTIALS)).contains(value("new"));
        assertThat(stored(backend, key("1"))).isEmpty();
    }

    @Test
    void whatIsNotAnsweredInTimeIsAskedAgain() {
        try (Backend quick = convex.backend("shop")
                .timeout(Duration.ofMillis(200))
                .patience(Duration.ofSeconds(30))
                .open()) {
            quick.commit(MAIN, Batch.of(row("1", "a")));
            convex.faults(Fault.silence("pawl:get"), Fault.lostAnswer("pawl:get"), Fault.status("pawl:get", 503));
            assertThat(stored(quick, key("1"))).contains(value("a"));
            convex.faults(Fault.silence(COMMIT));
            quick.commit(MAIN, Batch.of(row("1", "b")));
            assertThat(stored(quick, key("1"))).contains(value("b"));
        }
    }

    @Test
    void aServerThatAsksForTimeGetsIt() {
        convex.faults(Fault.status(COMMIT, 429).toBuilder()
                .put("headers", JsonObject.builder().put("Retry-After", "1").build())
                .build());
        long begin = System.nanoTime();
        backend.commit(MAIN, Batch.of(row("1", "a")));
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThanOrEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void aServerThatOnlySaysLaterAppliedNothing() {
        try (Backend impatient =
                convex.backend("shop").patience(Duration.ofMillis(300)).open()) {
            convex.faults(
                    Fault.times(1000, Fault.status(COMMIT, 429)), Fault.times(1000, Fault.status("pawl:get", 500)));
            assertThatThrownBy(() -> impatient.commit(MAIN, Batch.of(row("1", "a"))))
                    .isInstanceOf(UnavailableException.class)
                    .hasMessageContaining("429");
            assertThatThrownBy(() -> impatient.get(MAIN, key("1")))
                    .isInstanceOf(UnavailableException.class)
                    .hasMessageContaining("500");
            convex.faults();
            assertThat(stored(backend, key("1"))).isEmpty();
        }
    }

    @Test
    void aServerThatIsNotThereAppliedNothing() {
        convex.close();
        assertThatThrownBy(() -> backend.commit(MAIN, Batch.of(row("1", "a"))))
                .isInstanceOf(UnavailableException.class)
                .hasMessageContaining("no Convex deployment answers there");
        assertThatThrownBy(() -> ConvexBackend.builder()
                        .url("http://127.0.0.1:1")
                        .secret(LocalConvex.SECRET)
                        .patience(Duration.ofMillis(100))
                        .open())
                .isInstanceOf(UnavailableException.class)
                .hasMessageContaining("not reached");
    }

    @Test
    void aLaneThatTheServerForgotCostsOneMoreCallAndNoDoubt() {
        backend.commit(MAIN, Batch.of(row("1", "a")));
        backend.commit(MAIN, Batch.of(row("1", "b")));
        convex.forgetLanes();
        convex.calls();
        backend.commit(MAIN, Batch.of(row("1", "c")));
        assertThat(count(convex.calls(), COMMIT)).isEqualTo(2);
        assertThat(stored(backend, key("1"))).contains(value("c"));
    }
}

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
import dev.pawl.backend.InDoubtException;
import dev.pawl.backend.StoreException;
import dev.pawl.backend.UnavailableException;
import dev.pawl.json.JsonObject;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Only what a deployment itself answers says what became of a call; whatever else comes back leaves it open. */
@Timeout(60)
final class ConvexAnswerTest {

    private static final String COMMIT = "pawl:commit";
    private static final String FAILING = "throw";
    private static final Duration SHORT = Duration.ofMillis(250);

    private LocalConvex convex;
    private Backend backend;

    @BeforeEach
    void open() {
        convex = LocalConvex.start();
        backend = convex.backend("shop").open();
    }

    @AfterEach
    void close() {
        backend.close();
        convex.close();
    }

    static Stream<JsonObject> strangeAnswers() {
        return Stream.of(
                Fault.strange(COMMIT, 404, "<html>not here</html>"),
                Fault.strange(COMMIT, 403, "{\"error\":\"blocked\"}"),
                Fault.strange(COMMIT, 407, ""),
                Fault.strange(COMMIT, 429, "<html>slowly</html>"),
                Fault.strange(COMMIT, 302, ""),
                Fault.strange(COMMIT, 200, "{\"status\":\"succ"),
                Fault.strange(COMMIT, 200, "<html>sign in</html>"),
                Fault.strange(COMMIT, 200, "{\"status\":\"success\"}"),
                Fault.strange(COMMIT, 200, "{\"status\":\"error\"}"),
                Fault.strange(COMMIT, 560, "[]"));
    }

    @ParameterizedTest
    @MethodSource("strangeAnswers")
    void aBatchWhoseAnswerIsNoneIsAskedForAgainAndAppliedOnce(JsonObject fault) {
        backend.commit(MAIN, Batch.of(row("counter", "0")));
        convex.calls();
        convex.faults(fault);
        // Were it applied twice it would find its own change, and be a conflict.
        backend.commit(MAIN, Batch.of(row("counter", "1")).with(Check.exact(key("counter"), value("0"))));
        assertThat(count(convex.calls(), COMMIT)).isEqualTo(2);
        assertThat(stored(backend, key("counter"))).contains(value("1"));
    }

    @ParameterizedTest
    @MethodSource("strangeAnswers")
    void whereNothingElseComesItIsInDoubtAndTheNextBatchIsAppliedAllTheSame(JsonObject fault) {
        try (Backend impatient = convex.backend("shop").patience(SHORT).open()) {
            impatient.commit(MAIN, Batch.of(row("1", "a")));
            convex.faults(Fault.times(1000, fault));
            assertThatThrownBy(() -> impatient.commit(MAIN, Batch.of(row("1", "b"))))
                    .isInstanceOf(InDoubtException.class);
            convex.faults();
            impatient.commit(MAIN, Batch.of(row("1", "c")));
            impatient.commit(MAIN, Batch.of(row("2", "d")));
            assertThat(stored(impatient, key("1"))).contains(value("c"));
            assertThat(stored(impatient, key("2"))).contains(value("d"));
        }
    }

    @Test
    void anOutcomeThatIsNoneOfOursIsInDoubt() {
        convex.faults(Fault.strange(COMMIT, 200, "{\"status\":\"success\",\"value\":7}"));
        assertThatThrownBy(() -> backend.commit(MAIN, Batch.of(row("1", "a")))).isInstanceOf(InDoubtException.class);
        backend.commit(MAIN, Batch.of(row("1", "b")));
        assertThat(stored(backend, key("1"))).contains(value("b"));
    }

    @Test
    void whatADeploymentItselfRefusesWasNotApplied() {
        backend.commit(MAIN, Batch.of(row("1", "a")));
        convex.faults(Fault.status(COMMIT, 400));
        assertThatThrownBy(() -> backend.commit(MAIN, Batch.of(row("1", "b"))))
                .isInstanceOf(UnavailableException.class)
                .hasMessageContaining("does not take this call (status 400)");
        assertThat(stored(backend, key("1"))).contains(value("a"));
        backend.commit(MAIN, Batch.of(row("1", "c")));
        assertThat(stored(backend, key("1"))).contains(value("c"));
    }

    @Test
    void aQueryThatSomethingElseAnswersIsAskedAFewTimes() {
        backend.commit(MAIN, Batch.of(row("1", "a")));
        convex.faults(Fault.times(2, Fault.strange("pawl:get", 200, "<html>")));
        assertThat(stored(backend, key("1"))).contains(value("a"));
        convex.faults(Fault.times(1000, Fault.strange("pawl:get", 404, "<html>")));
        convex.calls();
        assertThatThrownBy(() -> backend.get(MAIN, key("1")))
                .isInstanceOf(UnavailableException.class)
                .hasMessageContaining("no Convex deployment answers there (status 404)");
        assertThat(count(convex.calls(), "pawl:get")).isEqualTo(3);
    }

    /** One that other mutations ran beside all the time is given up by Convex, and was not applied. */
    @Test
    void aBatchThatOthersAreInTheWayOfIsAConflict() {
        try (Backend impatient = convex.backend("shop").patience(SHORT).open()) {
            convex.faults(Fault.times(1000, Fault.beside(COMMIT, 100)));
            assertThatThrownBy(() -> impatient.commit(MAIN, Batch.of(row("1", "a"))))
                    .isInstanceOf(ConflictException.class);
            convex.faults();
            assertThat(stored(impatient, key("1"))).isEmpty();
            impatient.commit(MAIN, Batch.of(row("1", "b")));
            assertThat(stored(impatient, key("1"))).contains(value("b"));
        }
    }

    private static ConvexBackend.Builder withTokens(LocalConvex convex, Deque<String> tokens) {
        return ConvexBackend.builder()
                .url(convex.url())
                .namespace("shop")
                .patience(SHORT)
                .token(() -> {
                    String next = tokens.size() > 1 ? tokens.pop() : tokens.element();
                    if (next.equals(FAILING)) {
                        throw new IllegalStateException("the identity provider is away");
                    }
                    return next;
                });
    }

    private static LocalConvex withIdentity() {
        return LocalConvex.start(
                "pawl",
                JsonObject.builder().put("PAWL_IDENTITIES", "https://i|bot").build(),
                JsonObject.builder()
                        .put(
                                "token",
                                JsonObject.builder()
                                        .put("issuer", "https://i")
                                        .put("subject", "bot")
                                        .build())
                        .build());
    }

    @Test
    void aTokenThatCannotBeHadWhileABatchIsRepeatedDoesNotTakeItsDoubtAway() {
        try (LocalConvex other = withIdentity()) {
            // The first for opening, the second for the attempt whose answer is lost.
            for (String next : List.of("", "bad\ntoken", FAILING)) {
                try (Backend mine = withTokens(other, new ArrayDeque<>(List.of("token", "token", next)))
                        .open()) {
                    other.faults(Fault.lostAnswer(COMMIT));
                    assertThatThrownBy(() -> mine.commit(MAIN, Batch.of(row("1", "a"))))
                            .isInstanceOf(InDoubtException.class);
                }
            }
        }
    }

    @Test
    void aTokenThatComesBackInTimeEndsTheDoubt() {
        for (String bad : List.of("", "one-that-has-run-out")) {
            try (LocalConvex other = withIdentity();
                    Backend mine = withTokens(other, new ArrayDeque<>(List.of("token", "token", bad, "token")))
                            .patience(Duration.ofSeconds(20))
                            .open()) {
                other.faults(Fault.lostAnswer(COMMIT));
                mine.commit(MAIN, Batch.of(row("1", "a")).with(Check.absent(key("1"))));
                assertThat(stored(mine, key("1"))).contains(value("a"));
            }
        }
    }

    @Test
    void aProviderThatThrowsIsTheCauseAndNothingIsSent() {
        IllegalStateException broken = new IllegalStateException("the identity provider is away");
        convex.calls();
        assertThatThrownBy(() -> ConvexBackend.builder()
                        .url(convex.url())
                        .token(() -> {
                            throw broken;
                        })
                        .open())
                .isInstanceOf(UnavailableException.class)
                .hasRootCause(broken);
        assertThat(convex.calls()).isEmpty();
    }

    @Test
    void aTokenThatNoHeaderTakesStandsInNoException() {
        for (String bad : List.of("se\ncret", "se\u0000cret", "secret\u00e9", "sec ret", "")) {
            assertThatThrownBy(() -> ConvexBackend.builder()
                            .url(convex.url())
                            .token(() -> bad)
                            .open())
                    .isInstanceOfSatisfying(StoreException.class, failure -> {
                        StringWriter all = new StringWriter();
                        failure.printStackTrace(new PrintWriter(all));
                        assertThat(all.toString()).contains("a character that no header takes");
                        assertThat(bad.isEmpty() || !all.toString().contains(bad))
                                .isTrue();
                    });
        }
    }
}

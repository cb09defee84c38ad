package dev.pawl.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class UnansweredTest {

    private final Unanswered unanswered = new Unanswered();

    @Test
    void anAnswerIsPassedOnAlsoAfterTheEnd() {
        CompletableFuture<String> given = new CompletableFuture<>();
        CompletableFuture<String> answer = unanswered.ask(() -> given);
        assertThat(answer).isNotDone();
        given.complete("yes");
        unanswered.end();
        assertThat(answer).isCompletedWithValue("yes");
    }

    @Test
    void aFailureIsPassedOn() {
        IllegalStateException failure = new IllegalStateException("no");
        assertThatThrownBy(unanswered.ask(() -> CompletableFuture.failedFuture(failure))::join)
                .hasCause(failure);
        assertThatThrownBy(unanswered.<String>ask(() -> {
                    throw failure;
                })::join)
                .hasCause(failure);
    }

    /** Else it would wait for an answer until the end, and who asked would not know why. */
    @Test
    void aLinkThatLacksAClassOrGivesNothingIsAnAnswer() {
        NoClassDefFoundError error = new NoClassDefFoundError("for the test");
        assertThatThrownBy(unanswered.<String>ask(() -> {
                    throw error;
                })::join)
                .hasCause(error);
        CompletableFuture<String> nothing = unanswered.ask(UnansweredTest::nothing);
        assertThatThrownBy(nothing::join).hasCauseInstanceOf(IllegalStateException.class);
    }

    @SuppressWarnings("NullAway") // what a transport does that is not checked
    private static CompletableFuture<String> nothing() {
        return null;
    }

    @Test
    void theEndFailsWhatIsNotAnsweredAndAnswersAreTooLate() {
        CompletableFuture<String> given = new CompletableFuture<>();
        CompletableFuture<String> answer = unanswered.ask(() -> given);
        unanswered.end();
        given.complete("too late");
        assertThatThrownBy(answer::join)
                .hasCauseInstanceOf(TransportException.class)
                .hasMessageContaining("ended before it answered");
    }

    @Test
    void nothingIsAskedAfterTheEnd() {
        unanswered.end();
        AtomicBoolean asked = new AtomicBoolean();
        CompletableFuture<String> answer = unanswered.ask(() -> {
            asked.set(true);
            return CompletableFuture.completedFuture("yes");
        });
        assertThatThrownBy(answer::join).hasCauseInstanceOf(TransportException.class);
        assertThat(asked).isFalse();
    }

    /** Whoever ends it asks nothing of the futures that it fails. */
    @Test
    void anAnswerThatComesInTheMiddleOfTheEndDisturbsNothing() {
        CompletableFuture<String> first = new CompletableFuture<>();
        CompletableFuture<String> second = new CompletableFuture<>();
        CompletableFuture<String> one = unanswered.ask(() -> first);
        CompletableFuture<String> other = unanswered.ask(() -> second);
        var unused = one.whenComplete((value, failure) -> second.complete("in time"));
        unanswered.end();
        assertThat(one).isCompletedExceptionally();
        assertThat(other).isCompletedWithValue("in time");
    }
}

package dev.pawl.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pawl.backend.ConflictException;
import dev.pawl.backend.StoreException;
import dev.pawl.job.Broadcast;
import dev.pawl.job.BroadcastOptions;
import dev.pawl.job.BroadcastProgress;
import dev.pawl.job.BroadcastProgress.State;
import dev.pawl.job.JobRunner;
import dev.pawl.json.JsonString;
import dev.pawl.tck.UncertainBackend.Fate;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** How a broadcast is paused, resumed and cancelled: J35, J37 to J39. */
abstract class JobPauseRules extends JobBroadcastRules {

    @Test
    @DisplayName("J35 pausing and resuming makes nothing come sooner, be it sent well or not")
    void j35PaceOfResumed() {
        Broadcast broadcast = broadcast(4);
        boolean[] failing = {false};
        List<String> tried = new ArrayList<>();
        JobRunner runner = runner(store, builder -> builder, job -> {
            tried.add(job.recipient());
            if (failing[0]) {
                throw new IOException("no");
            }
        });
        for (int i = 0; i < 2; i++) {
            assertThat(runner.runDue()).isEqualTo(1);
            broadcast.pause();
            broadcast.resume();
            pass(PACING.minusMillis(1));
            assertThat(runner.runDue()).as("after %s", tried).isZero();
            pass(Duration.ofMillis(1));
            failing[0] = true;
        }

        assertThat(runner.runDue()).isEqualTo(1);
        assertThat(tried).containsExactly("1@lid", "2@lid", "3@lid");
    }

    @Test
    @DisplayName("J37 when pause has returned no message is begun")
    void j37Pause() {
        Broadcast broadcast = broadcast(5);
        var runner = runner();
        run(runner, 2);
        assertThat(broadcast.pause().state()).isEqualTo(State.PAUSED);
        assertThat(broadcast.pause().left()).isEqualTo(3);

        pass(Duration.ofDays(1));
        assertThat(runner.runDue()).isZero();
        assertThat(store.counts().waiting()).isZero();
        assertThat(store.counts().queued()).isEqualTo(3);
    }

    @Test
    @DisplayName("J37 what is being sent while it is paused is sent, and when that fails it waits with the others")
    void j37PauseInFlight() {
        Broadcast broadcast = broadcast(3);
        boolean[] failing = {false};
        JobRunner runner = runner(store, builder -> builder, job -> {
            sent.add(job);
            broadcast.pause();
            if (failing[0]) {
                throw new IOException("no");
            }
        });
        run(runner, 5);
        assertThat(sentTo()).containsExactly("1@lid");
        assertThat(broadcast.progress().sent()).isEqualTo(1);

        broadcast.resume();
        failing[0] = true;
        run(runner, 5);
        assertThat(sentTo()).containsExactly("1@lid", "2@lid");
        assertThat(store.counts().queued()).isEqualTo(2);
        assertAddsUp(broadcast.progress());
    }

    @Test
    @DisplayName("J37 one that is paused while it is stored is stored, and begins when it is resumed")
    void j37PauseWhileStored() {
        List<String> many = recipients(900);
        Broadcast broadcast = store.broadcast(
                many,
                recipient -> {
                    if (recipient.equals("500@lid")) {
                        assertThat(store.broadcast("b").orElseThrow().pause().state())
                                .isEqualTo(State.PAUSED);
                    }
                    return new JsonString(recipient);
                },
                BroadcastOptions.STANDARD.id("b").pacing(PACING));
        assertThat(broadcast.progress()).isEqualTo(new BroadcastProgress("b", State.PAUSED, START, 900, 0, 0, 0));
        var runner = runner();
        assertThat(runner.runDue()).isZero();

        assertThat(broadcast.resume().state()).isEqualTo(State.RUNNING);
        assertThat(runner.runDue()).isEqualTo(1);
    }

    @Test
    @DisplayName("J38 a broadcast that is resumed goes on where it was, once")
    void j38Resume() {
        Broadcast broadcast = broadcast(4);
        var runner = runner();
        run(runner, 1);
        broadcast.pause();
        pass(Duration.ofDays(1));
        assertThat(broadcast.resume().state()).isEqualTo(State.RUNNING);
        broadcast.resume();
        run(runner, 4);

        assertThat(sentTo()).isEqualTo(recipients(4));
        assertThat(broadcast.resume().state()).isEqualTo(State.FINISHED);
    }

    @Test
    @DisplayName("J39 when cancel has returned all that was left is cancelled and no message is begun")
    void j39Cancel() {
        Broadcast broadcast = broadcast(450);
        var runner = runner();
        run(runner, 2);

        assertThat(broadcast.cancel()).isEqualTo(new BroadcastProgress("b", State.CANCELLED, START, 450, 2, 0, 448));

        pass(Duration.ofDays(1));
        assertThat(runner.runDue()).isZero();
        assertThat(store.counts().left()).isZero();
        assertThat(store.retry("b.000009")).as("its broadcast is over").isEmpty();
        assertThat(broadcast.cancel().cancelled()).isEqualTo(448);
    }

    @Test
    @DisplayName("J39 a cancelling that broke off sends nothing more, and the same call finishes it")
    void j39Interrupted() {
        Broadcast broadcast = broadcast(450);
        JobRunner runner = runner(store, builder -> builder, job -> {
            sent.add(job);
            backend.next(Fate.APPLIED, Fate.APPLIED, Fate.REFUSED);
            assertThatThrownBy(broadcast::cancel).isInstanceOf(StoreException.class);
            throw new IOException("fails after it was cancelled");
        });
        run(runner, 3);

        assertThat(sent).hasSize(1);
        assertThat(broadcast.progress().state()).isEqualTo(State.CANCELLED);
        assertThat(broadcast.progress().left()).isPositive();
        assertThat(broadcast.cancel()).isEqualTo(new BroadcastProgress("b", State.CANCELLED, START, 450, 0, 0, 450));
    }

    @Test
    @DisplayName("J39 one that is cancelled while it is stored is cancelled for all, and the call that stores it fails")
    void j39CancelledWhileStored() {
        backend.next(Fate.APPLIED, Fate.APPLIED, Fate.REFUSED);
        BroadcastOptions options = BroadcastOptions.STANDARD.id("b");
        List<String> many = recipients(900);
        assertThat(attempt(() -> store.broadcast(many, JsonString::new, options)))
                .isPresent();

        assertThat(store.broadcast("b").orElseThrow().cancel())
                .isEqualTo(new BroadcastProgress("b", State.CANCELLED, START, 900, 0, 0, 900));
        assertThatThrownBy(() -> store.broadcast(many, JsonString::new, options))
                .isInstanceOf(ConflictException.class);
        assertThat(store.counts().left()).isZero();
    }
}

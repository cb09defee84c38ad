package dev.pawl;

import dev.pawl.message.BindingOptions.Problem;
import java.util.function.Consumer;

/** What a client does about a history that fails: says so, and ends with it when it takes nothing any more. */
final class HistoryProblems implements Consumer<Problem> {

    private final Lifecycle lifecycle;
    private final Listeners listeners;

    HistoryProblems(Lifecycle lifecycle, Listeners listeners) {
        this.lifecycle = lifecycle;
        this.listeners = listeners;
    }

    @Override
    public void accept(Problem problem) {
        problem.log();
        if (problem instanceof Problem.Failed failed) {
            if (failed.ended()) {
                lifecycle.historyEnded(failed.cause());
            } else {
                listeners.tellError(failed.cause());
            }
        } else if (problem instanceof Problem.Refused refused) {
            listeners.tellError(new IllegalStateException(
                    "an event " + refused.event().name() + " could not be stored: " + refused.problem()));
        }
    }
}

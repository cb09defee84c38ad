package dev.pawl.job;

import dev.pawl.backend.CorruptDataException;
import dev.pawl.backend.SessionName;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * Tells of damage, of each once. <b>Thread-safety.</b> Any thread may tell.
 *
 * @param options whose listener is told
 * @param session where it was met
 * @param told of what
 */
record Reports(RunnerOptions options, SessionName session, Set<String> told) implements Consumer<CorruptDataException> {

    Reports(RunnerOptions options, SessionName session) {
        this(options, session, ConcurrentHashMap.newKeySet());
    }

    @Override
    public void accept(CorruptDataException damage) {
        if (told.add(damage.place() + " " + damage.problem())) {
            options.tell(new JobEvent.Trouble(session, damage));
        }
    }
}

package dev.pawl.file.log;

import dev.pawl.backend.Batch;
import dev.pawl.backend.Check;
import dev.pawl.backend.Durability;
import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Removes families of a session: its rows in bounded steps, then whatever still holds their bytes. */
final class Erasure {

    private static final int STEP = 1_000;

    private final LogSession session;
    private final List<Check> checks;
    private final boolean synced;

    Erasure(LogSession session, List<Check> checks, Durability durability) {
        this.session = session;
        this.checks = checks;
        this.synced = durability == Durability.POWER_LOSS;
    }

    void erase(Set<Family> families) {
        // In any case once, so that the checks are looked at.
        delete(List.of());
        Stream.of(Family.values())
                .sorted((one, other) -> Boolean.compare(other == Family.CREDENTIALS, one == Family.CREDENTIALS))
                .filter(families::contains)
                .forEach(this::erase);
        try {
            session.purge();
        } catch (IOException e) {
            throw session.writeFailed(new IOException(
                    "the rows are erased, but what they held is still in the directory, do this again: "
                            + e.getMessage(),
                    e));
        }
    }

    private void erase(Family family) {
        for (List<Key> step = next(family); !step.isEmpty(); step = next(family)) {
            delete(step);
        }
    }

    private List<Key> next(Family family) {
        return session.read(log -> log.index().keys(family, STEP)).orElse(List.of());
    }

    private void delete(List<Key> keys) {
        Batch batch = new Batch(checks, List.of(), keys);
        session.commit(new Change(batch, EncodedBatch.of(batch.puts(), keys), synced));
    }
}

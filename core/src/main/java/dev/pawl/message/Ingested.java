package dev.pawl.message;

import java.util.List;

/**
 * What became of events that were given to {@link MessageStore#ingest}.
 *
 * @param rows how many rows were written or removed; 0 when all of it was known
 * @param setAside what could not be applied and was put aside
 * @param dropped how much is kept nowhere because there is a bound: events that could not be applied when 10,000 of them,
 *     or 64 MiB, are set aside already, and messages that never came whose parts waited for too long or were too many.
 *     The store counts them, and verifying it tells.
 */
public record Ingested(long rows, List<SetAside> setAside, long dropped) {

    /** Copies the list. */
    public Ingested {
        setAside = List.copyOf(setAside);
    }
}

package dev.pawl.message;

import java.util.List;

/**
 * What became of events that were given to {@link MessageStore#ingest}.
 *
 * @param rows how many rows were written or removed; 0 when all of it was known
 * @param setAside what could not be applied and was put aside
 */
public record Ingested(long rows, List<SetAside> setAside) {

    /** Copies the list. */
    public Ingested {
        setAside = List.copyOf(setAside);
    }
}

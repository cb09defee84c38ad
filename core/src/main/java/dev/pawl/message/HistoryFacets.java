package dev.pawl.message;

import dev.pawl.backend.Facets;
import dev.pawl.backend.Family;
import dev.pawl.backend.Row;
import dev.pawl.json.JsonException;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonValue;

/**
 * What rows of a history can be filtered and searched by, for those who put rows past a {@link MessageStore}: copies and
 * archives.
 */
public final class HistoryFacets {

    private HistoryFacets() {}

    /** The row with the facets that its value has; a row that has none, or is damaged, comes back without. */
    public static Row of(Row row) {
        Family family = row.key().family();
        boolean has = family == Family.MESSAGE || family == Family.CHAT;
        return has ? new Row(row.key(), row.order(), row.value(), facets(row)) : row;
    }

    private static Facets facets(Row row) {
        try {
            if (JsonValue.parse(row.value()) instanceof JsonObject json) {
                return row.key().family() == Family.CHAT
                        ? ChatRules.facets(json)
                        : new Facets(false, false, false, WaMessage.words(json).orElse(""));
            }
        } catch (JsonException damaged) {
            // it is kept as it is; whoever reads it is told
        }
        return Facets.NONE;
    }
}

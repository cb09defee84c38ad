package dev.pawl.convex;

import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.json.JsonArray;
import dev.pawl.json.JsonObject;
import java.util.List;
import java.util.Optional;

/** Gives rows that zaileys wrote their places, in steps, so that indexes have them. */
final class Adoption {

    private final Deployment deployment;
    private final PawlTable table;

    Adoption(Deployment deployment, PawlTable table) {
        this.deployment = deployment;
        this.table = table;
    }

    /** All rows of a namespace that have no place yet, and those of a family that zaileys wrote again. */
    void run(String namespace, Family family) {
        for (Optional<Family> rewritten : List.of(Optional.<Family>empty(), Optional.of(family))) {
            List<Stored> rows =
                    table.foreign(namespace, rewritten, Optional.empty()).rows();
            while (!rows.isEmpty()) {
                run(namespace, rows);
                rows = table.foreign(namespace, rewritten, Optional.empty()).rows();
            }
        }
    }

    /** These rows, as far as they are not in their places. */
    void run(String namespace, List<Stored> rows) {
        int[] at = {0};
        while (at[0] < rows.size()) {
            Fitting.call(rows.size() - at[0], some -> {
                List<JsonObject> places = rows.subList(at[0], at[0] + some).stream()
                        .map(Adoption::place)
                        .toList();
                JsonObject arguments = deployment
                        .arguments(namespace)
                        .put("rows", JsonArray.copyOf(places))
                        .build();
                at[0] += some;
                try {
                    return deployment.mutation("pawl:adopt", arguments);
                } catch (CallFailure e) {
                    at[0] -= some;
                    throw e;
                }
            });
        }
    }

    private static JsonObject place(Stored row) {
        Optional<Key> key = Names.parse(row.key());
        return JsonObject.builder()
                .put("key", row.key())
                .put("family", key.map(known -> Names.family(known.family())).orElse("other"))
                .put("partition", key.map(Key::partition).orElse(""))
                .put("id", key.map(Key::id).orElse(row.key()))
                .put("order", key.map(known -> Names.order(known, row)).orElse(0L))
                .build();
    }
}

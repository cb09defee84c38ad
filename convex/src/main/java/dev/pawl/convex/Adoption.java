package dev.pawl.convex;

import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.json.JsonArray;
import dev.pawl.json.JsonObject;
import java.util.List;
import java.util.Optional;

/**
 * Gives rows that zaileys wrote their places, in steps, so that indexes have them. The function gives a row no other place
 * than the one that goes with what is in the row by then: one that zaileys wrote meanwhile is looked at once more.
 */
final class Adoption {

    /** How often nothing comes of it, since somebody goes on writing the same rows, until that is told. */
    private static final int IDLE_STEPS = 20;

    private final Deployment deployment;
    private final PawlTable table;
    private final Garbage garbage;

    Adoption(Deployment deployment, PawlTable table, Garbage garbage) {
        this.deployment = deployment;
        this.table = table;
        this.garbage = garbage;
    }

    /** All rows of a namespace that have no place yet, and those of a family that zaileys wrote again. */
    void run(String namespace, Family family) {
        for (PawlTable.Misplaced which : PawlTable.misplaced(family)) {
            List<Stored> rows =
                    table.foreign(namespace, which, Optional.empty()).rows();
            for (int idle = 0; !rows.isEmpty(); ) {
                idle = run(namespace, rows, false) > 0 ? 0 : idle + 1;
                if (idle == IDLE_STEPS) {
                    throw CallFailure.of(
                            CallFailure.Kind.FAILED, "others write rows again and again before they have their places");
                }
                rows = table.foreign(namespace, which, Optional.empty()).rows();
            }
        }
    }

    /**
     * These rows, as far as they are not in their places, and as far as they are still as they are told here.
     *
     * @param up whether an order between two goes to the one above
     * @return how many have their places now
     */
    int run(String namespace, List<Stored> rows, boolean up) {
        List<JsonObject> places = rows.stream().map(row -> place(row, up)).toList();
        boolean dropped = false;
        int adopted = 0;
        for (int at = 0; at < places.size(); ) {
            JsonObject arguments = deployment
                    .arguments(namespace)
                    .put("rows", JsonArray.copyOf(places.subList(at, places.size())))
                    .build();
            JsonObject step = Answers.object(deployment.mutation("pawl:adopt", arguments));
            at += Answers.steps(step, "done");
            adopted += (int) Answers.number(step, "adopted").orElse(0);
            dropped |= Answers.flag(step, "garbage");
        }
        if (dropped) {
            garbage.sweep(namespace);
        }
        return adopted;
    }

    private static JsonObject place(Stored row, boolean up) {
        Optional<Key> key = Names.parse(row.key());
        JsonObject.Builder place = JsonObject.builder()
                .put("key", row.key())
                .put("sortKey", Answers.encoded(row.sortKey()))
                .put("family", key.map(known -> Names.family(known.family())).orElse("other"))
                .put("partition", key.map(Key::partition).orElse(""))
                .put("id", key.map(Key::id).orElse(row.key()))
                .put("order", key.map(known -> Names.order(known, row, up)).orElse(0L));
        if (row.sortKey().isEmpty() && !row.value().isEmpty()) {
            // It says the order.
            place.put("value", row.value());
        }
        return place.build();
    }
}

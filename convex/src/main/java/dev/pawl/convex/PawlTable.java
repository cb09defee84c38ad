package dev.pawl.convex;

import dev.pawl.backend.Facets;
import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Position;
import dev.pawl.backend.Row;
import dev.pawl.backend.Scan;
import dev.pawl.json.Bytes;
import dev.pawl.json.JsonArray;
import dev.pawl.json.JsonNull;
import dev.pawl.json.JsonObject;
import dev.pawl.json.JsonString;
import dev.pawl.json.JsonValue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/** The table through our functions. */
final class PawlTable implements Table {

    /** As much as our functions ever give in one page. */
    static final int PAGE_ROWS = 1_000;

    /** Documents of zaileys may be long. */
    static final int FOREIGN_ROWS = 100;

    private final Deployment deployment;

    PawlTable(Deployment deployment) {
        this.deployment = deployment;
    }

    @Override
    public Map<String, Stored> get(String namespace, List<String> names) {
        Map<String, Stored> found = new HashMap<>();
        int[] at = {0};
        while (at[0] < names.size()) {
            Fitting.call(names.size() - at[0], some -> {
                List<String> part = names.subList(at[0], at[0] + some);
                JsonObject arguments = deployment
                        .arguments(namespace)
                        .put("keys", strings(part))
                        .build();
                Answers.objects(deployment.query("pawl:get", arguments)).forEach(row -> {
                    Stored stored = Answers.stored(row);
                    found.put(stored.key(), stored);
                });
                at[0] += some;
                return some;
            });
        }
        return found;
    }

    @Override
    public Optional<Rows> scan(String namespace, Scan scan, boolean settled) {
        JsonObject.Builder arguments = deployment
                .arguments(namespace)
                .put("family", Names.family(scan.family()))
                .put("backwards", scan.backwards())
                .put("keysOnly", scan.keysOnly())
                .put("settled", settled);
        scan.partition().ifPresent(only -> arguments.put("partition", only));
        scan.lower().ifPresent(bound -> arguments.put("lower", place(bound)));
        scan.upper().ifPresent(bound -> arguments.put("upper", place(bound)));
        return Fitting.call(Math.min(scan.limit(), PAGE_ROWS), limit -> {
            JsonObject page = Answers.object(
                    deployment.query("pawl:scan", arguments.put("limit", limit).build()));
            if (Answers.flag(page, "foreign")) {
                return Optional.empty();
            }
            List<Row> rows = new ArrayList<>();
            for (JsonObject row : Answers.objects(Answers.member(page, "rows"))) {
                rows.add(row(scan.family(), row));
            }
            return Optional.of(new Rows(rows, Answers.flag(page, "more")));
        });
    }

    @Override
    public Optional<Partitions> partitions(
            String namespace, Family family, Optional<String> after, int limit, boolean settled) {
        JsonObject.Builder arguments = deployment
                .arguments(namespace)
                .put("family", Names.family(family))
                .put("settled", settled);
        after.ifPresent(name -> arguments.put("after", name));
        return Fitting.call(Math.min(limit, PAGE_ROWS), some -> {
            JsonObject page = Answers.object(deployment.query(
                    "pawl:partitions", arguments.put("limit", some).build()));
            return Answers.flag(page, "foreign")
                    ? Optional.empty()
                    : Optional.of(new Partitions(Answers.texts(page, "names"), Answers.flag(page, "more")));
        });
    }

    @Override
    public List<Stored> foreign(String namespace, Family family) {
        List<Stored> rows = new ArrayList<>();
        for (Optional<Family> rewritten : List.of(Optional.<Family>empty(), Optional.of(family))) {
            Optional<String> cursor = Optional.empty();
            do {
                Foreign page = foreign(namespace, rewritten, cursor);
                rows.addAll(page.rows());
                cursor = page.next();
            } while (cursor.isPresent());
        }
        return rows;
    }

    /**
     * Some rows that zaileys wrote.
     *
     * @param next where there are more
     */
    record Foreign(List<Stored> rows, Optional<String> next) {}

    /** A page of those without any columns of ours, or of a family that has them but lost its order. */
    Foreign foreign(String namespace, Optional<Family> family, Optional<String> cursor) {
        JsonObject.Builder arguments = deployment
                .arguments(namespace)
                .put("cursor", cursor.<JsonValue>map(JsonString::new).orElse(JsonNull.NULL));
        family.ifPresent(only -> arguments.put("family", Names.family(only)));
        return Fitting.call(FOREIGN_ROWS, limit -> {
            JsonObject page = Answers.object(deployment.query(
                    "pawl:foreign", arguments.put("limit", limit).build()));
            return new Foreign(
                    Answers.objects(Answers.member(page, "rows")).stream()
                            .map(Answers::stored)
                            .toList(),
                    Answers.optionalText(page, "cursor"));
        });
    }

    @Override
    public Sessions sessions(String namespace, Set<Family> families, Optional<String> after, int limit) {
        List<JsonObject> keys = new ArrayList<>();
        List<String> names = new ArrayList<>();
        for (Family family : families) {
            names.add(Names.family(family));
            Names.range(family).ifPresent(range -> keys.add(range(range)));
        }
        JsonObject.Builder arguments =
                deployment.arguments(namespace).put("families", strings(names)).put("keys", JsonArray.copyOf(keys));
        after.ifPresent(name -> arguments.put("after", name));
        return Fitting.call(Math.min(limit, PAGE_ROWS), some -> {
            JsonObject page = Answers.object(deployment.query(
                    "pawl:sessions", arguments.put("limit", some).build()));
            return new Sessions(
                    Answers.flag(page, "own"), Answers.texts(page, "names"), Answers.optionalText(page, "next"));
        });
    }

    static JsonObject range(Names.Range range) {
        return JsonObject.builder()
                .put("from", range.from())
                .put("to", range.to())
                .build();
    }

    static JsonArray strings(List<String> texts) {
        return JsonArray.copyOf(texts.stream().map(JsonString::new).toList());
    }

    private static JsonObject place(Scan.Bound bound) {
        Position position = bound.position();
        return JsonObject.builder()
                .put("order", position.order())
                .put("partition", position.partition())
                .put("id", position.id())
                .put("inclusive", bound.inclusive())
                .build();
    }

    private static Row row(Family family, JsonObject row) {
        Key key = new Key(family, Answers.text(row, "partition"), Answers.text(row, "id"));
        OptionalDouble order = Answers.number(row, "sortKey");
        double number = order.orElse(-1);
        if (number != Math.rint(number) || number < 0 || number > Row.MAX_ORDER) {
            throw CallFailure.disordered(Answers.text(row, "key"));
        }
        return new Row(key, (long) number, Bytes.utf8(Answers.text(row, "value")), Facets.NONE);
    }
}

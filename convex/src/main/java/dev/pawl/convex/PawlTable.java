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
import java.util.Set;

/** The table through our functions. */
final class PawlTable implements Table {

    /** As much as our functions ever give in one page. */
    static final int PAGE_ROWS = 1_000;

    /** Documents of zaileys may be long. */
    static final int FOREIGN_ROWS = 100;

    /** UTF-16 units of names. */
    private static final int NAMES_AT_ONCE = 3 << 20;

    private final Deployment deployment;

    PawlTable(Deployment deployment) {
        this.deployment = deployment;
    }

    @Override
    public Map<String, Stored> get(String namespace, List<String> names) {
        Map<String, Stored> found = new HashMap<>();
        int at = 0;
        while (at < names.size()) {
            JsonObject arguments = deployment
                    .arguments(namespace)
                    .put("keys", strings(names.subList(at, end(names, at))))
                    .build();
            JsonObject step = Answers.object(deployment.query("pawl:get", arguments));
            Answers.objects(Answers.member(step, "rows")).forEach(row -> {
                Stored stored = Answers.stored(row);
                found.put(stored.key(), stored);
            });
            at += Answers.steps(step, "read");
        }
        return found;
    }

    /** How many names are asked for at once: a name may be long, and what a function is given has a limit. */
    private static int end(List<String> names, int from) {
        int end = from;
        long letters = 0;
        while (end < names.size() && end - from < PAGE_ROWS && letters < NAMES_AT_ONCE) {
            letters += names.get(end).length();
            end++;
        }
        return end;
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
        arguments.put("limit", Math.min(scan.limit(), PAGE_ROWS));
        JsonObject page = Answers.object(deployment.query("pawl:scan", arguments.build()));
        if (Answers.flag(page, "foreign")) {
            return Optional.empty();
        }
        List<Row> rows = new ArrayList<>();
        List<Stored> disordered = new ArrayList<>();
        for (JsonObject row : Answers.objects(Answers.member(page, "rows"))) {
            double order = Answers.number(row, "sortKey").orElse(-1);
            if (order == Math.rint(order) && order >= 0 && order <= Row.MAX_ORDER) {
                Key key = new Key(scan.family(), Answers.text(row, "partition"), Answers.text(row, "id"));
                rows.add(new Row(key, (long) order, Bytes.utf8(Answers.text(row, "value")), Facets.NONE));
            } else {
                disordered.add(Answers.stored(row));
            }
        }
        return Optional.of(new Rows(rows, Answers.flag(page, "more"), disordered));
    }

    @Override
    public Optional<Partitions> partitions(
            String namespace, Family family, Optional<String> after, int limit, boolean settled) {
        JsonObject.Builder arguments = deployment
                .arguments(namespace)
                .put("family", Names.family(family))
                .put("settled", settled);
        after.ifPresent(name -> arguments.put("after", name));
        arguments.put("limit", Math.min(limit, PAGE_ROWS));
        JsonObject page = Answers.object(deployment.query("pawl:partitions", arguments.build()));
        return Answers.flag(page, "foreign")
                ? Optional.empty()
                : Optional.of(new Partitions(Answers.texts(page, "names"), Answers.flag(page, "more")));
    }

    /**
     * Rows that no index of ours has in their places.
     *
     * @param family empty for those without any column of ours
     * @param above whether their order is above all others, else below
     */
    record Misplaced(Optional<Family> family, boolean above) {}

    /** Those of a family, as far as that is known of them. */
    static List<Misplaced> misplaced(Family family) {
        return List.of(
                new Misplaced(Optional.empty(), false),
                new Misplaced(Optional.of(family), false),
                new Misplaced(Optional.of(family), true));
    }

    @Override
    public List<Stored> foreign(String namespace, Family family) {
        List<Stored> rows = new ArrayList<>();
        for (Misplaced which : misplaced(family)) {
            Optional<String> cursor = Optional.empty();
            do {
                Foreign page = foreign(namespace, which, cursor);
                rows.addAll(page.rows());
                cursor = page.next();
            } while (cursor.isPresent());
        }
        return rows;
    }

    @Override
    public List<Stored> all(String namespace, Family family) {
        List<Stored> all = foreign(namespace, family);
        JsonObject.Builder arguments = deployment
                .arguments(namespace)
                .put("family", Names.family(family))
                .put("backwards", false)
                .put("keysOnly", true)
                .put("settled", true)
                .put("limit", PAGE_ROWS);
        boolean more = true;
        while (more) {
            JsonObject page = Answers.object(deployment.query("pawl:scan", arguments.build()));
            List<JsonObject> rows = Answers.objects(Answers.member(page, "rows"));
            rows.forEach(row -> all.add(Answers.stored(row)));
            more = Answers.flag(page, "more");
            if (more) {
                JsonObject last = rows.get(rows.size() - 1);
                arguments.put(
                        "lower",
                        JsonObject.builder()
                                .put("order", Answers.member(last, "sortKey"))
                                .put("partition", Answers.text(last, "partition"))
                                .put("id", Answers.text(last, "id"))
                                .put("inclusive", false)
                                .build());
            }
        }
        return all;
    }

    /**
     * Some of them.
     *
     * @param next where there are more
     */
    record Foreign(List<Stored> rows, Optional<String> next) {}

    Foreign foreign(String namespace, Misplaced which, Optional<String> cursor) {
        JsonObject.Builder arguments = deployment
                .arguments(namespace)
                .put("above", which.above())
                .put("cursor", cursor.<JsonValue>map(JsonString::new).orElse(JsonNull.NULL));
        which.family().ifPresent(only -> arguments.put("family", Names.family(only)));
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
        arguments.put("limit", Math.min(limit, PAGE_ROWS));
        JsonObject page = Answers.object(deployment.query("pawl:sessions", arguments.build()));
        return new Sessions(
                Answers.flag(page, "own"), Answers.texts(page, "names"), Answers.optionalText(page, "next"));
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
}

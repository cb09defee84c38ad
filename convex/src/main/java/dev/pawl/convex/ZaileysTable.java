package dev.pawl.convex;

import dev.pawl.backend.Family;
import dev.pawl.backend.Scan;
import dev.pawl.json.JsonArray;
import dev.pawl.json.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The table through the functions of zaileys, which read all names with a prefix before they look at anything else. Where
 * that is too much for them, names are listed by their next character.
 */
final class ZaileysTable implements Table {

    /** As many as surely fit into the ranges that a function may use. */
    private static final int MOST_NAMES = 1_000;

    private static final char FIRST = ' ';
    private static final char LAST = '~';

    private final Deployment deployment;

    ZaileysTable(Deployment deployment) {
        this.deployment = deployment;
    }

    @Override
    public Map<String, Stored> get(String namespace, List<String> names) {
        Map<String, Stored> found = new HashMap<>();
        List<String> withoutOrder = new ArrayList<>();
        for (String name : names) {
            if (name.startsWith("msg:") || name.startsWith("job:")) {
                // Only a list has their order.
                list(namespace, name, Optional.empty()).stream()
                        .filter(stored -> stored.key().equals(name))
                        .forEach(stored -> found.put(name, stored));
            } else {
                withoutOrder.add(name);
            }
        }
        for (Stored stored : values(namespace, withoutOrder)) {
            found.put(stored.key(), stored);
        }
        return found;
    }

    /** Values, without their orders. */
    private List<Stored> values(String namespace, List<String> names) {
        List<Stored> found = new ArrayList<>();
        int[] at = {0};
        while (at[0] < names.size()) {
            Fitting.call(Math.min(MOST_NAMES, names.size() - at[0]), some -> {
                List<String> part = names.subList(at[0], at[0] + some);
                JsonObject arguments = arguments(namespace)
                        .put("keys", PawlTable.strings(part))
                        .build();
                Answers.objects(deployment.query("zaileys:get", arguments))
                        .forEach(row -> found.add(Answers.stored(row)));
                at[0] += some;
                return some;
            });
        }
        return found;
    }

    /** No row has a place: each is listed by its name. */
    @Override
    public Optional<Rows> scan(String namespace, Scan scan, boolean settled) {
        return settled ? Optional.of(new Rows(List.of(), false)) : Optional.empty();
    }

    @Override
    public Optional<Partitions> partitions(
            String namespace, Family family, Optional<String> after, int limit, boolean settled) {
        return settled ? Optional.of(new Partitions(List.of(), false)) : Optional.empty();
    }

    @Override
    public List<Stored> foreign(String namespace, Family family) {
        List<Stored> rows = new ArrayList<>();
        Names.range(family).ifPresent(range -> listAll(namespace, range.from(), rows));
        return rows;
    }

    @Override
    public Sessions sessions(String namespace, Set<Family> families, Optional<String> after, int limit) {
        boolean own = families.stream()
                .flatMap(family -> Names.range(family).stream())
                .anyMatch(range -> isAny(namespace, range.from()));
        return new Sessions(own, List.of(), Optional.empty());
    }

    private boolean isAny(String namespace, String prefix) {
        try {
            return !list(namespace, prefix, Optional.of(1)).isEmpty();
        } catch (CallFailure e) {
            if (e.mayBeTooMuch()) {
                return true;
            }
            throw e;
        }
    }

    private void listAll(String namespace, String prefix, List<Stored> into) {
        List<Stored> all;
        try {
            all = list(namespace, prefix, Optional.empty());
        } catch (CallFailure e) {
            if (!e.mayBeTooMuch() || prefix.length() > 2_000) {
                throw e;
            }
            // What is called exactly so has no order here, but no name of WhatsApp is the beginning of so many others.
            into.addAll(values(namespace, List.of(prefix)));
            for (char next = FIRST; next <= LAST; next++) {
                listAll(namespace, prefix + next, into);
            }
            return;
        }
        // Values of what is listed by the thousand are read when they are asked for.
        all.forEach(stored ->
                into.add(stored.key().startsWith("chat:") ? stored : new Stored(stored.key(), "", stored.sortKey())));
    }

    private List<Stored> list(String namespace, String prefix, Optional<Integer> limit) {
        JsonObject.Builder arguments = arguments(namespace).put("prefix", prefix);
        limit.ifPresent(most -> arguments.put("limit", most));
        return Answers.objects(deployment.query("zaileys:list", arguments.build())).stream()
                .map(Answers::stored)
                .toList();
    }

    /** Its functions take nothing else, no secret either. */
    private static JsonObject.Builder arguments(String namespace) {
        return JsonObject.builder().put("namespace", namespace);
    }

    /** Whether functions of zaileys are there: they ask nobody who he is. */
    static boolean isThere(Deployment deployment, String namespace) {
        try {
            deployment.query(
                    "zaileys:get",
                    arguments(namespace).put("keys", JsonArray.EMPTY).build());
            return true;
        } catch (CallFailure e) {
            if (e.kind() == CallFailure.Kind.MISSING) {
                return false;
            }
            throw e;
        }
    }
}

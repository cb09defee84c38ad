package dev.pawl.convex;

import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Scan;
import dev.pawl.json.JsonArray;
import dev.pawl.json.JsonObject;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The table through the functions of zaileys, which read all names with a prefix before they look at anything else. Where
 * that is too much for them, names are listed by their next character.
 */
final class ZaileysTable implements Table {

    /** As many as surely fit into the ranges that a function may use. */
    private static final int MOST_NAMES = 1_000;

    /** Rows beside each other that are asked for one by one. */
    private static final int MOST_CALLS = 4;

    /** Families whose rows all have the order 0. */
    private static final Set<Family> FIRST_OF_ALL =
            EnumSet.of(Family.CREDENTIALS, Family.KEY, Family.LEASE, Family.CONTACT, Family.GROUP, Family.LABEL);

    /** A list is divided by the characters of ASCII: there are more than a million others, and a call for each. */
    private static final char LAST = 0x7f;

    private static final String IN_PIECES =
            "a list is too long for the functions of zaileys and is read in pieces: rows whose names have letters outside ASCII"
                    + " may be missing from it; deploy the functions of Pawl and leave functions=zaileys out to be sure of all";

    private static final Logger LOG = LoggerFactory.getLogger(ConvexBackend.class);

    private final Deployment deployment;
    private final AtomicBoolean divided = new AtomicBoolean();

    ZaileysTable(Deployment deployment) {
        this.deployment = deployment;
    }

    /** Only a list has orders. Several rows of a chat are taken from one, and where many are asked for also those that are alone. */
    @Override
    public Map<String, Stored> get(String namespace, List<String> names) {
        Map<String, Stored> found = new HashMap<>();
        List<String> withoutOrder = new ArrayList<>();
        Map<String, Set<String>> beside = new LinkedHashMap<>();
        for (String name : names) {
            Optional<Key> key = Names.parse(name).filter(one -> !FIRST_OF_ALL.contains(one.family()));
            key.ifPresentOrElse(
                    one -> beside.computeIfAbsent(
                                    name.substring(0, name.length() - one.id().length()), prefix -> new HashSet<>())
                            .add(name),
                    () -> withoutOrder.add(name));
        }
        beside.forEach((prefix, some) -> {
            if (some.size() > MOST_CALLS || names.size() > MOST_CALLS * MOST_CALLS) {
                together(namespace, prefix, some, found);
            } else {
                some.forEach(name -> together(namespace, name, Set.of(name), found));
            }
        });
        found.putAll(values(namespace, withoutOrder));
        return found;
    }

    private void together(String namespace, String prefix, Set<String> names, Map<String, Stored> into) {
        List<Stored> all;
        try {
            all = list(namespace, prefix, Optional.empty());
        } catch (CallFailure e) {
            if (!e.mayBeTooMuch() || names.contains(prefix)) {
                throw e;
            }
            names.forEach(name -> together(namespace, name, Set.of(name), into));
            return;
        }
        all.stream().filter(row -> names.contains(row.key())).forEach(row -> into.put(row.key(), whole(row)));
    }

    /** A thousand of them in one call, without their orders. */
    @Override
    public Map<String, Stored> values(String namespace, List<String> names) {
        Map<String, Stored> found = new HashMap<>();
        int[] at = {0};
        while (at[0] < names.size()) {
            Fitting.call(Math.min(MOST_NAMES, names.size() - at[0]), some -> {
                List<String> part = names.subList(at[0], at[0] + some);
                JsonObject arguments = arguments(namespace)
                        .put("keys", PawlTable.strings(part))
                        .build();
                Answers.objects(deployment.query("zaileys:get", arguments)).forEach(row -> {
                    Stored stored = whole(Answers.stored(row));
                    found.put(stored.key(), stored);
                });
                at[0] += some;
                return some;
            });
        }
        return found;
    }

    /** The functions do not say where the parts of a value are, and no JSON is empty. */
    private static Stored whole(Stored stored) {
        if (stored.value().isEmpty()) {
            throw CallFailure.cut(stored.key());
        }
        return stored;
    }

    /** No row has a place: each is listed by its name. */
    @Override
    public Optional<Rows> scan(String namespace, Scan scan, boolean settled) {
        return settled ? Optional.of(Rows.NONE) : Optional.empty();
    }

    @Override
    public Optional<Partitions> partitions(
            String namespace, Family family, Optional<String> after, int limit, boolean settled) {
        return settled ? Optional.of(new Partitions(List.of(), false)) : Optional.empty();
    }

    @Override
    public List<Stored> foreign(String namespace, Family family) {
        List<Stored> rows = new ArrayList<>();
        prefixes(family).forEach(prefix -> listAll(namespace, prefix, rows));
        return rows;
    }

    @Override
    public List<Stored> all(String namespace, Family family) {
        return foreign(namespace, family);
    }

    /** What the names of a family begin with: as zaileys writes them, and as only Pawl does. */
    private static List<String> prefixes(Family family) {
        return Stream.concat(Names.range(family).map(Names.Range::from).stream(), Stream.of(Names.own(family)))
                .toList();
    }

    @Override
    public Sessions sessions(String namespace, Set<Family> families, Optional<String> after, int limit) {
        boolean own = families.stream()
                .flatMap(family -> prefixes(family).stream())
                .anyMatch(prefix -> isAny(namespace, prefix));
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

    @Override
    public Optional<String> omission(String namespace) {
        boolean some = divided.get()
                || EnumSet.allOf(Family.class).stream()
                        .flatMap(family -> prefixes(family).stream())
                        .anyMatch(prefix -> isTooLong(namespace, prefix));
        return some ? Optional.of(IN_PIECES) : Optional.empty();
    }

    private boolean isTooLong(String namespace, String prefix) {
        try {
            list(namespace, prefix, Optional.empty());
            return false;
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
            into.addAll(values(namespace, List.of(prefix)).values());
            if (!divided.getAndSet(true)) {
                LOG.warn("namespace {}: {}", namespace, IN_PIECES);
            }
            for (char next = 0; next <= LAST; next++) {
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

    /**
     * Whether functions of zaileys are there: they ask nobody who he is. A deployment in production says of a function that is
     * not there just what it says of one that failed, and to read nothing fails for no other reason.
     */
    static boolean isThere(Deployment deployment, String namespace) {
        try {
            deployment.query(
                    "zaileys:get",
                    arguments(namespace).put("keys", JsonArray.EMPTY).build());
            return true;
        } catch (CallFailure e) {
            if (!e.isDoubtful() && (e.kind() == CallFailure.Kind.MISSING || e.kind() == CallFailure.Kind.FAILED)) {
                return false;
            }
            throw e;
        }
    }
}

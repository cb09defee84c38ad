package dev.pawl.redis;

import dev.pawl.backend.Batch;
import dev.pawl.backend.Check;
import dev.pawl.backend.ConflictException;
import dev.pawl.backend.CorruptDataException;
import dev.pawl.backend.Family;
import dev.pawl.backend.Key;
import dev.pawl.backend.Row;
import dev.pawl.backend.SessionName;
import dev.pawl.backend.UnavailableException;
import dev.pawl.backend.UnsupportedException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import redis.clients.jedis.exceptions.JedisDataException;

/**
 * What {@code commit.lua} is told to do in one session: first looks, then changes. Each instruction is a letter, the
 * number of a key, and what else it takes; what goes into one hash or sorted set, or out of it, is one instruction.
 *
 * <p>A look is a check, or something in an index that usually is there already and is added only if it is not. It fails
 * where its key is of a wrong type, so that nobody has to ask for the type of a key that a look comes to first.
 */
final class Instructions {

    /** The type of a key that a look comes to first. */
    private static final char LOOKED_AT = '-';

    /** Between looks and changes. */
    private static final byte[] BETWEEN = Text.bytes("-");

    /** What is looked for in an index is no check. */
    private static final int NO_CHECK = -1;

    /** From so many rows on, being allowed to undo them costs less than looking for them. */
    private static final int WORTH_UNDOING = 4;

    private final SessionKeys names;
    private final Map<String, Integer> numbers = new HashMap<>();
    private final List<String> keys = new ArrayList<>();
    private final List<Optional<Key>> rows = new ArrayList<>();
    private final StringBuilder types = new StringBuilder();
    private final List<byte[]> looks = new ArrayList<>();
    private final List<byte[]> changes = new ArrayList<>();
    private final Set<String> rights = new LinkedHashSet<>();

    /** All checks, and for each that the script looks at, in its order, which of them it is. */
    private final List<Check> checks = new ArrayList<>();

    private final List<Integer> looked = new ArrayList<>();

    /** The rows that are to be missing in each hash, by their number among the checks. */
    private final Map<Place, List<Integer>> missing = new LinkedHashMap<>();

    /** The rows that are put where they are to be missing, with the numbers of those checks. */
    private final Map<Key, Integer> fresh = new HashMap<>();

    private final List<byte[]> inserts = new ArrayList<>();
    private final List<Integer> inserted = new ArrayList<>();

    private final Map<Place, Partition> partitions = new HashMap<>();
    private final Groups groups = new Groups();
    private final Set<Integer> expiring = new LinkedHashSet<>();

    private record Place(Family family, String partition) {}

    /** The keys that a row of a partition goes to. */
    private record Partition(Groups.Group rows, Groups.Group order) {}

    /** Then it is done without any memory too. */
    private boolean onlyDeletes = true;

    /** In the session with these keys. */
    Instructions(SessionKeys names) {
        this.names = names;
    }

    /** All of a batch. */
    static Instructions of(SessionKeys names, Batch batch) {
        Instructions instructions = new Instructions(names);
        instructions.collect(batch.checks());
        instructions.findFresh(batch.puts());
        instructions.lookForMissing();
        batch.puts().forEach(instructions::put);
        if (!batch.puts().isEmpty() && !names.session().equals(SessionName.PAWL)) {
            instructions
                    .groups
                    .index("z", names.sessions())
                    .name(names.session().name());
        }
        Set<Key> partitions = new LinkedHashSet<>();
        for (Key key : batch.deletes()) {
            instructions.delete(key);
            partitions.add(new Key(key.family(), key.partition(), ""));
        }
        instructions.endGroups();
        partitions.forEach(instructions::forgetPartitionIfEmpty);
        return instructions;
    }

    /**
     * Everything holds only while these do.
     *
     * @throws UnsupportedException when such a row has no place here: whoever expects it, or none, means another one
     */
    void checks(List<Check> some) {
        collect(some);
        lookForMissing();
    }

    private void collect(List<Check> some) {
        for (Check check : some) {
            Key key = check.key();
            FamilyKeys family = FamilyKeys.of(key.family());
            family.requirePlace(key);
            if (check.expected().isEmpty() && !family.isString(key.partition())) {
                missing.computeIfAbsent(new Place(key.family(), key.partition()), any -> new ArrayList<>())
                        .add(checks.size());
            } else {
                look(check);
                looked.add(checks.size());
            }
            checks.add(check);
        }
    }

    /**
     * Rows that are put where they are to be missing, each as the only one of its partition: putting such a row tells
     * whether it was missing, and can be undone, so that nobody has to look before.
     */
    private void findFresh(List<Row> puts) {
        Map<Place, Key> only = new HashMap<>();
        Set<Place> several = new HashSet<>();
        for (Row row : puts) {
            Place place = new Place(row.key().family(), row.key().partition());
            if (missing.containsKey(place) && only.put(place, row.key()) != null) {
                several.add(place);
            }
        }
        missing.forEach((place, which) -> {
            Key key = checks.get(which.get(0)).key();
            if (which.size() == 1 && !several.contains(place) && key.equals(only.get(place))) {
                fresh.put(key, which.get(0));
            }
        });
        if (fresh.size() < WORTH_UNDOING) {
            fresh.clear();
        }
        fresh.keySet().forEach(key -> missing.remove(new Place(key.family(), key.partition())));
    }

    private void look(Check check) {
        Key key = check.key();
        boolean present = check.expected().isPresent();
        // Whether something is there can be asked of any type.
        if (FamilyKeys.of(key.family()).isString(key.partition())) {
            looks.add(Text.bytes(present ? "c" : "C"));
            looks.add(Text.bytes(rowKey(key, present ? LOOKED_AT : 's')));
        } else {
            looks.add(Text.bytes("d"));
            looks.add(Text.bytes(number(names.data(key.family(), key.partition()), LOOKED_AT)));
            looks.add(Text.bytes(key.id()));
        }
        check.expected().ifPresent(value -> looks.add(value.toArray()));
    }

    private void lookForMissing() {
        missing.forEach((place, which) -> lookForMissing(names.data(place.family(), place.partition()), which));
    }

    private void lookForMissing(String hash, List<Integer> which) {
        boolean one = which.size() == 1;
        looks.add(Text.bytes(one ? "D" : "N"));
        looks.add(Text.bytes(number(hash, LOOKED_AT)));
        if (!one) {
            looks.add(Text.bytes(which.size()));
        }
        for (int check : which) {
            looks.add(Text.bytes(checks.get(check).key().id()));
        }
        looked.addAll(which);
    }

    private void put(Row row) {
        onlyDeletes = false;
        Key key = row.key();
        Family family = key.family();
        byte[] value = row.value().toArray();
        byte[] id = Text.bytes(key.id());
        byte[] order = row.order() == 0 ? Groups.ZERO : Text.bytes(row.order());
        Partition partition = partition(key);
        Integer check = fresh.get(key);
        if (check != null) {
            inserts.add(Text.bytes("i"));
            inserts.add(Text.bytes(number(partition.rows().key(), LOOKED_AT)));
            inserts.add(Text.bytes(number(partition.order().key(), LOOKED_AT)));
            inserts.addAll(List.of(id, value, order));
            inserted.add(check);
            rights.addAll(List.of("i", "z", "H", "Z"));
        } else if (FamilyKeys.of(family).isString(key.partition())) {
            change("s", rowKey(key, 's'));
            changes.add(value);
            if (family == Family.KEY) {
                partition.rows().add(id);
            }
        } else {
            partition.rows().add(id, value);
        }
        if (check == null && family != Family.CREDENTIALS) {
            partition.order().add(order, id);
        }
        if (family == Family.CHAT) {
            groups.group(row.facets().archived() ? "a" : "A", names.archived()).add(id);
            groups.group("h", names.chatDigests()).add(id, Text.bytes(Script.sha1(value)));
        }
        if (family == Family.PRESENCE) {
            change("x", number(names.presence(key.id()), 's'));
            changes.add(value);
            changes.add(Text.bytes(FamilyKeys.PRESENCE_SECONDS));
            groups.group("h", names.presenceDigests()).add(id, Text.bytes(Script.sha1(value)));
            expiring.add(number(names.presenceDigests(), 'h'));
            expiring.add(number(names.data(family, key.partition()), 'h'));
            expiring.add(number(names.order(family, key.partition()), 'z'));
            expiring.add(number(names.partitions(family), 'z'));
        }
    }

    /** Where the rows of a partition go. The first time, its name goes into the index of them. */
    private Partition partition(Key key) {
        return partitions.computeIfAbsent(new Place(key.family(), key.partition()), any -> {
            FamilyKeys layout = FamilyKeys.of(key.family());
            if (layout.partitioned()) {
                groups.index("z", names.partitions(key.family())).name(key.partition());
            }
            return new Partition(
                    layout.isString(key.partition())
                            ? groups.index("a", names.signalIndex() + key.partition())
                            : groups.group("h", names.data(key.family(), key.partition())),
                    groups.index("z", names.order(key.family(), key.partition())));
        });
    }

    private void delete(Key key) {
        Family family = key.family();
        byte[] id = Text.bytes(key.id());
        if (FamilyKeys.of(family).isString(key.partition())) {
            change("u", rowKey(key, 's'));
            if (family == Family.KEY) {
                groups.group("A", names.signalIndex() + key.partition()).add(id);
            }
        } else {
            groups.group("H", names.data(family, key.partition())).add(id);
        }
        if (family != Family.CREDENTIALS) {
            groups.group("Z", names.order(family, key.partition())).add(id);
        }
        if (family == Family.CHAT) {
            groups.group("A", names.archived()).add(id);
            groups.group("H", names.chatDigests()).add(id);
        }
        if (family == Family.PRESENCE) {
            change("u", number(names.presence(key.id()), 's'));
        }
    }

    private void forgetPartitionIfEmpty(Key any) {
        if (FamilyKeys.of(any.family()).partitioned()) {
            String rowsOf = FamilyKeys.of(any.family()).isString(any.partition())
                    ? names.signalIndex() + any.partition()
                    : names.data(any.family(), any.partition());
            char type = FamilyKeys.of(any.family()).isString(any.partition()) ? 't' : 'h';
            change("n", number(rowsOf, type));
            changes.add(Text.bytes(number(names.partitions(any.family()), 'z')));
            changes.add(Text.bytes(any.partition()));
            rights.add("Z");
        }
    }

    /** A whole key goes, whatever it is. */
    void remove(String key) {
        change("U", number(key, '-'));
    }

    /** A whole key goes if it has this type. */
    void removeIf(String key, String type) {
        change("V", number(key, '-'), type);
        rights.add("U");
    }

    private int rowKey(Key key, char type) {
        int number = number(names.string(key), type);
        rows.set(number - 2, Optional.of(key));
        return number;
    }

    /** The number by which the script knows a key: the first is the lane. */
    private int number(String key, char type) {
        return numbers.computeIfAbsent(key, name -> {
            keys.add(name);
            rows.add(Optional.empty());
            types.append(type);
            return keys.size() + 1;
        });
    }

    private void endGroups() {
        groups.forEach(group -> {
            if (group.isLookedFor()) {
                looks.add(Text.bytes(group.letter()));
                looks.add(Text.bytes(number(group.key(), LOOKED_AT)));
                looks.addAll(group.words());
                looked.add(NO_CHECK);
            } else {
                change(group.letter(), number(group.key(), group.type()));
                changes.add(Text.bytes(group.words().size()));
                changes.addAll(group.words());
            }
        });
        looked.addAll(inserted);
        expiring.forEach(key -> change("e", key, FamilyKeys.PRESENCE_SECONDS));
    }

    private void change(String letter, int key, String... more) {
        rights.add(letter);
        changes.add(Text.bytes(letter));
        changes.add(Text.bytes(key));
        for (String each : more) {
            changes.add(Text.bytes(each));
        }
    }

    /**
     * Has it done.
     *
     * @throws ConflictException naming the first check that does not hold; nothing was changed
     * @throws CorruptDataException when a key has a type that it cannot have; nothing was changed
     */
    void apply(Server server, String place) {
        List<byte[]> all = new ArrayList<>(looks.size() + inserts.size() + changes.size() + 2);
        all.add(Text.bytes((onlyDeletes ? "d" : "-") + types + String.join("", rights)));
        all.addAll(looks);
        all.add(BETWEEN);
        all.addAll(inserts);
        all.addAll(changes);
        List<?> answer = (List<?>)
                server.write(Script.COMMIT, keys.stream().map(Text::bytes).toList(), all);
        switch (Text.of(answer.get(0))) {
            case "ok" -> {}
            case "check" -> {
                Key key = checks.get(first(answer.subList(1, answer.size()))).key();
                throw new ConflictException(key, key + " is not as expected");
            }
            case "type" -> {
                int number = ((Long) answer.get(1)).intValue() - 2;
                throw wrongType(rows.get(number), place, keys.get(number), Text.of(answer.get(2)));
            }
            case "denied" ->
                throw UnavailableException.writeFailed(
                        "this user of the Redis server may not use " + Text.of(answer.get(1))
                                + " on the keys of a session",
                        new JedisDataException("denied"));
            default -> throw new IllegalStateException("a batch overtook another in its lane");
        }
    }

    /** Which check of the batch is the first of those that do not hold, by their place among the looks. */
    private int first(List<?> failed) {
        return failed.stream()
                .mapToInt(place -> looked.get(((Long) place).intValue() - 1))
                .min()
                .orElseThrow();
    }

    private static CorruptDataException wrongType(Optional<Key> row, String place, String key, String found) {
        String where = place + ": " + SessionKeys.quoted(key);
        String problem = "it is a " + found + ", which no key of this name is";
        return row.map(of -> new CorruptDataException(of, where, problem))
                .orElseGet(() -> new CorruptDataException(where, problem));
    }
}

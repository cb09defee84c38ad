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
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import redis.clients.jedis.exceptions.JedisDataException;

/**
 * What {@code commit.lua} is told to do in one session: first looks, then changes. Each instruction is a letter, the
 * number of a key, and what else it takes.
 *
 * <p>A look is a check, or something in an index that usually is there already and is added only if it is not. It fails
 * where its key is of a wrong type, so that nobody has to ask for the type of a key that a look comes to first.
 */
final class Instructions {

    /** The type of a key that a look comes to first. */
    private static final char LOOKED_AT = '-';

    /** Between looks and changes. */
    private static final byte[] BETWEEN = Text.bytes("-");

    private final SessionKeys names;
    private final Map<String, Integer> numbers = new HashMap<>();
    private final List<String> keys = new ArrayList<>();
    private final List<Optional<Key>> rows = new ArrayList<>();
    private final Set<List<String>> named = new HashSet<>();
    private final StringBuilder types = new StringBuilder();
    private final List<byte[]> looks = new ArrayList<>();
    private final List<byte[]> changes = new ArrayList<>();
    private final List<Check> checks = new ArrayList<>();
    private final Set<String> rights = new LinkedHashSet<>();

    /** Then it is done without any memory too. */
    private boolean onlyDeletes = true;

    /** In the session with these keys. */
    Instructions(SessionKeys names) {
        this.names = names;
    }

    /** All of a batch. */
    static Instructions of(SessionKeys names, Batch batch) {
        Instructions instructions = new Instructions(names);
        batch.checks().forEach(instructions::check);
        batch.puts().forEach(instructions::put);
        if (!batch.puts().isEmpty() && !names.session().equals(SessionName.PAWL)) {
            instructions.name(names.sessions(), names.session().name());
        }
        Set<Key> partitions = new LinkedHashSet<>();
        for (Key key : batch.deletes()) {
            instructions.delete(key);
            partitions.add(new Key(key.family(), key.partition(), ""));
        }
        partitions.forEach(instructions::forgetPartitionIfEmpty);
        return instructions;
    }

    /**
     * Everything holds only while this does.
     *
     * @throws UnsupportedException when such a row has no place here: whoever expects it, or none, means another one
     */
    void check(Check check) {
        checks.add(check);
        Key key = check.key();
        FamilyKeys family = FamilyKeys.of(key.family());
        family.requirePlace(key);
        boolean string = family.isString(key.partition());
        boolean present = check.expected().isPresent();
        // Whether something is there can be asked of any type.
        if (string) {
            looks.add(Text.bytes(present ? "c" : "C"));
            looks.add(Text.bytes(rowKey(key, present ? LOOKED_AT : 's')));
        } else {
            looks.add(Text.bytes(present ? "d" : "D"));
            looks.add(Text.bytes(number(names.data(key.family(), key.partition()), LOOKED_AT)));
            looks.add(Text.bytes(key.id()));
        }
        check.expected().ifPresent(value -> looks.add(value.toArray()));
    }

    private void put(Row row) {
        onlyDeletes = false;
        Key key = row.key();
        Family family = key.family();
        FamilyKeys layout = FamilyKeys.of(family);
        if (layout.isString(key.partition())) {
            change("s", rowKey(key, 's'));
            changes.add(row.value().toArray());
            if (family == Family.KEY) {
                index("a", names.signalIndex() + key.partition(), key.id());
            }
        } else {
            change("h", dataKey(key), key.id());
            changes.add(row.value().toArray());
        }
        if (family != Family.CREDENTIALS) {
            index("z", names.order(family, key.partition()), Long.toString(row.order()), key.id());
        }
        if (layout.partitioned()) {
            name(names.partitions(family), key.partition());
        }
        if (family == Family.CHAT) {
            change(row.facets().archived() ? "a" : "A", number(names.archived(), 't'), key.id());
            change(
                    "h",
                    number(names.chatDigests(), 'h'),
                    key.id(),
                    Script.sha1(row.value().toArray()));
        }
        if (family == Family.PRESENCE) {
            change("x", number(names.presence(key.id()), 's'));
            changes.add(row.value().toArray());
            changes.add(Text.bytes(FamilyKeys.PRESENCE_SECONDS));
            int digests = number(names.presenceDigests(), 'h');
            change("h", digests, key.id(), Script.sha1(row.value().toArray()));
            change("e", digests, FamilyKeys.PRESENCE_SECONDS);
            change("e", dataKey(key), FamilyKeys.PRESENCE_SECONDS);
            change("e", orderKey(key), FamilyKeys.PRESENCE_SECONDS);
            change("e", number(names.partitions(family), 'z'), FamilyKeys.PRESENCE_SECONDS);
        }
    }

    private void delete(Key key) {
        Family family = key.family();
        FamilyKeys layout = FamilyKeys.of(family);
        if (layout.isString(key.partition())) {
            change("u", rowKey(key, 's'));
            if (family == Family.KEY) {
                change("A", number(names.signalIndex() + key.partition(), 't'), key.id());
            }
        } else {
            change("H", dataKey(key), key.id());
        }
        if (family != Family.CREDENTIALS) {
            change("Z", orderKey(key), key.id());
        }
        if (family == Family.CHAT) {
            change("A", number(names.archived(), 't'), key.id());
            change("H", number(names.chatDigests(), 'h'), key.id());
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

    private int dataKey(Key key) {
        return number(names.data(key.family(), key.partition()), 'h');
    }

    private int orderKey(Key key) {
        return number(names.order(key.family(), key.partition()), 'z');
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

    /**
     * A member of an index. The first of each is looked for; where more come, most are new, and looking would only be in
     * the way.
     */
    private void index(String letter, String key, String... more) {
        if (numbers.containsKey(key)) {
            change(letter, number(key, '-'), more);
            return;
        }
        looks.add(Text.bytes(letter));
        looks.add(Text.bytes(number(key, LOOKED_AT)));
        for (String each : more) {
            looks.add(Text.bytes(each));
        }
    }

    /** A name in an index of names, which is the same for many rows. */
    private void name(String key, String name) {
        if (named.add(List.of(key, name))) {
            index("z", key, "0", name);
        }
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
        List<byte[]> all = new ArrayList<>(looks.size() + changes.size() + 2);
        all.add(Text.bytes((onlyDeletes ? "d" : "-") + types + String.join("", rights)));
        all.addAll(looks);
        all.add(BETWEEN);
        all.addAll(changes);
        List<?> answer = (List<?>)
                server.write(Script.COMMIT, keys.stream().map(Text::bytes).toList(), all);
        switch (Text.of(answer.get(0))) {
            case "ok" -> {}
            case "check" -> {
                Key key = checks.get(((Long) answer.get(1)).intValue() - 1).key();
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

    private static CorruptDataException wrongType(Optional<Key> row, String place, String key, String found) {
        String where = place + ": " + SessionKeys.quoted(key);
        String problem = "it is a " + found + ", which no key of this name is";
        return row.map(of -> new CorruptDataException(of, where, problem))
                .orElseGet(() -> new CorruptDataException(where, problem));
    }
}
